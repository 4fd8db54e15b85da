"""Requests written by hand, each with cases that decide whether a method is right.

A case is (arguments, what is answered, slots afterwards), and slots that differ from the request's where one state is
not enough to tell. `ANY` stands where it does not matter, `RAISES` where a ValueError is wanted, a
function where one text is not the only right one.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from uvm_core.cognition.asking.requests import MethodRequest


class _Sign:
    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


ANY = _Sign("ANY")
RAISES = _Sign("RAISES")
Case = tuple[list[Any], Any, Mapping[str, Any]] | tuple[list[Any], Any, Mapping[str, Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Wanted:
    """A request and its cases; `slots` of the request are the state before each case."""

    request: MethodRequest
    cases: list[Case] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.request.selector


class Ghost:
    """Stands for an object while a method runs: slots as attributes, the vocabulary that needs no image."""

    def print_string(self) -> str:
        return f"<UvmObject oid=0x1 slots=[{', '.join(self.slot_names())}]>"

    def slot_names(self) -> list[str]:
        return ["parent*", *(name for name in vars(self) if not name.startswith("_"))]

    def slot_value(self, name: str) -> Any:
        return vars(self)[name]

    def understands(self, name: str) -> bool:
        return hasattr(self, name)


def ghost_of(slots: Mapping[str, Any]) -> Ghost:
    """A ghost with these slots; `$obj` stands for another object."""
    ghost = Ghost()
    for name, value in copy.deepcopy(dict(slots)).items():
        if name.isidentifier():
            setattr(ghost, name, _live(value))
    return ghost


def _live(value: Any) -> Any:
    if isinstance(value, Mapping) and "$obj" in value:
        other = ghost_of(value["$obj"].get("slots", {}))
        for message, answer in value["$obj"].get("replies", {}).items():
            setattr(other, message, lambda *_args, _answer=answer: _answer)
        return other
    return [_live(one) for one in value] if isinstance(value, list) else value


def run(source: str, slots: Mapping[str, Any], args: list[Any]) -> tuple[Any, dict[str, Any]]:
    """Run a method on a ghost: what it answers and the slots afterwards."""
    names: dict[str, Any] = {"math": math}
    exec(compile(source, "<method>", "exec"), names)
    method = next(value for name, value in names.items() if callable(value) and getattr(value, "__code__", None))
    ghost = ghost_of(slots)
    answer = method(ghost, *copy.deepcopy(args))
    return answer, {name: value for name, value in vars(ghost).items() if name != "_p_changed"}


def is_right(wanted: Wanted, source: str) -> bool:
    """Whether a method gives every case's answer and state."""
    for args, answers, after, *other in wanted.cases:
        before = {**wanted.request.slots, **(other[0] if other else {})}
        try:
            answer, slots = run(source, before, args)
        except ValueError:
            if answers is RAISES:
                continue
            return False
        except Exception:  # noqa: BLE001 - whatever a written method raises, it is wrong
            return False
        if not _agrees(answer, answers) or any(not _agrees(slots.get(name), one) for name, one in after.items()):
            return False
    return True


def _agrees(got: Any, wanted: Any) -> bool:
    if wanted is ANY or wanted is RAISES:
        return wanted is ANY
    if callable(wanted):
        return bool(wanted(got))
    if isinstance(wanted, float):
        return isinstance(got, int | float) and math.isclose(got, wanted)
    return type(got) is type(wanted) and bool(got == wanted)


def _says(*parts: str) -> Callable[[Any], bool]:
    return lambda got: isinstance(got, str) and all(part in got for part in parts)


def _want(
    selector: str, slots: Mapping[str, Any], *cases: Case, params: tuple[str, ...] = (), wish: str = "", **more: Any
) -> Wanted:
    arguments = dict(zip(params, cases[0][0], strict=False)) if cases else {}
    return Wanted(MethodRequest(selector, params, slots, wish=wish, arguments=arguments, **more), list(cases))


