"""Answers reckoned from figures: sums, shares, conversions, comparisons, classes."""

from __future__ import annotations

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, said


@family("easy")
def product_of_two(d: Draw) -> Task:
    price, count = d.name("price"), d.name("quantity")
    first, second = d.pick(((price, count), (count, price)))
    return Task(
        {price: d.number(2, 40), count: d.whole(1, 20)},
        f"return self.{first} * self.{second}",
        lambda o: o[price] * o[count],
        clear="total_price|total_cost|total|amount_due|sum_due|cost_of_all|whole_price|to_pay",
        vague="compute|result|figure_out|reckon|answer",
        wishes=f"{said(price)} times {said(count)}|the {said(price)} multiplied by the {said(count)}|the {said(count)} at {said(price)} each",
    )


@family("easy")
def sum_of_slots(d: Draw) -> Task:
    names = [d.figure() for _ in range(d.const(2, 3))]
    return Task(
        {name: d.number() for name in names},
        "return " + " + ".join(f"self.{name}" for name in names),
        lambda o: sum(o[name] for name in names),
        clear=f"total|sum|{names[0]}_and_{names[1]}|total_of_all|all_together|sum_up"
        if len(names) == 2
        else "total|sum|all_together|sum_up|grand_total",
        vague="compute|result|overall|whole|combined",
        wishes=f"{said(names[0])} plus {said(names[1])}|the sum of {said(names[0])} and {said(names[1])}"
        if len(names) == 2
        else f"the sum of {said(names[0])}, {said(names[1])} and {said(names[2])}|{', '.join(map(said, names))} together",
    )


@family("easy")
def difference_of_two(d: Draw) -> Task:
    s, b = d.figure(), d.name("bound")
    return Task(
        {s: d.number(1, 40), b: d.whole(41, 90)},
        f"return self.{b} - self.{s}",
        lambda o: o[b] - o[s],
        clear=f"remaining|left|missing|rest|still_missing|{s}_left|remaining_{s}|free|room_left",
        vague="compute|open|gap|difference|check",
        wishes=f"how much is left up to {said(b)}|{said(b)} minus {said(s)}|what is missing to the {said(b)}|the difference between {said(b)} and {said(s)}"
        f"|how far {said(s)} is from {said(b)}",
    )


@family("easy")
def gap_to_given(d: Draw) -> Task:
    s = d.figure()
    a = d.param("value|other|wanted|reference_value", d.whole(1, 60))
    return Task(
        {s: d.whole(1, 60)},
        f"return abs(self.{s} - {a})",
        lambda o, n: abs(o[s] - n),
        clear=f"distance_to|gap_to|{s}_distance|how_far_from|deviation_from",
        vague="compare|measure|check",
        wishes=f"the distance of {said(s)} from the given value|how far the {said(s)} is from it, never negative|the absolute difference to {said(s)}",
    )


@family("easy")
def times_constant(d: Draw) -> Task:
    source, target, code, does = d.pick(
        (
            ("minutes", "seconds", "* 60", lambda x: x * 60),
            ("hours", "minutes", "* 60", lambda x: x * 60),
            ("days", "hours", "* 24", lambda x: x * 24),
            ("weeks", "days", "* 7", lambda x: x * 7),
            ("years", "months", "* 12", lambda x: x * 12),
            ("kilometers", "meters", "* 1000", lambda x: x * 1000),
            ("meters", "centimeters", "* 100", lambda x: x * 100),
            ("kilos", "grams", "* 1000", lambda x: x * 1000),
            ("dozens", "pieces", "* 12", lambda x: x * 12),
            ("liters", "milliliters", "* 1000", lambda x: x * 1000),
            ("seconds", "minutes", "/ 60", lambda x: x / 60),
            ("minutes", "hours", "/ 60", lambda x: x / 60),
            ("hours", "days", "/ 24", lambda x: x / 24),
            ("days", "weeks", "/ 7", lambda x: x / 7),
            ("months", "years", "/ 12", lambda x: x / 12),
            ("grams", "kilos", "/ 1000", lambda x: x / 1000),
            ("meters", "kilometers", "/ 1000", lambda x: x / 1000),
            ("cents", "euros", "/ 100", lambda x: x / 100),
            ("miles", "kilometers", "* 1.609", lambda x: x * 1.609),
            ("inches", "centimeters", "* 2.54", lambda x: x * 2.54),
        )
    )
    d.taken.add(source)
    return Task(
        {source: d.whole(1, 90)},
        f"return self.{source} {code}",
        lambda o: does(o[source]),
        clear=f"in_{target}|to_{target}|as_{target}|{target}|{source}_in_{target}",
        vague="convert|converted|compute",
        wishes=f"the {source} in {target}|{source} as {target}|how many {target} that is|convert to {target}",
    )


