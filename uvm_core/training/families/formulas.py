"""What a name says by itself: formulas, periods, whole statements of an object, the everyday words of small records."""

from __future__ import annotations

from typing import Any

from uvm_core.training.tasks import Draw, Family, State, Task, families_in, family, put, refuse, said
from uvm_core.training.words import NAMES, NOUNS, PLACES, TITLES

_FORMULAS = (
    ("speed", ("distance", "time"), "self.distance / self.time"),
    ("speed", ("distance", "hours"), "self.distance / self.hours"),
    ("density", ("mass", "volume"), "self.mass / self.volume"),
    ("pressure", ("force", "area"), "self.force / self.area"),
    ("force", ("mass", "acceleration"), "self.mass * self.acceleration"),
    ("power", ("voltage", "current"), "self.voltage * self.current"),
    ("resistance", ("voltage", "current"), "self.voltage / self.current"),
    ("energy", ("power", "time"), "self.power * self.time"),
    ("distance", ("speed", "time"), "self.speed * self.time"),
    ("profit", ("revenue", "cost"), "self.revenue - self.cost"),
    ("profit", ("sales", "expenses"), "self.sales - self.expenses"),
    ("profit", ("income", "costs"), "self.income - self.costs"),
    ("loss", ("costs", "income"), "self.costs - self.income"),
    ("net", ("gross", "tax"), "self.gross - self.tax"),
    ("net_weight", ("gross_weight", "tare"), "self.gross_weight - self.tare"),
    ("gross", ("net", "tax"), "self.net + self.tax"),
    ("balance", ("income", "expenses"), "self.income - self.expenses"),
    ("change", ("given", "price"), "self.given - self.price"),
    ("wage", ("hours", "hourly_rate"), "self.hours * self.hourly_rate"),
    ("pay", ("hours", "wage_per_hour"), "self.hours * self.wage_per_hour"),
    ("revenue", ("price", "sold"), "self.price * self.sold"),
    ("consumption", ("liters", "kilometers"), "self.liters / self.kilometers"),
    ("price_per_kilo", ("price", "kilos"), "self.price / self.kilos"),
    ("price_per_person", ("price", "people"), "self.price / self.people"),
    ("price_per_night", ("price", "nights"), "self.price / self.nights"),
    ("duration", ("end", "start"), "self.end - self.start"),
    ("elapsed", ("now", "started"), "self.now - self.started"),
    ("age", ("year", "birth_year"), "self.year - self.birth_year"),
    ("bmi", ("weight", "height"), "self.weight / self.height ** 2"),
    ("goal_difference", ("goals_for", "goals_against"), "self.goals_for - self.goals_against"),
    ("win_rate", ("wins", "games"), "self.wins / self.games"),
    ("hit_rate", ("hits", "shots"), "self.hits / self.shots"),
    ("free_seats", ("seats", "taken"), "self.seats - self.taken"),
    ("seats_left", ("seats", "booked"), "self.seats - self.booked"),
    ("pages_left", ("pages", "page"), "self.pages - self.page"),
    ("days_left", ("days", "day"), "self.days - self.day"),
    ("range_left", ("fuel", "consumption"), "self.fuel / self.consumption"),
    ("area", ("width", "length"), "self.width * self.length"),
    ("radius", ("diameter",), "self.diameter / 2"),
    ("total_weight", ("weight", "count"), "self.weight * self.count"),
)


@family("easy")
def formula(d: Draw) -> Task:
    name, used, code = d.pick(_FORMULAS)
    d.taken.update(used, (name,))
    verb = d.pick("|compute_|get_|the_|calculate_")
    return Task(
        {one: d.whole(2, 60) for one in used},
        f"return {code}",
        # The formulas are shipped text: arithmetic over the slots' names, and nothing else is in reach.
        lambda o: eval(code.replace("self.", ""), {"__builtins__": {}}, dict(o)),
        clear=f"{verb}{name}",
        vague="compute|result",
        wishes=f"the {said(name)}|what the {said(name)} is",
    )