COUNTER = {"count": 3}
GREETER = {"name": "World"}
INVOICE = {
    "number": 7,
    "paid": False,
    "customer": {"$obj": {"slots": {"name": "Ada", "city": "Bern"}}},
    "lines": [{"text": "tea", "price": 3}, {"text": "cup", "price": 9}],
}
GENESIS: dict[str, Any] = {"parent*": {"$ref": 1}, "parent2*": {"$ref": 2}}
INHERITED = {"model_id": "SmolLM2", "lora_repository": {"$ref": 9}}

ITSELF = _says("parent*")

WANTED: list[Wanted] = [
    _want("display_yourself", GENESIS, ([], ITSELF, {}), inherited=INHERITED),
    _want("describe_yourself", {**GENESIS, **COUNTER}, ([], ITSELF, {}), inherited=INHERITED),
    _want("show_slots", {**GENESIS, "width": 3, "color": "red"}, ([], _says("width", "color"), {})),
    _want("introduce_yourself", {**GENESIS, "name": "Otto"}, ([], lambda got: _says("Otto")(got) or ITSELF(got), {})),
    _want("increment", COUNTER, ([], ANY, {"count": 4})),
    _want("decrement", COUNTER, ([], ANY, {"count": 2})),
    _want("reset", COUNTER, ([], ANY, {"count": 0})),
    _want("double", COUNTER, ([], ANY, {"count": 6})),
    _want("increment_by", COUNTER, ([4], ANY, {"count": 7}), params=("arg1",)),
    _want("rename", GREETER, (["Bea"], ANY, {"name": "Bea"}), params=("arg1",)),
    _want("greet", GREETER, ([], _says("World"), {})),
    _want("greet_person", {"greeting": "Hello"}, (["Ann"], _says("Hello", "Ann"), {}), params=("arg1",)),
    _want(
        "add_line",
        INVOICE,
        (["pen", 2], ANY, {"lines": [*INVOICE["lines"], {"text": "pen", "price": 2}]}),
        params=("arg1", "arg2"),
    ),
    _want("total", INVOICE, ([], 12, {})),
    _want("is_paid", INVOICE, ([], False, {}), ([], True, {}, {"paid": True})),
    _want("mark_paid", INVOICE, ([], ANY, {"paid": True})),
    _want("has_customer", INVOICE, ([], True, {}), ([], False, {}, {"customer": None})),
    _want("customer_name", INVOICE, ([], "Ada", {})),
    _want("line_count", INVOICE, ([], 2, {})),
    _want("toggle", {"on": False, "brightness": 5}, ([], ANY, {"on": True}), ([], ANY, {"on": False}, {"on": True})),
    _want("deposit", {"balance": 100, "owner": "Ann"}, ([25], ANY, {"balance": 125}), params=("arg1",)),
    _want(
        "withdraw",
        {"balance": 100, "owner": "Ann"},
        ([30], ANY, {"balance": 70}),
        params=("arg1",),
        wish="take the amount from the balance",
    ),
    _want("perimeter", {"width": 3, "height": 4}, ([], 14, {})),
    _want("average", {"readings": [2, 4, 9]}, ([], 5.0, {})),
    _want("highest", {"readings": [2, 9, 4]}, ([], 9, {})),
    _want("add_guest", {"guests": ["Al"], "place": "Rome"}, (["Bo"], ANY, {"guests": ["Al", "Bo"]}), params=("arg1",)),
    _want("remove_guest", {"guests": ["Al", "Bo"]}, (["Al"], ANY, {"guests": ["Bo"]}), params=("arg1",)),
    _want("has_guest", {"guests": ["Al", "Bo"]}, (["Bo"], True, {}), (["Cy"], False, {}), params=("arg1",)),
    _want(
        "is_hot",
        {"temperature": 35},
        ([], True, {}),
        ([], False, {}, {"temperature": 30}),
        wish="hot means above 30 degrees",
    ),
    _want("full_name", {"first_name": "Ada", "last_name": "King"}, ([], "Ada King", {})),
    _want("set_temperature", {"temperature": 20, "room": "hall"}, ([23], ANY, {"temperature": 23}), params=("arg1",)),
    _want("in_stock", {"stock": {"pen": 3}}, (["pen"], True, {}), (["ink"], False, {}), params=("arg1",)),
    _want("restock", {"stock": {"pen": 3}}, (["pen", 2], ANY, {"stock": {"pen": 5}}), params=("name", "amount")),
    _want("clear_history", {"history": ["a", "b"], "url": "x"}, ([], ANY, {"history": []})),
]

