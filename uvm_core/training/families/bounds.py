"""Figures with bounds: kept within them, refused beyond them."""

from __future__ import annotations

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, refuse, said


@family("medium")
def raise_up_to(d: Draw) -> Task:
    s, b = d.figure(), d.name("bound")
    a = d.param("amount|value|n|by", d.whole(1, 40))
    body = d.pick(
        (
            f"self.{s} = min(self.{s} + {a}, self.{b})\n@",
            f"self.{s} += {a}\nif self.{s} > self.{b}:\n    self.{s} = self.{b}\n@",
        )
    )
    return Task(
        {s: d.whole(1, 40), b: d.whole(40, 60)},
        body,
        lambda o, n: put(o, {s: min(o[s] + n, o[b])}),
        clear=f"raise_{s}_up_to_{b}|add_within_{b}|increase_to_at_most_{b}",
        vague=f"raise_{s}|add_{s}|increase_{s}|heat_up|charge|fill|pour|grow|accelerate|heal|load",
        wishes=f"not above {said(b)}|add the amount, but not more than {said(b)}|never above the {said(b)}"
        f"|raise the {said(s)} by it, at most to {said(b)}|{said(s)} must not pass the {said(b)}",
    )


@family("medium")
def lower_not_below(d: Draw) -> Task:
    s = d.figure()
    zero = d.chance(0.5)
    b = "" if zero else d.name("floor")
    code = "0" if zero else f"self.{b}"
    a = d.param("amount|value|n|by", d.whole(1, 40))
    where = "zero" if zero else said(b)
    slots = {s: d.whole(12, 50)} | ({} if zero else {b: d.whole(2, 12)})
    return Task(
        slots,
        f"self.{s} = max(self.{s} - {a}, {code})\n@",
        lambda o, n: put(o, {s: max(o[s] - n, 0 if zero else o[b])}),
        vague=f"lower_{s}|reduce_{s}|decrease_{s}|cool_down|take|use|damage|slow_down|spend|shrink|brake",
        wishes=f"not below {where}|take the amount off, but never below {where}|lower {said(s)} by it, at least {where} stays"
        f"|{said(s)} must not fall under {where}|it stops at {where}",
    )


@family("medium")
def step_within(d: Draw) -> Task:
    s, n = d.figure(), d.const(5, 60)
    return Task(
        {s: d.whole(n - 2, n + 1) if d.yes() else d.whole(0, n)},
        f"if self.{s} < {n}:\n    self.{s} += 1\n@",
        lambda o: put(o, {s: o[s] + 1 if o[s] < n else o[s]}),
        clear=f"increment_up_to_{n}|count_to_{n}",
        vague=f"increment|step|louder|next|raise_{s}|more|climb|up",
        wishes=f"one more, at most {n}|add one as long as {said(s)} is below {n}|up by one but not over {n}|only up to {n}",
    )


@family("medium")
def take_or_refuse(d: Draw) -> Task:
    s = d.figure()
    a = d.param("amount|value|n|wanted", d.whole(10, 60))
    words = d.pick(f"not enough|not enough {said(s)}|too much|too little {said(s)}|there is not enough {said(s)}")
    return Task(
        {s: d.whole(20, 60)},
        f'if {a} > self.{s}:\n    raise ValueError("{words}")\nself.{s} -= {a}\n@',
        lambda o, n: refuse(n > o[s]) or put(o, {s: o[s] - n}),
        clear=f"withdraw_safely|take_{s}_if_enough|spend_or_fail|withdraw_checked",
        vague=f"withdraw|spend|take|use_{s}|take_{s}|pay|consume|draw|book|sell|remove",
        wishes=f"take the amount from {said(s)}, raise an error if there is not enough|subtract it, but refuse when {said(s)} is smaller"
        f"|an error if it is more than the {said(s)}, else take it off|fail when the {said(s)} does not suffice"
        f"|lower {said(s)} by the amount; raise ValueError if too much is wanted|refuse to take more than the {said(s)}",
    )


