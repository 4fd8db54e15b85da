"""Lists put together, turned, compared, and told as one text."""

from __future__ import annotations

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, said
from uvm_core.training.words import NOUNS, PLACES


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


FAMILIES: tuple[Family, ...] = families_in(globals())
