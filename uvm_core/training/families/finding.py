"""What is asked of a list of texts: its ends, its places, what is in it, in which order."""

from __future__ import annotations

from collections.abc import Callable

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, said, unlike


@family("easy")
def count_elements(d: Draw) -> Task:
    many, one = d.things()
    return Task(
        {many: d.some(d.pool(), 0, 4)},
        f"return len(self.{many})",
        lambda o: len(o[many]),
        clear=f"count_{many}|{one}_count|number_of_{many}|how_many_{many}|{many}_count|size|count|length|how_many|amount_of_{many}",
        vague="tell|measure",
        wishes=f"how many {said(many)} there are|the number of {said(many)}",
    )


@family("easy")
def is_empty(d: Draw) -> Task:
    many, one = d.things()
    empty = d.chance(0.6)
    body = (
        d.pick((f"return not self.{many}", f"return len(self.{many}) == 0"))
        if empty
        else f"return len(self.{many}) > 0"
    )
    return Task(
        {many: d.some(d.pool(), 1, 3) if d.yes() else []},
        body,
        lambda o: (not o[many]) == empty,
        clear=f"is_empty|has_no_{many}|{many}_empty|no_{many}"
        if empty
        else f"has_{many}|has_any_{many}|any_{many}|has_{one}s",
        vague="check|is_free|test_it" if empty else "check|test_it|used",
        wishes=f"whether there are {'no' if empty else 'any'} {said(many)}|true if {said(many)} is {'' if empty else 'not '}empty",
    )


