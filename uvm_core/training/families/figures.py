"""Figures that are changed: counted, set, scaled, bounded, moved."""

from __future__ import annotations

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, refuse, said


@family("easy")
def count_up(d: Draw) -> Task:
    s = d.figure()
    return Task(
        {s: d.whole(0, 60)},
        f"self.{s} += 1\n@",
        lambda o: put(o, {s: o[s] + 1}),
        clear=f"increment|increment_{s}|bump_{s}|add_one|one_more|count_up|step_up|next_{s}|up|plus_one|raise_{s}_by_one",
        vague="register|tick|happen|note_it|advance|go_on|press|step",
        wishes=f"add one to the {said(s)}|one more {said(s)}|increase {said(s)} by 1|{said(s)} goes up by one"
        f"|count one more|raise the {said(s)} by one",
    )


@family("easy")
def count_down(d: Draw) -> Task:
    s = d.figure()
    return Task(
        {s: d.whole(1, 60)},
        f"self.{s} -= 1\n@",
        lambda o: put(o, {s: o[s] - 1}),
        clear=f"decrement|decrement_{s}|lower_{s}_by_one|one_less|count_down|step_down|previous_{s}|down|minus_one|reduce_{s}",
        vague="use_one|miss|drop_one|go_back|spend_one|lose_one",
        wishes=f"take one from the {said(s)}|one {said(s)} less|decrease {said(s)} by 1|{said(s)} goes down by one"
        f"|one less|lower the {said(s)} by one",
    )


@family("easy")
def raise_by(d: Draw) -> Task:
    s = d.figure()
    a = d.param("amount|value|n|by|number|extra", d.number(1, 30))
    return Task(
        {s: d.number(0, 90)},
        f"self.{s} += {a}\n@",
        lambda o, n: put(o, {s: o[s] + n}),
        clear=f"increment_by|increase_{s}|add_{s}|add_to_{s}|raise_{s}|grow_{s}|deposit|gain|earn|raise_by|top_up|collect",
        vague="receive|register|apply|load|book|put_in|credit",
        wishes=f"add the amount to the {said(s)}|increase the {said(s)} by the given number|that much more {said(s)}"
        f"|{said(s)} grows by the amount|put it on top of the {said(s)}",
    )


@family("easy")
def lower_by(d: Draw) -> Task:
    s = d.figure()
    a = d.param("amount|value|n|by|number|less", d.number(1, 30))
    return Task(
        {s: d.number(30, 90)},
        f"self.{s} -= {a}\n@",
        lambda o, n: put(o, {s: o[s] - n}),
        clear=f"decrement_by|decrease_{s}|subtract|take_from_{s}|lower_{s}|reduce_{s}|withdraw|spend|lose|lower_by|consume|use_{s}",
        vague="give_away|apply|pay_out|book_out|charge|eat|burn",
        wishes=f"take the amount from the {said(s)}|decrease the {said(s)} by the given number|that much less {said(s)}"
        f"|{said(s)} shrinks by the amount|subtract it from the {said(s)}",
    )


@family("easy")
def back_to_zero(d: Draw) -> Task:
    s = d.figure()
    return Task(
        {s: d.whole(1, 60)},
        f"self.{s} = 0\n@",
        lambda o: put(o, {s: 0}),
        clear=f"reset|reset_{s}|clear_{s}|zero|zero_{s}|restart|empty_{s}|wipe_{s}|back_to_zero",
        vague="start_over|begin|forget|refresh|renew",
        wishes=f"set the {said(s)} to zero|{said(s)} back to 0|begin again at zero|no {said(s)} any more|clear the {said(s)}",
    )


@family("easy")
def set_to_constant(d: Draw) -> Task:
    s, n = d.figure(), d.const(2, 250)
    return Task(
        {s: d.whole(1, 90)},
        f"self.{s} = {n}\n@",
        lambda o: put(o, {s: n}),
        clear=f"set_{s}_to_{n}|{s}_to_{n}",
        vague=f"restore|prepare|default_{s}|start|reset_{s}|initialize|calibrate",
        wishes=f"set the {said(s)} to {n}|{said(s)} back to {n}|make the {said(s)} {n}|{said(s)} is {n} again|start with {n} {said(s)}",
        fact=f"At the start the {said(s)} is {n}.|The default {said(s)} is {n}.",
        asks=f"set the {said(s)} to its default|the {said(s)} as it is at the start",
    )