@family("easy")
def other_period(d: Draw) -> Task:
    thing = d.pick("cost|rent|fee|salary|income|sales|budget|interest|wage|profit|use|rainfall|steps|price")
    slot, asked, code, factor = d.pick(
        (
            ("yearly", "monthly", "/ 12", 1 / 12), ("monthly", "yearly", "* 12", 12), ("weekly", "daily", "/ 7", 1 / 7),
            ("daily", "weekly", "* 7", 7), ("hourly", "daily", "* 24", 24), ("annual", "monthly", "/ 12", 1 / 12),
            ("daily", "hourly", "/ 24", 1 / 24), ("weekly", "yearly", "* 52", 52), ("yearly", "weekly", "/ 52", 1 / 52),
        )
    )  # fmt: skip
    s = f"{slot}_{thing}"
    d.taken |= {s, thing}
    return Task(
        {s: d.whole(12, 600)},
        f"return self.{s} {code}",
        lambda o: o[s] * factor,
        clear=f"{asked}_{thing}|{thing}_{asked}|get_{asked}_{thing}|compute_{asked}_{thing}",
        vague="convert|compute",
        wishes=f"the {asked} {thing}|what the {thing} is {asked}",
    )


@family("medium")
def whole_status(d: Draw) -> Task:
    names = [d.name("text"), d.figure()]
    sep, third = d.pick((", ", " ")), d.pick("none|flag|figure")
    values: dict[str, Any] = {names[0]: d.word(TITLES), names[1]: d.whole()}
    if third != "none":
        names.append(d.name(third))
        values[names[2]] = d.yes() if third == "flag" else d.whole()
    return Task(
        values,
        f'return f"{sep.join("{self." + name + "}" for name in names)}"',
        lambda o: sep.join(str(o[name]) for name in names),
        clear="status|summary|describe|info|report|overview|state_text|status_line|description|show_all|as_text"
        if sep == ", "
        else "",
        vague="status|summary|describe|info|report|overview",
        wishes=f"all slots in one line, {'a comma between' if sep == ', ' else 'spaces between'}|{', '.join(map(said, names))} in one text with {'commas' if sep == ', ' else 'spaces'}",
        inherits=False,
        alone=True,
    )


@family("easy")
def introduce(d: Draw) -> Task:
    s = d.pick("name|first_name|nickname|full_name|title|label")
    d.taken.add(s)
    form = d.pick(("I am {}", "My name is {}", "I am {}.", "This is {}"))
    return Task(
        {s: d.word(NAMES)},
        f'return f"{form.format("{self." + s + "}")}"',
        lambda o: form.format(o[s]),
        clear="introduce_yourself|who_are_you|introduce|say_your_name" if form == "I am {}" else "",
        vague="introduce_yourself|who_are_you|introduce|present",
        wishes=f"{form.format('the ' + said(s))}|like {form.format('Ann')} with the {said(s)}",
    )


_DEEDS = (
    ("finish", "done"), ("complete", "done"), ("pay", "paid"), ("ship", "shipped"), ("sell", "sold"), ("approve", "approved"),
    ("check", "checked"), ("close", "closed"), ("pack", "packed"), ("read", "read"), ("break", "broken"), ("check_off", "done"),
)  # fmt: skip


@family("hard")
def deed_on_record(d: Draw) -> Task:
    many, one = d.things()
    verb, f = d.pick(_DEEDS)
    t = d.pick("name|title|text|label|item|subject|code")
    d.taken |= {f, t}
    texts = d.values.sample(NOUNS, d.whole(2, 3))
    rows = [{t: text, f: d.yes()} for text in texts]
    a = d.param(f"{t}|which|what", d.word(texts))

    def oracle(o: State, x: str) -> None:
        for row in o[many]:
            if row[t] == x:
                row[f] = True

    return Task(
        {many: rows},
        f'for item in self.{many}:\n    if item["{t}"] == {a}:\n        item["{f}"] = True\n@',
        oracle,
        clear=f"{verb}_{one}|mark_{one}_{f}|set_{one}_{f}|mark_{f}",
        vague=f"{verb}|handle|settle",
        wishes=f"the {one} with that {t} is {f}|{verb.replace('_', ' ')} the {one} of this {t}",
    )


