"""What a figure means: compared, judged, put into a class, priced by steps."""

from __future__ import annotations

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, said


@family("easy")
def above_constant(d: Draw) -> Task:
    s, n = d.figure(), d.pick((3, 5, 8, 10, 18, 20, 25, 30, 50, 60, 80, 100))
    word, sign, phrase = d.pick(
        (
            ("high|big|too_high|large|strong", ">", f"above {n}|more than {n}|over {n}"),
            ("low|small|too_low|weak|poor", "<", f"below {n}|less than {n}|under {n}"),
            ("enough|full|grown|fit", ">=", f"at least {n}|{n} or more|from {n} on"),
            ("fine|okay|bearable|cheap", "<=", f"at most {n}|{n} or less|not more than {n}"),
        )
    )
    adjective, way = d.pick(word), d.pick(phrase)
    ways = {">": lambda x: x > n, "<": lambda x: x < n, ">=": lambda x: x >= n, "<=": lambda x: x <= n}
    return Task(
        {s: n + d.whole(-2, 2) if d.yes() else d.whole(1, 2 * n)},
        f"return self.{s} {sign} {n}",
        lambda o: ways[sign](o[s]),
        vague=f"is_{adjective}|{s}_is_{adjective}|is_{s}_{adjective}|check_{s}|{adjective}|alarm|warn|ok|may_go_on",
        wishes=f"{said(adjective)} means {way}|whether the {said(s)} is {way}|true if {said(s)} is {way}|{said(s)} {way}|is the {said(s)} {way}",
        fact=f"It counts as {said(adjective)} when the {said(s)} is {way}.|The {said(s)} is called {said(adjective)} if it is {way}.",
        asks=f"whether the {said(s)} is {said(adjective)}|is it {said(adjective)}",
    )


@family("easy")
def compare_slots(d: Draw) -> Task:
    s, b = d.figure(), d.name("bound")
    name, sign, phrase = d.pick(
        (
            (
                f"is_over_{b}|over_{b}|exceeds_{b}|is_above_{b}|is_overdue|is_exceeded|is_over|is_too_high|is_too_much",
                ">",
                "greater than|above|more than",
            ),
            (f"is_under_{b}|below_{b}|is_below_{b}", "<", "smaller than|below|less than"),
            (f"reached_{b}|{b}_reached|has_reached_{b}|is_full", ">=", "at least|not less than"),
            (f"is_within_{b}|within_{b}|keeps_{b}|fits", "<=", "at most|not above|within"),
            (f"equals_{b}|is_at_{b}|is_exactly_{b}", "==", "exactly|equal to|the same as"),
        )
    )
    way = d.pick(phrase)
    low = d.whole(10, 30)
    ways = {
        ">": lambda x, y: x > y,
        "<": lambda x, y: x < y,
        ">=": lambda x, y: x >= y,
        "<=": lambda x, y: x <= y,
        "==": lambda x, y: x == y,
    }
    return Task(
        {s: low + d.whole(-2, 2), b: low},
        f"return self.{s} {sign} self.{b}",
        lambda o: ways[sign](o[s], o[b]),
        clear=name,
        vague="check|is_fine|alarm|ok|test_it|is_it_so",
        wishes=f"whether {said(s)} is {way} {said(b)}|true if the {said(s)} is {way} the {said(b)}|is {said(s)} {way} {said(b)}",
    )


@family("easy")
def compare_given(d: Draw) -> Task:
    s = d.figure()
    low = d.whole(10, 30)
    a = d.param("value|n|amount|other", low + d.whole(-3, 3))
    name, sign, phrase = d.pick(
        (
            (f"is_over|{s}_over|is_more_than|has_more_{s}_than|is_above", ">", "greater than|more than|above"),
            (f"is_under|{s}_under|is_less_than|has_less_{s}_than|is_below", "<", "smaller than|less than|below"),
            (
                f"has_enough|can_afford|covers|enough_{s}_for|can_take|suffices_for",
                ">=",
                "enough for|at least|not smaller than",
            ),
            (f"matches|is_exactly|{s}_is|equals", "==", "exactly|the same as|equal to"),
        )
    )
    way = d.pick(phrase)
    ways = {">": lambda x, y: x > y, "<": lambda x, y: x < y, ">=": lambda x, y: x >= y, "==": lambda x, y: x == y}
    return Task(
        {s: low},
        f"return self.{s} {sign} {a}",
        lambda o, x: ways[sign](o[s], x),
        clear=name,
        vague="check|test_it|allows|compare",
        wishes=f"whether the {said(s)} is {way} the given value|true if {said(s)} is {way} it|is {said(s)} {way} the value",
    )


