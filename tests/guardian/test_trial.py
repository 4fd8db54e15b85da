"""What a trial says: answers, slots, changes, errors; with objects, parents and the vocabulary around the ghost."""

from __future__ import annotations

import math
from typing import Any

import pytest

from uvm_core.guardian import TrialHelper, TrialResult, trial


def test_a_method_answers_and_leaves_its_slots(helper: TrialHelper) -> None:
    source = "def add(self, x):\n    self.items.append(x)\n    self._p_changed = True\n    return len(self.items)\n"
    result = helper.trial(source, {"items": [1], "name": "list"}, [2])
    assert (result.status, result.returns) == ("ok", 2)
    assert result.slots_after == {"items": [1, 2], "name": "list"}
    assert result.changes == {"items": [[1], [1, 2]]}
    assert result.unmarked == [] and result.added == [] and result.removed == []
    assert 0 < result.seconds < 3 and 1 < result.max_rss_mb < 256


def test_keyword_arguments_and_defaults(helper: TrialHelper) -> None:
    source = "def f(self, a, b=2, *, c=3):\n    return a, b, c\n"
    assert helper.trial(source, {}, [1], kwargs={"c": 9}).returns == (1, 2, 9)


def test_slots_that_come_and_go_are_named(helper: TrialHelper) -> None:
    source = "def f(self):\n    self.new = 1\n    del self.old\n    self._p_changed = True\n"
    result = helper.trial(source, {"old": 5})
    assert (result.added, result.removed) == (["new"], ["old"])
    assert result.changes == {"old": [5, None], "new": [None, 1]}


@pytest.mark.parametrize(
    ("body", "unmarked"),
    [
        ("self.items.append(1)", ["items"]),
        ("self._p_changed = True\n    self.items.append(1)", ["items"]),
        ("self.items.append(1)\n    self._p_changed = True", []),
        ("self.count = 2\n    self._p_changed = True", []),
        ("self.table['a'].append(1)", ["table"]),
        ("return self.items", []),
    ],
)
def test_changes_that_nothing_marks_are_named(helper: TrialHelper, body: str, unmarked: list[str]) -> None:
    result = helper.trial(f"def f(self):\n    {body}\n", {"items": [], "count": 1, "table": {"a": []}})
    assert result.status == "ok" and result.unmarked == unmarked


@pytest.mark.parametrize(
    "value",
    [None, True, 3, -(2**80), 1.5, math.inf, "ä\x00\ud800", b"\x00\xff", [1, [2]], {"a": {"b": 1}}, {1: 2, (3, 4): 5},
     (1, (2,)), {1, 2}, frozenset({3}), {"\x00": 1}, [], {}, ()],
    ids=repr,
)  # fmt: skip
def test_data_goes_there_and_back_unchanged(helper: TrialHelper, value: Any) -> None:
    result = helper.trial("def f(self, x):\n    return [x, self.x]\n", {"x": value}, [value])
    assert result.returns == [value, value]
    assert type(result.returns[0]) is type(value)


def test_json_spellings_of_data_are_understood(helper: TrialHelper) -> None:
    given = {
        "a": {"$tuple": [1, {"$set": [2]}]},
        "b": {"$bytes": "AAE="},
        "c": {"$float": "nan"},
        "d": {"$dict": [[1, 2]]},
    }
    a, b, c, d = helper.trial("def f(self):\n    return self.a, self.b, self.c, self.d\n", given).returns
    assert (a, b, d) == ((1, {2}), b"\x00\x01", {1: 2}) and math.isnan(c)


def test_another_object_answers_its_messages(helper: TrialHelper) -> None:
    source = "def f(self, other):\n    return self.customer.remind(12), self.customer.name, other.greet()\n"
    customer = {"$obj": {"slots": {"name": "Ada"}, "replies": {"remind": {"sent": True}}}}
    other = {
        "$obj": {"slots": {"greet": {"$method": "def greet(self):\n    return 'I am ' + self.name\n"}, "name": "Bo"}}
    }
    assert helper.trial(source, {"customer": customer}, [other]).returns == ({"sent": True}, "Ada", "I am Bo")


def test_objects_that_refer_to_each_other(helper: TrialHelper) -> None:
    wife = {"$obj": {"key": "w", "slots": {"name": "W", "friend": {"$same": "self"}, "husband": {"$same": "h"}}}}
    husband = {"$obj": {"key": "h", "slots": {"name": "H", "wife": {"$same": "w"}}}}
    source = "def f(self):\n    w = self.people[0]\n    return w.husband.wife.name, w.friend.name, w.husband\n"
    result = helper.trial(source, {"people": [wife, husband], "name": "S"})
    assert result.returns[:2] == ("W", "S")
    assert result.returns[2]["$obj"]["key"] == "h" and result.returns[2]["$obj"]["slots"]["wife"]["$obj"]["key"] == "w"
    assert result.slots_after["people"] == [{"$same": "w"}, {"$same": "h"}]


def test_what_a_method_does_to_others_by_messages_is_named(helper: TrialHelper) -> None:
    poke = "def poke(self):\n    self.n += 1\n    self._p_changed = True\n"
    other = {"$obj": {"key": "other", "slots": {"n": 1, "poke": {"$method": poke}}}}
    result = helper.trial("def f(self, other):\n    other.poke()\n    return other\n", {}, [other])
    assert result.others == ["other"] and result.changes == {} and result.returns["$obj"]["slots"]["n"] == 2