@family("medium")
def deeds_open(d: Draw) -> Task:
    many, _one = d.things()
    f = d.pick([flag for _, flag in _DEEDS])
    t = d.pick("name|title|text|label|item|subject|code")
    d.taken |= {f, t}
    rows = [{t: text, f: d.yes()} for text in d.values.sample(NOUNS, d.whole(1, 3))]
    open_ = d.chance(0.6)
    count = d.chance(0.4)
    test = f'{"not " if open_ else ""}item["{f}"]'
    tag = ("un" + f if f in ("done", "paid", "sold", "read", "checked") else "not_" + f) if open_ else f
    return Task(
        {many: rows},
        f"return sum(1 for item in self.{many} if {test})"
        if count
        else f'return [item["{t}"] for item in self.{many} if {test}]',
        lambda o: sum(row[f] != open_ for row in o[many]) if count else [row[t] for row in o[many] if row[f] != open_],
        clear=f"count_{tag}|{tag}_count|how_many_{tag}" if count else f"{tag}_{many}|{tag}_{t}s|list_{tag}",
        vague="open_count|count|left" if count else f"open_{many}|todo|left|pending",
        wishes=f"how many {said(many)} are {'not ' if open_ else ''}{f}|the number of {said(many)} {'still to be' if open_ else 'that are'} {f}"
        if count
        else f"the {t}s of the {said(many)} that are {'not ' if open_ else ''}{f}|what is {'not ' if open_ else ''}{f}, by {t}",
    )


@family("hard")
def report_lines(d: Draw) -> Task:
    many, one = d.things()
    t, n = d.name("key_text"), d.name("key_number")
    sep, told = d.pick((("\\n", "one line each"), (", ", "commas between"), ("; ", "semicolons between")))
    form, example = d.pick(
        (
            ("{}: {}", "tea: 3"),
            ("{} {}", "tea 3"),
            ("{} ({})", "tea (3)"),
            ("{} - {}", "tea - 3"),
            ("{1} x {0}", "3 x tea"),
        )
    )
    piece = form.format(f"{{item['{t}']}}", f"{{item['{n}']}}")
    real = sep.replace("\\n", "\n")
    rows = [{t: text, n: d.whole()} for text in d.values.sample(NOUNS, d.whole(1, 3))]
    return Task(
        {many: rows},
        f'return "{sep}".join(f"{piece}" for item in self.{many})',
        lambda o: real.join(form.format(row[t], row[n]) for row in o[many]),
        vague="report|listing|print_out|receipt|overview|as_text|summary|show_all",
        wishes=f"each {one} like {example}, {told}|{said(t)} and {said(n)} of every {one} as in {example}, {told}|a text of all {said(many)}, each like {example}, {told}",
    )


@family("medium")
def total_line(d: Draw) -> Task:
    many = d.name("numbers")
    word = d.pick("Total|Sum|All|Result|Together")
    kind, code, does = d.pick(
        (
            ("the sum", f"sum(self.{many})", sum),
            ("the number", f"len(self.{many})", len),
            ("the largest", f"max(self.{many})", max),
        )
    )
    return Task(
        {many: d.numbers(1, 4)},
        f'return f"{word}: {{{code}}}"' if kind != "the largest" else f'return "{word}: " + str({code})',
        lambda o: f"{word}: {does(o[many])}",
        vague="report|summary|line|show|as_text",
        wishes=f"{word}: and {kind} of the {said(many)}|like {word}: 12, with {kind} of {said(many)}",
    )