@family("easy")
def temperatures(d: Draw) -> Task:
    s = d.pick((d.pick("temperature|celsius|degrees|heat|warmth|water_temperature"),))
    to_f = d.chance(0.7)
    d.taken.add(s)
    return Task(
        {s: d.whole(-10, 90)},
        f"return self.{s} * 9 / 5 + 32" if to_f else f"return (self.{s} - 32) * 5 / 9",
        lambda o: o[s] * 9 / 5 + 32 if to_f else (o[s] - 32) * 5 / 9,
        clear="in_fahrenheit|to_fahrenheit|fahrenheit|as_fahrenheit" if to_f else "in_celsius|to_celsius|as_celsius",
        vague="convert|converted",
        wishes=f"the {said(s)} in fahrenheit|celsius to fahrenheit"
        if to_f
        else f"the {said(s)}, given in fahrenheit, in celsius|fahrenheit to celsius",
    )


@family("easy")
def share_in_percent(d: Draw) -> Task:
    s, b = d.figure(), d.name("bound")
    rounded = d.chance(0.3)
    code = f"self.{s} / self.{b} * 100"
    return Task(
        {s: d.whole(1, 40), b: d.whole(40, 90)},
        f"return round({code})" if rounded else f"return {code}",
        lambda o: round(o[s] / o[b] * 100) if rounded else o[s] / o[b] * 100,
        clear="" if rounded else f"percent|percentage|percent_of_{b}|{s}_percent|percent_{s}|percentage_full",
        vague="progress|fraction_used|degree|used",
        wishes=f"{said(s)} as a rounded percentage of {said(b)}|how many percent of {said(b)} {said(s)} is, rounded"
        if rounded
        else f"how many percent of {said(b)} {said(s)} is|{said(s)} in percent of {said(b)}|the percentage of {said(b)} that {said(s)} makes",
    )


@family("easy")
def ratio_of_two(d: Draw) -> Task:
    s, t = d.figure(), d.figure()
    return Task(
        {s: d.whole(1, 90), t: d.whole(1, 20)},
        f"return self.{s} / self.{t}",
        lambda o: o[s] / o[t],
        clear=f"{s}_per_{t}|ratio|ratio_of_{s}_to_{t}|{s}_by_{t}",
        vague="rate|compute|average_rate|intensity",
        wishes=f"{said(s)} divided by {said(t)}|the {said(s)} per {said(t)}|the ratio of {said(s)} to {said(t)}",
    )


@family("medium")
def ratio_or_zero(d: Draw) -> Task:
    s, t = d.figure(), d.figure()
    return Task(
        {s: d.whole(1, 90), t: d.whole(1, 9) if d.yes() else 0},
        f"if self.{t} == 0:\n    return 0\nreturn self.{s} / self.{t}",
        lambda o: o[s] / o[t] if o[t] else 0,
        clear=f"safe_ratio|{s}_per_{t}_or_zero",
        vague=f"{s}_per_{t}|ratio|rate|average_rate",
        wishes=f"{said(s)} divided by {said(t)}, 0 if there is no {said(t)}|the {said(s)} per {said(t)}, zero when {said(t)} is zero"
        f"|divide {said(s)} by {said(t)} but answer 0 if {said(t)} is 0",
    )


