"""Switches, states and the rules between them."""

from __future__ import annotations

from typing import Any

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, refuse, said
from uvm_core.training.words import NAMES, STATES, TITLES


@family("easy")
def switch_on(d: Draw) -> Task:
    s = d.name("flag")
    on = d.chance(0.6)
    return Task(
        {s: d.yes()},
        f"self.{s} = {on}\n@",
        lambda o: put(o, {s: on}),
        clear=(
            f"mark_{s}|set_{s}|make_{s}|become_{s}|mark_as_{s}|now_{s}"
            if on
            else f"unset_{s}|mark_not_{s}|clear_{s}|no_longer_{s}|make_not_{s}"
        ),
        vague="start|begin|finish|approve|accept|confirm|activate|enable"
        if on
        else "stop|end|cancel|release|disable|deactivate|withdraw_it",
        wishes=f"{said(s)} becomes true|set {said(s)} to true|from now on it is {said(s)}|it is {said(s)}"
        if on
        else f"{said(s)} becomes false|set {said(s)} to false|it is no longer {said(s)}|not {said(s)} any more",
    )


_PAIRS = (
    ("open", "open", True), ("close", "open", False), ("lock", "locked", True), ("unlock", "locked", False),
    ("pay", "paid", True), ("start", "running", True), ("stop", "running", False), ("turn_on", "on", True),
    ("turn_off", "on", False), ("switch_on", "on", True), ("switch_off", "on", False), ("hide", "visible", False),
    ("show", "visible", True), ("mute", "muted", True), ("unmute", "muted", False), ("finish", "done", True),
    ("reopen", "done", False), ("activate", "active", True), ("deactivate", "active", False), ("publish", "published", True),
    ("unpublish", "published", False), ("ship", "shipped", True), ("pause", "paused", True), ("resume", "paused", False),
    ("cancel", "cancelled", True), ("approve", "approved", True), ("connect", "connected", True), ("park", "parked", True),
    ("disconnect", "connected", False), ("wake_up", "asleep", False), ("fall_asleep", "asleep", True), ("book", "booked", True),
    ("mark_done", "done", True), ("mark_paid", "paid", True), ("seal", "sealed", True), ("plug_in", "plugged", True),
    ("unplug", "plugged", False), ("water", "watered", True), ("feed", "fed", True), ("sell", "sold", True),
    ("verify", "verified", True), ("sign", "signed", True), ("arm", "armed", True), ("disarm", "armed", False),
    ("light_up", "lit", True), ("put_out", "lit", False), ("pin", "pinned", True), ("unpin", "pinned", False),
)  # fmt: skip


@family("easy")
def verb_of_flag(d: Draw) -> Task:
    verb, s, on = d.pick(_PAIRS)
    d.taken.add(s)
    return Task(
        {s: d.yes()},
        f"self.{s} = {on}\n@",
        lambda o: put(o, {s: on}),
        clear=f"{verb}|{verb}_it|{verb}_now",
        wishes=f"{said(verb)}|{said(s)} becomes {'true' if on else 'false'}",
    )


@family("easy")
def toggle(d: Draw) -> Task:
    s = d.name("flag")
    return Task(
        {s: d.yes()},
        f"self.{s} = not self.{s}\n@",
        lambda o: put(o, {s: not o[s]}),
        clear=f"toggle|toggle_{s}|flip|flip_{s}|switch|invert_{s}|switch_{s}",
        vague="press|click|turn|change|push_button",
        wishes=f"turn {said(s)} into its opposite|if it is {said(s)}, then not any more, and the other way round|{said(s)} changes sides",
    )


@family("easy")
def ask_flag(d: Draw) -> Task:
    s = d.name("flag")
    yes = d.chance(0.7)
    return Task(
        {s: d.yes()},
        f"return self.{s}" if yes else f"return not self.{s}",
        lambda o: o[s] == yes,
        clear=f"is_{s}|is_it_{s}|check_{s}|was_{s}" if yes else f"is_not_{s}|not_{s}|is_un{s}",
        vague="check|ok|may_go|ask|test_it",
        wishes=f"whether it is {'' if yes else 'not '}{said(s)}|true if it is {'' if yes else 'not '}{said(s)}",
    )


