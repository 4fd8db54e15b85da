"""Lists of records that change: lines added, found and changed, taken out, put in order."""

from __future__ import annotations

from typing import Any

from uvm_core.training.families.records import key_names, rows_of
from uvm_core.training.tasks import Draw, Family, State, Task, families_in, family, put, refuse, said
from uvm_core.training.words import NOUNS, PLACES


@family("easy")
def append_record(d: Draw) -> Task:
    many, one, t, n = key_names(d)
    flag = d.chance(0.3)
    f = d.name("key_flag")
    a = d.param(f"{t}|what", d.word(NOUNS))
    b = d.param(f"{n}|amount|number", d.whole(1, 30))
    more = f', "{f}": False' if flag else ""
    columns = {t: "text", n: "number"} | ({f: "flag"} if flag else {})
    return Task(
        {many: rows_of(d, 1, 2, **columns)},
        f'self.{many}.append({{"{t}": {a}, "{n}": {b}{more}}})\n@',
        lambda o, x, y: put(o, {many: [*o[many], {t: x, n: y} | ({f: False} if flag else {})]}),
        clear=f"add_{one}|append_{one}|new_{one}|add|register_{one}|book_{one}|enter_{one}|log_{one}|record_{one}|create_{one}",
        vague="enter|note|put|take|order",
        wishes=f"one more {one} with {said(t)} and {said(n)}{', not ' + said(f) if flag else ''}|add a {one} with the given {said(t)} and {said(n)}{'; it is not ' + said(f) + ' yet' if flag else ''}",
    )


@family("medium")
def append_one_text(d: Draw) -> Task:
    many, one = d.things()
    t, f = d.name("key_text"), d.name("key_flag")
    a = d.param(f"{t}|what|text", d.word(NOUNS))
    return Task(
        {many: rows_of(d, 1, 2, **{t: "text", f: "flag"})},
        f'self.{many}.append({{"{t}": {a}, "{f}": False}})\n@',
        lambda o, x: put(o, {many: [*o[many], {t: x, f: False}]}),
        clear=f"add_{one}|new_{one}|append_{one}|register_{one}|plan_{one}|create_{one}|enter_{one}",
        vague="note|plan|put|enter",
        wishes=f"one more {one} with the given {said(t)}, not {said(f)} yet|add a {one} that is not {said(f)}",
    )


@family("hard")
def change_record(d: Draw) -> Task:
    many, one = d.things()
    t, f, n = d.name("key_text"), d.name("key_flag"), d.name("key_number")
    rows = rows_of(d, 2, 3, **{t: "text", f: "flag", n: "number"})
    a = d.param(f"{t}|which|wanted", d.word([row[t] for row in rows]) if d.values.random() < 0.7 else d.word(NOUNS))
    flag = d.chance(0.5)
    if flag:
        act, told, _change = f'item["{f}"] = True', f"becomes {said(f)}", {f: lambda _: True}
        columns = [t, f]
        names = f"mark_{f}|mark_{one}_{f}|set_{f}|{one}_is_{f}|make_{f}"
        arg = None
    else:
        arg = d.param(f"{n}|amount|value|new", d.whole(1, 20))
        add = d.chance(0.4)
        act = f'item["{n}"] {"+=" if add else "="} {arg}'
        told = f"gets the amount on its {said(n)}" if add else f"gets the given {said(n)}"
        columns = [t, n]
        names = f"add_{n}|raise_{n}_of" if add else f"set_{n}|change_{n}|set_{one}_{n}|update_{n}"
    raises = d.chance(0.35)
    words = d.pick(f"no such {one}|unknown {one}|not found")
    body = (
        f'for item in self.{many}:\n    if item["{t}"] == {a}:\n        {act}\n        @\n        return\nraise ValueError("{words}")'
        if raises
        else f'for item in self.{many}:\n    if item["{t}"] == {a}:\n        {act}\n@'
    )
    rows = [{key: row[key] for key in columns} for row in rows]

    def oracle(o: State, x: str, y: int = 0) -> None:
        hit = [row for row in o[many] if row[t] == x]
        refuse(raises and not hit)
        for row in hit:
            if flag:
                row[f] = True
            else:
                row[n] = row[n] + y if "+=" in act else y

    return Task(
        {many: rows},
        body,
        oracle,
        clear="" if raises else names,
        vague="finish|settle|correct|update|change|handle",
        wishes=f"the {one} with that {said(t)} {told}{', an error if there is none' if raises else ''}|find the {one} by its {said(t)}; it {told}{'; raise an error if none is found' if raises else ''}",
    )