@family("medium")
def between_bounds(d: Draw) -> Task:
    s = d.figure()
    if d.chance(0.5):
        low, high = d.name("floor"), d.name("bound")
        first, second, words = f"self.{low}", f"self.{high}", (said(low), said(high))
        slots = {low: 20, high: 40}
    else:
        m, n = d.const(1, 20), d.const(25, 90)
        first, second, words = str(m), str(n), (str(m), str(n))
        low, high, slots = "", "", {}
    bounds = (20, 40) if low else (m, n)
    code = d.pick((f"{first} <= self.{s} <= {second}", f"self.{s} >= {first} and self.{s} <= {second}"))
    return Task(
        {s: d.pick((0,)) + d.whole(0, 100) if d.yes() else bounds[0] + d.whole(-1, 4), **slots},
        f"return {code}",
        lambda o: bounds[0] <= o[s] <= bounds[1],
        clear=f"is_in_range|{s}_in_range|is_within_bounds" if low else "",
        vague=f"is_normal|is_fine|is_{s}_ok|check_{s}|acceptable|is_healthy",
        wishes=f"whether {said(s)} is between {words[0]} and {words[1]}|true from {words[0]} to {words[1]}"
        f"|{said(s)} is at least {words[0]} and at most {words[1]}|is {said(s)} from {words[0]} to {words[1]}",
    )


@family("easy")
def divisibility(d: Draw) -> Task:
    s = d.figure()
    n = d.pick((2, 2, 2, 3, 5, 10))
    even = d.chance(0.7)
    names = ("is_even|even" if even else "is_odd|odd") + f"|{s}_is_{'even' if even else 'odd'}" if n == 2 else ""
    return Task(
        {s: d.whole(1, 60)},
        f"return self.{s} % {n} {'==' if even else '!='} 0",
        lambda o: (o[s] % n == 0) == even,
        clear=names or f"divisible_by_{n}|is_multiple_of_{n}" if even else names,
        vague="check|fits|is_round|test_it",
        wishes=f"whether {said(s)} is {'' if even else 'not '}divisible by {n}|true if {said(s)} is {'a' if even else 'no'} multiple of {n}",
    )


@family("medium")
def larger_of_two(d: Draw) -> Task:
    s, t = d.figure(), d.figure()
    high = d.chance(0.6)
    best = "max" if high else "min"
    word = "larger|higher|greater" if high else "smaller|lower|lesser"
    adjective = d.pick(word)
    return Task(
        {s: d.whole(), t: d.whole()},
        f"return {best}(self.{s}, self.{t})",
        lambda o: (max if high else min)(o[s], o[t]),
        clear=f"{adjective}_of_{s}_and_{t}|{adjective}_one|{best}_of_both|the_{adjective}",
        vague="best|decide|pick_one|compare",
        wishes=f"the {adjective} of {said(s)} and {said(t)}|whichever of {said(s)} and {said(t)} is {adjective}",
    )


@family("medium")
def which_is_larger(d: Draw) -> Task:
    s, t = d.figure(), d.figure()
    return Task(
        {s: d.whole(), t: d.whole()},
        f'if self.{s} > self.{t}:\n    return "{s}"\nif self.{t} > self.{s}:\n    return "{t}"\nreturn "equal"',
        lambda o: s if o[s] > o[t] else t if o[t] > o[s] else "equal",
        vague="winner|leader|compare|which_leads|who_is_ahead",
        wishes=f"{s} or {t}, whichever is larger, else equal|answer {s} if it is greater, {t} if that is greater, otherwise equal",
    )


_CLASSES = (
    ("cold", "warm", "hot"), ("low", "medium", "high"), ("small", "normal", "large"), ("weak", "fair", "strong"),
    ("light", "middle", "heavy"), ("young", "grown", "old"), ("slow", "steady", "fast"), ("cheap", "fair", "dear"),
    ("empty", "half", "full"), ("poor", "good", "great"), ("red", "yellow", "green"), ("bronze", "silver", "gold"),
    ("new", "regular", "expert"), ("short", "middle", "long"), ("quiet", "normal", "loud"), ("rare", "usual", "common"),
)  # fmt: skip


@family("medium")
def two_classes(d: Draw) -> Task:
    s, n = d.figure(), d.pick((5, 10, 18, 20, 30, 40, 50, 60, 100))
    low, high = d.pick(
        (
            ("fail", "pass"),
            ("no", "yes"),
            ("minor", "adult"),
            ("cold", "hot"),
            ("small", "big"),
            ("poor", "rich"),
            ("free", "busy"),
            ("low", "high"),
            ("light", "heavy"),
            ("stop", "go"),
        )
    )
    ternary = d.chance(0.5)
    body = (
        f'return "{high}" if self.{s} >= {n} else "{low}"'
        if ternary
        else f'if self.{s} >= {n}:\n    return "{high}"\nreturn "{low}"'
    )
    return Task(
        {s: n + d.whole(-2, 2) if d.yes() else d.whole(1, 2 * n)},
        body,
        lambda o: high if o[s] >= n else low,
        clear=f"{high}_from_{n}_else_{low}",
        vague=f"{high}_or_{low}|{s}_class|verdict|kind|result|grade|category|status|judge|rating_word|describe_{s}",
        wishes=f"{high} from {n} on, else {low}|{high} if {said(s)} is at least {n}, otherwise {low}|{low} below {n}, else {high}"
        f"|answer {high} when {said(s)} is {n} or more and {low} if not",
        fact=f"From {n} {said(s)} on it is called {high}, below that {low}.",
        asks=f"{high} or {low}, as the paper says|whether {high} or {low}",
    )


