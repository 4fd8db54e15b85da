"""The life of an edited value, as a state machine driven at random."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from morphic_ui.model.fields import Field, FieldState

VALUES = st.integers(0, 5)


class FieldLife(RuleBasedStateMachine):
    """A person types and commits; the image answers late, out of order, or not; snapshots come in between."""

    def __init__(self) -> None:
        super().__init__()
        self.field = Field(base=0)
        self.seq = 0
        self.tid = 0
        self.sent: list[tuple[int, int]] = []
        self.typed: str | None = None  # what the person has in the editor

    @precondition(lambda self: self.typed is None)
    @rule(text=st.text(max_size=5))
    def begin(self, text: str) -> None:
        refused = self.field.state is FieldState.REFUSED
        self.typed = self.field.text if refused else text
        self.field.begin(text)

    @precondition(lambda self: self.typed is not None)
    @rule(text=st.text(max_size=5))
    def type(self, text: str) -> None:
        self.typed = text
        self.field.type(text)

    @precondition(lambda self: self.typed is not None)
    @rule()
    def escape(self) -> None:
        self.typed = None
        self.field.cancel()

    @precondition(lambda self: self.typed is not None)
    @rule(value=VALUES)
    def commit(self, value: int) -> None:
        self.typed = None
        self.seq += 1
        self.sent.append((self.seq, value))
        self.field.send(value, self.seq)

    @precondition(lambda self: bool(self.sent))
    @rule(data=st.data(), good=st.booleans())
    def answer(self, data: st.DataObject, good: bool) -> None:
        seq, value = self.sent.pop(data.draw(st.integers(0, len(self.sent) - 1)))
        latest = seq == self.field.seq and self.field.state is FieldState.SAVING
        if good:
            self.tid += 1
            self.field.acknowledge(seq, self.tid)
            if latest:
                assert self.field.base == value
        else:
            self.field.refuse(seq, "no")
            if latest:
                assert self.field.state is FieldState.REFUSED
                assert self.field.reason == "no"

    @rule(value=VALUES, old=st.booleans())
    def snapshot(self, value: int, old: bool) -> None:
        before, shown, text = self.field.base, self.field.shown, self.field.text
        tid = self.field.tid - 1 if old else self.field.tid + 1
        self.field.arrive(value, tid)
        assert self.field.text == text, "a snapshot never touches what is typed"
        if old:
            assert self.field.base == before, "an older snapshot changes nothing"
        if self.field.state is FieldState.SAVING:
            assert self.field.shown == shown, "what is on its way stays on the screen"
        self.tid = max(self.tid, self.field.tid)

    @invariant()
    def typing_is_never_lost(self) -> None:
        if self.typed is not None:
            assert self.field.text == self.typed

    @invariant()
    def only_a_value_on_its_way_hides_the_confirmed_one(self) -> None:
        if self.field.state is not FieldState.SAVING:
            assert self.field.shown == self.field.base


TestFieldLife = FieldLife.TestCase
TestFieldLife.settings = settings(max_examples=200, stateful_step_count=30)


def test_a_text_that_is_no_value_stays_to_be_corrected() -> None:
    field = Field(base=1)
    field.begin("1")
    field.type("graz")
    field.refuse_text("no object is called graz")
    field.begin("1")
    assert field.text == "graz"
    assert field.shown == 1
    field.cancel()
    assert (field.state, field.text, field.reason) == (FieldState.CLEAN, "", "")


def test_an_answer_to_an_older_edit_is_ignored() -> None:
    field = Field(base=1)
    field.begin("2")
    field.send(2, 1)
    field.begin("3")
    field.send(3, 2)
    field.acknowledge(1, 5)
    assert field.shown == 3
    field.acknowledge(2, 6)
    assert (field.base, field.state) == (3, FieldState.CLEAN)
