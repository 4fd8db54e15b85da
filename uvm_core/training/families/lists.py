"""Lists of texts and of numbers: kept, asked, searched and reckoned over."""

from __future__ import annotations

from typing import Any

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, refuse, said, unlike


@family("easy")
def add_element(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    a = d.param(f"{one}|name|new|what", d.word(pool))
    return Task(
        {many: d.some(pool, 0, 3)},
        f"self.{many}.append({a})\n@",
        lambda o, x: put(o, {many: [*o[many], x]}),
        clear=f"add_{one}|append_{one}|add_to_{many}|add|register_{one}|new_{one}|put_{one}|include_{one}|enlist_{one}|log_{one}",
        vague="take|accept|note|join|invite|enter|receive|hire",
        wishes=f"add it to the {said(many)}|one more {one}|put the {one} at the end of the {said(many)}|the {one} joins the {said(many)}",
    )


@family("easy")
def remove_element(d: Draw) -> Task:
    many, one = d.things()
    held = d.some(d.pool(), 2, 4)
    a = d.param(f"{one}|name|what", d.word(held))
    return Task(
        {many: held},
        f"self.{many}.remove({a})\n@",
        lambda o, x: put(o, {many: [y for y in o[many] if y != x]}),
        clear=f"remove_{one}|remove_from_{many}|delete_{one}|drop_{one}|remove|take_out_{one}|discard_{one}|cross_off_{one}",
        vague="leave|forget|dismiss|cancel|fire|finish",
        wishes=f"take it out of the {said(many)}|the {one} is no longer in {said(many)}|remove the {one} from the {said(many)}",
    )


@family("medium")
def remove_if_there(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    held = d.some(pool, 2, 4)
    a = d.param(f"{one}|name|what", d.word(held) if d.yes() else d.word(unlike(pool, held)))
    if d.chance(0.5):
        words = d.pick(f"no such {one}|not there|unknown {one}")
        return Task(
            {many: held},
            f'if {a} not in self.{many}:\n    raise ValueError("{words}")\nself.{many}.remove({a})\n@',
            lambda o, x: refuse(x not in o[many]) or put(o, {many: [y for y in o[many] if y != x]}),
            vague=f"remove_{one}|delete_{one}|take_out|drop_{one}|remove|leave",
            wishes=f"an error if it is not in {said(many)}|remove it from {said(many)}, an error if it is missing|raise an error for an unknown {one}",
        )
    return Task(
        {many: held},
        f"if {a} in self.{many}:\n    self.{many}.remove({a})\n@",
        lambda o, x: put(o, {many: [y for y in o[many] if y != x]}),
        vague=f"remove_{one}|delete_{one}|take_out|drop_{one}|remove|forget_{one}",
        wishes=f"remove it if it is there|take it out of {said(many)}, nothing if it is missing|only if it is in the {said(many)}",
    )


@family("medium")
def add_once(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    held = d.some(pool, 1, 3)
    a = d.param(f"{one}|name|new", d.word(held) if d.yes() else d.word(unlike(pool, held)))
    if d.chance(0.4):
        words = d.pick(f"already there|there is such a {one}|twice")
        return Task(
            {many: held},
            f'if {a} in self.{many}:\n    raise ValueError("{words}")\nself.{many}.append({a})\n@',
            lambda o, x: refuse(x in o[many]) or put(o, {many: [*o[many], x]}),
            vague=f"add_{one}|register_{one}|join|enlist|invite|add",
            wishes=f"an error if it is there already|add it to {said(many)}, refuse doubles|raise an error if the {one} is in {said(many)} already",
        )
    return Task(
        {many: held},
        f"if {a} not in self.{many}:\n    self.{many}.append({a})\n@",
        lambda o, x: put(o, {many: o[many] if x in o[many] else [*o[many], x]}),
        clear=f"add_{one}_once|add_if_new|add_{one}_if_missing",
        vague=f"add_{one}|tag|register_{one}|join|like|follow|add",
        wishes=f"only if it is not there yet|add it to {said(many)} unless it is in it|no {one} twice|never twice in {said(many)}",
    )


@family("medium")
def add_while_room(d: Draw) -> Task:
    many, one = d.things()
    b = d.name("bound")
    pool = d.pool()
    a = d.param(f"{one}|name|new", d.word(pool))
    held = d.some(pool, 2, 4)
    raises = d.chance(0.5)
    words = d.pick(f"full|no room|no more {said(many)}|the {said(b)} is reached")
    const = d.chance(0.3)
    n = d.const(3, 4)
    size = str(n) if const else f"self.{b}"
    slots: dict[str, Any] = {many: held} | ({} if const else {b: d.whole(2, 5)})
    full = f"len(self.{many}) >= {size}"
    body = (
        f'if {full}:\n    raise ValueError("{words}")\nself.{many}.append({a})\n@'
        if raises
        else f"if len(self.{many}) < {size}:\n    self.{many}.append({a})\n@"
    )

    def oracle(o: dict[str, Any], x: str) -> None:
        is_full = len(o[many]) >= (n if const else o[b])
        refuse(is_full and raises)
        put(o, {} if is_full else {many: [*o[many], x]})

    limit = str(n) if const else said(b)
    return Task(
        slots,
        body,
        oracle,
        vague=f"add_{one}|board|join|take_seat|enter|load|park|invite|accept_{one}|check_in",
        wishes=f"an error when there are {limit} already|add it to {said(many)}, an error if {limit} is reached|refuse when the {said(many)} are full, {limit} at most"
        if raises
        else f"add it to {said(many)} unless {limit} is reached|only while there are fewer than {limit}|add it as long as there are less than {limit} {said(many)}",
    )


@family("easy")
def clear_list(d: Draw) -> Task:
    many = d.things()[0] if d.chance(0.6) else d.name("numbers")
    return Task(
        {many: d.some(d.pool(), 1, 3)},
        f"self.{many} = []\n@" if d.chance(0.5) else f"self.{many}.clear()\n@",
        lambda o: put(o, {many: []}),
        clear=f"clear_{many}|empty_{many}|remove_all_{many}|forget_{many}|delete_{many}|reset_{many}|wipe_{many}|clear",
        vague="start_over|clean|reset|refresh",
        wishes=f"empty the {said(many)}|no {said(many)} any more|remove all {said(many)}",
    )


@family("hard")
def step_through(d: Draw) -> Task:
    many, one = d.things()
    s = d.pick("index|current|cursor|position_now|pointer|selected_index|place|active_index")
    d.taken.add(s)
    held = d.some(d.pool(), 3, 4)
    tell = d.chance(0.5)
    after = f"\nreturn self.{many}[self.{s}]" if tell else ""

    def oracle(o: dict[str, Any]) -> Any:
        o[s] = (o[s] + 1) % len(o[many])
        return o[many][o[s]] if tell else None

    return Task(
        {many: held, s: d.values.choice((0, len(held) - 1))},
        f"self.{s} = (self.{s} + 1) % len(self.{many})\n@{after}",
        oracle,
        clear="" if tell else f"next_{one}|advance_{one}|go_to_next_{one}",
        vague=f"next_{one}|advance|turn|rotate|play_next|step",
        wishes=f"the {said(s)} goes to the next of {said(many)}, after the last comes the first; answer the {one}|move on to the next {one}, around at the end, and return it"
        if tell
        else f"the {said(s)} goes to the next of {said(many)}, after the last comes the first|add one to {said(s)}, around at the end of {said(many)}",
    )


@family("medium")
def take_end(d: Draw) -> Task:
    many, one = d.things()
    first = d.chance(0.5)
    return Task(
        {many: d.some(d.pool(), 2, 4)},
        f"result = self.{many}.pop({'0' if first else ''})\n@\nreturn result",
        lambda o: o[many].pop(0 if first else -1),
        clear=f"dequeue|take_first_{one}|shift|pop_first|serve_next|pop_front|next_{one}"
        if first
        else f"pop_{one}|pop|take_last_{one}|pop_last|draw_last_{one}",
        vague="take|draw|serve|next|process|handle" if first else "take|draw|undo|take_back|unstack",
        wishes=f"take the {'first' if first else 'last'} {one} out of the {said(many)} and answer it|remove and return the {'first' if first else 'last'} of {said(many)}"
        f"|the {'first' if first else 'last'} {one} is taken out and returned",
    )


@family("hard")
def take_end_safely(d: Draw) -> Task:
    many, one = d.things()
    first = d.chance(0.5)
    raises = d.chance(0.5)
    words = d.pick(f"no {said(many)}|empty|nothing left")
    early = f'raise ValueError("{words}")' if raises else "return None"

    def oracle(o: dict[str, Any]) -> Any:
        refuse(raises and not o[many])
        return o[many].pop(0 if first else -1) if o[many] else None

    return Task(
        {many: d.some(d.pool(), 1, 3) if d.values.random() < 0.7 else []},
        f"if not self.{many}:\n    {early}\nresult = self.{many}.pop({'0' if first else ''})\n@\nreturn result",
        oracle,
        vague=f"pop_{one}|take|draw|serve|next_{one}|undo|take_{one}",
        wishes=f"take out and answer the {'first' if first else 'last'} {one}, {'an error' if raises else 'None'} if there is none"
        f"|remove and return the {'first' if first else 'last'} of {said(many)}; {'raise an error' if raises else 'answer None'} when empty",
    )


@family("medium")
def remove_end(d: Draw) -> Task:
    many, one = d.things()
    first = d.chance(0.4)
    return Task(
        {many: d.some(d.pool(), 2, 4)},
        f"self.{many}.pop({'0' if first else ''})\n@",
        lambda o: (o[many].pop(0 if first else -1), None)[1],
        clear=f"remove_{'first' if first else 'last'}_{one}|drop_{'first' if first else 'last'}|delete_{'first' if first else 'last'}_{one}",
        vague="undo|take_back|forget_one|shorten",
        wishes=f"the {'first' if first else 'last'} {one} goes away|remove the {'first' if first else 'last'} of the {said(many)}",
    )


@family("medium")
def insert_front(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    a = d.param(f"{one}|name|new", d.word(pool))
    return Task(
        {many: d.some(pool, 1, 3)},
        f"self.{many}.insert(0, {a})\n@",
        lambda o, x: put(o, {many: [x, *o[many]]}),
        clear=f"insert_first_{one}|add_{one}_first|push_front|prepend_{one}|add_in_front",
        vague="prefer|jump_the_queue|push|add_urgent",
        wishes=f"put it in front of the {said(many)}|the new {one} becomes the first|at the beginning of {said(many)}",
    )


@family("medium")
def replace_element(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    a = d.param("index|place|at", d.whole(0, 1))
    b = d.param(f"{one}|new|name", d.word(pool))
    return Task(
        {many: d.some(pool, 2, 4)},
        f"self.{many}[{a}] = {b}\n@",
        lambda o, n, x: put(o, {many: [x if place == n else y for place, y in enumerate(o[many])]}),
        clear=f"set_{one}_at|replace_{one}_at|change_{one}_at|put_{one}_at",
        vague="replace|change|exchange",
        wishes=f"the {one} at the index becomes the new one|replace the {one} at that place",
    )


@family("medium")
def move_element(d: Draw) -> Task:
    many, one = d.things()
    other = d.name("things").partition(":")[0]
    pool = d.pool()
    held = d.some(pool, 2, 3)
    a = d.param(f"{one}|name|what", d.word(held))
    return Task(
        {many: held, other: d.some(unlike(pool, held), 0, 2)},
        f"self.{many}.remove({a})\nself.{other}.append({a})\n@",
        lambda o, x: put(o, {many: [y for y in o[many] if y != x], other: [*o[other], x]}),
        clear=f"move_to_{other}|move_{one}_to_{other}|{many}_to_{other}",
        vague=f"move|promote|archive|send_over|finish_{one}|take_{one}",
        wishes=f"from {said(many)} to {said(other)}|take it out of {said(many)} and put it into {said(other)}|the {one} moves from {said(many)} to {said(other)}",
    )


@family("medium")
def add_and_count(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    a = d.param(f"{one}|name|new", d.word(pool))
    s = d.figure()
    tell = d.chance(0.5)
    body = (
        f"self.{many}.append({a})\n@\nreturn len(self.{many})" if tell else f"self.{many}.append({a})\nself.{s} += 1\n@"
    )

    def oracle(o: dict[str, Any], x: str) -> Any:
        o[many] = [*o[many], x]
        if tell:
            return len(o[many])
        return put(o, {s: o[s] + 1})

    return Task(
        {many: d.some(pool, 0, 3)} | ({} if tell else {s: d.whole()}),
        body,
        oracle,
        vague=f"add_{one}|register_{one}|check_in|join|enter|log_{one}",
        wishes=f"add it to the {said(many)} and answer how many there are|put it into {said(many)}, return their number"
        if tell
        else f"add it to {said(many)} and one to {said(s)}|it joins the {said(many)}, {said(s)} goes up by one",
    )


@family("hard")
def capped_history(d: Draw) -> Task:
    many, one = d.things()
    n = d.const(2, 4)
    pool = d.pool()
    a = d.param(f"{one}|new|entry", d.word(pool))
    return Task(
        {many: d.some(pool, n - 1, n)},
        f"self.{many}.append({a})\nif len(self.{many}) > {n}:\n    self.{many}.pop(0)\n@",
        lambda o, x: put(o, {many: [*o[many], x][-n:] if len(o[many]) >= n else [*o[many], x]}),
        vague=f"log|remember|record_{one}|push|add_{one}|visit",
        wishes=f"add it, keep only the last {n}|put it at the end of {said(many)}; if there are more than {n}, the first one goes|at most {n} {said(many)}, the oldest is dropped",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
