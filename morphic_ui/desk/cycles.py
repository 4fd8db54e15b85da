"""Commands that steer cycles and decide about proposals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..cycle.board import Cycle
from ..cycle.proposal import Proposal
from ..model.link import Refusal, Reply
from ..model.values import NotAValue
from ..outliner.message import Message, parse_arguments
from .commands import Call, Command
from .desk import Desk
from .edits import send_edit
from .messages import MessageCommands
from .session import Session


class CycleCommands:
    """Pause, step, stop; install, edit, reject, try again."""

    def __init__(self, session: Session, messages: MessageCommands) -> None:
        self.session = session
        self.messages = messages

    def table(self) -> list[Command]:
        live, card, done = has_live, has_card, has_installed
        return [
            Command("cycle.pause", "Pause", self.steer("pause"), "Finishes this state, then holds", ("p",),
                    lambda desk: has_status(desk, "running", "queued"), ("card",), here="cycle"),
            Command("cycle.resume", "Go on", self.steer("resume"), "", ("p",),
                    lambda desk: has_status(desk, "paused"), ("card",), here="cycle"),
            Command("cycle.step", "One step", self.steer("step"), "Runs one state and holds", ("n",), live,
                    ("card",), here="cycle"),
            Command("cycle.stop", "Stop", self.steer("stop"), "Stops now; nothing it did is kept", ("ctrl+.",), live,
                    ("card",), here="cycle"),
            Command("cycle.choose", "Choose", self.choose),
            Command("cycle.clear", "Clear away", self.clear),
            Command("cycle.fold", "Fold the text", self.fold),
            Command("cycle.go", "Go to the proposal", self.go),
            Command("state.open", "Open the state", self.open_state),
            Command("proposal.next", "What waits for you", self.next, "Goes to the next proposal", ("w",),
                    lambda desk: bool(desk.notes.waiting), ("world",), here="proposal"),
            Command("proposal.install", "Install", self.install, "Exactly the source that is shown",
                    ("ctrl+enter",), card, ("card",), here="proposal"),
            Command("proposal.edit", "Edit", self.edit, "Change the source; it is audited again", ("e",), card,
                    ("card",), here="proposal"),
            Command("proposal.reject", "Reject", self.reject, "With the reason you give", ("r",), card, ("card",),
                    here="proposal"),
            Command("proposal.again", "Try again", self.again, "Another attempt, with the reason you give", ("t",),
                    card, ("card",), here="proposal"),
            Command("proposal.run", "Run again", self.run, "On the ghost, with other arguments"),
            Command("proposal.audit", "Audit again", self.audit),
            Command("proposal.audit_typed", "Audit again", self.audit_typed),
            Command("proposal.unedit", "Leave it", self.unedit),
            Command("proposal.send", "Send the message", self.send, "The message that started it", ("enter",), done),
            Command("proposal.done", "Done", self.done, "Puts the card away", (), has_any_installed),
        ]  # fmt: skip

    # -- cycles

    def steer(self, action: str) -> Callable[[Desk, Call], None]:
        def run(desk: Desk, call: Call) -> None:
            one = chosen_cycle(desk, call)
            if one is None:
                return
            before = one.status, one.paused

            def no(refusal: Refusal) -> None:
                one.status, one.paused = before
                self.session.stage.cycle_changed(one)
                desk.say(f"{one.title}: {refusal.message}", trouble=True)

            if action != "stop":
                desk.board.steered(one, action)
            self.session.stage.cycle_changed(one)
            self.session.call("cycle", lambda _reply: None, no, mission=one.mission, action=action)

        return run

    def choose(self, desk: Desk, call: Call) -> None:
        desk.board.chosen = int(call.argument)
        self.session.stage.touch_track()

    def clear(self, desk: Desk, call: Call) -> None:
        desk.board.clear(int(call.argument))
        self.session.stage.touch_track()

    def fold(self, desk: Desk, call: Call) -> None:
        one = desk.board.cycles.get(int(call.argument))
        if one is not None:
            one.unfolded = not one.unfolded
            self.session.stage.touch_track()

    def go(self, desk: Desk, call: Call) -> None:
        for proposal in desk.proposals.values():
            if proposal.mission == call.argument:
                desk.show(proposal.ident, proposal.ghost, proposal.receiver)

    def open_state(self, desk: Desk, call: Call) -> None:
        desk.run("object.go", Call(call.argument))

    # -- proposals

    def next(self, desk: Desk, call: Call) -> None:
        del call
        waiting = [one for one in desk.proposals.values() if one.waiting]
        if not waiting:
            return
        focus = chosen_proposal(desk, Call())
        here = waiting.index(focus) if focus in waiting else -1
        one = waiting[(here + 1) % len(waiting)]
        desk.show(one.ident, one.ghost, one.receiver)

    def decide(
        self, desk: Desk, proposal: Proposal, busy: str, command: str, yes: Callable[[Reply], None], label: str = "",
        **fields: Any,
    ) -> None:  # fmt: skip
        """Sends a decision; a refusal is shown on the card and nothing is lost. With a label it is an edit."""
        proposal.busy, proposal.problem = busy, ""
        self.session.proposals.touch(proposal)

        def no(refusal: Refusal) -> None:
            proposal.busy, proposal.problem = "", refusal.message
            self.session.proposals.touch(proposal)
            desk.wake()

        if label:
            send_edit(self.session, label, command, yes, no, proposal=proposal.id, **fields)
        else:
            self.session.call(command, yes, no, proposal=proposal.id, **fields)

    def install(self, desk: Desk, call: Call) -> None:
        proposal = chosen_proposal(desk, call)
        if proposal is None or proposal.busy or not proposal.waiting:
            return
        if not proposal.accepted:
            proposal.problem = "The guardian refuses this source. Edit it, or try again."
            self.session.proposals.touch(proposal)
            return

        def yes(_reply: Reply) -> None:
            self.session.proposals.installed(proposal)
            if proposal.receiver is not None:
                self.session.look_into(proposal.receiver)
            desk.show(proposal.ident, proposal.receiver)

        busy = "installing…" if proposal.change is None else "changing…"
        self.decide(desk, proposal, busy, "approve", yes, proposal.deed, sha256=proposal.sha256)

    def edit(self, desk: Desk, call: Call) -> None:
        proposal = chosen_proposal(desk, call)
        if proposal is not None and not proposal.busy:
            desk.edit_part(proposal.ident, "source")

    def unedit(self, desk: Desk, call: Call) -> None:
        del call
        desk.cancel_edit()

    def audit_typed(self, desk: Desk, call: Call) -> None:
        del call
        desk.enter()

    def audit(self, desk: Desk, call: Call) -> None:
        """The edited source is the new truth: it is audited and tried like any other."""
        proposal = chosen_proposal(desk, call)
        if proposal is None:
            return
        if call.text.strip() == proposal.source.strip():
            proposal.edited = None
            self.session.proposals.touch(proposal)
            return
        proposal.edited = call.text
        self.replace_source(desk, proposal, "audited again…", call.text)

    def replace_source(self, desk: Desk, proposal: Proposal, busy: str, source: str) -> None:
        """Another source becomes the proposal; the image audits it and tries it first."""

        def yes(reply: Reply) -> None:
            row = reply.get("result")
            proposal.busy = ""
            if isinstance(row, dict):
                self.session.proposals.heard({**row, "proposal": proposal.id})
            self.session.proposals.touch(proposal)

        self.decide(desk, proposal, busy, "edit_proposal", yes, source=source)

    def reject(self, desk: Desk, call: Call) -> None:
        self._reject(desk, call, again=False)

    def again(self, desk: Desk, call: Call) -> None:
        self._reject(desk, call, again=True)

    def _reject(self, desk: Desk, call: Call, again: bool) -> None:
        proposal = chosen_proposal(desk, call)
        if proposal is None or proposal.busy or not proposal.waiting:
            return
        if call.part == "reason":
            proposal.reason = call.text
        elif not again and not proposal.reason.strip() and not call.part:
            # By key and without a reason yet: the reason is asked for first, Enter sends it.
            desk.edit_part(proposal.ident, "reason")
            return

        def yes(reply: Reply) -> None:
            del reply
            self.session.proposals.remove(proposal)
            desk.say(
                f"{proposal.subject}: tried again with what you said."
                if again
                else f"{proposal.subject} is rejected; nothing was changed."
            )

        word = "asking for another…" if again else "rejecting…"
        self.decide(desk, proposal, word, "reject", yes, reason=proposal.reason.strip(), again=again)

    def run(self, desk: Desk, call: Call) -> None:
        proposal = chosen_proposal(desk, call)
        if proposal is None or proposal.busy:
            return
        if call.part == "arguments":
            proposal.arguments = call.text
        arguments = proposal.arguments
        try:
            args, kwargs = parse_arguments(arguments, desk.mirror.find)
        except NotAValue as problem:
            proposal.problem = str(problem)
            self.session.proposals.touch(proposal)
            return

        def yes(reply: Reply) -> None:
            result = reply.get("result")
            proposal.busy = ""
            if isinstance(result, dict):
                proposal.tried = arguments
                row = result if "trial" in result else {"trial": result}
                proposal.replace({**proposal.row, "trial": row["trial"]})
            self.session.proposals.touch(proposal)

        self.decide(desk, proposal, "running on the ghost…", "try_proposal", yes, args=list(args), kwargs=kwargs)

    def send(self, desk: Desk, call: Call) -> None:
        """The original message, with its own arguments, once and visibly."""
        proposal = chosen_proposal(desk, call, installed=True)
        if proposal is None:
            return
        if proposal.change is not None:
            self.session.proposals.remove(proposal)
            return
        outliner = desk.outliners.get(proposal.receiver) if proposal.receiver is not None else None
        message = Message(proposal.selector, proposal.args, dict(proposal.kwargs))
        self.session.proposals.remove(proposal)
        if outliner is None or outliner.ident not in desk.scene.rows:
            desk.say(f"{proposal.receiver_name} is not in the world; the message was not sent.", trouble=True)
            return
        if not outliner.open:
            outliner.open = True
            self.session.look_into(outliner.ident)
        desk.show(outliner.ident)
        self.messages.dispatch(desk, outliner, message, "")

    def done(self, desk: Desk, call: Call) -> None:
        proposal = chosen_proposal(desk, call, installed=True)
        if proposal is None:
            proposal = next((one for one in desk.proposals.values() if one.outcome), None)
        if proposal is not None:
            self.session.proposals.remove(proposal)


def chosen_proposal(desk: Desk, call: Call, installed: bool = False) -> Proposal | None:
    """The proposal a command is about: the one pressed, the focused card, or the only one there is."""
    idents = [call.ident]
    if desk.scene.focus is not None:
        idents.append(int(desk.scene.table.ident[desk.scene.focus[0]]))
    candidates = [one for one in desk.proposals.values() if bool(one.outcome) == installed]
    for ident in idents:
        for one in candidates:
            if ident is not None and ident in (one.ident, one.ghost):
                return one
    return None


def has_card(desk: Desk) -> bool:
    return chosen_proposal(desk, Call()) is not None


def has_installed(desk: Desk) -> bool:
    return chosen_proposal(desk, Call(), installed=True) is not None


def has_any_installed(desk: Desk) -> bool:
    return any(one.outcome for one in desk.proposals.values())


def chosen_cycle(desk: Desk, call: Call) -> Cycle | None:
    """The cycle a command is about: the one pressed, else the one the track shows, while it lives."""
    if isinstance(call.argument, int):
        return desk.board.cycles.get(call.argument)
    focus = desk.board.focus
    return focus if focus is not None and not focus.over else None


def has_live(desk: Desk) -> bool:
    return chosen_cycle(desk, Call()) is not None


def has_status(desk: Desk, *statuses: str) -> bool:
    one = chosen_cycle(desk, Call())
    return one is not None and one.status in statuses
