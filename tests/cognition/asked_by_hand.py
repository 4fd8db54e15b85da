"""Questions about short texts, written by hand: what a person may ask of a document, in other words than it has.

A question is (text, the passages that the memory found, what a right answer has). `MISSING` stands where no passage
answers; of texts with `|` between them any one is right.
"""

from __future__ import annotations

from functools import partial

from uvm_core.cognition.engines.engine import Engine
from uvm_core.training.evaluate import Trial, Verdict, woven
from uvm_core.training.surroundings import note
from uvm_core.training.weave_checks import WeaveTask, plain

MISSING = ""
_PASSAGES = {
    "light": "The lighthouse at Skerry Point was built in 1871 by the engineer Amelia Brandt. Its lamp burned whale "
    "oil until 1904, when it was changed to paraffin. The tower is 38 metres high.",
    "keeper": "The keeper's name is Tobias Venn. He winds the clockwork every four hours and notes the weather in a "
    "green book.",
    "visits": "Visitors may climb the tower on Sundays between two and five. A ticket costs three crowns; children "
    "under six enter free.",
    "rent": "Rent is due on the first working day of each month. A tenant who is more than ten days late pays a fee of "
    "25 euros. Pets are allowed with the written consent of the landlord.",
    "bike": "To change the inner tube, loosen the wheel nuts, lift the wheel out and remove the tyre with two levers. "
    "Check the rim for sharp edges before you fit the new tube. The recommended pressure is 4 bar.",
    "bread": "Mix 500 g of flour with 350 ml of water and 10 g of salt. Let the dough rest for eight hours. Bake it "
    "at 230 degrees for forty minutes.",
    "server": "The staging server is called marigold and listens on port 8443. Backups run every night at 02:30 and "
    "are kept for fourteen days. Ask Irina before you restart it.",
    "club": "The chess club meets on Thursdays at seven in the library. Its president is Omar Haddad. Membership costs "
    "40 francs a year, half of that for students.",
}
_NOTES = (
    note("BRICK", "The question asks for one fact that is written down."),
    note("ROBIN", "A person wants a clear answer."),
)
QUESTIONS = (
    ("When was the lighthouse built?", "light keeper", "1871"),
    ("Who built the lighthouse at Skerry Point?", "visits light", "Brandt"),
    ("How high is the tower?", "light visits", "38"),
    ("Who is the keeper?", "keeper light", "Venn"),
    ("How often is the clockwork wound?", "keeper visits", "four hours"),
    ("What does a ticket cost?", "visits light", "three crowns"),
    ("On which day can I climb the tower?", "visits keeper", "Sunday"),
    ("When is rent due?", "rent", "first working day"),
    ("What fee does a late tenant pay?", "rent club", "25"),
    ("Are pets allowed?", "rent", "consent|allowed"),
    ("What tyre pressure is recommended?", "bike", "4 bar"),
    ("How much salt goes into the bread?", "bread bike", "10 g"),
    ("How long must the dough rest?", "bread", "eight hours"),
    ("At what temperature is the bread baked?", "bread", "230"),
    ("On which port does marigold listen?", "server", "8443"),
    ("How long are backups kept?", "server club", "fourteen days"),
    ("Whom should I ask before restarting the server?", "server", "Irina"),
    ("Where does the chess club meet?", "club", "library"),
    ("Who is the president of the chess club?", "club keeper", "Haddad"),
    ("What does membership cost?", "club rent", "40"),
    ("Who painted the tower?", "light visits", MISSING),
    ("What colour is the keeper's dog?", "keeper", MISSING),
    ("How many tenants live in the house?", "rent", MISSING),
    ("When does the club play its next tournament?", "club", MISSING),
)


def trials() -> list[Trial]:
    """Every question as a trial: easy ones with one passage that answers, hard ones without any."""
    made = []
    for question, names, wanted in QUESTIONS:
        passages = [_PASSAGES[name] for name in names.split()]
        difficulty = "hard" if wanted == MISSING else "medium" if len(passages) > 1 else "easy"
        task = WeaveTask(question, list(_NOTES), passages, (), (), wanted == MISSING, difficulty, question)
        made.append(Trial(question, difficulty, partial(_asked, task, wanted)))
    return made


def _asked(task: WeaveTask, wanted: str, engine: Engine, expert: str | None) -> Verdict:
    verdict = woven(task, engine, expert)
    has = any(plain(one) in plain(verdict.text) for one in wanted.split("|"))
    return verdict if has else Verdict(False, verdict.lawful, verdict.text, verdict.why or f"{wanted!r} is missing.")
