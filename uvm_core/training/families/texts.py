"""Texts: made, changed, taken apart and asked about."""

from __future__ import annotations

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, refuse, said
from uvm_core.training.words import NAMES, NOUNS, PLACES, TITLES

_WORDS = (*NOUNS, *PLACES)


@family("easy")
def greet(d: Draw) -> Task:
    s = d.name("person") if d.chance(0.5) else d.name("text")
    hello = d.pick("Hello|Hi|Welcome|Good morning|Dear|Greetings|Good evening")
    mark = d.pick("!||.|!")
    sep = d.pick(", | ")
    return Task(
        {s: d.word(NAMES)},
        d.pick(
            (
                f'return f"{hello}{sep}{{self.{s}}}{mark}"',
                f'return f"{hello}{sep}{{self.{s}}}{mark}"',
                f'return "{hello}{sep}" + self.{s} + "{mark}"' if mark else f'return "{hello}{sep}" + self.{s}',
            )
        ),
        lambda o: f"{hello}{sep}{o[s]}{mark}",
        vague="greet|hello|salute|welcome|say_hello|speak|address",
        wishes=f"{hello}{sep}and the {said(s)}{', with ' + mark if mark == '!' else ''}|say {hello}{sep}followed by the {said(s)}{mark}"
        f"|like {hello}{sep}Ann{mark} with the {said(s)}".replace("with ! with", "with"),
    )


@family("easy")
def greet_given(d: Draw) -> Task:
    s = d.pick("greeting|salutation|welcome_text|opening|hello_text")
    d.taken.add(s)
    a = d.param("name|person|who|guest", d.word(NAMES))
    mark = d.pick("|!")
    return Task(
        {s: d.values.choice(("Hello", "Hi", "Welcome", "Good day"))},
        f'return f"{{self.{s}}}, {{{a}}}{mark}"',
        lambda o, n: f"{o[s]}, {n}{mark}",
        clear="" if mark else "greet|greet_person|salute|welcome|address",
        vague="greet|greet_person|say_to|welcome",
        wishes=f"the {said(s)}, a comma and the name{' and !' if mark else ''}|like Hello, Ann{mark}",
    )


@family("easy")
def join_two(d: Draw) -> Task:
    first, second = d.pick(
        (
            ("first_name", "last_name"),
            ("street", "city"),
            ("city", "country"),
            ("brand", "model"),
            ("title", "subtitle"),
            ("author", "title"),
            (d.name("text"), d.name("text")),
            (d.name("person"), d.name("text")),
        )
    )
    d.taken |= {first, second}
    sep, phrase = d.pick(((" ", "a space"), (", ", "a comma"), (" - ", "a dash"), (": ", "a colon"), ("/", "a slash")))
    name = d.pick("full_name|whole_name" if first == "first_name" else "line|one_line|label_text|combined|heading_line")
    body = d.pick(
        (f'return f"{{self.{first}}}{sep}{{self.{second}}}"', f'return self.{first} + "{sep}" + self.{second}')
    )
    return Task(
        {first: d.word(NAMES), second: d.word(PLACES)},
        body,
        lambda o: f"{o[first]}{sep}{o[second]}",
        clear="full_name|whole_name" if first == "first_name" and sep == " " else "",
        vague=f"{name}|{first}_and_{second}|show|display|joined|card_line",
        wishes=f"{said(first)}, {phrase} and {said(second)}|the {said(first)} and the {said(second)} with {phrase} between|{said(first)} and {said(second)}, joined by {phrase}",
    )


@family("easy")
def text_and_figure(d: Draw) -> Task:
    t, s = d.name("text"), d.figure()
    form, example = d.pick(
        (
            (f"{{self.{t}}}: {{self.{s}}}", "tea: 3"),
            (f"{{self.{t}}} ({{self.{s}}})", "tea (3)"),
            (f"{{self.{t}}} - {{self.{s}}}", "tea - 3"),
            (f"{{self.{s}}} {{self.{t}}}", "3 tea"),
            (f"{{self.{s}}} x {{self.{t}}}", "3 x tea"),
            (f"{{self.{t}}} has {{self.{s}}} {said(s)}", f"tea has 3 {said(s)}"),
            (f"{{self.{t}}}, {said(s)} {{self.{s}}}", f"tea, {said(s)} 3"),
            (f"{{self.{t}}} #{{self.{s}}}", "tea #3"),
        )
    )
    return Task(
        {t: d.word(_WORDS), s: d.whole()},
        f'return f"{form}"',
        lambda o: form.replace(f"{{self.{t}}}", o[t]).replace(f"{{self.{s}}}", str(o[s])),
        vague="label|describe|summary|show|report|line|caption|status_line|display|badge|info|as_text",
        wishes=f"like {example}, with {said(t)} and {said(s)}|{said(t)} and {said(s)} as in {example}|a text like {example} from {said(t)} and {said(s)}",
    )