@family("easy")
def set_figure(d: Draw) -> Task:
    s = d.figure()
    a = d.param("value|number|new|to|wanted", d.number())
    return Task(
        {s: d.number()},
        f"self.{s} = {a}\n@",
        lambda o, n: put(o, {s: n}),
        clear=f"set_{s}|change_{s}|update_{s}|put_{s}|adjust_{s}|assign_{s}|choose_{s}|new_{s}|{s}_is",
        vague="apply|adjust|use|take|choose|tune",
        wishes=f"set the {said(s)}|the new {said(s)} is given|change the {said(s)} to the given value|keep it as the {said(s)}",
    )


@family("easy")
def multiply_by_word(d: Draw) -> Task:
    s = d.figure()
    verb, code, does, phrase = d.pick(
        (
            ("double", f"self.{s} *= 2", lambda x: x * 2, "twice as much"),
            ("triple", f"self.{s} *= 3", lambda x: x * 3, "three times as much"),
            ("halve", f"self.{s} /= 2", lambda x: x / 2, "half as much"),
            ("double", f"self.{s} *= 2", lambda x: x * 2, "two times as much"),
            ("halve", f"self.{s} /= 2", lambda x: x / 2, "only half of it"),
            ("negate", f"self.{s} = -self.{s}", lambda x: -x, "the opposite sign"),
            ("square", f"self.{s} = self.{s} ** 2", lambda x: x**2, "its own square"),
        )
    )
    return Task(
        {s: d.whole(1, 90)},
        f"{code}\n@",
        lambda o: put(o, {s: does(o[s])}),
        clear=f"{verb}|{verb}_{s}|{verb}_the_{s}|{verb}_it",
        vague="boost|rescale|shift_it|adapt|transform",
        wishes=f"{verb} the {said(s)}|the {said(s)} becomes {phrase}|make the {said(s)} {phrase}",
    )


@family("easy")
def scale_by(d: Draw) -> Task:
    s = d.figure()
    a = d.param("factor|times|n|ratio", d.whole(2, 9))
    times = d.chance(0.7)
    code = f"self.{s} {'*' if times else '/'}= {a}"
    return Task(
        {s: d.whole(2, 60)},
        f"{code}\n@",
        lambda o, n: put(o, {s: o[s] * n if times else o[s] / n}),
        clear=f"scale_{s}|multiply_{s}|multiply_by|scale_by" if times else f"divide_{s}|divide_by|split_{s}_by",
        vague="apply|transform|stretch|adapt",
        wishes=f"multiply the {said(s)} by the factor|the {said(s)} times the given number"
        if times
        else f"divide the {said(s)} by the given number|only that part of the {said(s)}, divided",
    )


@family("easy")
def add_constant(d: Draw) -> Task:
    s, n = d.figure(), d.const(2, 30)
    up = d.chance(0.6)
    word, way = ("add", "to") if up else ("take", "from")
    return Task(
        {s: d.whole(31, 99)},
        f"self.{s} {'+' if up else '-'}= {n}\n@",
        lambda o: put(o, {s: o[s] + n if up else o[s] - n}),
        clear=f"{'add' if up else 'subtract'}_{n}|{'raise' if up else 'lower'}_{s}_by_{n}",
        vague=f"celebrate|punish|bonus_round|hit|refuel|rest|play|work|happen|apply_{d.pick('bonus|change|step')}",
        wishes=f"{word} {n} {way} the {said(s)}|{n} {'more' if up else 'less'} {said(s)}|{said(s)} {'up' if up else 'down'} by {n}"
        f"|{'increase' if up else 'decrease'} {said(s)} by {n}",
        fact=f"Each time it changes the {said(s)} by {n}, {'upwards' if up else 'downwards'}.",
        asks=f"{'raise' if up else 'lower'} the {said(s)} by what the paper says|{'increase' if up else 'decrease'} the {said(s)} as usual",
    )


@family("easy")
def fill_to_bound(d: Draw) -> Task:
    s, b = d.figure(), d.name("bound")
    return Task(
        {s: d.whole(0, 20), b: d.whole(40, 99)},
        f"self.{s} = self.{b}\n@",
        lambda o: put(o, {s: o[b]}),
        clear=f"fill_up|max_out|fill_{s}_to_{b}|{s}_to_{b}|full_{s}",
        vague="recharge|refill|restore|complete|recover|top_off",
        wishes=f"set the {said(s)} to the {said(b)}|{said(s)} becomes as large as {said(b)}|fill the {said(s)} up to the {said(b)}",
    )


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
def move_between(d: Draw) -> Task:
    s, t = d.figure(), d.figure()
    a = d.param("amount|value|n", d.whole(1, 15))
    return Task(
        {s: d.whole(20, 60), t: d.whole(1, 40)},
        f"self.{s} -= {a}\nself.{t} += {a}\n@",
        lambda o, n: put(o, {s: o[s] - n, t: o[t] + n}),
        clear=f"move_from_{s}_to_{t}|transfer_{s}_to_{t}|{s}_to_{t}|shift_{s}_to_{t}",
        vague="transfer|move|shift|exchange|convert",
        wishes=f"take the amount from {said(s)} and add it to {said(t)}|move that much from {said(s)} to {said(t)}"
        f"|{said(t)} gets what {said(s)} loses|from {said(s)} to {said(t)}",
    )