@family("medium")
def change_all_records(d: Draw) -> Task:
    many, one = d.things()
    t, f, n = d.name("key_text"), d.name("key_flag"), d.name("key_number")
    kind = d.pick("flag|zero|add|percent")
    c = d.const(2, 9)
    on = d.chance(0.6)
    columns = {t: "text", f: "flag"} if kind == "flag" else {t: "text", n: "number"}
    act, told = {
        "flag": (f'item["{f}"] = {on}', f"becomes {'' if on else 'not '}{said(f)}"),
        "zero": (f'item["{n}"] = 0', f"gets 0 as {said(n)}"),
        "add": (f'item["{n}"] += {c}', f"gets {c} more {said(n)}"),
        "percent": (f'item["{n}"] *= {c}', f"gets its {said(n)} times {c}"),
    }[kind]

    def oracle(o: State) -> None:
        for row in o[many]:
            if kind == "flag":
                row[f] = on
            else:
                row[n] = {"zero": 0, "add": row[n] + c, "percent": row[n] * c}[kind]

    return Task(
        {many: rows_of(d, 1, 3, **columns)},
        f"for item in self.{many}:\n    {act}\n@",
        oracle,
        clear={
            "flag": f"mark_all_{f}|make_all_{f}|set_all_{f}" if on else f"unmark_all_{f}|reset_all_{f}",
            "zero": f"reset_{n}s|zero_all_{n}",
            "add": "",
            "percent": "",
        }[kind],
        vague=f"update_all|refresh|change_all|adjust_{many}",
        wishes=f"every {one} {told}|each of the {said(many)} {told}|go over {said(many)}: each {told}",
    )


@family("hard")
def change_matching_records(d: Draw) -> Task:
    many, one = d.things()
    t, f, n = d.name("key_text"), d.name("key_flag"), d.name("key_number")
    c, m = d.pick((5, 10, 15, 20)), d.const(1, 9)
    kind = d.pick("mark|raise")
    act = f'item["{f}"] = True' if kind == "mark" else f'item["{n}"] += {m}'
    test = f'item["{n}"] {d.pick("<|>")} {c}'
    low = "<" in test

    def oracle(o: State) -> None:
        for row in o[many]:
            if (row[n] < c) if low else (row[n] > c):
                row.update({f: True} if kind == "mark" else {n: row[n] + m})

    return Task(
        {many: rows_of(d, 1, 3, **({t: "text", n: "number"} | ({f: "flag"} if kind == "mark" else {})))},
        f"for item in self.{many}:\n    if {test}:\n        {act}\n@",
        oracle,
        vague=f"update|review|check_{many}|sort_out|adjust",
        wishes=f"every {one} with {said(n)} {'below' if low else 'above'} {c} {'becomes ' + said(f) if kind == 'mark' else f'gets {m} more'}|where {said(n)} is {'less' if low else 'more'} than {c}, {said(f) + ' becomes true' if kind == 'mark' else f'add {m} to it'}",
    )


@family("hard")
def remove_records(d: Draw) -> Task:
    many, one = d.things()
    t, f = d.name("key_text"), d.name("key_flag")
    rows = rows_of(d, 2, 3, **{t: "text", f: "flag"})
    if d.chance(0.5):
        a = d.param(f"{t}|which|wanted", d.word([row[t] for row in rows]))
        return Task(
            {many: rows},
            f'self.{many} = [item for item in self.{many} if item["{t}"] != {a}]\n@',
            lambda o, x: put(o, {many: [row for row in o[many] if row[t] != x]}),
            clear=f"remove_{one}|delete_{one}|drop_{one}|remove_by_{t}|cancel_{one}",
            vague="remove|cancel|discard|forget",
            wishes=f"remove the {one} with that {said(t)}|the {said(many)} without the one of the given {said(t)}|take the {one} with this {said(t)} out",
        )
    yes = d.chance(0.7)
    return Task(
        {many: rows},
        f'self.{many} = [item for item in self.{many} if {"not " if yes else ""}item["{f}"]]\n@',
        lambda o: put(o, {many: [row for row in o[many] if row[f] != yes]}),
        clear=f"remove_{'' if yes else 'not_'}{f}|drop_{'' if yes else 'not_'}{f}_{many}|clear_{'' if yes else 'not_'}{f}",
        vague="clean_up|tidy|purge|archive",
        wishes=f"remove the {said(many)} that are {'' if yes else 'not '}{said(f)}|keep only the {said(many)} that are {'not ' if yes else ''}{said(f)}",
    )