@family("easy")
def describe_all(d: Draw) -> Task:
    t, s = d.name("text"), d.figure()
    return Task(
        {t: d.word(_WORDS), s: d.whole()},
        f'return f"{{self.{t}}} {{self.{s}}}"',
        lambda o: f"{o[t]} {o[s]}",
        vague=f"{t}_and_{s}|summary|line|short_text|label",
        wishes=f"{said(t)}, a space and {said(s)}|the {said(t)} and the {said(s)} in one line, a space between|{said(t)} followed by the {said(s)}",
    )


@family("easy")
def print_itself(d: Draw) -> Task:
    return Task(
        {d.name("text"): d.word(TITLES), d.figure(): d.whole()},
        "return self.print_string()",
        lambda o: f"<UvmObject slots=[{', '.join(o)}]>",
        clear="describe_yourself|display_yourself|print_yourself|show_yourself|inspect|introduce_yourself|print_it|show_object|present_yourself",
        vague="display|show|report",
        wishes="show itself as text|what it prints as|describe the whole object|its print string",
        inherits=False,
    )


@family("easy")
def list_slots(d: Draw) -> Task:
    joined = d.chance(0.6)
    return Task(
        {d.name("text"): d.word(TITLES), d.figure(): d.whole()},
        'return ", ".join(self.slot_names())' if joined else "return self.slot_names()",
        lambda o: ", ".join(o) if joined else list(o),
        clear="" if joined else "list_slots|all_slots|slot_list|names_of_slots",
        vague="show_slots|slots_text|show_fields|tell_slots|my_slots",
        wishes="the names of the slots, separated by commas|all slot names in one text"
        if joined
        else "the names of all its slots|a list of its slot names",
        inherits=False,
    )


@family("easy")
def text_form(d: Draw) -> Task:
    s = d.name("text")
    name, code, does, phrase = d.pick(
        (
            ("upper|shout|in_capitals|loud", "upper()", str.upper, "in capital letters|in upper case"),
            ("lower|in_small_letters|quiet", "lower()", str.lower, "in small letters|in lower case"),
            ("capitalized|as_title", "title()", str.title, "with capital first letters|as a title"),
            ("reversed|backwards|mirrored", "[::-1]", lambda x: x[::-1], "backwards|reversed"),
            ("trimmed|stripped|without_spaces_around", "strip()", str.strip, "without spaces around it|trimmed"),
        )
    )
    read = d.chance(0.6)
    value = f"self.{s}{code}" if code[0] == "[" else f"self.{s}.{code}"
    verb = d.pick(name)
    changing = {"upper": "uppercase", "lower": "lowercase", "title": "capitalize", "strip": "trim", "[::-1": "reverse"}[
        code.partition("()")[0].rstrip("]")
    ]
    return Task(
        {s: f"{d.word(_WORDS)} {d.word(_WORDS)} "[: None if "strip" in code else -1]},
        f"return {value}" if read else f"self.{s} = {value}\n@",
        lambda o: does(o[s]) if read else put(o, {s: does(o[s])}),
        clear=f"{verb}_{s}|{s}_{verb}" if read else f"make_{s}_{verb}|turn_{s}_{verb}|{changing}_{s}",
        vague="display|shown|formatted|styled" if read else f"change_{s}|normalize|tidy|transform|style_{s}",
        wishes="|".join(f"the {said(s)} {one}" for one in phrase.split("|"))
        if read
        else "|".join(f"write the {said(s)} {one}|make the {said(s)} {one}" for one in phrase.split("|")),
    )


@family("easy")
def rename(d: Draw) -> Task:
    s = d.name("text")
    a = d.param("new|name|text|value|wanted", d.word(_WORDS))
    return Task(
        {s: d.word(TITLES)},
        f"self.{s} = {a}\n@",
        lambda o, n: put(o, {s: n}),
        clear=f"set_{s}|change_{s}|rename|new_{s}|update_{s}|retitle|replace_{s}|{s}_is|call_it",
        vague="take|apply|edit|write",
        wishes=f"the {said(s)} becomes the given text|a new {said(s)}|change the {said(s)} to it",
    )