@family("hard")
def nested_table(d: Draw) -> Task:
    t = d.pick(
        "catalog|products|staff|rooms_map|inventory_list|people|accounts|devices_map|cars_map|pets_map|books_map|courses_map"
    )
    d.taken.add(t)
    n, m = d.name("key_number"), d.name("key_number")
    held = {key: {n: d.whole(), m: d.whole()} for key in d.some(NOUNS, 1, 3)}
    a = (
        d.param("key|which|name|item", d.word(list(held)))
        if (kind := d.pick("get|set|add|sum|list")) in ("get", "set", "add")
        else ""
    )
    b = d.param("value|amount|new", d.whole()) if kind in ("set", "add") else ""
    body = {
        "get": f'return self.{t}[{a}]["{n}"]',
        "set": f'self.{t}[{a}]["{n}"] = {b}\n@',
        "add": f'self.{t}[{a}]["{n}"] += {b}\n@',
        "sum": f'return sum(item["{n}"] for item in self.{t}.values())',
        "list": f'return [item for item in self.{t} if self.{t}[item]["{n}"] > self.{t}[item]["{m}"]]',
    }[kind]

    def oracle(o: State, x: str = "", y: int = 0) -> Any:
        if kind == "get":
            return o[t][x][n]
        if kind == "sum":
            return sum(row[n] for row in o[t].values())
        if kind == "list":
            return [key for key, row in o[t].items() if row[n] > row[m]]
        o[t][x][n] = y if kind == "set" else o[t][x][n] + y
        return None

    return Task(
        {t: held},
        body,
        oracle,
        clear={
            "get": f"{n}_of|get_{n}|{n}_for|look_up_{n}",
            "set": f"set_{n}|change_{n}|update_{n}|set_{n}_of",
            "add": f"add_{n}|raise_{n}|add_to_{n}",
            "sum": f"total_{n}|sum_of_{n}|{n}_total|all_{n}",
            "list": "",
        }[kind],
        vague={
            "get": "look_up|get",
            "set": "update|correct",
            "add": "increase|receive",
            "sum": "total|sum",
            "list": "filter|find|special",
        }[kind],
        wishes={
            "get": f"the {said(n)} of the given one in {said(t)}|what {said(t)} has as {said(n)} for it",
            "set": f"the {said(n)} of the given one in {said(t)} becomes the value|change its {said(n)} in {said(t)}",
            "add": f"the {said(n)} of the given one in {said(t)} grows by the amount|add the amount to its {said(n)} in {said(t)}",
            "sum": f"the sum of the {said(n)} of all in {said(t)}|all {said(n)} in {said(t)} together",
            "list": f"which in {said(t)} have more {said(n)} than {said(m)}|those of {said(t)} whose {said(n)} is greater than their {said(m)}",
        }[kind],
    )


@family("hard")
def damage(d: Draw) -> Task:
    s, f = d.figure(), d.name("flag")
    a = d.param("amount|n|points_lost|hit", d.whole(1, 30))
    on = d.chance(0.4)
    return Task(
        {s: d.whole(5, 30), f: not on},
        f"self.{s} = max(0, self.{s} - {a})\nif self.{s} == 0:\n    self.{f} = {on}\n@",
        lambda o, x: put(o, {s: max(0, o[s] - x), f: on if x >= o[s] else o[f]}),
        vague=f"hit|damage|hurt|attack|use|drain|burn|lower_{s}",
        wishes=f"take it from {said(s)}, not below 0; at 0 it is {'' if on else 'no longer '}{said(f)}|{said(s)} falls by the amount, at least 0 stays; when it is 0 {said(f)} becomes {'true' if on else 'false'}",
    )


@family("hard")
def book_and_log(d: Draw) -> Task:
    s, many = (
        d.figure(),
        d.pick("history|log|entries|journal|events|movements|bookings|transactions|records|diary|protocol"),
    )
    d.taken.add(many)
    a = d.param("amount|n|value", d.whole())
    up = d.chance(0.6)
    kind = d.pick("number|text|record")
    word = d.pick("deposit|income|plus|in" if up else "withdrawal|cost|minus|out")
    entry = {"number": a, "text": f'f"{word} {{{a}}}"', "record": f'{{"kind": "{word}", "amount": {a}}}'}[kind]
    guard = d.chance(0.3) and not up
    words = d.pick("not enough|too much")

    def oracle(o: State, x: int) -> Any:
        refuse(guard and x > o[s])
        made = {"number": x, "text": f"{word} {x}", "record": {"kind": word, "amount": x}}[kind]
        return put(o, {s: o[s] + x if up else o[s] - x, many: [*o[many], made]})

    before: list[Any] = [{"number": 5, "text": f"{word} 5", "record": {"kind": word, "amount": 5}}[kind]]
    told = {
        "number": f"the amount goes to {many}",
        "text": f"{many} gets a text like {word} 5",
        "record": f"{many} gets a record with kind {word} and the amount",
    }[kind]
    return Task(
        {s: d.whole(10, 60), many: before if d.yes() or kind != "number" else []},
        (f'if {a} > self.{s}:\n    raise ValueError("{words}")\n' if guard else "")
        + f"self.{s} {'+' if up else '-'}= {a}\nself.{many}.append({entry})\n@",
        oracle,
        vague="deposit|earn|receive|book" if up else "withdraw|spend|pay|book",
        wishes=f"{'add it to' if up else 'take it from'} {said(s)}, and {told}{'; an error if there is not enough' if guard else ''}|{said(s)} {'grows' if up else 'falls'} by the amount; {told}{', too much is refused' if guard else ''}",
    )


