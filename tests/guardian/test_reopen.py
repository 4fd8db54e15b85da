"""What an accepted method leaves in memory is what a commit and a reopen give back: the point of the covenant."""

from __future__ import annotations

from typing import Any

import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ZODB import DB
from ZODB.MappingStorage import MappingStorage

from uvm_core.guardian.auditing import audit_strictly
from uvm_core.objects import Method, NotUnderstood, SlotError, Surroundings, UvmObject, own_slots, running, send

from .test_fuzz import methods

SLOTS: dict[str, Any] = {"n": 0, "xs": [1], "rows": [{"k": 1, "z": [5]}, {"k": 2}], "table": {"k": [1]}, "kept": []}
BROKEN = "def f(self, p, q):\n    self.xs.append(p)\n"


def _memory_and_disk(source: str, args: tuple[Any, ...], inherited: frozenset[str]) -> tuple[str, str]:
    """The receiver's slots after a send, as they are in memory and as another connection reads them."""
    database = DB(MappingStorage())
    try:
        manager = transaction.TransactionManager()
        connection = database.open(manager)
        manager.begin()
        # Made anew each time: the method changes what it is given.
        fresh: dict[str, Any] = eval(repr(SLOTS))
        parent = UvmObject({name: fresh[name] for name in fresh if name in inherited})
        own = {name: fresh[name] for name in fresh if name not in inherited}
        connection.root()["ghost"] = UvmObject({"parent*": parent, **own, "f": Method(source)})
        manager.commit()
        manager.begin()
        ghost = connection.root()["ghost"]
        try:
            with running(Surroundings({})):
                send(ghost, "f", args)
        except (Exception, NotUnderstood):  # noqa: BLE001 - what a method raises may be caught by its sender
            pass
        in_memory = _shown(ghost)
        try:
            manager.commit()
        except SlotError:
            # A list that holds itself is refused as a whole: memory is taken back and disk was never written.
            manager.abort()
            in_memory = _shown(ghost)
        connection.close()
        other = transaction.TransactionManager()
        reopened = database.open(other)
        # The pool may hand out the same connection, with the objects that it holds.
        reopened.cacheMinimize()
        on_disk = _shown(reopened.root()["ghost"])
        reopened.close()
        return in_memory, on_disk
    finally:
        database.close()


def _shown(ghost: UvmObject) -> str:
    return repr({name: value for name, value in own_slots(ghost).items() if name not in ("f", "parent*")})


@settings(max_examples=120, suppress_health_check=list(HealthCheck), deadline=None)
@given(methods(), st.sampled_from([(0, 0), (1, 2), ("x", 0), (1, "y")]), st.frozensets(st.sampled_from(sorted(SLOTS))))
def test_memory_and_disk_agree_for_accepted_methods(
    source: str, args: tuple[Any, ...], inherited: frozenset[str]
) -> None:
    report = audit_strictly(source)
    accepted = source if report.accepted else report.repaired_source
    if accepted is not None:
        in_memory, on_disk = _memory_and_disk(accepted, args, inherited)
        assert in_memory == on_disk, accepted


def test_without_the_covenant_they_would_not() -> None:
    in_memory, on_disk = _memory_and_disk(BROKEN, (1, 2), frozenset())
    assert in_memory != on_disk
    assert audit_strictly(BROKEN).rules == ("COV-004",)