@family("easy")
def part_by_rate(d: Draw) -> Task:
    p, r = d.name("price"), d.name("rate")
    kind = d.pick(("with", "with", "without", "only"))
    code = {
        "with": f"self.{p} * (100 + self.{r}) / 100",
        "without": f"self.{p} * (100 - self.{r}) / 100",
        "only": f"self.{p} * self.{r} / 100",
    }[kind]
    return Task(
        {p: d.whole(10, 300), r: d.whole(1, 30)},
        f"return {code}",
        lambda o: o[p] * {"with": 100 + o[r], "without": 100 - o[r], "only": o[r]}[kind] / 100,
        clear={
            "with": f"{p}_with_{r}|{p}_plus_{r}|gross",
            "without": f"{p}_minus_{r}|{p}_less_{r}|reduced_{p}",
            "only": f"{r}_amount|{r}_in_money",
        }[kind],
        vague="to_pay|final_amount|compute|result|end_sum",
        wishes={
            "with": f"the {said(p)} with {said(r)} percent on top|{said(p)} plus {said(r)} percent",
            "without": f"the {said(p)} less {said(r)} percent|{said(p)} after taking off the {said(r)} in percent",
            "only": f"how much the {said(r)} percent of the {said(p)} are|{said(r)} percent of {said(p)}",
        }[kind],
    )


@family("easy")
def part_by_given_percent(d: Draw) -> Task:
    p = d.name("price")
    a = d.param("percent|rate|p|share", d.pick((5, 10, 20, 25)))
    up = d.chance(0.4)
    return Task(
        {p: d.whole(10, 300)},
        f"return self.{p} * (100 {'+' if up else '-'} {a}) / 100",
        lambda o, n: o[p] * (100 + n if up else 100 - n) / 100,
        clear=f"{p}_with_tax|{p}_plus_percent|{p}_with_surcharge"
        if up
        else f"{p}_after_discount|discounted_{p}|reduced_{p}|{p}_minus_percent",
        vague="offer|quote_for|what_if|compute",
        wishes=f"the {said(p)} with that many percent more|{said(p)} plus the percentage"
        if up
        else f"the {said(p)} with that many percent off|{said(p)} minus the percentage",
    )


@family("easy")
def mean_of_slots(d: Draw) -> Task:
    names = [d.figure() for _ in range(d.const(2, 3))]
    total = " + ".join(f"self.{name}" for name in names)
    return Task(
        {name: d.whole() for name in names},
        f"return ({total}) / {len(names)}",
        lambda o: sum(o[name] for name in names) / len(names),
        clear=f"average|mean|average_of_{names[0]}_and_{names[1]}"
        if len(names) == 2
        else "average|mean|average_of_all",
        vague="typical|middle|compute",
        wishes=f"the average of {', '.join(map(said, names[:-1]))} and {said(names[-1])}|the mean of {', '.join(map(said, names[:-1]))} and {said(names[-1])}",
    )


@family("easy")
def area_and_more(d: Draw) -> Task:
    a, b, c = d.pick(
        (
            ("width", "height", "depth"),
            ("length", "width", "height"),
            ("side_a", "side_b", "side_c"),
            ("base", "height", "length"),
        )
    )
    d.taken |= {a, b, c}
    name, code, does, used = d.pick(
        (
            ("area", f"self.{a} * self.{b}", lambda o: o[a] * o[b], (a, b)),
            ("perimeter", f"2 * (self.{a} + self.{b})", lambda o: 2 * (o[a] + o[b]), (a, b)),
            ("volume", f"self.{a} * self.{b} * self.{c}", lambda o: o[a] * o[b] * o[c], (a, b, c)),
            ("diagonal", f"math.sqrt(self.{a} ** 2 + self.{b} ** 2)", lambda o: (o[a] ** 2 + o[b] ** 2) ** 0.5, (a, b)),
            (
                "surface",
                f"2 * (self.{a} * self.{b} + self.{b} * self.{c} + self.{a} * self.{c})",
                lambda o: 2 * (o[a] * o[b] + o[b] * o[c] + o[a] * o[c]),
                (a, b, c),
            ),
            ("aspect_ratio", f"self.{a} / self.{b}", lambda o: o[a] / o[b], (a, b)),
        )
    )
    return Task(
        {one: d.whole(1, 20) for one in used},
        f"return {code}",
        does,
        clear=f"{name}|compute_{name}|the_{name}",
        vague="compute|size_of_it|measure|geometry",
        wishes=f"the {said(name)}|the {said(name)} of it|compute the {said(name)}",
    )