@family("medium")
def rename_checked(d: Draw) -> Task:
    s = d.name("text")
    n = d.pick((0, 0, 0, 8, 10, 12))
    a = d.param(
        "new|name|text|value",
        d.values.choice(("", "  ", "Rose", "Tent", "a rather long text"))
        if n == 0
        else d.values.choice(("Rose", "Tea", "a rather long text")),
    )
    words = (
        d.pick("empty|a text is needed|must not be empty")
        if n == 0
        else d.pick("too long|at most so many letters|shorter please")
    )
    strip = d.chance(0.3) and n == 0
    test = f"not {a}.strip()" if strip else f"not {a}" if d.chance(0.5) else f'{a} == ""'
    if n:
        test = f"len({a}) > {n}"
    return Task(
        {s: d.word(TITLES)},
        f'if {test}:\n    raise ValueError("{words}")\nself.{s} = {a}\n@',
        lambda o, x: refuse(len(x) > n if n else not (x.strip() if strip else x)) or put(o, {s: x}),
        vague=f"rename|set_{s}|change_{s}|update_{s}|write_{s}",
        wishes=f"an error if it is longer than {n} letters|the new {said(s)}, at most {n} letters, else an error"
        if n
        else (
            f"set the {said(s)}, an error if it is empty or only spaces|refuse blank texts"
            if strip
            else f"set the {said(s)}, an error if it is empty|an empty {said(s)} is refused|refuse an empty text"
        ),
    )


@family("easy")
def append_text(d: Draw) -> Task:
    s = d.name("text")
    a = d.param("text|more|word|part", d.word(NOUNS))
    sep, phrase = d.pick((("", ""), (" ", " after a space"), (", ", " after a comma"), ("\\n", " on a new line")))
    front = d.chance(0.25) and sep != "\\n"
    if front:
        body = f'self.{s} = {a} + "{sep}" + self.{s}' if sep else f"self.{s} = {a} + self.{s}"
    else:
        body = f'self.{s} += "{sep}" + {a}' if sep else f"self.{s} += {a}"
    real = sep.replace("\\n", "\n")
    return Task(
        {s: d.word(TITLES)},
        f"{body}\n@",
        lambda o, n: put(o, {s: n + real + o[s] if front else o[s] + real + n}),
        clear="" if sep or front else f"append_to_{s}|add_to_{s}|extend_{s}",
        vague=f"extend|add_text|continue_{s}|write|complete_{s}",
        wishes=f"put the text in front of the {said(s)}{phrase.replace('after', 'with')}|the {said(s)} begins with the given text{phrase.replace('after', 'then')}"
        if front
        else f"add the text to the end of the {said(s)}{phrase}|append it to {said(s)}{phrase}",
    )


@family("easy")
def text_length(d: Draw) -> Task:
    s = d.name("text")
    words = d.chance(0.5)
    return Task(
        {s: " ".join(d.some(_WORDS, 1, 4))},
        f"return len(self.{s}.split())" if words else f"return len(self.{s})",
        lambda o: len(o[s].split()) if words else len(o[s]),
        clear=f"word_count|{s}_word_count|count_words|number_of_words"
        if words
        else f"{s}_length|length_of_{s}|letter_count|count_letters",
        vague="measure|size_of_text",
        wishes=f"how many words the {said(s)} has|the number of words in {said(s)}"
        if words
        else f"how many letters the {said(s)} has|how long the {said(s)} is",
    )