@family("medium")
def two_flags(d: Draw) -> Task:
    s, t = d.name("flag"), d.name("flag")
    code, does, told = d.pick(
        (
            (f"self.{s} and self.{t}", lambda x, y: x and y, f"{said(s)} and {said(t)}"),
            (f"self.{s} or self.{t}", lambda x, y: x or y, f"{said(s)} or {said(t)}"),
            (f"self.{s} and not self.{t}", lambda x, y: x and not y, f"{said(s)} but not {said(t)}"),
            (f"not self.{s} and not self.{t}", lambda x, y: not x and not y, f"neither {said(s)} nor {said(t)}"),
        )
    )
    return Task(
        {s: d.yes(), t: d.yes()},
        f"return {code}",
        lambda o: does(o[s], o[t]),
        vague="is_ready|can_start|may_go|is_usable|is_fine|can_be_sent|is_allowed|can_open|is_complete|check",
        wishes=f"whether it is {told}|true if it is {told}|only if it is {told}",
    )


@family("medium")
def flag_and_figure(d: Draw) -> Task:
    s, t = d.name("flag"), d.figure()
    n = d.pick((0, 0, 1, 5, 10, 18, 50))
    sign, told = d.pick(((">", "more than"), (">=", "at least"), ("<", "less than")) if n else ((">", "more than"),))
    does = {">": lambda x: x > n, ">=": lambda x: x >= n, "<": lambda x: x < n}[sign]
    negated = d.chance(0.35)
    return Task(
        {s: d.yes(), t: d.values.choice((0, n, n + 1, n + 3, max(0, n - 1)))},
        f"return {'not ' if negated else ''}self.{s} and self.{t} {sign} {n}",
        lambda o: (o[s] != negated) and does(o[t]),
        vague="can_start|is_ready|may_go|is_usable|is_allowed|can_be_used|is_open_for_all|check",
        wishes=f"whether it is {'not ' if negated else ''}{said(s)} and {said(t)} is {told} {n}|true if {'not ' if negated else ''}{said(s)}, with {told} {n} {said(t)}",
    )


@family("medium")
def flag_words(d: Draw) -> Task:
    s = d.name("flag")
    yes, no = d.pick(
        (
            ("yes", "no"),
            ("on", "off"),
            ("open", "closed"),
            ("ready", "waiting"),
            (said(s), f"not {said(s)}"),
            ("go", "stop"),
            ("here", "away"),
        )
    )
    form = d.pick((f'return "{yes}" if self.{s} else "{no}"', f'if self.{s}:\n    return "{yes}"\nreturn "{no}"'))
    return Task(
        {s: d.yes()},
        form,
        lambda o: yes if o[s] else no,
        clear=f"{s.replace('_', '')}_text" if False else "",
        vague=f"status|state_text|{s}_text|label|sign_text|describe|show_state",
        wishes=f"{yes} if it is {said(s)}, else {no}|{yes} or {no}, by {said(s)}|{no} unless it is {said(s)}, then {yes}",
    )


@family("medium")
def only_when(d: Draw) -> Task:
    s, t = d.name("flag"), d.figure()
    needed = d.chance(0.6)
    raises = d.chance(0.6)
    act, told, does = d.pick(
        (
            (f"self.{t} += 1", f"add one to {said(t)}", lambda x: x + 1),
            (f"self.{t} -= 1", f"take one from {said(t)}", lambda x: x - 1),
            (f"self.{t} = 0", f"set {said(t)} to zero", lambda _: 0),
        )
    )
    words = d.pick(
        f"it is not {said(s)}|must be {said(s)} first" if needed else f"it is {said(s)}|not while it is {said(s)}"
    )
    test = f"not self.{s}" if needed else f"self.{s}"
    body = (
        f'if {test}:\n    raise ValueError("{words}")\n{act}\n@'
        if raises
        else f"if {'' if needed else 'not '}self.{s}:\n    {act}\n@"
    )

    def oracle(o: dict[str, Any]) -> None:
        fine = o[s] == needed
        refuse(raises and not fine)
        put(o, {t: does(o[t])} if fine else {})

    when = f"it is {'' if needed else 'not '}{said(s)}"
    return Task(
        {s: d.yes(), t: d.whole()},
        body,
        oracle,
        vague="work|run|use|play|turn|press|go|step|drive|serve",
        wishes=f"{told}, an error unless {when}|{told}; raise an error if it is {'not ' if needed else ''}{said(s)}"
        if raises
        else f"{told}, but only if {when}|only if {when}: {told}",
    )


