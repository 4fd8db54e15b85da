"""Cases at the edges and what candidates do in them: the laws of choosing, real trials, and the words for people."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cycles.edge_cases import EdgeCase, edge_cases
from uvm_core.cycles.outcomes import (
    Outcome,
    Run,
    error_kind,
    others,
    outcome_of,
    rows,
    run_cases,
    shown_cases,
    trial_run,
)
from uvm_core.guardian.trial import TrialHelper, TrialResult
from uvm_core.objects import sha256_of

WITHDRAW = """\
def withdraw(self, amount):
    if amount > self.balance:
        raise ValueError("not enough money")
    self.balance -= amount
    self._p_changed = True
    return self.balance
"""
STRICT = WITHDRAW.replace("amount > self", "amount >= self")
UNCHECKED = "def withdraw(self, amount):\n    self.balance -= amount\n    self._p_changed = True\n"
ACCOUNT = MethodRequest("withdraw", ["amount"], {"balance": 10, "owner": "Ann"})

TOTAL = """\
def total(self):
    return sum(line["price"] * line["count"] for line in self.lines)
"""
BEST = 'def total(self):\n    return max(line["price"] * line["count"] for line in self.lines)\n'
LINES = MethodRequest(
    "total", [], {"lines": [{"what": "tea", "price": 3, "count": 2}, {"what": "jam", "price": 4, "count": 1}]}
)

TAKE = """\
def take(self, name, count):
    if self.stock.get(name, 0) < count:
        return False
    self.stock[name] -= count
    self._p_changed = True
    return True