@family("medium")
def text_asks(d: Draw) -> Task:
    s = d.name("text")
    a = d.param("part|text|word|letter", d.values.choice(("a", "e", "tea", "ro", "B", "x")))
    name, code, does, phrase = d.pick(
        (
            (
                f"contains|{s}_contains|mentions|has_text",
                f"{a} in self.{s}",
                lambda x, y: y in x,
                "contains the given text|has it inside",
            ),
            (
                f"{s}_starts_with|begins_with|starts_with",
                f"self.{s}.startswith({a})",
                str.startswith,
                "begins with the given text|starts with it",
            ),
            (
                f"{s}_ends_with|ends_with|ends_in",
                f"self.{s}.endswith({a})",
                str.endswith,
                "ends with the given text|ends in it",
            ),
            (
                f"is_called|{s}_is|has_{s}|matches_{s}",
                f"self.{s} == {a}",
                lambda x, y: x == y,
                "is the given text|is exactly this",
            ),
            (
                "mentions_anyhow|contains_ignoring_case",
                f"{a}.lower() in self.{s}.lower()",
                lambda x, y: y.lower() in x.lower(),
                "contains it, whatever the case|contains the text, big or small letters",
            ),
        )
    )
    return Task(
        {s: " ".join(d.some(_WORDS, 1, 2))},
        f"return {code}",
        lambda o, x: does(o[s], x),
        clear=name,
        vague="check|test_text|fits|matches",
        wishes="|".join(f"whether the {said(s)} {one}" for one in phrase.split("|")),
    )


@family("medium")
def text_part(d: Draw) -> Task:
    s = d.name("text")
    n = d.const(2, 5)
    name, code, does, phrase = d.pick(
        (
            ("first_letter|initial", f"self.{s}[0]", lambda x: x[0], "the first letter"),
            ("last_letter", f"self.{s}[-1]", lambda x: x[-1], "the last letter"),
            (f"first_{n}_letters|short_form", f"self.{s}[:{n}]", lambda x: x[:n], f"the first {n} letters"),
            (f"last_{n}_letters|ending", f"self.{s}[-{n}:]", lambda x: x[-n:], f"the last {n} letters"),
            ("first_word", f"self.{s}.split()[0]", lambda x: x.split()[0], "the first word"),
            ("last_word", f"self.{s}.split()[-1]", lambda x: x.split()[-1], "the last word"),
            ("words|all_words|word_list", f"self.{s}.split()", lambda x: x.split(), "all words as a list"),
            (f"without_first_{n}_letters", f"self.{s}[{n}:]", lambda x: x[n:], f"all but the first {n} letters"),
        )
    )
    option = d.pick(name)
    return Task(
        {s: " ".join(d.some([one for one in _WORDS if len(one) > 4], 1, 3))},
        f"return {code}",
        lambda o: does(o[s]),
        clear=option if "short" not in option and option != "ending" and option != "initial" else "",
        vague=f"{s}_part|short_form|abbreviation|piece_of_{s}|cut",
        wishes=f"{phrase} of the {said(s)}|{phrase} of {said(s)}|from {said(s)}, {phrase}",
    )


@family("medium")
def initials(d: Draw) -> Task:
    first, last = d.pick((("first_name", "last_name"), ("given_name", "family_name"), (d.name("text"), d.name("text"))))
    d.taken |= {first, last}
    form, phrase = d.pick((("{}{}", "AK"), ("{}. {}.", "A. K."), ("{}.{}.", "A.K.")))
    body = form.format(f"{{self.{first}[0]}}", f"{{self.{last}[0]}}")
    return Task(
        {first: d.word(NAMES), last: d.word(PLACES)},
        f'return f"{body}"' if form != "{}{}" or d.chance(0.3) else f"return self.{first}[0] + self.{last}[0]",
        lambda o: form.format(o[first][0], o[last][0]),
        clear="initials" if form == "{}{}" else "",
        vague="initials|short_name|monogram|sign",
        wishes=f"the first letters of {said(first)} and {said(last)}, like {phrase}|like {phrase}, from {said(first)} and {said(last)}",
    )


@family("medium")
def replace_in_text(d: Draw) -> Task:
    s = d.name("text")
    old, new, phrase = d.pick(
        (
            (" ", "_", "spaces become underscores"),
            ("a", "e", "every a becomes e"),
            (" ", "-", "dashes instead of spaces"),
            (" ", "", "without spaces"),
            (",", ";", "semicolons for commas"),
            ("-", " ", "spaces instead of dashes"),
        )
    )
    read = d.chance(0.5)
    lower = d.chance(0.3) and read
    code = f'self.{s}.replace("{old}", "{new}")' + (".lower()" if lower else "")
    if lower:
        code = f'self.{s}.lower().replace("{old}", "{new}")'
        phrase += ", small letters"
    value = (lambda x: x.lower().replace(old, new)) if lower else (lambda x: x.replace(old, new))
    return Task(
        {s: " ".join(d.some(_WORDS, 1, 3)) + d.values.choice((", now", "-day", ""))},
        f"return {code}" if read else f"self.{s} = {code}\n@",
        lambda o: value(o[s]) if read else put(o, {s: value(o[s])}),
        vague="slug|as_key|file_form|code_form|clean" if read else f"clean_{s}|tidy|normalize|fix_{s}",
        wishes=f"the {said(s)}, {phrase}|{said(s)} with this changed: {phrase}"
        if read
        else f"change the {said(s)}: {phrase}|in the {said(s)}, {phrase}",
    )