@family("medium")
def flag_once(d: Draw) -> Task:
    s = d.name("flag")
    words = d.pick(f"already {said(s)}|twice|it is {said(s)} already")
    t = d.figure()
    count = d.chance(0.4)
    more = f"self.{t} += 1\n" if count else ""
    return Task(
        {s: d.yes()} | ({t: d.whole()} if count else {}),
        f'if self.{s}:\n    raise ValueError("{words}")\nself.{s} = True\n{more}@',
        lambda o: refuse(o[s]) or put(o, {s: True, t: o[t] + 1} if count else {s: True}),
        vague=f"mark_{s}|finish|begin|open_it|start|claim|use_it|redeem",
        wishes=f"{said(s)} becomes true{', ' + said(t) + ' one more' if count else ''}; an error if it is {said(s)} already|an error the second time, else it becomes {said(s)}{' and ' + said(t) + ' goes up by one' if count else ''}",
    )


@family("easy")
def set_state(d: Draw) -> Task:
    s, states = d.name("state"), d.pick(STATES)
    to = d.pick(states)
    return Task(
        {s: d.word(states)},
        f'self.{s} = "{to}"\n@',
        lambda o: put(o, {s: to}),
        clear=f"set_{to}|make_{to}|become_{to}|mark_{to}|set_{s}_{to}|{s}_{to}|go_{to}",
        vague="start|finish|change|reset|move_on|settle",
        wishes=f"the {said(s)} becomes {to}|set {said(s)} to {to}|from now on {to}",
    )


@family("easy")
def is_state(d: Draw) -> Task:
    s, states = d.name("state"), d.pick(STATES)
    to = d.pick(states)
    several = d.chance(0.3)
    other = d.pick([one for one in states if one != to])
    no = d.chance(0.2) and not several
    code = f'self.{s} in ("{to}", "{other}")' if several else f'self.{s} {"!=" if no else "=="} "{to}"'
    return Task(
        {s: d.word(states)},
        f"return {code}",
        lambda o: o[s] in (to, other) if several else (o[s] == to) != no,
        clear=f"is_{to}_or_{other}" if several else f"is_not_{to}" if no else f"is_{to}|{s}_is_{to}|was_{to}",
        vague="check|is_active_now|may_go|test_it",
        wishes=f"whether the {said(s)} is {to} or {other}|true for {to} and {other}"
        if several
        else f"whether the {said(s)} is {'not ' if no else ''}{to}|true {'unless' if no else 'if'} it is {to}",
    )


@family("hard")
def next_state(d: Draw) -> Task:
    s, states = d.name("state"), d.pick([one for one in STATES if len(one) == 3])
    a, b, c = states
    around = d.chance(0.5)
    last = f'else:\n    self.{s} = "{a}"' if around else ""
    body = f'if self.{s} == "{a}":\n    self.{s} = "{b}"\nelif self.{s} == "{b}":\n    self.{s} = "{c}"' + (
        f"\n{last}" if around else ""
    )
    follow = {a: b, b: c, c: a if around else c}
    return Task(
        {s: d.word(states)},
        f"{body}\n@",
        lambda o: put(o, {s: follow[o[s]]}),
        clear="",
        vague=f"next_{s}|advance|go_on|step|next|change|progress|cycle",
        wishes=f"from {a} to {b}, from {b} to {c}"
        + (f", then {a} again" if around else "")
        + f"|{a} becomes {b} and {b} becomes {c}"
        + (f", {c} becomes {a}" if around else ", nothing after that"),
    )


@family("hard")
def allowed_step(d: Draw) -> Task:
    s, states = d.name("state"), d.pick(STATES)
    a, b = states[0], states[1]
    words = d.pick(f"only from {a}|it is not {a}|not now")
    more, flagged = "", d.chance(0.3)
    t = d.figure()
    if flagged:
        more = f"self.{t} += 1\n"
    return Task(
        {s: d.word(states)} | ({t: d.whole()} if flagged else {}),
        f'if self.{s} != "{a}":\n    raise ValueError("{words}")\nself.{s} = "{b}"\n{more}@',
        lambda o: refuse(o[s] != a) or put(o, {s: b, t: o[t] + 1} if flagged else {s: b}),
        vague=f"start|open_it|submit|begin|approve|to_{b}|make_{b}|go_{b}|release",
        wishes=f"from {a} to {b}{' and one more ' + said(t) if flagged else ''}, an error otherwise|only if it is {a} it becomes {b}{', ' + said(t) + ' plus one' if flagged else ''}; else raise an error",
    )


