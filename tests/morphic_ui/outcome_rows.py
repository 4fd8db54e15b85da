"""Proposals with what they do at the edges, as the bridge passes them: plain ones, long ones, other candidates."""

from __future__ import annotations

from typing import Any

from .memory_link import sha_of

TAKE = '''def take(self, amount=1):
    """Take an amount out of the count."""
    if amount < 0:
        raise ValueError("amount must not be negative")
    self.count = max(0, self.count - amount)
    self._p_changed = True
    return self.count
'''
OTHER_SOURCE = '''def take(self, amount=1):
    """Take an amount out of the count."""
    if amount > self.count:
        return self.count
    self.count = self.count - amount
    self._p_changed = True
    return self.count
'''
THIRD_SOURCE = """def take(self, amount=1):
    self.count -= amount
    self._p_changed = True
"""


def outcome(case: str, words: str, **more: Any) -> dict[str, Any]:
    """A row of `outcomes`."""
    return {"case": case, "arguments": {}, "slots": {}, "status": "ok", "changes": {}, "words": words, **more}


PLAIN = [
    outcome("as it is", "answers 3; count 8 → 3", arguments={"amount": 5}, answer=3, changes={"count": [8, 3]}),
    outcome("when count is 0", "answers 0", arguments={"amount": 5}, slots={"count": 0}, answer=0, differs=True),
    outcome("with amount = 0", "answers 8", arguments={"amount": 0}, answer=8),
    outcome("with amount = -1", "refuses", arguments={"amount": -1}, status="error", differs=True,
            message="ValueError: amount must not be negative"),
    outcome("with amount = 'x'", "fails", arguments={"amount": "x"}, status="error",
            message="TypeError: '<' not supported between instances of 'str' and 'int'"),
    outcome("sent twice", "answers 0; count 8 → 0", arguments={"amount": 5}, answer=0, changes={"count": [8, 0]}),
]  # fmt: skip
SHELF = [f"clock number {number}" for number in range(12)]
LONG = [
    outcome("as it is", "answers the shelf; shelf loses one", answer=SHELF,
            arguments={"amount": 5, "reason": "a customer asked for it"}, changes={"shelf": [SHELF, SHELF[:-1]]}),
    outcome("when the stock and the list of what is ordered are empty", "answers nothing",
            arguments={"amount": 5}, slots={"stock": [], "ordered": {}, "last_customer": None}),
    outcome("with amount = 100000000000000000000", "answers a long text", arguments={"amount": 10**20}, differs=True,
            answer="This is a sentence that nobody would want to read in a narrow column",
            changes={"count": [5, 0], "last": ["a", "b"], "history": [[1, 2, 3], [1, 2, 3, 4]], "shelf": [SHELF, []]}),
    outcome("sent twice", "takes too long", arguments={"amount": 5}, status="timeout",
            message="It was stopped after two seconds, in line 5, while it went through the list once more"),
    outcome("with a very long name of an argument", "refuses: the amount must be a whole number between one and the "
            "number of clocks that are on the shelf, and it was neither; nothing was taken from the shelf, and "
            "the customer was not told", arguments={"the_amount_that_is_taken_out": 5.5}, status="error",
            message="ValueError: the amount must be a whole number between one and the number of clocks on the shelf"),
    outcome("when count is None", "fails", slots={"count": None}, status="memory"),
]  # fmt: skip
OTHERS = [
    {"sha256": sha_of(OTHER_SOURCE), "source": OTHER_SOURCE, "votes": 2,
     "words": "where there is not enough it takes nothing and answers what is there",
     "differs": [{"case": 1, "words": "answers 0; count stays"}, {"case": 3, "words": "answers 9; count 8 → 9"}]},
    {"sha256": sha_of(THIRD_SOURCE), "source": THIRD_SOURCE, "votes": 1,
     "words": "it answers nothing, lets the count go below nought, and takes a negative amount as a gift, which "
              "nobody has asked for in the wish",
     "differs": [{"case": index, "words": "answers nothing; count 8 → 3"} for index in range(4)]},
]  # fmt: skip
