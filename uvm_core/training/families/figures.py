"""Figures that are changed: counted, set, scaled, bounded, moved."""

from __future__ import annotations

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, said


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


FAMILIES: tuple[Family, ...] = families_in(globals())