@family("medium")
def replace_given(d: Draw) -> Task:
    s = d.name("text")
    a = d.param("old|before|what", d.values.choice(("a", "e", "o")))
    b = d.param("new|after|by|instead", d.values.choice(("x", "y", "oo")))
    return Task(
        {s: " ".join(d.some(_WORDS, 1, 3))},
        f"self.{s} = self.{s}.replace({a}, {b})\n@",
        lambda o, x, y: put(o, {s: o[s].replace(x, y)}),
        clear=f"replace_in_{s}|replace_text|substitute",
        vague="correct|fix|edit",
        wishes=f"in the {said(s)}, put the second text wherever the first stands|replace the first by the second in {said(s)}",
    )


@family("medium")
def shorten(d: Draw) -> Task:
    s, n = d.name("text"), d.pick((8, 10, 12, 20))
    dots = d.chance(0.6)
    tail = ' + "..."' if dots else ""
    return Task(
        {s: " ".join(d.some(_WORDS, 1, 5))},
        f"if len(self.{s}) > {n}:\n    return self.{s}[:{n}]{tail}\nreturn self.{s}"
        if dots
        else f"return self.{s}[:{n}]",
        lambda o: o[s][:n] + "..." if dots and len(o[s]) > n else o[s][:n],
        vague=f"short_{s}|preview|teaser|excerpt|shortened",
        wishes=f"the first {n} letters of {said(s)} and ... if it is longer|at most {n} letters of {said(s)}, then ..."
        if dots
        else f"the {said(s)}, at most {n} letters|only the first {n} letters of {said(s)}",
    )


@family("medium")
def text_or_default(d: Draw) -> Task:
    s = d.name("text")
    other = d.pick("unknown|none|untitled|nobody|nothing|empty|no name|missing")
    form = d.pick(
        (
            f'return self.{s} or "{other}"',
            f'if not self.{s}:\n    return "{other}"\nreturn self.{s}',
            f'return self.{s} if self.{s} else "{other}"',
        )
    )
    return Task(
        {s: d.word(TITLES) if d.yes() else ""},
        form,
        lambda o: o[s] or other,
        clear=f"{s}_or_{other.replace(' ', '_')}",
        vague=f"shown_{s}|display_{s}|{s}_text|visible_{s}",
        wishes=f"the {said(s)}, or {other} if it is empty|{other} when there is no {said(s)}, else the {said(s)}",
    )


@family("medium")
def plural_text(d: Draw) -> Task:
    s, one = d.figure(), d.things()[1]
    return Task(
        {s: d.values.choice((1, 1, 2, 5, 0))},
        f'if self.{s} == 1:\n    return "1 {one}"\nreturn f"{{self.{s}}} {one}s"',
        lambda o: "1 " + one if o[s] == 1 else f"{o[s]} {one}s",
        vague="count_text|amount_text|in_words|label",
        wishes=f"1 {one} or as in 3 {one}s, by the {said(s)}|{said(s)} as text: 1 {one}, else like 5 {one}s",
    )


@family("medium")
def money_text(d: Draw) -> Task:
    s = d.name("price")
    unit = d.pick("EUR|CHF|USD|euros|francs|dollars")
    front = d.chance(0.4)
    form = f"{unit} {{self.{s}:.2f}}" if front else f"{{self.{s}:.2f}} {unit}"
    return Task(
        {s: d.number(1, 90)},
        f'return f"{form}"',
        lambda o: f"{unit} {o[s]:.2f}" if front else f"{o[s]:.2f} {unit}",
        vague=f"{s}_text|formatted_{s}|show_{s}|as_money|price_tag",
        wishes=f"the {said(s)} with two digits {'after' if front else 'and'} {unit}|like {unit + ' 3.50' if front else '3.50 ' + unit}, from {said(s)}",
    )