@family("medium")
def add_or_refuse(d: Draw) -> Task:
    s, b = d.figure(), d.name("bound")
    a = d.param("amount|value|n|more", d.whole(1, 40))
    words = d.pick(f"over the {said(b)}|too much|no room|more than {said(b)}|above the {said(b)}")
    return Task(
        {s: d.whole(1, 40), b: d.whole(40, 60)},
        f'if self.{s} + {a} > self.{b}:\n    raise ValueError("{words}")\nself.{s} += {a}\n@',
        lambda o, n: refuse(o[s] + n > o[b]) or put(o, {s: o[s] + n}),
        clear=f"add_checked|add_{s}_if_within_{b}",
        vague=f"add|load|fill|raise_{s}|add_{s}|book|increase_{s}|pour|board|accept",
        wishes=f"add the amount, raise an error if it would pass the {said(b)}|refuse to go above {said(b)}"
        f"|an error when {said(s)} would be more than {said(b)}, else add it|fail if there is no room up to {said(b)}",
    )


@family("medium")
def refuse_bad_number(d: Draw) -> Task:
    s = d.figure()
    a = d.param("amount|value|n|number", d.whole(-5, 30))
    add = d.chance(0.5)
    zero = d.chance(0.5)
    sign, bad = ("<=", "zero or less") if zero else ("<", "negative")
    words = d.pick(
        "must be positive|not a good amount|wrong amount|only more than zero"
        if zero
        else "negative|must not be negative"
    )
    return Task(
        {s: d.whole(1, 50)},
        f'if {a} {sign} 0:\n    raise ValueError("{words}")\nself.{s} {"+=" if add else "="} {a}\n@',
        lambda o, n: refuse(n <= 0 if zero else n < 0) or put(o, {s: o[s] + n if add else n}),
        vague=f"add_{s}|deposit|receive|earn|grow" if add else f"set_{s}|change_{s}|update_{s}",
        wishes=(
            f"add the amount to {said(s)}, an error if it is {bad}|add it, but refuse amounts that are {bad}"
            if add
            else f"set the {said(s)}, an error if the value is {bad}|the new {said(s)}; refuse values that are {bad}"
        ),
    )


@family("medium")
def set_within(d: Draw) -> Task:
    s, low, high = d.figure(), d.const(0, 9), d.pick((10, 20, 50, 100, 200, 255))
    a = d.param("value|number|new|level", d.whole(-5, high + 20))
    clamp = d.chance(0.5)
    if clamp:
        return Task(
            {s: d.whole(low, high)},
            f"self.{s} = max({low}, min({high}, {a}))\n@",
            lambda o, n: put(o, {s: max(low, min(high, n))}),
            vague=f"set_{s}|change_{s}|adjust_{s}|tune",
            wishes=f"keep it between {low} and {high}|set the {said(s)}, at least {low} and at most {high}"
            f"|clamp the value to {low} to {high}|not under {low}, not over {high}",
        )
    return Task(
        {s: d.whole(low, high)},
        f'if {a} < {low} or {a} > {high}:\n    raise ValueError("{d.pick("out of range|not allowed|no such value")}")\nself.{s} = {a}\n@',
        lambda o, n: refuse(n < low or n > high) or put(o, {s: n}),
        vague=f"set_{s}|change_{s}|adjust_{s}|tune|rate",
        wishes=f"only values from {low} to {high}, else an error|set the {said(s)}; raise an error outside {low} to {high}"
        f"|an error if it is not between {low} and {high}",
    )


