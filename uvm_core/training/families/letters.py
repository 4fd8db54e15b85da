"""Inside texts: their parts, letters and words, and what is changed in them."""

from __future__ import annotations

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, said
from uvm_core.training.words import NAMES, NOUNS, PLACES, TITLES

_WORDS = (*NOUNS, *PLACES)


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
