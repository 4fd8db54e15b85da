"""Commands about models: list them, fetch one, use one, leave off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model.link import Refusal, Reply
from ..steward.models import Models
from ..steward.models_face import PART
from ..steward.system import MODEL_OBJECT
from .commands import Call, Command
from .desk import Desk
from .session import Session


class ModelCommands:
    """Lets people choose the model; the list is asked for while its morph is open."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._asking = self._again = False
        session.refreshes.append(self._renew)

    @property
    def models(self) -> Models:
        return self.session.desk.system.models

    def table(self) -> list[Command]:
        return [
            Command("model.fetch", "Fetch", self.does("get", "asking for it…"), "Brings a model to this machine"),
            Command("model.use", "Use", self.does("use", "asking for it…"), "It thinks here from then on"),
            Command("model.cancel", "Cancel", self.does("cancel", "leaving off…"), "Ends what is under way"),
            Command("model.next", "Choose a model", self.next, "Goes from model to model; Enter presses its button",
                    ("f",), has_models, ("object",), here="object"),
            Command("model.press", "Press", self.press, "", ("enter",), lambda desk: on_button(desk) is not None),
        ]  # fmt: skip

    # -- the list

    def _renew(self) -> None:
        """After a new connection nothing that is under way will be answered."""
        self._asking = self._again = False
        self.models.forget_progress()

    def look(self, ident: int) -> None:
        """The model's morph was opened, or its slots have changed."""
        self.session.read_object(ident)
        self.ask()

    def ask(self) -> None:
        """Asks which models there are; once more afterwards if there is news meanwhile."""
        if self._asking:
            self._again = True
            return
        self._asking = True

        def yes(reply: Reply) -> None:
            self.session.desk.system.models_listed(reply.get("result"))
            done()

        def no(refusal: Refusal) -> None:
            if refusal.code != "link_down":
                self.models.problem = f"Which models there are is not known: {refusal.message}"
            done()

        def done() -> None:
            again, self._asking, self._again = self._again, False, False
            self._touch()
            if again:
                self.ask()

        self.session.call("model", yes, no, action="list")

    def changed(self) -> None:
        """A model's state is another one: the list is asked for where anybody has it open."""
        desk = self.session.desk
        found = desk.mirror.find(MODEL_OBJECT)
        outliner = desk.outliners.get(found.id) if found is not None else None
        if outliner is not None and outliner.open and not outliner.plain:
            self.ask()

    def _touch(self) -> None:
        desk = self.session.desk
        found = desk.mirror.find(MODEL_OBJECT)
        if found is not None:
            desk.touch(found.id)

    # -- what can be done with one

    def does(self, action: str, words: str) -> Callable[[Desk, Call], None]:
        def run(desk: Desk, call: Call) -> None:
            ident = str(call.argument)
            if ident in self.models.asked:
                return
            self.models.refused.pop(ident, None)
            self.models.asked[ident] = words
            self._touch()

            def yes(reply: Reply) -> None:
                self.models.asked.pop(ident, None)
                said = reply.get("words")
                if isinstance(said, str) and said:
                    desk.say(said)
                self._touch()
                self.ask()

            def no(refusal: Refusal) -> None:
                self.models.asked.pop(ident, None)
                self.models.refused[ident] = refusal.message
                self._touch()

            self.session.call("model", yes, no, action=action, model_id=ident)

        return run

    def next(self, desk: Desk, call: Call) -> None:
        """The keyboard goes to the next model that something can be done with."""
        del call
        found = desk.mirror.find(MODEL_OBJECT)
        row = desk.scene.row_of(found.id) if found is not None else None
        if row is None:
            return
        names = [part.name for part in desk.scene.layout(row).parts if part.name.startswith(PART)]
        if names:
            here = desk.scene.focus[1] if desk.scene.focus is not None else ""
            place = names.index(here) + 1 if here in names else 0
            desk.scene.focus = (row, names[place % len(names)])

    def press(self, desk: Desk, call: Call) -> None:
        del call
        part = on_button(desk)
        if part is not None and part.press:
            desk.run(part.press, Call(part.argument))


def on_button(desk: Desk) -> Any:
    """The model's button that has the keyboard."""
    if desk.scene.focus is None or not desk.scene.focus[1].startswith(PART):
        return None
    row, name = desk.scene.focus
    return desk.scene.layout(row).part(name)


def has_models(desk: Desk) -> bool:
    found = desk.mirror.find(MODEL_OBJECT)
    row = desk.scene.row_of(found.id) if found is not None else None
    outliner = desk.outliners.get(found.id) if found is not None else None
    here = row is not None and desk.scene.focus is not None and desk.scene.focus[0] == row
    return here and outliner is not None and outliner.open and not outliner.plain and desk.system.models.worth_showing