@family("hard")
def sort_records(d: Draw) -> Task:
    many, _one, t, n = key_names(d)
    down = d.chance(0.5)
    names = d.chance(0.4)
    code = f'sorted(self.{many}, key=lambda item: item["{n}"]{", reverse=True" if down else ""})'
    body = f'result = {code}\nreturn [item["{t}"] for item in result]' if False else f"return {code}"
    change = d.chance(0.4)
    if change:
        body = f"self.{many} = {code}\n@"
    _ = names
    return Task(
        {many: rows_of(d, 1, 4, **{t: "text", n: "number"})},
        body,
        lambda o: (
            put(o, {many: sorted(o[many], key=lambda row: row[n], reverse=down)})
            if change
            else sorted(o[many], key=lambda row: row[n], reverse=down)
        ),
        clear="" if down else f"sort_by_{n}" if change else f"{many}_by_{n}|sorted_by_{n}",
        vague="arrange|order|tidy" if change else "ranking|listed|table_of_all",
        wishes=f"{'sort ' if change else ''}the {said(many)} by {said(n)}{', largest first' if down else ''}|{'put ' if change else ''}{said(many)} in the order of {said(n)}{', from the largest to the smallest' if down else ''}",
    )


@family("medium")
def record_key(d: Draw) -> Task:
    s = d.pick("address|profile|settings|details|data|record|info|contact_data|config|options|spec|card_data|passport")
    d.taken.add(s)
    t, n = d.name("key_text"), d.name("key_number")
    kind = d.pick("read|set|add|text")
    a = (
        d.param("value|new|amount", d.whole(1, 30) if kind == "add" else d.word(PLACES))
        if kind in ("set", "add")
        else ""
    )
    body = {
        "read": f'return self.{s}["{t}"]',
        "set": f'self.{s}["{t}"] = {a}\n@',
        "add": f'self.{s}["{n}"] += {a}\n@',
        "text": f"return f\"{{self.{s}['{t}']}}: {{self.{s}['{n}']}}\"",
    }[kind]

    def oracle(o: State, x: Any = None) -> Any:
        row = o[s]
        if kind == "read":
            return row[t]
        if kind == "text":
            return f"{row[t]}: {row[n]}"
        row.update({t: x} if kind == "set" else {n: row[n] + x})
        return None

    return Task(
        {s: {t: d.word(PLACES), n: d.whole()}},
        body,
        oracle,
        clear={
            "read": f"{t}|get_{t}|{t}_of_{s}|{s}_{t}",
            "set": f"set_{t}|change_{t}|update_{t}|set_{s}_{t}",
            "add": f"add_to_{n}|raise_{n}|increase_{n}",
            "text": "",
        }[kind],
        vague={
            "read": "show|tell|ask",
            "set": "update|move|change",
            "add": "add|update|grow",
            "text": "line|summary|label|show",
        }[kind],
        wishes={
            "read": f"the {said(t)} in the {said(s)}|what the {said(s)} say as {said(t)}",
            "set": f"the {said(t)} in {said(s)} becomes the given one|change the {said(t)} of the {said(s)}",
            "add": f"add the amount to the {said(n)} in {said(s)}|the {said(n)} of the {said(s)} grows by it",
            "text": f"{said(t)} and {said(n)} of the {said(s)}, like tea: 3|a text like tea: 3 from the {said(t)} and the {said(n)} in {said(s)}",
        }[kind],
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
