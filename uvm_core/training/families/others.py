"""Messages to other objects, and what they hold."""

from __future__ import annotations

from typing import Any

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, refuse, said
from uvm_core.training.words import NAMES, NOUNS, PLACES


def _peer(d: Draw, **slots: Any) -> dict[str, Any]:
    """Another object: what is asked for, and sometimes more."""
    extra = {
        name: value
        for name, value in (("name", d.word(NAMES)), ("city", d.word(PLACES)), ("age", d.whole(18, 80)))
        if name not in slots
    }
    kept = dict(list(extra.items())[: d.shape.randint(0, 2)])
    return {"$obj": {"slots": {**slots, **kept}}}


@family("easy")
def text_of_other(d: Draw) -> Task:
    r = d.name("reference")
    key = d.pick("name|city|title|email|phone|address|label|color|country|language|status|street")
    return Task(
        {r: _peer(d, **{key: d.word(PLACES)})},
        f"return self.{r}.{key}",
        lambda o: o[r]["$obj"]["slots"][key],
        clear=f"{r}_{key}|{key}_of_{r}|get_{r}_{key}",
        vague="who|show|tell|ask|contact",
        wishes=f"the {key} of the {said(r)}|what {key} the {said(r)} has",
    )


@family("medium")
def figure_of_other(d: Draw) -> Task:
    r, s = d.name("reference"), d.figure()
    key = d.pick("limit|balance|price|rate|size|age|factor|bonus|capacity|fee")
    sign, told = d.pick((("+", "plus"), ("-", "minus"), ("*", "times")))
    does = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}[sign]
    return Task(
        {s: d.whole(), r: _peer(d, **{key: d.whole()})},
        f"return self.{s} {sign} self.{r}.{key}",
        lambda o: does(o[s], o[r]["$obj"]["slots"][key]),
        vague="total|result|compute|overall|combined|reckon",
        wishes=f"{said(s)} {told} the {key} of the {said(r)}|the {said(s)} {told} what the {said(r)} has as {key}",
    )


@family("medium")
def compare_with_other(d: Draw) -> Task:
    r, s = d.name("reference"), d.figure()
    key = d.pick("limit|balance|size|age|capacity|budget|maximum|level")
    low = d.whole(5, 40)
    sign, told = d.pick(((">", "greater than"), ("<=", "at most"), ("<", "less than"), (">=", "at least")))
    does = {">": lambda x, y: x > y, "<=": lambda x, y: x <= y, "<": lambda x, y: x < y, ">=": lambda x, y: x >= y}[
        sign
    ]
    return Task(
        {s: low + d.whole(-2, 2), r: _peer(d, **{key: low})},
        f"return self.{s} {sign} self.{r}.{key}",
        lambda o: does(o[s], o[r]["$obj"]["slots"][key]),
        vague="is_fine|check|is_allowed|fits|alarm|affordable",
        wishes=f"whether {said(s)} is {told} the {key} of the {said(r)}|true if the {said(s)} is {told} the {said(r)}'s {key}".replace(
            "'s", ""
        ),
    )


@family("easy")
def ask_other(d: Draw) -> Task:
    r = d.name("reference")
    message, answer = d.pick(
        (
            ("total", 12),
            ("describe", "an object"),
            ("balance", 50),
            ("is_open", True),
            ("full_name", "Ada King"),
            ("label", "No. 7"),
            ("status", "ready"),
            ("price", 9),
            ("greet", "Hello"),
        )
    )
    value = (
        d.whole()
        if isinstance(answer, int) and not isinstance(answer, bool)
        else d.yes()
        if isinstance(answer, bool)
        else d.word(NOUNS)
    )
    return Task(
        {r: {"$obj": {"slots": {}, "replies": {message: value}}}},
        f"return self.{r}.{message}()",
        lambda o: o[r]["$obj"]["replies"][message],
        clear=f"{r}_{message}|ask_{r}_{message}|{message}_of_{r}",
        vague="ask|forward|delegate|tell",
        wishes=f"ask the {said(r)} for its {said(message)}|what the {said(r)} answers to {message}|send {message} to the {said(r)}",
    )


@family("medium")
def line_with_other(d: Draw) -> Task:
    r, t = d.name("reference"), d.name("text")
    key = d.pick("name|city|title|label")
    form, example = d.pick(
        (
            ("{self.T} by {self.R.K}", "Tea by Ann"),
            ("{self.T} ({self.R.K})", "Tea (Ann)"),
            ("{self.R.K}: {self.T}", "Ann: Tea"),
            ("{self.T}, {self.R.K}", "Tea, Ann"),
        )
    )
    code = form.replace("T", t).replace("self.R.K", f"self.{r}.{key}")
    return Task(
        {t: d.word(NOUNS), r: _peer(d, **{key: d.word(NAMES)})},
        f'return f"{code}"',
        lambda o: form.replace("{self.T}", o[t]).replace("{self.R.K}", o[r]["$obj"]["slots"][key]),
        vague="label|line|describe|caption|heading|summary|card",
        wishes=f"like {example}, with the {said(t)} and the {key} of the {said(r)}|{said(t)} and the {said(r)} by {key}, as in {example}",
    )