@family("hard")
def transfer_entries(d: Draw) -> Task:
    t = d.name("table")
    held = d.table(NAMES, 2, 3, 10, 40)
    first, second = d.values.sample(list(held), 2)
    a, b, c = (
        d.param("giver|source|first", first),
        d.param("taker|target|second", second),
        d.param("amount|n|value", d.whole(1, 30)),
    )
    guard = d.chance(0.6)
    words = d.pick("not enough|too much")
    return Task(
        {t: held},
        (f'if self.{t}[{a}] < {c}:\n    raise ValueError("{words}")\n' if guard else "")
        + f"self.{t}[{a}] -= {c}\nself.{t}[{b}] += {c}\n@",
        lambda o, x, y, z: refuse(guard and o[t][x] < z) or put(o, {t: {**o[t], x: o[t][x] - z, y: o[t][y] + z}}),
        clear="" if guard else "transfer|move_between|transfer_entry",
        vague="transfer|give|pay|send|move",
        wishes=f"from the first in {said(t)} to the second goes the amount{'; an error if there is not enough' if guard else ''}|the first loses the amount in {said(t)} and the second gets it{', too much is refused' if guard else ''}",
    )


@family("medium")
def toggle_member(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    held = d.some(pool, 1, 3)
    a = d.param(f"{one}|name|which", d.word(held) if d.yes() else d.word(pool))
    return Task(
        {many: held},
        f"if {a} in self.{many}:\n    self.{many}.remove({a})\nelse:\n    self.{many}.append({a})\n@",
        lambda o, x: put(o, {many: [y for y in o[many] if y != x] if x in o[many] else [*o[many], x]}),
        clear=f"toggle_{one}|switch_{one}|flip_{one}",
        vague="select|mark|press|pin|like",
        wishes=f"out of {said(many)} if it is there, else into it|remove it from {said(many)} if it is in it, otherwise add it",
    )


@family("medium")
def rotate_list(d: Draw) -> Task:
    many, one = d.things()
    left = d.chance(0.6)
    body = (
        f"self.{many} = self.{many}[1:] + self.{many}[:1]"
        if left
        else f"self.{many} = self.{many}[-1:] + self.{many}[:-1]"
    )
    return Task(
        {many: d.some(d.pool(), 2, 4)},
        f"{body}\n@",
        lambda o: put(o, {many: o[many][1:] + o[many][:1] if left else o[many][-1:] + o[many][:-1]}),
        clear=f"rotate_{many}" if left else "",
        vague="rotate|turn|next_round|shift|cycle",
        wishes=f"the first {one} goes to the end|move the first of {said(many)} to the end"
        if left
        else f"the last {one} comes to the front|move the last of {said(many)} to the beginning",
    )


@family("medium")
def add_many(d: Draw) -> Task:
    many, _one = d.things()
    pool = d.pool()
    a = d.param(f"{many}|more|others|new", d.some(pool, 1, 2))
    read = d.chance(0.3)
    return Task(
        {many: d.some(pool, 0, 2)},
        f"return self.{many} + {a}"
        if read
        else d.pick((f"self.{many}.extend({a})\n@", f"self.{many} += {a}\n@", f"self.{many}.extend({a})\n@")),
        lambda o, x: o[many] + x if read else put(o, {many: o[many] + x}),
        clear=f"{many}_with" if read else f"add_all|add_{many}|extend_{many}|add_many|append_all",
        vague="combined|together_with" if read else "take|receive|merge_in|import_all",
        wishes=f"the {said(many)} and the given ones together in one list|{said(many)} with the given ones after them"
        if read
        else f"add all of them to {said(many)}|put every one of the given list into the {said(many)}",
    )


@family("medium")
def update_table(d: Draw) -> Task:
    t = d.name("table")
    a = d.param("entries|more|new|others", d.table(NOUNS, 1, 2))
    return Task(
        {t: d.table(NOUNS, 1, 2)},
        f"self.{t}.update({a})\n@",
        lambda o, x: put(o, {t: {**o[t], **x}}),
        clear=f"update_{t}|add_entries|merge_{t}|add_all_to_{t}",
        vague="take_over|merge|import_all|update",
        wishes=f"take over all entries into {said(t)}|update {said(t)} with the given ones",
    )


@family("hard")
def common_elements(d: Draw) -> Task:
    many, _one = d.things()
    other = d.name("things").partition(":")[0]
    pool = d.pool()[:5]
    both = d.chance(0.5)
    return Task(
        {many: d.some(pool, 2, 3), other: d.some(pool, 1, 3)},
        f"return [item for item in self.{many} if item {'in' if both else 'not in'} self.{other}]",
        lambda o: [x for x in o[many] if (x in o[other]) == both],
        clear=f"{many}_in_{other}|{many}_also_in_{other}"
        if both
        else f"{many}_not_in_{other}|{many}_without_{other}|missing_{many}",
        vague="common|shared|both" if both else "missing|rest|open_ones|difference",
        wishes=f"the {said(many)} that are {'also' if both else 'not'} in {said(other)}|all {said(many)} {'which' if both else 'but those which'} {said(other)} has",
    )


@family("hard")
def keep_only(d: Draw) -> Task:
    many = d.name("numbers")
    given = d.chance(0.5)
    n = d.const(10, 40)
    a = d.param("limit|n|value|bound", d.whole(10, 50)) if given else str(n)
    sign, told = d.pick(
        ((">", "above"), ("<", "below"), (">=", "at least"), ("<=", "at most"), ("!=", "different from"))
    )
    does = {
        ">": lambda x, y: x > y,
        "<": lambda x, y: x < y,
        ">=": lambda x, y: x >= y,
        "<=": lambda x, y: x <= y,
        "!=": lambda x, y: x != y,
    }[sign]
    return Task(
        {many: d.numbers(2, 5)},
        f"self.{many} = [item for item in self.{many} if item {sign} {a}]\n@",
        lambda o, x=n: put(o, {many: [one for one in o[many] if does(one, x)]}),
        vague=f"clean|filter|tidy|drop_others|reduce|clean_{many}",
        wishes=f"keep only the {said(many)} {told} {'the given value' if given else n}|in {said(many)} stay those that are {told} {'it' if given else n}",
    )


@family("medium")
def time_of_day(d: Draw) -> Task:
    s = d.pick("time|start_time|end_time|opening|closing|departure|arrival|alarm_time|wake_time|due_time")
    d.taken.add(s)
    kind = d.pick("minutes|hour|late")
    a = d.param("time|now|other|clock", f"{d.whole(0, 23):02d}:{d.whole(0, 59):02d}") if kind == "late" else ""
    body = {
        "minutes": f"return int(self.{s}[:2]) * 60 + int(self.{s}[3:])",
        "hour": f"return int(self.{s}[:2])",
        "late": f"return {a} > self.{s}",
    }[kind]

    def oracle(o: State, x: str = "") -> Any:
        text = o[s]
        return {"minutes": int(text[:2]) * 60 + int(text[3:]), "hour": int(text[:2]), "late": x > text}[kind]

    return Task(
        {s: f"{d.whole(0, 23):02d}:{d.whole(0, 59):02d}"},
        body,
        oracle,
        clear={
            "minutes": f"{s}_in_minutes|minutes_of_day|as_minutes",
            "hour": f"hour_of_{s}|{s}_hour",
            "late": f"is_after_{s}|later_than_{s}|is_past_{s}",
        }[kind],
        vague={"minutes": "convert|in_minutes", "hour": "hour|hour_number", "late": "is_late|too_late|check"}[kind],
        wishes={
            "minutes": f"the {said(s)} as minutes since midnight|how many minutes after midnight {said(s)} is",
            "hour": f"the hour of the {said(s)} as a number",
            "late": f"whether the given time is after the {said(s)}|true if it is later than {said(s)}",
        }[kind],
    )


@family("medium")
def date_compare(d: Draw) -> Task:
    s = d.pick("due|due_date|deadline|end_date|expires|valid_until|start_date|return_by|best_before")
    d.taken.add(s)
    a = d.param("today|date|now|day", f"2024-{d.whole(1, 12):02d}-{d.whole(1, 28):02d}")
    late = d.chance(0.7)
    return Task(
        {s: f"2024-{d.whole(1, 12):02d}-{d.whole(1, 28):02d}"},
        f"return {a} > self.{s}" if late else f"return {a} <= self.{s}",
        lambda o, x: (x > o[s]) == late,
        clear=f"is_overdue|is_after_{s}|is_past_{s}|has_expired"
        if late
        else f"is_before_{s}|is_in_time|still_valid|is_valid_on",
        vague="check|is_late" if late else "check|is_fine",
        wishes=f"whether the given day is after the {said(s)}|true if it is later than {said(s)}"
        if late
        else f"whether the given day is not after the {said(s)}|true up to the {said(s)}",
    )


@family("hard")
def words_counted(d: Draw) -> Task:
    s = d.name("text")
    pool = d.pool()[:3]
    return Task(
        {s: " ".join(d.word(pool) for _ in range(d.whole(2, 5)))},
        f"result = {{}}\nfor item in self.{s}.split():\n    result[item] = result.get(item, 0) + 1\nreturn result",
        lambda o: {one: o[s].split().count(one) for one in o[s].split()},
        clear=f"word_counts|count_each_word|words_of_{s}_counted|word_frequencies",
        vague="analyze|statistics",
        wishes=f"how often each word is in the {said(s)}|a dict from every word of {said(s)} to its count",
        alone=True,
    )


@family("hard")
def letters_of_words(d: Draw) -> Task:
    s = d.name("text")
    upper = d.chance(0.4)
    piece = "item[0].upper()" if upper else "item[0]"
    return Task(
        {s: " ".join(d.some((*NOUNS, *PLACES), 2, 4))},
        f'return "".join({piece} for item in self.{s}.split())',
        lambda o: "".join(one[0].upper() if upper else one[0] for one in o[s].split()),
        clear="" if upper else f"acronym|first_letters_of_{s}|letters_of_words",
        vague="acronym|short_form|code_of_it",
        wishes=f"the first letter of every word of {said(s)}{', in capitals' if upper else ''}|{'capital ' if upper else ''}first letters of the words of the {said(s)}, joined",
        alone=True,
    )


@family("hard")
def take_first_record(d: Draw) -> Task:
    many, one = d.things()
    t, n = d.name("key_text"), d.name("key_number")
    first = d.chance(0.7)
    rows = [{t: text, n: d.whole()} for text in d.values.sample(NOUNS, d.whole(1, 3))]
    return Task(
        {many: rows},
        f'result = self.{many}.pop({"0" if first else ""})\n@\nreturn result["{t}"]',
        lambda o: o[many].pop(0 if first else -1)[t],
        vague=f"next_{one}|serve|process|handle|take|next|work_off",
        wishes=f"take the {'first' if first else 'last'} {one} out and answer its {said(t)}|remove the {'first' if first else 'last'} of {said(many)} and return its {said(t)}",
    )


@family("medium")
def pays_enough(d: Draw) -> Task:
    s, many = d.figure(), d.name("numbers")
    minus = d.chance(0.6)
    return Task(
        {s: d.whole(50, 200), many: d.numbers(1, 4)},
        f"return self.{s} {'-' if minus else '+'} sum(self.{many})",
        lambda o: o[s] - sum(o[many]) if minus else o[s] + sum(o[many]),
        clear=f"{s}_minus_{many}|{s}_after_{many}" if minus else f"{s}_plus_{many}|{s}_with_{many}",
        vague="remaining|left|rest|balance_now" if minus else "total|overall|result",
        wishes=f"the {said(s)} minus all {said(many)}|what is left of {said(s)} after the {said(many)}"
        if minus
        else f"the {said(s)} plus all {said(many)}|{said(s)} and the sum of {said(many)} together",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