@family("easy")
def circle(d: Draw) -> Task:
    name, code, does = d.pick(
        (
            ("area", "math.pi * self.radius ** 2", lambda r: 3.141592653589793 * r * r),
            ("circumference", "2 * math.pi * self.radius", lambda r: 2 * 3.141592653589793 * r),
            ("diameter", "2 * self.radius", lambda r: 2 * r),
        )
    )
    d.taken.add("radius")
    return Task(
        {"radius": d.whole(1, 20)},
        f"return {code}",
        lambda o: does(o["radius"]),
        clear=f"{name}|compute_{name}|circle_{name}",
        vague="compute|measure",
        wishes=f"the {name} of the circle|the {name}|how large the {name} of a circle with this radius is",
    )


@family("medium")
def split_evenly(d: Draw) -> Task:
    s = d.figure()
    a = d.param("people|n|parts|groups", d.whole(2, 7))
    rest = d.chance(0.4)
    return Task(
        {s: d.whole(5, 60)},
        f"return self.{s} {'%' if rest else '//'} {a}",
        lambda o, n: o[s] % n if rest else o[s] // n,
        clear=f"rest_for|left_over|remainder|{s}_left_over" if rest else f"whole_{s}_each|full_groups|whole_shares",
        vague="share|divide_among|distribute",
        wishes=f"what is left of {said(s)} when it is divided by the number|the remainder of {said(s)}"
        if rest
        else f"how many whole ones each gets of {said(s)}|{said(s)} divided by the number, whole numbers only",
    )


@family("medium")
def split_fairly(d: Draw) -> Task:
    s = d.figure()
    a = d.param("people|n|parts|heads", d.whole(0, 7) if d.yes() else 0)
    words = d.pick("nobody there|no people|must be more than zero|divide by zero")
    return Task(
        {s: d.whole(5, 60)},
        f'if {a} {d.pick(("<= 0", "< 1", "== 0"))}:\n    raise ValueError("{words}")\nreturn self.{s} / {a}',
        lambda o, n: o[s] / n if n else (_ for _ in ()).throw(ValueError()),
        vague=f"share|{s}_per_head|split|divide_among|{s}_each",
        wishes=f"the {said(s)} for each, an error if there is nobody|{said(s)} divided by the number, refuse zero|an error for zero, else {said(s)} divided by it",
    )


@family("hard")
def compound(d: Draw) -> Task:
    s, r = d.figure(), d.name("rate")
    a = d.param("years|n|times|periods", d.whole(1, 4))
    return Task(
        {s: d.whole(100, 900), r: d.whole(1, 9)},
        f"return self.{s} * (1 + self.{r} / 100) ** {a}",
        lambda o, n: o[s] * (1 + o[r] / 100) ** n,
        clear=f"{s}_after_years|compound|grown_{s}|future_{s}",
        vague="forecast|project|predict",
        wishes=f"the {said(s)} after so many years at {said(r)} percent|what {said(s)} becomes, growing by {said(r)} percent each time",
    )


@family("medium")
def rounded(d: Draw) -> Task:
    s = d.figure()
    n = d.const(0, 2)
    return Task(
        {s: d.decimal()},
        f"return round(self.{s}, {n})" if n else f"return round(self.{s})",
        lambda o: round(o[s], n) if n else round(o[s]),
        clear=f"rounded|rounded_{s}|round_{s}" if n == 0 else "",
        vague=f"{s}_for_display|short_{s}|tidy|exact_enough",
        wishes=f"the {said(s)} rounded to {n} digits|{said(s)} with {n} digits"
        if n
        else f"the {said(s)} rounded to a whole number|{said(s)} without digits, rounded",
    )


@family("medium")
def clock_text(d: Draw) -> Task:
    s = d.pick("minutes|minutes_total|duration|elapsed_minutes|seconds|playtime|run_minutes")
    d.taken.add(s)
    return Task(
        {s: d.whole(30, 500)},
        d.pick(
            (
                f'return f"{{self.{s} // 60}}:{{self.{s} % 60:02d}}"',
                f'return f"{{self.{s} // 60}}:{{self.{s} % 60:02}}"',
            )
        ).replace(":02}}", ":02d}}"),
        lambda o: f"{o[s] // 60}:{o[s] % 60:02d}",
        clear="as_clock|clock_text|time_text",
        vague="display|show|formatted|readable",
        wishes=f"the {said(s)} like 2:05|{said(s)} by 60, a colon and the rest in two digits|as in 1:07, from the {said(s)}",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
