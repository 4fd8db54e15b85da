"""Memory equals disk: whatever methods do, and however they end, a reopened image shows what memory showed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uvm_core.objects import Method, Primitive, Surroundings, UvmObject, own_slots, running, send

from .worlds import Connected, connected, database, picture

MARK = "self._p_changed = True"
SELECTORS = ("m0", "m1", "m2", "m3")
SLOTS = ("items", "table", "bag", "note", "pair")

# Statements of a generated method. {s}: a slot with a list, {m}: a selector, {n}: a number. Each is as the covenant
# wants it: a change in place is followed by the mark.
STATEMENTS = [
    "self.items.append({n})",
    "self.items.extend([{n}, [{n}]])",
    "self.items[:] = [{n}]",
    "self.items[0:1] = []",
    "self.items += [{n}]",
    "self.items.sort(key=str)",
    "self.table['k{n}'] = [{n}]",
    "self.table.setdefault('deep', []).append({n})",
    "self.table.pop('k{n}', None)",
    "self.bag.add({n})",
    "self.pair[1].append({n})",
    "self.note = {n}",
    "self.note = [self.items, {n}]",
    "self.items = [{n}]",
    "del self.note",
    "del self.items",
    "kept = self.items",
    "kept.append({n})",
    "self.table['kept'] = kept",
    "self.items = kept",
    "self.{m}()",
    "self.friend.{m}()",
    "self.friend.items = self.items",
    "self.friend.note = kept",
    "self.friend.take(self.items)",
    "self.friend.take(x=kept)",
    "put = self.friend.take; put(kept)",
    "kept = self.friend.give()",
    "kept = [1]; self.items = kept; self.friend.items = kept",
    "self.items = self.friend.items",
    "self.items.append(self.friend.table)",
    "self.table['f'] = self.friend",
    "self.friend.note = [self, self.items]",
    "self.note = self.clone(); self.note.items = kept",
    "self.friend.items += [{n}]",
    "self.keep(kept)",
    "for x in self.items:\n        kept = kept + [x]",
    "raise ValueError({n})",
    "raise TypeError(self.items)",
    "1 + 'a'",
    "self.friend.give(1, 2, 3)",
    "try:\n        self.friend.{m}()\n    except Exception as error:\n        self.note = list(error.args)",
    "try:\n        self.{m}()\n    except (ValueError, TypeError, LookupError):\n        kept.append(9)",
    "try:\n        self.items.append({n})\n        1 + 'a'\n    except TypeError:\n        pass",
]


def bodies(index: int) -> st.SearchStrategy[list[str]]:
    """Bodies of the method m<index>, which sends only messages with a higher number: none runs for ever."""
    further = SELECTORS[index + 1 :] or ("give",)
    statement = st.builds(
        lambda text, m, n: text.format(m=m, n=n),
        st.sampled_from(STATEMENTS),
        st.sampled_from(further),
        st.integers(0, 3),
    )
    return st.lists(statement, min_size=1, max_size=5)


def source(selector: str, body: list[str]) -> str:
    lines = "".join(f"    {line}\n    {MARK}\n" for line in body)
    return f"def {selector}(self):\n    kept = [0]\n{lines}    return kept\n"


TAKE = f"def take(self, x=None):\n    self.taken = x\n    {MARK}\n    return x\n"
GIVE = "def give(self):\n    return self.items\n"
KEEP = f"def keep(self, x):\n    self.note = x\n    {MARK}\n"


def build(root: Any, methods: dict[str, Method]) -> dict[str, UvmObject]:
    """A parent with containers and methods, two children that inherit them, and a stranger that has its own."""
    vocabulary = UvmObject({name: Primitive(name) for name in ("clone", "resend", "slot_value")})
    shared = {"items": [1, 2], "table": {"deep": [1]}, "bag": {1}, "note": "", "pair": (1, [2])}
    parent = UvmObject({"parent*": vocabulary, **shared, **methods}, take=Method(TAKE), give=Method(GIVE))
    parent.keep = Method(KEEP)
    one, two = UvmObject({"parent*": parent}), UvmObject({"parent*": parent})
    stranger = UvmObject({"parent*": parent}, items=[5], table={}, bag=set(), note=[], pair=(0, [0]))
    silent = UvmObject({"parent*": parent})
    found = {"parent": parent, "one": one, "two": two, "stranger": stranger, "silent": silent}
    one.friend, two.friend, stranger.friend = two, stranger, one
    for name, made in found.items():
        root[name] = made
    return found


def reachable(found: dict[str, UvmObject]) -> dict[str, UvmObject]:
    """The named objects and the clones that they keep in `note`."""
    more = {f"{name}.note": made.__dict__.get("note") for name, made in found.items()}
    return {**found, **{name: made for name, made in more.items() if isinstance(made, UvmObject) and name not in found}}


def send_quietly(receiver: UvmObject, selector: str) -> None:
    try:
        send(receiver, selector)
    except Exception:  # noqa: BLE001 - a method may end in any error; what counts is what it leaves behind
        return


def read_all(session: Connected) -> dict[str, Any]:
    names = ("parent", "one", "two", "stranger", "silent")
    for name in names:
        session.root[name]._p_activate()
    return picture(reachable({name: session.root[name] for name in names}))


sends = st.lists(
    st.tuples(
        st.sampled_from(["one", "two", "stranger"]),
        st.sampled_from(SELECTORS),
        st.sampled_from(["", "commit", "abort"]),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150)
@given(written=st.tuples(*map(bodies, range(4))), messages=sends)
def test_memory_equals_disk_after_random_methods(
    written: tuple[list[str], ...], messages: list[tuple[str, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("disk") / "x.fs"
    with database(path) as opened, connected(opened) as here, connected(opened) as there:
        methods = {name: Method(source(name, body)) for name, body in zip(SELECTORS, written, strict=True)}
        build(here.root, methods)
        here.commit()
        untouched = {name: read_all(here)[name] for name in ("parent", "silent")}
        last = read_all(here)
        for name, selector, end in messages:
            with running(Surroundings({})):
                send_quietly(here.root[name], selector)
            if end == "commit":
                here.commit()
                last = read_all(here)
                there.begin()
                assert read_all(there) == last
            elif end == "abort":
                here.begin()
                assert read_all(here) == last
        here.commit()
        memory = read_all(here)
        there.begin()
        assert read_all(there) == memory
        assert {name: memory[name] for name in untouched} == untouched, "a parent or a sibling changed"
    with database(path) as opened, connected(opened) as reader:
        assert read_all(reader) == memory


def run(here: Connected, methods: dict[str, str], sends_: list[tuple[str, str]]) -> dict[str, Any]:
    build(here.root, {name: Method(text) for name, text in methods.items()})
    here.commit()
    with running(Surroundings({})):
        for name, selector in sends_:
            send_quietly(here.root[name], selector)
    here.commit()
    memory = read_all(here)
    here.connection.cacheMinimize()
    assert read_all(here) == memory
    return memory


def test_a_change_in_place_before_a_type_error_that_the_caller_catches_is_kept(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        bad = f"def bad(self):\n    self.items.append(7)\n    1 + 'a'\n    {MARK}\n"
        run(here, {"bad": bad}, [("stranger", "bad"), ("one", "bad")])
        assert here.root["stranger"].items == [5, 7]
        assert own_slots(here.root["one"])["items"] == [1, 2, 7]
        assert here.root["parent"].items == [1, 2]


def test_two_objects_never_share_a_list(tmp_path: Path) -> None:
    share = f"def share(self):\n    self.friend.items = self.items\n    {MARK}\n"
    add = f"def add(self):\n    self.items.append(7)\n    {MARK}\n"
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        run(here, {"share": share, "add": add}, [("stranger", "share")])
        with running(Surroundings({})):
            send(here.root["stranger"], "add")
        here.commit()
        assert here.root["one"].items == [5]
        assert here.root["stranger"].items == [5, 7]


@pytest.mark.parametrize("way", ["self.friend.take(self.items)", "put = self.friend.take; put(self.items)"])
def test_an_argument_to_another_object_is_a_copy(way: str, tmp_path: Path) -> None:
    give = f"def go(self):\n    {way}\n    self.items.append(7)\n    {MARK}\n"
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        run(here, {"go": give}, [("stranger", "go")])
        assert here.root["one"].taken == [5]


def test_an_error_carries_no_list_from_one_object_into_another(tmp_path: Path) -> None:
    fail = "def fail(self):\n    raise ValueError(self.items)\n"
    catch = "def catch(self):\n    try:\n        self.friend.fail()\n    except ValueError as e:\n"
    catch += f"        self.note = e.args[0]\n    {MARK}\n"
    grow = f"def grow(self):\n    self.items.append(7)\n    {MARK}\n"
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        run(here, {"fail": fail, "catch": catch, "grow": grow}, [("two", "catch")])
        with running(Surroundings({})):
            send(here.root["stranger"], "grow")
        here.commit()
        assert here.root["two"].note == [5]


def test_an_inherited_list_that_only_was_read_follows_its_parent(tmp_path: Path) -> None:
    look = "def look(self):\n    return len(self.items)\n"
    twice = (
        "def twice(self):\n    a = self.items\n    self.up.more()\n    return [len(a), len(self.items), self.look()]\n"
    )
    more = f"def more(self):\n    self.items.append(3)\n    {MARK}\n"
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        found = build(
            here.root, {name: Method(text) for name, text in (("look", look), ("twice", twice), ("more", more))}
        )
        found["one"].up = found["parent"]
        here.commit()
        with running(Surroundings({})):
            assert send(here.root["one"], "twice") == [2, 3, 3]
        assert "items" not in own_slots(here.root["one"])
        assert here.root["parent"].items == [1, 2, 3]


def test_a_slot_that_a_method_takes_away_stays_away(tmp_path: Path) -> None:
    go = f"def go(self):\n    x = self.items\n    x.append(9)\n    self.items = x\n    del self.items\n    {MARK}\n"
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        run(here, {"go": go}, [("one", "go")])
        assert "items" not in own_slots(here.root["one"])


def test_another_objects_list_is_read_only(tmp_path: Path) -> None:
    go = f"def go(self):\n    self.friend.items.append(1)\n    {MARK}\n"
    rebound = f"def rebound(self):\n    for self in [self.friend]:\n        self.items.append(1)\n    {MARK}\n"
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        memory = run(here, {"go": go, "rebound": rebound}, [("two", "go"), ("two", "rebound")])
        assert here.root["stranger"].items == [5]
        assert dict(memory["one"]).keys() == {"parent*", "friend"}