@family("medium")
def three_classes(d: Draw) -> Task:
    s = d.figure()
    low, mid, high = d.pick(_CLASSES)
    m, n = d.pick(((10, 20), (5, 15), (10, 25), (18, 65), (30, 60), (50, 90), (20, 80), (3, 7), (100, 500)))
    body = d.pick(
        (
            f'if self.{s} < {m}:\n    return "{low}"\nif self.{s} < {n}:\n    return "{mid}"\nreturn "{high}"',
            f'if self.{s} < {m}:\n    return "{low}"\nelif self.{s} < {n}:\n    return "{mid}"\nelse:\n    return "{high}"',
            f'if self.{s} >= {n}:\n    return "{high}"\nif self.{s} >= {m}:\n    return "{mid}"\nreturn "{low}"',
        )
    )
    return Task(
        {s: d.values.choice((m - 1, m, n - 1, n, m + 1, n + 3))},
        body,
        lambda o: low if o[s] < m else mid if o[s] < n else high,
        vague=f"{s}_class|category|level_word|kind|grade|band|describe_{s}|{s}_word|classify|status|{s}_level",
        wishes=f"{low} below {m}, {mid} below {n}, else {high}|{high} from {n} on, {mid} from {m} on, else {low}"
        f"|{low} under {m}, {mid} under {n}, otherwise {high}|if {said(s)} is under {m} it is {low}, under {n} {mid}, from {n} {high}",
    )


@family("hard")
def grades(d: Draw) -> Task:
    s = d.figure()
    letters = d.pick((("A", "B", "C", "D"), ("gold", "silver", "bronze", "none"), ("great", "good", "fair", "poor")))
    cuts = d.pick(((90, 75, 50), (80, 60, 40), (30, 20, 10), (9, 6, 3)))
    body = "\n".join(
        f'if self.{s} >= {cut}:\n    return "{letter}"' for cut, letter in zip(cuts, letters, strict=False)
    )
    return Task(
        {s: d.values.choice((*cuts, *(cut - 1 for cut in cuts), cuts[0] + 2))},
        f'{body}\nreturn "{letters[3]}"',
        lambda o: next((one for cut, one in zip(cuts, letters, strict=False) if o[s] >= cut), letters[3]),
        vague="grade|letter|medal|award|mark|rank_word|class_of_it",
        wishes=f"{letters[0]} from {cuts[0]}, {letters[1]} from {cuts[1]}, {letters[2]} from {cuts[2]}, else {letters[3]}"
        f"|{letters[0]} at {cuts[0]} or more, {letters[1]} at {cuts[1]}, {letters[2]} at {cuts[2]}, otherwise {letters[3]}",
    )


@family("hard")
def stepped_price(d: Draw) -> Task:
    p, q = d.name("price"), d.name("quantity")
    n, percent = d.pick((5, 10, 12, 20, 50)), d.pick((5, 10, 20, 25))
    return Task(
        {p: d.whole(2, 40), q: n + d.whole(-2, 2)},
        f"result = self.{p} * self.{q}\nif self.{q} >= {n}:\n    return result * {100 - percent} / 100\nreturn result",
        lambda o: o[p] * o[q] * (100 - percent) / 100 if o[q] >= n else o[p] * o[q],
        vague="total|to_pay|bill|amount_due|invoice_sum|total_price",
        wishes=f"{said(p)} times {said(q)}, {percent} percent less from {n} on|the {said(p)} for all {said(q)}; from {n} {said(q)} there are {percent} percent off",
    )


@family("hard")
def shipping_free_from(d: Draw) -> Task:
    p, n = d.figure(), d.pick((20, 30, 50, 80, 100))
    fee = d.pick((3, 4, 5, 7, 9))
    return Task(
        {p: n + d.whole(-3, 3)},
        f"if self.{p} >= {n}:\n    return self.{p}\nreturn self.{p} + {fee}",
        lambda o: o[p] if o[p] >= n else o[p] + fee,
        vague="with_shipping|to_pay|final_sum|total_with_delivery|end_amount",
        wishes=f"{said(p)} plus {fee} for shipping, nothing from {n} on|add {fee} to the {said(p)} if it is below {n}|below {n} there are {fee} on top of the {said(p)}",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
