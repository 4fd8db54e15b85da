"""Commands that ask the world a question, and keep the cards with its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..memory.question import LONGEST, Question
from ..memory.question_face import QuestionFace
from ..model.geometry import Point
from ..model.layout import free_place
from ..model.link import Refusal, Reply
from ..tools.entry import EntryFace
from ..tools.menu import MenuRow
from .commands import Call, Command
from .desk import Desk
from .search import SearchCommands
from .session import Session

ASKED = "orchestrator_obj"
KIND = "question"
RECENT = 4


class QuestionCommands:
    """Asking, and what came back."""

    def __init__(self, session: Session, search: SearchCommands) -> None:
        self.session = session
        self.search = search
        self._rows: dict[int, Mapping[str, Any]] = {}  # of every question the image has told of, by mission
        session.missions.append(self.heard)
        session.stage.watchers.append(self._touch)

    def table(self) -> list[Command]:
        return [
            Command("question.open", "Ask the world…", self.open, "A question; the answer names its passages",
                    ("ctrl+j",), menus=("world",), here="world"),
            Command("question.ask", "Ask", self.ask),
            Command("question.show", "Show the answer", self.show),
            Command("question.away", "Put away", self.away),
            Command("search.ask", "Ask this instead", self.instead, "The query as a question for the world"),
        ]  # fmt: skip

    def open(self, desk: Desk, call: Call) -> None:
        del call
        answered = [row for row in self._rows.values() if row.get("result")]
        answered.sort(key=lambda row: -int(row.get("id") or 0))
        rows = tuple(
            MenuRow("question.show", str(row.get("wish") or ""), argument=row.get("id")) for row in answered[:RECENT]
        )
        face = EntryFace(
            desk.card_ident(), "Ask the world", "question.ask", hint="What do you want to know?",
            says="The memory's documents are looked up; the answer says what it rests on.", rows=rows,
        )  # fmt: skip
        desk.run("glass.show", Call(face))

    def instead(self, desk: Desk, call: Call) -> None:
        del call
        text = self.search.search.query.strip()
        if text:
            self._ask(desk, text)

    def ask(self, desk: Desk, call: Call) -> None:
        desk.run("glass.dismiss")
        if call.text.strip():
            self._ask(desk, call.text.strip())

    def _ask(self, desk: Desk, text: str) -> None:
        if len(text) > LONGEST:
            desk.say(f"A question has at most {LONGEST} characters; this one has {len(text)}.", trouble=True)
            return
        question = Question(text)
        self._card(desk, question)
        brief = {"type": KIND, "wish": text}

        def yes(reply: Reply) -> None:
            mission = reply.get("mission")
            if not isinstance(mission, int):
                self._fail(desk, question, "The image gave no number for this question; it was not asked.")
                return
            self._join(desk, question, mission)

        def no(refusal: Refusal) -> None:
            self._fail(desk, question, f"It was not asked: {refusal.message}")

        self.session.call("initiate_cognitive_cycle", yes, no, target_oid=ASKED, mission_brief=brief)

    def _touch(self) -> None:
        """Cycles have moved, or a batch of text has come."""
        desk = self.session.desk
        for question in desk.questions.values():
            if not question.answered:
                desk.touch(question.ident)

    def _fail(self, desk: Desk, question: Question, problem: str) -> None:
        question.problem = problem
        desk.touch(question.ident)
        desk.wake()

    def _join(self, desk: Desk, question: Question, mission: int) -> None:
        """The question's mission is known: the card follows it."""
        question.mission = mission
        cycle = question.cycle = desk.board.cycle(mission)
        cycle.kind, cycle.wish = KIND, cycle.wish or question.text
        desk.board.chosen = mission
        desk.questions[mission] = question
        if mission in self._rows:
            question.heard(self._rows[mission])
        self.session.stage.cycle_changed(cycle)
        desk.touch(question.ident)

    def _card(self, desk: Desk, question: Question) -> None:
        """Puts the question's card where the eye is, on free ground."""
        question.ident = desk.card_ident()
        row = desk.scene.add(QuestionFace(question))
        area = desk.scene.table.area(row)
        seen = desk.scene.camera.seen(margin=-60)
        near = Point(round(seen.centre.x - area.w / 2), round(seen.y + seen.h * 0.3))
        height = max(area.h, 300.0)  # the room that the answer will need
        at = free_place(area.w, height, near, desk.taken(but=(question.ident,)))
        desk.scene.table.move_to(row, at.x, at.y)
        desk.show(question.ident)

    def heard(self, row: Mapping[str, Any]) -> None:
        """A mission's row: what belongs to a question is kept, and shown where its card is."""
        mission = row.get("mission", row.get("id"))
        if row.get("type") != KIND or not isinstance(mission, int):
            return
        self._rows[mission] = {**row, "id": mission}
        desk = self.session.desk
        question = desk.questions.get(mission)
        if question is None:
            return
        before = question.answered
        question.heard(row)
        desk.touch(question.ident)
        if question.answered and not before:
            desk.say("The world has answered.")

    def show(self, desk: Desk, call: Call) -> None:
        """The card of a question, again or for the first time here."""
        mission = int(call.argument)
        question = desk.questions.get(mission)
        if question is None:
            row = self._rows.get(mission)
            if row is None:
                return
            question = Question(str(row.get("wish") or ""), mission=mission)
            question.cycle = desk.board.cycles.get(mission, question.cycle)
            question.heard(row)
            desk.questions[mission] = question
        if question.ident not in desk.scene.rows:
            self._card(desk, question)
        desk.show(question.ident)

    def away(self, desk: Desk, call: Call) -> None:
        """The card goes; its mission goes on, and the states' card leads back to it."""
        ident = int(call.argument)
        for mission, question in list(desk.questions.items()):
            if question.ident == ident:
                del desk.questions[mission]
        if ident in desk.scene.rows:
            desk.scene.remove(ident)
