"""What a name says by itself: formulas, periods, whole statements of an object, the everyday words of small records."""

from __future__ import annotations

from typing import Any

from uvm_core.training.tasks import Draw, Family, State, Task, families_in, family, said
from uvm_core.training.words import NAMES, TITLES

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