@family("medium")
def date_text(d: Draw) -> Task:
    form, example = d.pick(
        (
            ("{self.year}-{self.month:02d}-{self.day:02d}", "2024-05-09"),
            ("{self.day}.{self.month}.{self.year}", "9.5.2024"),
            ("{self.day}/{self.month}/{self.year}", "9/5/2024"),
        )
    )
    d.taken |= {"year", "month", "day"}
    return Task(
        {"year": d.whole(1950, 2030), "month": d.whole(1, 12), "day": d.whole(1, 28)},
        f'return f"{form}"',
        lambda o: form.replace("self.", "").format(**o),
        vague="date_text|date|as_date|show_date|date_line|when",
        wishes=f"year, month and day like {example}|the date as in {example}|a text like {example}",
        inherits=False,
    )


@family("medium")
def date_part(d: Draw) -> Task:
    s = d.pick("date|day_of_birth|due_date|start_date|end_date|deadline|birthday|released|bought_on")
    d.taken.add(s)
    name, part = d.pick((("year", "[:4]"), ("month", "[5:7]"), ("day", "[8:]"), ("day", "[8:10]")))
    number = d.chance(0.4)
    cut = {"[:4]": slice(0, 4), "[5:7]": slice(5, 7), "[8:]": slice(8, 10), "[8:10]": slice(8, 10)}[part]
    return Task(
        {s: f"{d.whole(1950, 2030)}-{d.whole(1, 12):02d}-{d.whole(1, 28):02d}"},
        f"return int(self.{s}{part})" if number else f"return self.{s}{part}",
        lambda o: int(o[s][cut]) if number else o[s][cut],
        clear="" if number else f"{name}_of_{s}|{name}_text|{s}_{name}",
        vague=f"{name}_number|the_{name}|{name}_of_{s}" if number else f"the_{name}|{name}_part",
        wishes=f"the {name} of the {said(s)} as a number|the number of the {name} in {said(s)}"
        if number
        else f"the {name} of the {said(s)} as text|the part of {said(s)} that is the {name}",
    )


@family("hard")
def email_parts(d: Draw) -> Task:
    s = d.pick("email|mail_address|contact_mail|reply_to")
    d.taken.add(s)
    name = d.chance(0.5)
    place = 0 if name else 1
    return Task(
        {s: f"{d.word(NAMES).lower()}@{d.word(NOUNS)}.org"},
        f'return self.{s}.split("@")[{place}]',
        lambda o: o[s].split("@")[place],
        clear="user_part|user_of_email|mail_user" if name else "mail_domain|domain_of_email|domain_part",
        vague="part|cut_mail|left_side" if name else "part|cut_mail|right_side",
        wishes=f"what stands before the @ in {said(s)}"
        if name
        else f"what stands after the @ in {said(s)}|the domain of the {said(s)}",
    )


@family("hard")
def count_letters(d: Draw) -> Task:
    s = d.name("text")
    fixed = d.chance(0.4)
    if fixed:
        letters, phrase = d.pick((("aeiou", "vowels"), ("aeiou", "vowels"), (" ", "spaces"), (".", "dots")))
        many = len(letters) > 1
        return Task(
            {s: " ".join(d.some(_WORDS, 1, 3))},
            f'return sum(1 for letter in self.{s} if letter in "{letters}")'
            if many
            else f'return self.{s}.count("{letters}")',
            lambda o: sum(o[s].count(one) for one in letters),
            clear=f"count_{phrase}|{phrase}_count|number_of_{phrase}",
            vague="count|measure",
            wishes=f"how many {phrase} the {said(s)} has|the number of {phrase} in {said(s)}",
        )
    a = d.param("letter|part|sign", d.values.choice("aeiost"))
    return Task(
        {s: " ".join(d.some(_WORDS, 1, 3))},
        f"return self.{s}.count({a})",
        lambda o, x: o[s].count(x),
        clear=f"count_letter|count_of|times_in_{s}|occurrences",
        vague="count|how_often",
        wishes=f"how often the given text is in {said(s)}|how many times it occurs in {said(s)}",
    )


@family("hard")
def palindrome(d: Draw) -> Task:
    s = d.name("text")
    return Task(
        {s: d.values.choice(("level", "noon", "radar", "tent", "rose", "abba", "kayak"))},
        f"return self.{s} == self.{s}[::-1]",
        lambda o: o[s] == o[s][::-1],
        clear=f"is_palindrome|{s}_is_palindrome|reads_both_ways",
        vague="check|is_special|symmetric",
        wishes=f"whether the {said(s)} is the same backwards|true if {said(s)} reads the same from both ends",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