@family("medium")
def set_state_checked(d: Draw) -> Task:
    s, states = d.name("state"), d.pick(STATES)[:3]
    a = d.param("new|to|wanted|value", d.word((*states, "nonsense")))
    words = d.pick(f"unknown {said(s)}|no such {said(s)}|not allowed")
    listed = ", ".join(f'"{one}"' for one in states)
    return Task(
        {s: d.word(states)},
        f'if {a} not in ({listed}):\n    raise ValueError("{words}")\nself.{s} = {a}\n@',
        lambda o, x: refuse(x not in states) or put(o, {s: x}),
        vague=f"set_{s}|change_{s}|switch_to|go_to",
        wishes=f"only {', '.join(states[:-1])} or {states[-1]}, else an error|set the {said(s)}; allowed are {', '.join(states[:-1])} and {states[-1]}, others raise an error",
    )


@family("hard")
def value_by_state(d: Draw) -> Task:
    s, states = d.name("state"), d.pick([one for one in STATES if len(one) == 3])
    a, b, c = states
    x, y, z = d.shape.sample((0, 1, 2, 3, 5, 10, 20, 50), 3)
    body = d.pick(
        (
            f'if self.{s} == "{a}":\n    return {x}\nif self.{s} == "{b}":\n    return {y}\nreturn {z}',
            f'if self.{s} == "{a}":\n    return {x}\nelif self.{s} == "{b}":\n    return {y}\nelse:\n    return {z}',
        )
    )
    return Task(
        {s: d.word(states)},
        body,
        lambda o: {a: x, b: y, c: z}[o[s]],
        vague="fee|cost_now|factor|weight_now|points_now|priority_number|wait|speed_now",
        wishes=f"{x} for {a}, {y} for {b}, else {z}|{x} when it is {a}, {y} when {b}, otherwise {z}",
    )


@family("medium")
def state_line(d: Draw) -> Task:
    t, s = d.name("text"), d.name("flag")
    yes, no = d.pick((("on", "off"), ("open", "closed"), ("ready", "not ready"), ("yes", "no")))
    return Task(
        {t: d.word(TITLES), s: d.yes()},
        f'if self.{s}:\n    return f"{{self.{t}}}: {yes}"\nreturn f"{{self.{t}}}: {no}"',
        lambda o: f"{o[t]}: {yes if o[s] else no}",
        vague="status|status_line|summary|report|describe|show",
        wishes=f"the {said(t)}, a colon and {yes} if it is {said(s)}, else {no}|like Paper: {yes}, or {no} when it is not {said(s)}",
    )


@family("medium")
def take_over(d: Draw) -> Task:
    s, t = d.name("person"), d.name("flag")
    a = d.param("name|person|who", d.word(NAMES))
    return Task(
        {s: d.values.choice(("", d.word(NAMES))), t: d.yes()},
        f"self.{s} = {a}\nself.{t} = True\n@",
        lambda o, x: put(o, {s: x, t: True}),
        vague="assign|book_for|give_to|reserve|check_in|hire|appoint",
        wishes=f"the {said(s)} becomes the given name and {said(t)} true|set the {said(s)}, and it is {said(t)} then|enter the {said(s)} and make it {said(t)}",
    )


@family("medium")
def let_go(d: Draw) -> Task:
    s, t = d.name("person"), d.name("flag")
    empty, _told = d.pick((("None", "nobody"), ('""', "empty")))
    return Task(
        {s: d.word(NAMES), t: d.yes()},
        f"self.{s} = {empty}\nself.{t} = False\n@",
        lambda o: put(o, {s: None if empty == "None" else "", t: False}),
        vague="release|free|check_out|return_it|vacate|dismiss|give_back",
        wishes=f"no {said(s)} any more ({'None' if empty == 'None' else 'an empty text'}), and not {said(t)}|{said(s)} becomes {'None' if empty == 'None' else 'an empty text'} and {said(t)} false",
    )


@family("easy")
def has_person(d: Draw) -> Task:
    s = d.name("person")
    yes = d.chance(0.6)
    return Task(
        {s: d.word(NAMES) if d.yes() else None},
        f"return self.{s} is {'not ' if yes else ''}None",
        lambda o: (o[s] is not None) == yes,
        clear=f"has_{s}|has_a_{s}|is_{s}_set" if yes else f"has_no_{s}|needs_{s}|lacks_{s}|is_{s}_missing",
        vague="is_taken|is_assigned|check" if yes else "is_free|is_open|check",
        wishes=f"whether there is {'a' if yes else 'no'} {said(s)}|true if the {said(s)} is {'known' if yes else 'None'}",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
