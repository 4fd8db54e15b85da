"""Commands that send messages: from the field, from a row, with parameters; and what follows."""

from __future__ import annotations

from typing import Any

from ..model.fields import FieldState
from ..model.link import Refusal, Reply
from ..model.values import NotAValue, write
from ..outliner.message import AnswerState, Asked, Message, from_fields, parse
from ..outliner.outliner import Outliner, Wish
from .commands import Call, Command
from .desk import Desk
from .session import Session


class MessageCommands:
    """Sending, answering, wishing."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._number = 0

    def table(self) -> list[Command]:
        return [
            Command("message.send", "Send", self.send, "Sends the typed message"),
            Command("message.send_row", "Send", self.send_row, "Sends this row's message"),
            Command("message.send_fields", "Send", self.send_fields, "Sends with the parameters in the fields"),
            Command("message.parameter", "Send", self.parameter, "Goes to the next parameter, or sends"),
            Command("message.cancel", "Cancel", self.cancel, "Folds the parameters away"),
            Command("message.dismiss", "Dismiss", self.dismiss, "Takes an answer away"),
            Command("message.start_mission", "Start mission", self.start_mission,
                    "Has the missing method written; you decide about it"),
        ]  # fmt: skip

    def send(self, desk: Desk, call: Call) -> None:
        outliner = desk.outliners[int(call.argument)]
        if not call.text.strip():
            return
        try:
            message = parse(call.text, desk.mirror.find)
        except NotAValue as problem:
            outliner.typed["message:"] = call.text
            outliner.problem["message:"] = str(problem)
            desk.touch(outliner.ident)
            return
        outliner.typed.pop("message:", None)
        outliner.problem.pop("message:", None)
        self.dispatch(desk, outliner, message, "")
        desk.edit_part(outliner.ident, "message:")

    def send_row(self, desk: Desk, call: Call) -> None:
        ident, selector = call.argument
        outliner = desk.outliners[ident]
        wanted = outliner.parameters_of(selector)
        if not wanted:
            self.dispatch(desk, outliner, Message(selector), selector)
            return
        outliner.calling = None if outliner.calling == selector else selector
        desk.touch(ident)
        if outliner.calling:
            desk.edit_part(ident, f"param:{selector}:{wanted[0].name}")

    def parameter(self, desk: Desk, call: Call) -> None:
        """Enter in a parameter's field: on to the next one; in the last one the message goes."""
        ident, selector, name = call.argument
        outliner = desk.outliners[ident]
        outliner.typed[call.part] = call.text
        names = [parameter.name for parameter in outliner.parameters_of(selector)]
        after = names[names.index(name) + 1 :] if name in names else []
        if after:
            desk.edit_part(ident, f"param:{selector}:{after[0]}")
        else:
            self.send_fields(desk, Call((ident, selector)))

    def send_fields(self, desk: Desk, call: Call) -> None:
        ident, selector = call.argument
        outliner = desk.outliners[ident]
        wanted = outliner.parameters_of(selector)
        prefix = f"param:{selector}:"
        typed = {name.removeprefix(prefix): text for name, text in outliner.typed.items() if name.startswith(prefix)}
        problem = f"call:{selector}"
        try:
            message = from_fields(selector, wanted, typed, desk.mirror.find)
        except NotAValue as wrong:
            outliner.problem[problem] = str(wrong)
            desk.touch(ident)
            return
        outliner.problem.pop(problem, None)
        outliner.calling = None
        self.dispatch(desk, outliner, message, selector)

    def cancel(self, desk: Desk, call: Call) -> None:
        ident, selector = call.argument
        outliner = desk.outliners[ident]
        outliner.calling = None
        outliner.problem.pop(f"call:{selector}", None)
        desk.touch(ident)

    def dispatch(self, desk: Desk, outliner: Outliner, message: Message, place: str) -> Asked:
        """Sends a message and shows at `place` what comes back. Nothing is filed without being asked."""
        self._number += 1
        asked = Asked(message, place, self._number, at=desk.now)
        outliner.ask(asked)
        ident = outliner.ident

        def yes(reply: Reply) -> None:
            asked.state = AnswerState.ANSWERED
            asked.value = reply.get("result")
            asked.text = write(asked.value)
            desk.touch(ident)

        def no(refusal: Refusal) -> None:
            if refusal.code == "not_understood":
                asked.state = AnswerState.UNKNOWN
                outliner.wish = Wish(asked)
                desk.touch(ident)
                desk.edit_part(ident, f"wish:{asked.number}")
            else:
                asked.state, asked.text = AnswerState.FAILED, refusal.message
                desk.touch(ident)

        desk.touch(ident)
        self.session.call(
            "dispatch_message", yes, no, target_oid=ident, message_name=message.selector, args=list(message.args),
            kwargs=dict(message.kwargs), ask=True,
        )  # fmt: skip
        return asked

    def dismiss(self, desk: Desk, call: Call) -> None:
        ident, number = call.argument
        outliner = desk.outliners[ident]
        outliner.asked = [one for one in outliner.asked if one.number != number]
        if outliner.wish is not None and outliner.wish.asked.number == number:
            outliner.wish = None
        if desk.editing is not None and desk.editing.part == f"wish:{number}":
            desk.end_edit()
        desk.touch(ident)

    def start_mission(self, desk: Desk, call: Call) -> None:
        """The person wants it: the same message again, this time a mission is filed for it."""
        ident, number = call.argument
        outliner = desk.outliners[ident]
        asked = next((one for one in outliner.asked if one.number == number), None)
        if asked is None:
            return
        wish = call.text.strip()
        if not wish and outliner.wish is not None and outliner.wish.asked is asked:
            wish = outliner.wish.text.strip()
        asked.wish = wish
        outliner.wish = None
        asked.state, asked.text = AnswerState.MISSION, "a mission is being filed…"

        def yes(reply: Reply) -> None:
            mission = reply.get("mission")
            if isinstance(mission, int):
                asked.mission = mission
                cycle = desk.board.cycle(mission)
                cycle.selector = cycle.selector or asked.message.selector
                cycle.receiver = ident
                cycle.receiver_name = cycle.receiver_name or outliner.title
                desk.board.chosen = mission
                if asked.state is AnswerState.MISSION:
                    asked.text = f"{cycle.title}: {cycle.state.lower()}"
                self.session.stage.cycle_changed(cycle)
            else:
                # Somebody has taught it the message meanwhile.
                asked.state, asked.value = AnswerState.ANSWERED, reply.get("result")
                asked.text = write(asked.value)
            desk.touch(ident)

        def no(refusal: Refusal) -> None:
            asked.state = AnswerState.UNKNOWN
            outliner.wish = Wish(asked, wish)
            desk.say(f"The mission was not filed: {refusal.message}", trouble=True)
            desk.touch(ident)

        desk.touch(ident)
        self.session.call(
            "dispatch_message", yes, no, target_oid=ident, message_name=asked.message.selector,
            args=list(asked.message.args), kwargs=dict(asked.message.kwargs), wish=wish, ask=False,
        )  # fmt: skip


def unsent(desk: Desk) -> list[str]:
    """Half-typed texts that closing the window would lose."""
    found: list[Any] = []
    for outliner in desk.outliners.values():
        found += [text for text in outliner.typed.values() if text.strip()]
        found += [
            one.text for one in outliner.fields.values() if one.state is not FieldState.CLEAN and one.text.strip()
        ]
        if outliner.wish is not None and outliner.wish.text.strip():
            found.append(outliner.wish.text)
    found += [one.reason for one in desk.proposals.values() if one.reason.strip()]
    return found