@family("medium")
def keep_best(d: Draw) -> Task:
    s = d.figure()
    a = d.param("value|number|candidate|n", d.whole(1, 60))
    high = d.chance(0.7)
    return Task(
        {s: d.whole(15, 45)},
        f"if {a} {'>' if high else '<'} self.{s}:\n    self.{s} = {a}\n@",
        lambda o, n: put(o, {s: (max if high else min)(o[s], n)}),
        clear=f"keep_{'highest' if high else 'lowest'}_{s}|{'raise' if high else 'lower'}_{s}_to",
        vague=f"update_{s}|record_{s}|offer|try_{s}|submit|report|propose",
        wishes=f"keep it only if it is {'higher' if high else 'lower'} than the {said(s)}|the {said(s)} becomes the {'larger' if high else 'smaller'} of both"
        f"|set {said(s)} if the new value is {'greater' if high else 'less'}|remember the {'largest' if high else 'smallest'} value as {said(s)}",
    )


@family("hard")
def level_when_enough(d: Draw) -> Task:
    s, t, n = d.figure(), d.figure(), d.pick((10, 20, 25, 50, 100))
    a = d.param("amount|value|n|gained", d.whole(1, n // 2))
    return Task(
        {s: d.whole(n // 3, n), t: d.whole(1, 9)},
        f"self.{s} += {a}\nif self.{s} >= {n}:\n    self.{t} += 1\n    self.{s} = 0\n@",
        lambda o, x: put(o, {t: o[t] + 1, s: 0} if o[s] + x >= n else {s: o[s] + x}),
        vague=f"gain|earn_{s}|add_{s}|collect|receive",
        wishes=f"add to {said(s)}; at {n} add one to {said(t)} and {said(s)} starts at zero"
        f"|{said(s)} grows by the amount, from {n} on {said(t)} goes up by one and {said(s)} back to 0",
    )


@family("medium")
def wrap_around(d: Draw) -> Task:
    s, n = d.figure(), d.pick((4, 5, 7, 8, 10, 12, 24, 60, 360))
    return Task(
        {s: d.whole(0, n - 1) if d.yes() else n - 1},
        f"self.{s} = (self.{s} + 1) % {n}\n@",
        lambda o: put(o, {s: (o[s] + 1) % n}),
        vague=f"advance|next_{s}|turn|rotate|tick|step|cycle",
        wishes=f"one further, after {n - 1} comes 0|add one to {said(s)}, modulo {n}|count {said(s)} up and begin at 0 again when it reaches {n}"
        f"|{said(s)} plus one, around at {n}",
    )


@family("hard")
def clamp_to_slots(d: Draw) -> Task:
    s, low, high = d.figure(), d.name("floor"), d.name("bound")
    return Task(
        {s: d.whole(0, 99), low: d.whole(10, 30), high: d.whole(60, 80)},
        f"self.{s} = max(self.{low}, min(self.{high}, self.{s}))\n@",
        lambda o: put(o, {s: max(o[low], min(o[high], o[s]))}),
        clear=f"clamp_{s}|clamp|limit_{s}_to_bounds",
        vague="correct|normalize|check|repair|settle",
        wishes=f"bring {said(s)} between {said(low)} and {said(high)}|{said(s)} not under {said(low)} and not over {said(high)}"
        f"|keep the {said(s)} in its bounds",
    )


@family("hard")
def pay_for_things(d: Draw) -> Task:
    money, owned = d.figure(), d.figure()
    price = d.name("price")
    a = d.param("n|number|pieces|how_many", d.whole(1, 9))
    words = d.pick("too expensive|not enough money|cannot pay")
    return Task(
        {money: d.whole(20, 90), owned: d.whole(0, 9), price: d.whole(4, 12)},
        f'result = {a} * self.{price}\nif result > self.{money}:\n    raise ValueError("{words}")\n'
        f"self.{money} -= result\nself.{owned} += {a}\n@",
        lambda o, n: refuse(n * o[price] > o[money]) or put(o, {money: o[money] - n * o[price], owned: o[owned] + n}),
        vague=f"buy|purchase|order|buy_{owned}|acquire",
        wishes=f"pay {said(price)} for each from {said(money)} and add them to {said(owned)}; an error if it does not suffice"
        f"|{said(owned)} grows by the number, {said(money)} falls by {said(price)} times it, refuse if there is too little {said(money)}",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