@family("easy")
def set_other(d: Draw) -> Task:
    r = d.name("reference")
    a = d.param("value|new|other|who", d.word(NAMES))
    return Task(
        {r: None if d.yes() else d.word(NAMES)},
        f"self.{r} = {a}\n@",
        lambda o, x: put(o, {r: x}),
        clear=f"set_{r}|change_{r}|assign_{r}|new_{r}|attach_{r}|connect_{r}",
        vague="assign|give|attach|link",
        wishes=f"the given one becomes the {said(r)}|a new {said(r)}",
    )


@family("medium")
def drop_other(d: Draw) -> Task:
    r = d.name("reference")
    return Task(
        {r: d.word(NAMES)},
        f"self.{r} = None\n@",
        lambda o: put(o, {r: None}),
        clear=f"remove_{r}|clear_{r}|forget_{r}|detach_{r}|disconnect_{r}|no_{r}",
        vague="release|free|unlink|part",
        wishes=f"no {said(r)} any more|the {said(r)} becomes None|forget the {said(r)}",
    )


@family("medium")
def other_or_default(d: Draw) -> Task:
    r = d.name("reference")
    key = d.pick("name|city|title|label")
    other = d.pick("nobody|none|unknown|missing|nothing")
    return Task(
        {r: _peer(d, **{key: d.word(NAMES)}) if d.yes() or (not d.parameters and d.values.random() < 0.2) else None},
        f'if self.{r} is None:\n    return "{other}"\nreturn self.{r}.{key}',
        lambda o: other if o[r] is None else o[r]["$obj"]["slots"][key],
        clear=f"{r}_{key}_or_{other}",
        vague=f"{r}_{key}|show_{r}|who|label",
        wishes=f"the {key} of the {said(r)}, {other} if there is none|{other} without a {said(r)}, else its {key}",
    )


@family("easy")
def has_other(d: Draw) -> Task:
    r = d.name("reference")
    yes = d.chance(0.7)
    return Task(
        {r: _peer(d, name=d.word(NAMES)) if not d.parameters and d.values.random() < 0.6 else None},
        f"return self.{r} is {'not ' if yes else ''}None",
        lambda o: (o[r] is not None) == yes,
        clear=f"has_{r}|has_a_{r}|knows_{r}|is_{r}_known" if yes else f"has_no_{r}|needs_{r}|lacks_{r}",
        vague="check|is_connected|is_assigned" if yes else "check|is_alone|is_free",
        wishes=f"whether there is {'a' if yes else 'no'} {said(r)}|true if it has {'a' if yes else 'no'} {said(r)}",
    )


@family("medium")
def add_given_and_own(d: Draw) -> Task:
    s, many = d.figure(), d.things()[0]
    a = d.param("text|name|entry", d.word(NOUNS))
    return Task(
        {many: d.some(NOUNS, 0, 2), s: d.whole()},
        f'self.{many}.append(f"{{self.{s}}}: {{{a}}}")\n@',
        lambda o, x: put(o, {many: [*o[many], f"{o[s]}: {x}"]}),
        vague="log|note|record|write_down|remember",
        wishes=f"add it to {said(many)} with the {said(s)} before it, like 3: tea|one more of {said(many)}: the {said(s)}, a colon and the text",
    )


@family("hard")
def pay_from_other(d: Draw) -> Task:
    r, s = d.name("reference"), d.figure()
    key = d.pick("limit|balance|budget|credit|allowance")
    a = d.param("amount|n|value", d.whole(10, 40))
    words = d.pick(f"over the {key}|too much|not allowed")
    return Task(
        {s: d.whole(0, 9), r: _peer(d, **{key: d.whole(15, 35)})},
        f'if {a} > self.{r}.{key}:\n    raise ValueError("{words}")\nself.{s} += {a}\n@',
        lambda o, x: refuse(x > o[r]["$obj"]["slots"][key]) or put(o, {s: o[s] + x}),
        vague=f"add|charge|order|book|spend|raise_{s}",
        wishes=f"add it to {said(s)}, an error if it is more than the {key} of the {said(r)}|refuse more than the {said(r)} has as {key}, else {said(s)} grows by it",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
