"""Texts: made, changed, taken apart and asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, refuse, said
from uvm_core.training.words import NAMES, NOUNS, PLACES, TITLES

_WORDS = (*NOUNS, *PLACES)


@family("easy")
def greet(d: Draw) -> Task:
    s = d.name("person") if d.chance(0.5) else d.name("text")
    hello = d.pick("Hello|Hi|Welcome|Good morning|Dear|Greetings|Good evening")
    mark = d.pick("!||.|!")
    sep = d.pick(", | ")
    return Task(
        {s: d.word(NAMES)},
        d.pick(
            (
                f'return f"{hello}{sep}{{self.{s}}}{mark}"',
                f'return f"{hello}{sep}{{self.{s}}}{mark}"',
                f'return "{hello}{sep}" + self.{s} + "{mark}"' if mark else f'return "{hello}{sep}" + self.{s}',
            )
        ),
        lambda o: f"{hello}{sep}{o[s]}{mark}",
        vague="greet|hello|salute|welcome|say_hello|speak|address",
        wishes=f"{hello}{sep}and the {said(s)}{', with ' + mark if mark == '!' else ''}|say {hello}{sep}followed by the {said(s)}{mark}"
        f"|like {hello}{sep}Ann{mark} with the {said(s)}".replace("with ! with", "with"),
    )


@family("easy")
def greet_given(d: Draw) -> Task:
    s = d.pick("greeting|salutation|welcome_text|opening|hello_text")
    d.taken.add(s)
    a = d.param("name|person|who|guest", d.word(NAMES))
    mark = d.pick("|!")
    return Task(
        {s: d.values.choice(("Hello", "Hi", "Welcome", "Good day"))},
        f'return f"{{self.{s}}}, {{{a}}}{mark}"',
        lambda o, n: f"{o[s]}, {n}{mark}",
        clear="" if mark else "greet|greet_person|salute|welcome|address",
        vague="greet|greet_person|say_to|welcome",
        wishes=f"the {said(s)}, a comma and the name{' and !' if mark else ''}|like Hello, Ann{mark}",
    )


@family("easy")
def join_two(d: Draw) -> Task:
    first, second = d.pick(
        (
            ("first_name", "last_name"),
            ("street", "city"),
            ("city", "country"),
            ("brand", "model"),
            ("title", "subtitle"),
            ("author", "title"),
            (d.name("text"), d.name("text")),
            (d.name("person"), d.name("text")),
        )
    )
    d.taken |= {first, second}
    sep, phrase = d.pick(((" ", "a space"), (", ", "a comma"), (" - ", "a dash"), (": ", "a colon"), ("/", "a slash")))
    name = d.pick("full_name|whole_name" if first == "first_name" else "line|one_line|label_text|combined|heading_line")
    body = d.pick(
        (f'return f"{{self.{first}}}{sep}{{self.{second}}}"', f'return self.{first} + "{sep}" + self.{second}')
    )
    return Task(
        {first: d.word(NAMES), second: d.word(PLACES)},
        body,
        lambda o: f"{o[first]}{sep}{o[second]}",
        clear="full_name|whole_name" if first == "first_name" and sep == " " else "",
        vague=f"{name}|{first}_and_{second}|show|display|joined|card_line",
        wishes=f"{said(first)}, {phrase} and {said(second)}|the {said(first)} and the {said(second)} with {phrase} between|{said(first)} and {said(second)}, joined by {phrase}",
    )


@family("easy")
def text_and_figure(d: Draw) -> Task:
    t, s = d.name("text"), d.figure()
    form, example = d.pick(
        (
            (f"{{self.{t}}}: {{self.{s}}}", "tea: 3"),
            (f"{{self.{t}}} ({{self.{s}}})", "tea (3)"),
            (f"{{self.{t}}} - {{self.{s}}}", "tea - 3"),
            (f"{{self.{s}}} {{self.{t}}}", "3 tea"),
            (f"{{self.{s}}} x {{self.{t}}}", "3 x tea"),
            (f"{{self.{t}}} has {{self.{s}}} {said(s)}", f"tea has 3 {said(s)}"),
            (f"{{self.{t}}}, {said(s)} {{self.{s}}}", f"tea, {said(s)} 3"),
            (f"{{self.{t}}} #{{self.{s}}}", "tea #3"),
        )
    )
    return Task(
        {t: d.word(_WORDS), s: d.whole()},
        f'return f"{form}"',
        lambda o: form.replace(f"{{self.{t}}}", o[t]).replace(f"{{self.{s}}}", str(o[s])),
        vague="label|describe|summary|show|report|line|caption|status_line|display|badge|info|as_text",
        wishes=f"like {example}, with {said(t)} and {said(s)}|{said(t)} and {said(s)} as in {example}|a text like {example} from {said(t)} and {said(s)}",
    )


@family("easy")
def describe_all(d: Draw) -> Task:
    t, s = d.name("text"), d.figure()
    return Task(
        {t: d.word(_WORDS), s: d.whole()},
        f'return f"{{self.{t}}} {{self.{s}}}"',
        lambda o: f"{o[t]} {o[s]}",
        vague=f"{t}_and_{s}|summary|line|short_text|label",
        wishes=f"{said(t)}, a space and {said(s)}|the {said(t)} and the {said(s)} in one line, a space between|{said(t)} followed by the {said(s)}",
    )


def _anything(d: Draw) -> dict[str, Any]:
    """Slots of any kind, or none: what is asked of the whole object does not depend on them."""
    kinds: dict[str, Callable[[], Any]] = {
        "text": lambda: d.word(TITLES),
        "figure": d.whole,
        "flag": d.yes,
        "things": lambda: d.some(NOUNS, 0, 3),
        "numbers": d.numbers,
        "table": lambda: d.table(NOUNS),
    }
    return {d.name(kind).partition(":")[0]: kinds[kind]() for kind in d.shape.sample(list(kinds), d.const(0, 3))}


@family("easy")
def print_itself(d: Draw) -> Task:
    return Task(
        _anything(d),
        "return self.print_string()",
        lambda o: f"<UvmObject slots=[{', '.join(o)}]>",
        clear="describe_yourself|display_yourself|print_yourself|show_yourself|inspect|introduce_yourself|print_it"
        "|show_object|present_yourself|tell_about_yourself|who_are_you|describe_object|to_text|as_string|print_self",
        vague="display|show|report",
        wishes="show itself as text|what it prints as|describe the whole object|its print string",
        inherits=False,
    )


@family("easy")
def list_slots(d: Draw) -> Task:
    joined = d.chance(0.6)
    return Task(
        _anything(d),
        'return ", ".join(self.slot_names())' if joined else "return self.slot_names()",
        lambda o: ", ".join(o) if joined else list(o),
        clear="show_slots|print_slots|slots_as_text|describe_slots"
        if joined
        else "list_slots|all_slots|slot_list|names_of_slots",
        vague="slots_text|show_fields|tell_slots|my_slots",
        wishes="the names of the slots, separated by commas|all slot names in one text"
        if joined
        else "the names of all its slots|a list of its slot names",
        inherits=False,
    )


@family("easy")
def count_slots(d: Draw) -> Task:
    return Task(
        _anything(d),
        "return len(self.slot_names())",
        len,
        clear="count_slots|slot_count|number_of_slots|how_many_slots",
        vague="size|extent",
        wishes="how many slots it has|the number of its slots",
        inherits=False,
    )


@family("easy")
def rename(d: Draw) -> Task:
    s = d.name("text")
    a = d.param("new|name|text|value|wanted", d.word(_WORDS))
    return Task(
        {s: d.word(TITLES)},
        f"self.{s} = {a}\n@",
        lambda o, n: put(o, {s: n}),
        clear=f"set_{s}|change_{s}|rename|new_{s}|update_{s}|retitle|replace_{s}|{s}_is|call_it",
        vague="take|apply|edit|write",
        wishes=f"the {said(s)} becomes the given text|a new {said(s)}|change the {said(s)} to it",
    )


@family("medium")
def rename_checked(d: Draw) -> Task:
    s = d.name("text")
    n = d.pick((0, 0, 0, 8, 10, 12))
    a = d.param(
        "new|name|text|value",
        d.values.choice(("", "  ", "Rose", "Tent", "a rather long text"))
        if n == 0
        else d.values.choice(("Rose", "Tea", "a rather long text")),
    )
    words = (
        d.pick("empty|a text is needed|must not be empty")
        if n == 0
        else d.pick("too long|at most so many letters|shorter please")
    )
    strip = d.chance(0.3) and n == 0
    test = f"not {a}.strip()" if strip else f"not {a}" if d.chance(0.5) else f'{a} == ""'
    if n:
        test = f"len({a}) > {n}"
    return Task(
        {s: d.word(TITLES)},
        f'if {test}:\n    raise ValueError("{words}")\nself.{s} = {a}\n@',
        lambda o, x: refuse(len(x) > n if n else not (x.strip() if strip else x)) or put(o, {s: x}),
        vague=f"rename|set_{s}|change_{s}|update_{s}|write_{s}",
        wishes=f"an error if it is longer than {n} letters|the new {said(s)}, at most {n} letters, else an error"
        if n
        else (
            f"set the {said(s)}, an error if it is empty or only spaces|refuse blank texts"
            if strip
            else f"set the {said(s)}, an error if it is empty|an empty {said(s)} is refused|refuse an empty text"
        ),
    )


@family("medium")
def initials(d: Draw) -> Task:
    first, last = d.pick((("first_name", "last_name"), ("given_name", "family_name"), (d.name("text"), d.name("text"))))
    d.taken |= {first, last}
    form, phrase = d.pick((("{}{}", "AK"), ("{}. {}.", "A. K."), ("{}.{}.", "A.K.")))
    body = form.format(f"{{self.{first}[0]}}", f"{{self.{last}[0]}}")
    return Task(
        {first: d.word(NAMES), last: d.word(PLACES)},
        f'return f"{body}"' if form != "{}{}" or d.chance(0.3) else f"return self.{first}[0] + self.{last}[0]",
        lambda o: form.format(o[first][0], o[last][0]),
        clear="initials" if form == "{}{}" else "",
        vague="initials|short_name|monogram|sign",
        wishes=f"the first letters of {said(first)} and {said(last)}, like {phrase}|like {phrase}, from {said(first)} and {said(last)}",
    )


@family("medium")
def shorten(d: Draw) -> Task:
    s, n = d.name("text"), d.pick((8, 10, 12, 20))
    dots = d.chance(0.6)
    tail = ' + "..."' if dots else ""
    return Task(
        {s: " ".join(d.some(_WORDS, 1, 5))},
        f"if len(self.{s}) > {n}:\n    return self.{s}[:{n}]{tail}\nreturn self.{s}"
        if dots
        else f"return self.{s}[:{n}]",
        lambda o: o[s][:n] + "..." if dots and len(o[s]) > n else o[s][:n],
        vague=f"short_{s}|preview|teaser|excerpt|shortened",
        wishes=f"the first {n} letters of {said(s)} and ... if it is longer|at most {n} letters of {said(s)}, then ..."
        if dots
        else f"the {said(s)}, at most {n} letters|only the first {n} letters of {said(s)}",
    )


@family("medium")
def text_or_default(d: Draw) -> Task:
    s = d.name("text")
    other = d.pick("unknown|none|untitled|nobody|nothing|empty|no name|missing")
    form = d.pick(
        (
            f'return self.{s} or "{other}"',
            f'if not self.{s}:\n    return "{other}"\nreturn self.{s}',
            f'return self.{s} if self.{s} else "{other}"',
        )
    )
    return Task(
        {s: d.word(TITLES) if d.yes() else ""},
        form,
        lambda o: o[s] or other,
        clear=f"{s}_or_{other.replace(' ', '_')}",
        vague=f"shown_{s}|display_{s}|{s}_text|visible_{s}",
        wishes=f"the {said(s)}, or {other} if it is empty|{other} when there is no {said(s)}, else the {said(s)}",
    )


@family("medium")
def plural_text(d: Draw) -> Task:
    s, one = d.figure(), d.things()[1]
    return Task(
        {s: d.values.choice((1, 1, 2, 5, 0))},
        f'if self.{s} == 1:\n    return "1 {one}"\nreturn f"{{self.{s}}} {one}s"',
        lambda o: "1 " + one if o[s] == 1 else f"{o[s]} {one}s",
        vague="count_text|amount_text|in_words|label",
        wishes=f"1 {one} or as in 3 {one}s, by the {said(s)}|{said(s)} as text: 1 {one}, else like 5 {one}s",
    )


@family("medium")
def money_text(d: Draw) -> Task:
    s = d.name("price")
    unit = d.pick("EUR|CHF|USD|euros|francs|dollars")
    front = d.chance(0.4)
    form = f"{unit} {{self.{s}:.2f}}" if front else f"{{self.{s}:.2f}} {unit}"
    return Task(
        {s: d.number(1, 90)},
        f'return f"{form}"',
        lambda o: f"{unit} {o[s]:.2f}" if front else f"{o[s]:.2f} {unit}",
        vague=f"{s}_text|formatted_{s}|show_{s}|as_money|price_tag",
        wishes=f"the {said(s)} with two digits {'after' if front else 'and'} {unit}|like {unit + ' 3.50' if front else '3.50 ' + unit}, from {said(s)}",
    )


@family("medium")
def date_text(d: Draw) -> Task:
    form, example = d.pick(
        (
            ("{self.year}-{self.month:02d}-{self.day:02d}", "2024-05-09"),
            ("{self.day}.{self.month}.{self.year}", "9.5.2024"),
            ("{self.day}/{self.month}/{self.year}", "9/5/2024"),
        )
    )
    d.taken |= {"year", "month", "day"}
    return Task(
        {"year": d.whole(1950, 2030), "month": d.whole(1, 12), "day": d.whole(1, 28)},
        f'return f"{form}"',
        lambda o: form.replace("self.", "").format(**o),
        vague="date_text|date|as_date|show_date|date_line|when",
        wishes=f"year, month and day like {example}|the date as in {example}|a text like {example}",
        inherits=False,
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