_TASKS = [{"name": "wash", "done": False, "hours": 2}, {"name": "cook", "done": True, "hours": 1}]
_WASHED = [{"name": "wash", "done": True, "hours": 2}, {"name": "cook", "done": True, "hours": 1}]

HARDER: list[Wanted] = [
    _want(
        "withdraw_safely",
        {"balance": 100},
        ([30], ANY, {"balance": 70}),
        ([30], ANY, {"balance": 0}, {"balance": 30}),
        ([30], RAISES, {}, {"balance": 10}),
        params=("amount",),
        wish="take amount from balance, raise an error if it is not enough",
    ),
    _want(
        "take_seat",
        {"seats": ["Al"], "capacity": 2},
        (["Bo"], ANY, {"seats": ["Al", "Bo"]}),
        (["Cy"], ANY, {"seats": ["Al", "Cy"]}, {"capacity": 9}),
        params=("arg1",),
        wish="add the person to the seats unless capacity is reached",
    ),
    _want(
        "open_tasks",
        {"tasks": _TASKS},
        ([], ["wash"], {}),
        ([], [], {}, {"tasks": _WASHED}),
        wish="the names of the tasks that are not done",
    ),
    _want("hours_total", {"tasks": _TASKS}, ([], 3, {})),
    _want("finish_task", {"tasks": _TASKS}, (["wash"], ANY, {"tasks": _WASHED}), params=("arg1",)),
    _want(
        "is_complete",
        {"tasks": _TASKS},
        ([], False, {}),
        ([], True, {}, {"tasks": _WASHED}),
        wish="whether all tasks are done",
    ),
    _want("price_of", {"menu": {"soup": 4, "fish": 9}}, (["fish"], 9, {}), params=("arg1",)),
    _want("dish_names", {"menu": {"soup": 4, "fish": 9}}, ([], lambda got: sorted(got) == ["fish", "soup"], {})),
    _want("remove_dish", {"menu": {"soup": 4, "fish": 9}}, (["fish"], ANY, {"menu": {"soup": 4}}), params=("arg1",)),
    _want("set_price", {"menu": {"soup": 4}}, (["soup", 6], ANY, {"menu": {"soup": 6}}), params=("arg1", "arg2")),
    _want(
        "heat_up",
        {"temperature": 20, "maximum": 25},
        ([9], ANY, {"temperature": 25}),
        ([3], ANY, {"temperature": 23}),
        params=("arg1",),
        wish="not above maximum",
    ),
    _want("status", {"name": "Pump", "running": True, "pressure": 5}, ([], _says("Pump", "5"), {})),
    _want(
        "pass_or_fail",
        {"score": 40},
        ([], "fail", {}),
        ([], "pass", {}, {"score": 50}),
        wish="pass from 50 on, else fail",
    ),
    _want(
        "next_level",
        {"level": 2, "points": 70},
        ([], ANY, {"level": 3, "points": 0}),
        wish="one level up, points back to zero",
    ),
    _want("volume", {"width": 2, "height": 3, "depth": 4}, ([], 24, {})),
    _want("monthly_cost", {"yearly_cost": 120}, ([], 10.0, {})),
    _want("apply_discount", {"price": 200}, ([10], ANY, {"price": 180.0}), params=("percent",)),
    _want("longest_word", {"words": ["tea", "coffee"]}, ([], "coffee", {})),
    _want("reverse_title", {"title": "abc"}, ([], ANY, {"title": "cba"})),
    _want("pop_card", {"cards": ["a", "b"]}, ([], "b", {"cards": ["a"]})),
    _want(
        "count_over", {"readings": [3, 8, 9]}, ([5], 2, {}), params=("limit",), wish="how many readings are above limit"
    ),
    _want("city_of_customer", INVOICE, ([], "Bern", {})),
    _want("is_overdue", {"days": 40, "limit": 30}, ([], True, {}), ([], False, {}, {"days": 29})),
    _want("reset_score", {"score": 9, "player": "Al"}, ([], ANY, {"score": 0, "player": "Al"})),
]