@family("medium")
def swap_two(d: Draw) -> Task:
    s, t = d.figure(), d.figure()
    return Task(
        {s: d.whole(1, 60), t: d.whole(1, 60)},
        f"result = self.{s}\nself.{s} = self.{t}\nself.{t} = result\n@",
        lambda o: put(o, {s: o[t], t: o[s]}),
        clear=f"swap_{s}_and_{t}|exchange_{s}_and_{t}|swap",
        vague="turn_around|rotate|flip|invert",
        wishes=f"swap {said(s)} and {said(t)}|exchange the {said(s)} with the {said(t)}",
    )


@family("medium")
def one_up_one_zero(d: Draw) -> Task:
    s, t = d.figure(), d.figure()
    return Task(
        {s: d.whole(1, 20), t: d.whole(1, 90)},
        f"self.{s} += 1\nself.{t} = 0\n@",
        lambda o: put(o, {s: o[s] + 1, t: 0}),
        clear=f"next_{s}_reset_{t}",
        vague=f"next_{s}|advance|promote|new_{s}|finish_{s}|level_up",
        wishes=f"one {said(s)} up, {said(t)} back to zero|add one to {said(s)} and reset {said(t)}"
        f"|{said(s)} goes up by one and {said(t)} starts at zero again",
    )


@family("medium")
def change_and_tell(d: Draw) -> Task:
    s = d.figure()
    a = d.param("amount|value|n|by", d.whole(1, 20))
    up = d.chance(0.6)
    return Task(
        {s: d.whole(21, 70)},
        f"self.{s} {'+' if up else '-'}= {a}\n@\nreturn self.{s}",
        lambda o, n: (put(o, {s: o[s] + n if up else o[s] - n}), o[s])[1],
        vague=f"{'add' if up else 'take'}|{'raise' if up else 'lower'}_{s}|{'earn' if up else 'spend'}|{'deposit' if up else 'withdraw'}",
        wishes=f"{'add' if up else 'subtract'} the amount and answer the new {said(s)}"
        f"|{'raise' if up else 'lower'} the {said(s)} by it, return the {said(s)} then|change it and tell the {said(s)} that is left"
        if not up
        else f"add the amount and answer the new {said(s)}|raise the {said(s)} by it, return the {said(s)} then|grow it and tell the new {said(s)}",
    )


@family("medium")
def next_number(d: Draw) -> Task:
    s = d.figure()
    return Task(
        {s: d.whole(0, 90)},
        f"self.{s} += 1\n@\nreturn self.{s}",
        lambda o: (put(o, {s: o[s] + 1}), o[s])[1],
        clear="next_number|draw_number|take_number|next_id",
        vague=f"next_{s}|issue|count|new_{s}",
        wishes=f"count {said(s)} up and answer it|add one and return the new {said(s)}|the next {said(s)}, one more than before",
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


@family("medium")
def change_by_percent(d: Draw) -> Task:
    s = d.pick((d.name("price"), d.figure()))
    a = d.param("percent|p|rate|share", d.pick((5, 10, 20, 25, 50)) if d.yes() else d.whole(1, 60))
    up = d.chance(0.5)
    return Task(
        {s: d.whole(20, 400)},
        f"self.{s} = self.{s} * (100 {'+' if up else '-'} {a}) / 100\n@",
        lambda o, n: put(o, {s: o[s] * (100 + n if up else 100 - n) / 100}),
        clear=f"raise_{s}_by_percent|increase_{s}_percent|add_percent"
        if up
        else f"apply_discount|discount|reduce_{s}_by_percent|lower_{s}_percent|cut_percent",
        vague="adapt|adjust|reprice|correct",
        wishes=f"{'raise' if up else 'lower'} the {said(s)} by the percentage|{'add' if up else 'take off'} that many percent {'to' if up else 'from'} the {said(s)}"
        f"|the {said(s)} {'rises' if up else 'falls'} by the given percent",
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