def test_slots_are_found_by_delegation(helper: TrialHelper) -> None:
    parents = [{"rate": 2, "twice": {"$method": "def twice(self, x):\n    return x * self.rate\n"}}, {"title": "T"}]
    result = helper.trial("def f(self):\n    return self.twice(4), self.title\n", {}, parents=parents)
    assert result.returns == (8, "T")


def test_an_inherited_list_becomes_the_receivers_own(helper: TrialHelper) -> None:
    parent = {"$obj": {"key": "p", "slots": {"tags": ["a"]}}}
    source = "def f(self):\n    self.tags.append('b')\n    self._p_changed = True\n"
    result = helper.trial(source, {}, parents=[parent])
    assert result.slots_after == {"tags": ["a", "b"]} and result.added == ["tags"] and result.others == []


def test_the_vocabulary_is_there(helper: TrialHelper) -> None:
    source = (
        "def f(self):\n    copy = self.clone()\n    copy.x = 9\n"
        "    known = self.understands('y')\n"
        "    return self.slot_names(), self.slot_value('x'), known, len(self.parents()), copy.x, self.x\n"
    )
    assert helper.trial(source, {"x": 1}).returns == (["parent*", "x", "f"], 1, False, 1, 9, 1)
    assert (
        "slots=['parent*', 'x', 'f']"
        in helper.trial("def f(self):\n    return self.print_string()\n", {"x": 1}).returns
    )


def test_resend_reaches_the_parents_method(helper: TrialHelper) -> None:
    parent = {"f": {"$method": "def f(self):\n    return 'a ' + self.kind\n"}}
    assert helper.trial(
        "def f(self):\n    return 'not ' + self.resend('f')\n", {"kind": "k"}, parents=[parent]
    ).returns == ("not a k")


def test_the_selector_can_be_another_name(helper: TrialHelper) -> None:
    assert helper.trial("def f(self):\n    return 1\n", {}, selector="g").returns == 1


def test_a_message_not_understood_is_an_error_in_plain_words(helper: TrialHelper) -> None:
    result = helper.trial("def f(self):\n    x = 1\n    return self.nothing_here(x)\n", {"a": 1})
    assert (result.status, result.line) == ("error", 3)
    assert "The receiver" in result.message and "'nothing_here'" in result.message
    named = helper.trial("def f(self, o):\n    return o.nope()\n", {}, [{"$obj": {"key": "customer"}}])
    assert "'customer'" in named.message and "'nope'" in named.message


def test_the_model_is_not_asked_in_a_trial(helper: TrialHelper) -> None:
    result = helper.trial("def f(self):\n    return self.infer_('hello')\n", {})
    assert result.status == "error" and "model" in result.message


def test_an_error_names_its_kind_and_line(helper: TrialHelper) -> None:
    result = helper.trial("def f(self):\n    self.items.append(1)\n\n    return 1 / 0\n", {"items": []})
    assert (result.status, result.line, result.message) == ("error", 4, "ZeroDivisionError: division by zero")
    assert result.slots_after == {"items": [1]}


def test_what_is_printed_comes_back(helper: TrialHelper) -> None:
    assert helper.trial("def f(self):\n    print('a', 1)\n    print('b')\n", {}).output == "a 1\nb"


@pytest.mark.parametrize(
    ("source", "slots", "args"),
    [
        ("def f(self:\n", {}, []),
        ("x = 1", {}, []),
        ("def f(this): pass", {}, []),
        ("def f(self): return 1", {"__class__": 1}, []),
        ("def f(self): return 1", {}, [{"$same": "nobody"}]),
        ("def f(self): return 1", {}, [{"$bytes": "%"}]),
        ("def f(self): return 1", {"a": {"$obj": {"key": "k"}}, "b": {"$obj": {"key": "k"}}}, []),
        ("def f(self): return 1", {"a": {"$obj": 3}}, []),
        ("def f(self): return 1", {}, [1, 2]),
        ("def f(self): return 1", {"a": object()}, []),
        ("def f(self): return 1", {"a": "x" * 9_000_000}, []),
        ("def f(self): return 1", {"a": {"$method": "nonsense("}, "b": 1}, ["too many"]),
    ],
)
def test_what_cannot_be_tried_is_an_error_in_a_sentence(
    helper: TrialHelper, source: str, slots: dict[str, Any], args: list[Any]
) -> None:
    result = helper.trial(source, slots, args)
    assert result.status == "error" and result.message


def test_answers_that_are_no_data_are_named_by_kind(helper: TrialHelper) -> None:
    result = helper.trial("def f(self):\n    return map(str, self.xs), len\n", {"xs": [1]})
    assert result.returns == ({"$other": "map"}, {"$other": "builtin_function_or_method"})


def test_a_result_is_plain_data(helper: TrialHelper) -> None:
    result = helper.trial("def f(self):\n    return 1\n", {})
    assert TrialResult.from_dict(result.to_dict()) == result and result.ok and result.finding is None
    with pytest.raises(ValueError):
        TrialResult.from_dict({"status": "excellent"})


def test_the_function_uses_a_helper_of_its_own() -> None:
    assert trial("def f(self):\n    return self.x\n", {"x": 4}).returns == 4