"""
STOCK = MethodRequest("take", ["name", "count"], {"stock": {"tea": 3, "jam": 1}, "name": "Corner"})

GREET = "def greet(self, name):\n    return f'{self.greeting}, {name.strip().title()}!'\n"
GREETER = MethodRequest("greet", ["name"], {"greeting": "Hello"})

SOURCES = [
    WITHDRAW,
    STRICT,
    UNCHECKED,
    TOTAL,
    TAKE,
    GREET,
    "def f(self, a, b):\n    return a < b < self.x[a]\n",
    "nonsense(",
]
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.floats(-9, 9) | st.text(max_size=4)
    | st.sampled_from([{"$same": "self"}, {"$method": GREET}, {"$obj": {"key": "7", "slots": {}}}]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
NAMES = ["balance", "lines", "stock", "greeting", "x", "other"]


@pytest.fixture(scope="module")
def helper() -> Iterator[TrialHelper]:
    with TrialHelper() as started:
        yield started


def words(cases: list[EdgeCase]) -> list[str]:
    return [case.words for case in cases]


def by_words(request: MethodRequest, args: list[Any], sources: list[str], helper: TrialHelper) -> dict[str, list[str]]:
    """What each source does, by the words of the case."""
    cases = edge_cases(request, args, {}, sources)
    outcomes = run_cases(trial_run(helper.trial, request.slots, [], request.selector), sources, cases)
    return {case.words: [row[place].words for row in outcomes] for place, case in enumerate(cases)}


@given(
    parameters=st.lists(st.sampled_from(["amount", "name", "items", "count=2"]), unique=True, max_size=3),
    slots=st.dictionaries(st.sampled_from(NAMES), plain, max_size=5),
    inherited=st.dictionaries(st.sampled_from(NAMES), plain, max_size=2),
    values=st.lists(plain, max_size=3),
    sources=st.lists(st.sampled_from(SOURCES), max_size=4),
    most=st.integers(1, 12),
)
@settings(deadline=None, max_examples=150)
def test_the_laws_of_choosing_cases(
    parameters: list[str],
    slots: dict[str, Any],
    inherited: dict[str, Any],
    values: list[Any],
    sources: list[str],
    most: int,
) -> None:
    parameters = sorted(parameters, key=lambda item: "=" in item)
    request = MethodRequest("f", parameters, slots, inherited)
    args, kwargs = values[: len(parameters)], {}
    if len(args) == len(parameters) and args:
        kwargs = {request.parameter_names[-1]: args.pop()}
    before = repr((request, args, kwargs))
    cases = edge_cases(request, args, kwargs, sources, most=most)
    assert cases == edge_cases(request, args, kwargs, sources, most=most), "the same for the same input"
    assert repr((request, args, kwargs)) == before, "nothing given is changed"
    assert 1 <= len(cases) <= most
    assert cases[0].words == "as it is" and not cases[0].slots and not cases[0].twice
    assert list(cases[0].args[: len(args)]) == args and kwargs.items() <= cases[0].kwargs.items()
    signature = inspect.Signature(
        [
            inspect.Parameter(
                name.partition("=")[0],
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=2 if "=" in name else inspect.Parameter.empty,
            )
            for name in parameters
        ]
    )
    for case in cases:
        signature.bind(*case.args, **case.kwargs)
        assert case.slots.keys() <= slots.keys() | inherited.keys()
        assert case.words
    assert len({repr((case.args, case.kwargs, case.slots, case.twice)) for case in cases}) == len(cases)


@given(slots=st.fixed_dictionaries({"balance": plain}))
@settings(deadline=None, max_examples=40)
def test_objects_and_methods_in_slots_are_left_alone(slots: dict[str, Any]) -> None:
    slots = {**slots, "friend": {"$obj": {"key": "7", "slots": {"n": 1}}}, "rule": {"$method": GREET}}
    source = "def f(self):\n    return self.friend.n > self.rule() or self.balance\n"
    for case in edge_cases(MethodRequest("f", [], slots), [], {}, [source]):
        assert "friend" not in case.slots and "rule" not in case.slots


def test_a_withdrawal_is_tried_at_and_beside_its_bound(helper: TrialHelper) -> None:
    found = by_words(ACCOUNT, [3], [WITHDRAW], helper)
    assert found["as it is"] == ["answers 7; balance 10 > 7"]
    assert found["amount equal to balance"] == ["answers 0; balance 10 > 0"]
    assert found["amount above balance"] == ["refuses: not enough money"]
    assert found["with amount = 0"] == ["answers 10"]
    assert found["with amount = -1"] == ["answers 11; balance 10 > 11"]
    assert found["when balance is 0"] == ["refuses: not enough money"]
    assert found["sent twice"] == ["answers 4; balance 7 > 4"]


def test_candidates_that_differ_only_at_an_edge_are_told_apart(helper: TrialHelper) -> None:
    found = by_words(ACCOUNT, [3], [WITHDRAW, STRICT], helper)
    assert [case for case, (one, other) in found.items() if one != other] == [
        "amount equal to balance",
        "when balance is equal to amount",
    ]


@pytest.mark.parametrize(
    ("source", "slots"),
    [
        ("def f(self):\n    return 'low' if self.charge < 20 else 'ok'\n", {"charge": 55}),
        ("def f(self, km):\n    needed = km * self.rate / 100\n    return needed < self.fuel\n",
         {"rate": 5, "fuel": 40}),
        ("def f(self):\n    return [i['n'] for i in self.stock if i['count'] < i['least']]\n",
         {"stock": [{"n": "tea", "count": 2, "least": 5}]}),
        ("def f(self, name, count):\n    left = self.stock[name]\n    return left < count\n", {"stock": {"tea": 3}}),
        ("def f(self, place):\n    return place < len(self.rows)\n", {"rows": [4, 5, 6]}),
        ("def f(self, more):\n    return self.held + more < self.room\n", {"held": 3, "room": 9}),
        ("def f(self, by):\n    self.held += by\n    self._p_changed = True\n    return self.held < self.room\n",
         {"held": 3, "room": 9}),
        ("def f(self):\n    return len(self.marks) < 3\n", {"marks": [1, 2, 3, 4, 5]}),
        ("def f(self):\n    return all(one < two for one, two in zip(self.marks, self.marks[1:]))\n",
         {"marks": [1, 4, 5]}),
        ("def f(self, level):\n    for place, one in enumerate(self.rows):\n        if level < one:\n"
         "            return place\n", {"rows": [4, 6]}),
        ("def f(self, today):\n    return self.due < today\n", {"due": "2024-03-10"}),
        ("def f(self, room):\n    left, days = self.held, 0\n    while left < room:\n        left += 2\n"
         "        days += 1\n    return days\n", {"held": 3}),
    ],
    ids=["constant", "formula", "record", "entry", "length", "sum", "grown", "size", "neighbours", "enumerate", "text",
         "loop"],
)  # fmt: skip
def test_borders_are_found_where_they_are_reckoned(source: str, slots: dict[str, Any], helper: TrialHelper) -> None:
    parameters = [name.strip() for name in source[source.index("(") + 1 : source.index(")")].split(",")[1:]]
    sources = [source, source.replace(" < ", " <= ")]
    found = by_words(MethodRequest("f", parameters, slots), [], sources, helper)
    assert any(one != other for one, other in found.values())


def test_a_text_is_set_to_what_it_is_compared_with(helper: TrialHelper) -> None:
    source = "def f(self, word):\n    return [self.state == 'open', word == self.secret]\n"
    found = by_words(MethodRequest("f", ["word"], {"state": "shut", "secret": "sesame"}), ["tea"], [source], helper)
    assert found["when state is 'open'"] == ["answers [True, False]"]
    assert found["word equal to secret"] == ["answers [False, True]"]


def test_a_border_is_named_by_the_other_only_where_that_is_its_value() -> None:
    source = "def f(self, by):\n    self.held += by\n    self._p_changed = True\n    return self.held < self.room\n"
    cases = edge_cases(MethodRequest("f", ["by"], {"held": 3, "room": 9}), [2], {}, [source], most=20)
    assert {"with by = 6", "when held is 7"} <= set(words(cases))
    assert not {"when held is equal to room"} & set(words(cases))


def test_a_list_of_records_is_tried_empty_and_with_one(helper: TrialHelper) -> None:
    found = by_words(LINES, [], [TOTAL, BEST], helper)
    assert found["as it is"] == ["answers 10", "answers 6"]
    assert found["when lines is empty"][0] == "answers 0"
    assert found["when lines is empty"][1].startswith("fails: ValueError")
    assert found["when lines has one entry"] == ["answers 6", "answers 6"]


def test_a_stock_is_asked_for_what_it_lacks(helper: TrialHelper) -> None:
    found = by_words(STOCK, [], [TAKE], helper)
    assert found["as it is"] == ["answers True; stock {'tea': 3, 'jam': 1} > {'tea': 1, 'jam': 1}"]
    assert found["name not in stock"] == ["answers False"]
    assert found["with count = 3"] == ["answers True; stock {'tea': 3, 'jam': 1} > {'tea': 0, 'jam': 1}"]
    assert found["with count = 4"] == ["answers False"]
    assert found["when stock is empty"] == ["answers False"]


def test_a_text_is_tried_empty_and_untidy(helper: TrialHelper) -> None:
    found = by_words(GREETER, ["ann"], [GREET], helper)
    assert found["with an empty name"] == ["answers 'Hello, !'"]
    assert found["when greeting is empty"] == ["answers ', Ann!'"]
    assert found["with name = ' ANN '"] == ["answers 'Hello, Ann!'"]


@pytest.mark.parametrize(
    ("source", "slots", "expected"),
    [
        ("def f(self, a):\n    self.n += a\n    self._p_changed = True\n", {"n": 1}, 2),
        ("def f(self, a):\n    return self.stock[a]\n", {"stock": {"jam": 1}}, "jam"),
        ("def f(self, a):\n    self.open = a\n    self._p_changed = True\n", {"open": False}, False),
        ("def f(self, a):\n    self.rows.append(a)\n    self._p_changed = True\n", {"rows": [{"n": 1}]}, {"n": 1}),
        ("def f(self, a):\n    return [x for x in a]\n", {}, [1, 2, 3]),
        ("def f(self, a):\n    return 1 if a else 2\n", {}, True),
        ("def f(self, a):\n    return a.upper()\n", {"n": 1}, "tea"),
    ],
)
def test_an_argument_that_is_absent_is_made_up_from_its_use(source: str, slots: dict[str, Any], expected: Any) -> None:
    assert edge_cases(MethodRequest("f", ["a"], slots), [], {}, [source])[0].args == (expected,)


def test_the_message_that_failed_gives_its_arguments() -> None:
    request = MethodRequest("withdraw", ["amount"], {"balance": 10}, arguments={"amount": 8})
    assert edge_cases(request, [], {}, [WITHDRAW])[0].args == (8,)


def test_what_is_beyond_reckoning_is_passed_over() -> None:
    slots = {"balance": 10**5000, "x": float("nan"), "lines": [10**5000, 1]}
    sources = ["def f(self, a):\n    return a < self.balance / self.x or self.lines[a] > 1\n", "not python ("]
    assert len(edge_cases(MethodRequest("f", ["a"], slots), [1], {}, sources)) > 3


def test_only_what_changes_something_is_sent_twice() -> None:
    assert "sent twice" in words(edge_cases(ACCOUNT, [3], {}, [WITHDRAW]))
    local = "def total(self):\n    seen = {}\n    seen[self.lines[0]['what']] = 1\n    return seen\n"
    assert "sent twice" not in words(edge_cases(LINES, [], {}, [TOTAL, local]))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (TrialResult("ok"), "changes nothing"),
        (TrialResult("ok", 3, changes={"count": [5, 0]}), "answers 3; count 5 > 0"),
        (TrialResult("ok", changes={"n": [None, 1], "old": [2, None]}, added=["n"], removed=["old"]),
         "new slot n 1; slot old removed"),
        (TrialResult("ok", {"$obj": {"key": "7", "slots": {}}}, others=["7"]),
         "answers an object; another object changes"),
        (TrialResult("ok", changes={name: [0, 1] for name in "abcd"}), "a 0 > 1; b 0 > 1; 2 more slots change"),
        (TrialResult("ok", 0.1 + 0.2), "answers 0.3"),
        (TrialResult("ok", 10**5000), "answers a very large number"),
        (TrialResult("ok", [{"$same": "self"}, {"$method": "def f…"}]), "answers [itself, a method]"),
        (TrialResult("error", message="ValueError: not enough money"), "refuses: not enough money"),
        (TrialResult("error", message="KeyError: 'x'"), "fails: KeyError: 'x'"),
        (TrialResult("error", message="ValueError: max() arg is an empty sequence"),
         "fails: ValueError: max() arg is an empty sequence"),
        (TrialResult("timeout", message="It took too long."), "fails: It took too long."),
    ],
)  # fmt: skip
def test_an_outcome_in_words(row: TrialResult, expected: str) -> None:
    assert outcome_of(row.to_dict()).words == expected


def test_long_values_are_shortened_in_words_only() -> None:
    outcome = outcome_of(TrialResult("ok", "x" * 500).to_dict())
    assert len(outcome.words) < 80 and outcome.words.endswith("…") and outcome.answer == "x" * 500


def test_signatures_tell_apart_what_a_person_would() -> None:
    def of(**fields: Any) -> str:
        return outcome_of(TrialResult(**{"status": "ok", **fields}).to_dict()).signature

    assert of(returns=10**13) == of(returns=1e13) != of(returns=-1e13)
    assert of(returns=10**5000) != of(returns=10**5000 + 1)
    assert of(returns=4) == of(returns=4.0) == of(returns=4.0 + 1e-14)
    assert len({of(returns=value) for value in (1, True, "1", None, [1], (1,), {"a": 1})}) == 7
    assert of(changes={"n": [1, None]}) != of(changes={"n": [1, None]}, removed=["n"])
    assert of(status="error", message="ValueError: a") == of(status="error", message="ValueError: b")
    assert of(status="error", message="ValueError: a") != of(status="error", message="KeyError: 'a'")
    unknown = outcome_of(TrialResult("error", message="The receiver (x) does not understand 'y'.").to_dict())
    assert error_kind(unknown) == "NotUnderstood"


def table_run(table: Mapping[tuple[str, str], TrialResult]) -> tuple[Run, list[tuple[str, str]]]:
    asked: list[tuple[str, str]] = []

    def run(source: str, case: EdgeCase) -> Mapping[str, Any]:
        asked.append((source, case.words))
        return table.get((source, case.words), TrialResult("ok", 1)).to_dict()

    return run, asked


@pytest.mark.parametrize("status", ["timeout", "memory", "killed"])
def test_a_source_that_ran_out_is_not_run_on(status: Any) -> None:
    run, asked = table_run({("slow", "b"): TrialResult(status, message="Too much.")})
    cases = [EdgeCase(name) for name in "abcd"]
    slow, fine = run_cases(run, ["slow", "fine"], cases)
    assert [outcome.status for outcome in slow] == ["ok", status, status, status]
    assert [outcome.status for outcome in fine] == ["ok"] * 4
    assert asked == [("slow", "a"), ("slow", "b"), *(("fine", name) for name in "abcd")]


def test_the_shown_cases_tell_candidates_apart_first() -> None:
    one, two, refusal = Outcome("ok", 1, has_answer=True), Outcome("ok", 2, has_answer=True), Outcome("error")
    cases = [EdgeCase(name) for name in "abcdef"]
    outcomes = [[one] * 3 + [refusal, one, one], [one] * 3 + [refusal, two, two], [one] * 3 + [refusal, one, two]]
    assert shown_cases(cases, outcomes, 0) == [0, 4, 5, 3]
    assert shown_cases(cases, outcomes, 0, most=2) == [0, 4]
    assert shown_cases(cases, [[one] * 6], 0) == [0, 1, 2], "at least three"
    assert shown_cases(cases[:2], [[one] * 2], 0) == [0, 1]


@given(st.data())
@settings(deadline=None, max_examples=80)
def test_every_other_behaviour_is_seen_where_there_is_room(data: st.DataObject) -> None:
    count, width = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 8))
    answers = st.lists(st.integers(0, 2), min_size=width, max_size=width)
    outcomes = [[Outcome("ok", value, has_answer=True) for value in data.draw(answers)] for _ in range(count)]
    cases = [EdgeCase(f"case {number}") for number in range(width)]
    chosen = data.draw(st.integers(0, count - 1))
    shown = shown_cases(cases, outcomes, chosen)
    assert shown[0] == 0 and len(set(shown)) == len(shown)
    assert min(3, width) <= len(shown) <= 5
    sources = [f"source {number}" for number in range(count)]
    found = others(sources, [1] * count, cases, outcomes, chosen, shown)
    assert all(row["differs"] for row in found), "three others at most need three cases"
    assert len(found) == min(3, len({str(row) for row in outcomes}) - 1)


def test_rows_and_others_say_it_for_a_person(helper: TrialHelper) -> None:
    sources = [WITHDRAW, UNCHECKED, STRICT, WITHDRAW]
    cases = edge_cases(ACCOUNT, [3], {}, sources)
    outcomes = run_cases(trial_run(helper.trial, ACCOUNT.slots, [], "withdraw"), sources, cases)
    shown = shown_cases(cases, outcomes, 0)
    seen = rows(cases, outcomes, 0, shown, ACCOUNT.parameter_names)
    assert seen[0] == {
        "case": "as it is", "arguments": {"amount": 3}, "slots": {}, "status": "ok", "answer": 7, "message": "",
        "changes": {"balance": [10, 7]}, "words": "answers 7; balance 10 > 7", "differs": True,
    }  # fmt: skip
    at = next(row for row in seen if row["case"] == "amount equal to balance")
    assert at["arguments"] == {"amount": 10} and at["differs"]
    first, second = others(sources, [4, 2, 3, 1], cases, outcomes, 0, shown)
    assert (first["sha256"], first["votes"]) == (sha256_of(STRICT), 3)
    assert first["words"] == "amount equal to balance: refuses: not enough money"
    assert [seen[item["case"]]["case"] for item in first["differs"]] == ["amount equal to balance"]
    assert second["source"] == UNCHECKED and second["differs"][0] == {"case": 0, "words": "balance 10 > 7"}
    silent = rows(cases, outcomes, 1, shown, ACCOUNT.parameter_names)
    assert all("answer" not in row for row in silent)


def test_sent_twice_finds_objects_as_the_first_left_them(helper: TrialHelper) -> None:
    friend = {"$obj": {"key": "7", "slots": {"seen": 0}, "parents": [{"fee": 2}], "replies": {"price": 5}}}
    source = """\
def add(self, one):
    self.members.append(one)
    one.seen = one.seen + one.fee
    one._p_changed = True
    self._p_changed = True
    return [len(self.members), one.seen, one.price()]
"""
    run = trial_run(helper.trial, {"members": [], "best": {"$same": "7"}}, [], "add")
    twice = run(source, EdgeCase("sent twice", (friend,), {}, {}, True))
    assert (twice["status"], twice["returns"]) == ("ok", [2, 4, 5])


def test_a_slot_that_is_emptied_does_not_lose_objects_others_refer_to(helper: TrialHelper) -> None:
    slots = {"members": [{"$obj": {"key": "7", "slots": {"name": "Ann"}}}], "best": {"$same": "7"}}
    source = "def f(self):\n    return [len(self.members), self.best.name]\n"
    run = trial_run(helper.trial, slots, [], "f")
    assert run(source, EdgeCase("when members is empty", slots={"members": []}))["returns"] == [0, "Ann"]