@family("easy")
def contains_element(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    held = d.some(pool, 1, 4)
    a = d.param(f"{one}|name|what", d.word(held) if d.yes() else d.word(pool))
    yes = d.chance(0.85)
    return Task(
        {many: held},
        f"return {a} {'in' if yes else 'not in'} self.{many}",
        lambda o, x: (x in o[many]) == yes,
        clear=f"has_{one}|contains|includes|has|knows_{one}|is_in_{many}|contains_{one}|includes_{one}|owns_{one}"
        if yes
        else f"lacks_{one}|misses_{one}|is_missing",
        vague="check|allows|is_known|test_it|may_enter" if yes else "check|is_new|wanted",
        wishes=f"whether it is {'' if yes else 'not '}in the {said(many)}|true if the {said(many)} {'contain' if yes else 'do not contain'} it|is the {one} {'one of' if yes else 'missing from'} {said(many)}",
    )


@family("easy")
def end_of_list(d: Draw) -> Task:
    many, one = d.things()
    first = d.chance(0.5)
    return Task(
        {many: d.some(d.pool(), 1, 4)},
        f"return self.{many}[{'0' if first else '-1'}]",
        lambda o: o[many][0 if first else -1],
        clear=f"first_{one}|first|oldest_{one}|front"
        if first
        else f"last_{one}|last|latest_{one}|newest_{one}|most_recent_{one}|top_{one}",
        vague="peek|current|show|look",
        wishes=f"the {'first' if first else 'last'} of the {said(many)}|the {'first' if first else 'last'} {one}",
    )


@family("medium")
def end_or_nothing(d: Draw) -> Task:
    many, one = d.things()
    first = d.chance(0.5)
    other, code = d.pick((("None", "None"), ("none", '"none"'), ("nothing", '"nothing"'), ("an empty text", '""')))
    value = {"None": None, "none": "none", "nothing": "nothing", "an empty text": ""}[other]
    which = "first" if first else "last"
    return Task(
        {many: d.some(d.pool(), 1, 3) if d.yes() else []},
        f"if not self.{many}:\n    return {code}\nreturn self.{many}[{'0' if first else '-1'}]",
        lambda o: o[many][0 if first else -1] if o[many] else value,
        clear=f"{which}_{one}_or_none" if value is None else "",
        vague=f"{which}_{one}|peek|current_{one}|{which}",
        wishes=f"the {which} {one}, {other} if there is none|the {which} of the {said(many)}, or {other} when there are no {said(many)}",
    )


@family("medium")
def element_at(d: Draw) -> Task:
    many, one = d.things()
    held = d.some(d.pool(), 3, 4)
    one_based = d.chance(0.4)
    a = d.param("index|place|n|position_wanted", d.whole(1, 3) if one_based else d.whole(0, 2))
    return Task(
        {many: held},
        f"return self.{many}[{a}{' - 1' if one_based else ''}]",
        lambda o, n: o[many][n - 1 if one_based else n],
        clear="" if one_based else f"{one}_at|at|get_{one}|nth_{one}|{one}_number|pick_{one}|at_index",
        vague=f"{one}_at|get|nth|{one}_number|pick_{one}",
        wishes=f"the {one} at the place, counted from 1|1 is the first {one}|the n-th of the {said(many)}, 1 means the first"
        if one_based
        else f"the {one} at that index|the {one} with the given index, from 0",
    )


@family("medium")
def element_at_slot(d: Draw) -> Task:
    many, one = d.things()
    s = d.pick("index|current|cursor|position_now|pointer|selected_index|place|active_index")
    d.taken.add(s)
    shift = d.chance(0.25)
    return Task(
        {many: d.some(d.pool(), 3, 4), s: d.whole(1, 2)},
        f"return self.{many}[self.{s}{' - 1' if shift else ''}]",
        lambda o: o[many][o[s] - 1 if shift else o[s]],
        clear="" if shift else f"current_{one}|{one}_at_{s}|selected_{one}|active_{one}|this_{one}|{one}_now",
        vague=f"current_{one}|show|playing|chosen|now",
        wishes=f"the {one} at {said(s)}, 1 is the first|the {one} whose place, counted from 1, is {said(s)}"
        if shift
        else f"the {one} at the {said(s)}|the one of the {said(many)} that {said(s)} points to",
    )


@family("easy")
def order_list(d: Draw) -> Task:
    many = d.things()[0] if d.chance(0.5) else d.name("numbers")
    texts = d.some(d.pool(), 2, 4)
    read = d.chance(0.5)
    down = d.chance(0.3)
    turned = d.chance(0.25)
    if turned:
        body, word = (f"return self.{many}[::-1]", "reversed") if read else (f"self.{many}.reverse()\n@", "reverse")
        wishes = (
            f"the {said(many)} in reverse order|{said(many)} from the last to the first"
            if read
            else f"turn the {said(many)} around|reverse the {said(many)}"
        )
    elif read:
        body, word = f"return sorted(self.{many}{', reverse=True' if down else ''})", "sorted"
        wishes = f"the {said(many)} in order{', largest first' if down else ''}|the sorted {said(many)}{', from the end to the beginning' if down else ''}"
    else:
        body, word = f"self.{many}.sort({'reverse=True' if down else ''})\n@", "sort"
        wishes = f"sort the {said(many)}{', largest first' if down else ''}|put the {said(many)} in order{', the greatest first' if down else ''}"
    does = (lambda x: x[::-1]) if turned else (lambda x: sorted(x, reverse=down))
    return Task(
        {many: texts},
        body,
        lambda o: does(o[many]) if read else put(o, {many: does(o[many])}),
        clear="" if down and not turned else f"{word}_{many}|{many}_{word}" if read else f"{word}_{many}|{word}",
        vague="listed|ordered|shown" if read else "tidy|arrange|order",
        wishes=wishes,
    )


@family("easy")
def joined_list(d: Draw) -> Task:
    many = d.things()[0]
    sep, phrase = d.pick(
        (
            (", ", "commas"),
            (" ", "spaces"),
            (" - ", "dashes"),
            ("; ", "semicolons"),
            ("/", "slashes"),
            ("\\n", "line breaks"),
        )
    )
    order = d.chance(0.25)
    inner = f"sorted(self.{many})" if order else f"self.{many}"
    real = sep.replace("\\n", "\n")
    return Task(
        {many: d.some(d.pool(), 0, 4)},
        f'return "{sep}".join({inner})',
        lambda o: real.join(sorted(o[many]) if order else o[many]),
        clear=f"{many}_text|list_{many}|{many}_line" if sep == ", " and not order else "",
        vague=f"show_{many}|print_{many}|listing|overview|tell_{many}|show",
        wishes=f"the {said(many)}{' in order' if order else ''} with {phrase} between|all {said(many)}{', sorted,' if order else ''} in one text, separated by {phrase}",
    )


@family("medium")
def filter_texts(d: Draw) -> Task:
    many, one = d.things()
    kind = d.pick(("starts", "contains", "longer", "not"))
    n = d.const(3, 4)
    pool = d.pool()
    held = d.some(pool, 2, 4)
    test: Callable[..., bool]
    if kind == "longer":
        code, told, test = f"len(item) > {n}", f"that are longer than {n} letters", lambda x: len(x) > n
    elif kind == "not":
        a = d.param(f"{one}|but|other", d.word(held))
        code, told, test = f"item != {a}", "but the given one", lambda x, y: x != y
    else:
        a = d.param("letter|start|part", d.word(held)[0])
        code, told, test = {
            "starts": (f"item.startswith({a})", "that begin with the given text", lambda x, y: x.startswith(y)),
            "contains": (f"{a} in item", "that contain the given text", lambda x, y: y in x),
        }[kind]
    return Task(
        {many: held},
        f"return [item for item in self.{many} if {code}]",
        lambda o, *x: [y for y in o[many] if test(y, *x)],
        clear={
            "starts": f"{many}_starting_with|{many}_beginning_with",
            "contains": f"{many}_containing|{many}_with",
            "longer": f"{many}_longer_than_{n}|long_{many}_over_{n}",
            "not": f"{many}_without|{many}_except|other_{many}",
        }[kind],
        vague=f"filter|find_{many}|search|select_{many}",
        wishes=f"the {said(many)} {told}|all {said(many)} {told}|only the {said(many)} {told}",
    )


@family("hard")
def longest_text(d: Draw) -> Task:
    many, one = d.things()
    long = d.chance(0.7)
    word = d.pick("longest") if long else "shortest"
    best = "max" if long else "min"
    loop = d.chance(0.4)
    sign = ">" if long else "<"
    body = (
        f"result = self.{many}[0]\nfor item in self.{many}:\n    if len(item) {sign} len(result):\n        result = item\nreturn result"
        if loop
        else f"return {best}(self.{many}, key=len)"
    )
    return Task(
        {many: d.some(d.pool(), 2, 4)},
        body,
        lambda o: (max if long else min)(o[many], key=len),
        clear=f"{word}_{one}|{word}|{word}_of_{many}",
        vague="pick_one|special",
        wishes=f"the {word} of the {said(many)}|the {one} with the {'most' if long else 'fewest'} letters",
    )


@family("hard")
def search_texts(d: Draw) -> Task:
    many, one = d.things()
    held = d.some(d.pool(), 2, 4)
    a = d.param("start|letter|beginning", d.word(held)[0])
    other, code, value = d.pick((("None", "None", None), ("none", '"none"', "none"), ("an empty text", '""', "")))
    return Task(
        {many: held},
        f"for item in self.{many}:\n    if item.startswith({a}):\n        return item\nreturn {code}",
        lambda o, x: next((y for y in o[many] if y.startswith(x)), value),
        clear=f"find_{one}_starting_with" if value is None else "",
        vague=f"find_{one}|search|first_match|complete|lookup_{one}",
        wishes=f"the first {one} that begins with the given text, {other} if there is none|search the {said(many)} for one beginning with it, else {other}",
    )


@family("hard")
def count_each(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()[:3]
    return Task(
        {many: [d.word(pool) for _ in range(d.whole(2, 5))]},
        f"result = {{}}\nfor item in self.{many}:\n    result[item] = result.get(item, 0) + 1\nreturn result",
        lambda o: {x: o[many].count(x) for x in o[many]},
        clear=f"count_each_{one}|{one}_counts|counts|tally_{many}|histogram|frequency_of_{many}|frequencies",
        vague="summary|overview|analyze",
        wishes=f"how often each {one} is in {said(many)}|count every {one}|a dict from {one} to how often it occurs",
    )


@family("medium")
def count_given(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()[:4]
    a = d.param(f"{one}|name|what", d.word(pool))
    return Task(
        {many: [d.word(pool) for _ in range(d.whole(2, 5))]},
        f"return self.{many}.count({a})",
        lambda o, x: o[many].count(x),
        clear=f"count_of|count_{one}|how_often|times_{one}|votes_for|occurrences_of",
        vague="count|check|frequency",
        wishes=f"how often the given {one} is in {said(many)}|how many of the {said(many)} are the given one",
    )


@family("medium")
def place_of(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    held = d.some(pool, 2, 4)
    safe = d.chance(0.5)
    a = d.param(f"{one}|name|what", d.word(held) if not safe or d.yes() else d.word(unlike(pool, held)))
    body = f"return self.{many}.index({a})"
    if safe:
        body = f"if {a} not in self.{many}:\n    return -1\n{body}"
    return Task(
        {many: held},
        body,
        lambda o, x: o[many].index(x) if x in o[many] else -1,
        clear="" if safe else f"index_of|place_of|position_of_{one}|index_of_{one}|where_is",
        vague=f"find|locate|place_of_{one}|where_is",
        wishes=f"at which place the {one} is, -1 if it is not there|the index in {said(many)}, else -1"
        if safe
        else f"at which index the {one} stands|its index in the {said(many)}",
    )


@family("hard")
def without_doubles(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()[:4]
    change = d.chance(0.4)
    last = f"self.{many} = result\n@" if change else "return result"
    return Task(
        {many: [d.word(pool) for _ in range(d.whole(2, 5))]},
        f"result = []\nfor item in self.{many}:\n    if item not in result:\n        result.append(item)\n{last}",
        lambda o: put(o, {many: list(dict.fromkeys(o[many]))}) if change else list(dict.fromkeys(o[many])),
        clear=f"remove_doubles|remove_duplicates|drop_repeated_{many}"
        if change
        else f"unique_{many}|distinct_{many}|{many}_without_doubles|different_{many}",
        vague="tidy|clean" if change else "distinct|each_once",
        wishes=f"every {one} only once in {said(many)}|remove the repeated {said(many)}, keep the order"
        if change
        else f"each of the {said(many)} once, in their order|the different {said(many)}",
    )


@family("medium")
def last_few(d: Draw) -> Task:
    many, _one = d.things()
    first = d.chance(0.5)
    given = d.chance(0.5)
    n = d.const(2, 3)
    a = d.param("n|number|many|how_many", d.whole(1, 3)) if given else str(n)
    code = f"[:{a}]" if first else f"[-{a}:]"
    which, count = "first" if first else "last", "so many" if given else n
    return Task(
        {many: d.some(d.pool(), 3, 4)},
        f"return self.{many}{code}",
        lambda o, x=n: o[many][:x] if first else o[many][-x:],
        clear=f"{which}_{many}|{which}_few_{many}|{'top' if first else 'latest'}_{many}"
        if given
        else f"{which}_{n}_{many}|{which}_{n}",
        vague="preview|some|excerpt|shown",
        wishes=f"the {which} {count} of the {said(many)}|{said(many)}, only the {which} {count}",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
