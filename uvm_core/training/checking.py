"""Whether a method does what its task wants: run on a plain ghost, audited, and said by the grammar."""

from __future__ import annotations

import ast
import copy
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.language.kinds import nameable
from uvm_core.cognition.language.whole import language_grammar
from uvm_core.cognition.language.words import words_of
from uvm_core.guardian import audit

MARK = "self._p_changed = True"


class _Sign:
    """A named value that is equal to nothing else."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


ANY = _Sign("ANY")
RAISES = _Sign("RAISES")


@dataclass(frozen=True)
class Case:
    """What happens when the method runs on `slots` with `args`: the answer (ANY, RAISES) and all slots afterwards."""

    slots: Mapping[str, Any]
    args: Sequence[Any]
    answer: Any
    after: Mapping[str, Any]


class Ghost:
    """Stands for an object while a method runs: slots as attributes, and the vocabulary that needs no image."""

    def print_string(self) -> str:
        return f"<UvmObject slots=[{', '.join(self.slot_names())}]>"

    def slot_names(self) -> list[str]:
        return [name for name in vars(self) if not name.startswith("_")]

    def slot_value(self, name: str) -> Any:
        return vars(self)[name]

    def understands(self, name: str) -> bool:
        return hasattr(self, name)


def ghost_of(slots: Mapping[str, Any]) -> Ghost:
    """A ghost with copies of these slots; `$obj` stands for another object."""
    ghost = Ghost()
    for name, value in copy.deepcopy(dict(slots)).items():
        setattr(ghost, name, _live(value))
    return ghost


def _live(value: Any) -> Any:
    if isinstance(value, Mapping) and "$obj" in value:
        other = ghost_of(value["$obj"].get("slots", {}))
        for message, answer in value["$obj"].get("replies", {}).items():
            setattr(other, message, _replying(answer))
        return other
    return [_live(one) for one in value] if isinstance(value, list) else value


def _replying(answer: Any) -> Callable[..., Any]:
    return lambda *_args: answer


def _plain(value: Any) -> Any:
    if isinstance(value, Ghost):
        return {"$obj": {name: _plain(one) for name, one in vars(value).items() if not callable(one)}}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def run_on_ghost(source: str, slots: Mapping[str, Any], args: Sequence[Any]) -> tuple[Any, dict[str, Any]]:
    """What a method answers and the slots afterwards. Raises what the method raises. For the generator's own methods:
    what a model wrote runs in the guardian's trial."""
    names: dict[str, Any] = {"math": math}
    exec(_compiled(source), names)
    name = next(name for name, value in names.items() if getattr(value, "__code__", None) is not None)
    # Taken out of its own globals, so that a method called `sum` can still call the builtin.
    method = names.pop(name)
    ghost = ghost_of(slots)
    answer = method(ghost, *copy.deepcopy(list(args)))
    return _plain(answer), {name: _plain(one) for name, one in vars(ghost).items() if name != "_p_changed"}


def case_of(source: str, slots: Mapping[str, Any], args: Sequence[Any]) -> Case:
    """What a method that is right does on these slots. Errors: ValueError if it raises anything but that by its own
    `raise`: then it is not right.
    """
    try:
        answer, after = run_on_ghost(source, slots, args)
    except ValueError:
        return Case(slots, args, RAISES, slots)
    except Exception as error:
        raise ValueError(f"{list(args)} on {dict(slots)} raised {error!r}") from error
    # Another object is named, not looked into.
    after = {name: slots[name] if _is_other(one) and _is_other(slots.get(name)) else one for name, one in after.items()}
    # A method that changes and is not asked for an answer may answer what it likes.
    return Case(slots, args, ANY if answer is None and MARK in source else answer, after)


def _is_other(value: Any) -> bool:
    return isinstance(value, Mapping) and "$obj" in value


@lru_cache(maxsize=512)
def _compiled(source: str) -> Any:
    return compile(source, "<method>", "exec")


def faults_of(source: str, cases: Sequence[Case]) -> list[str]:
    """How the method fails its cases, as sentences; empty if it does what is wanted."""
    faults: list[str] = []
    for case in cases:
        try:
            answer, after = run_on_ghost(source, case.slots, case.args)
        except ValueError as error:
            if case.answer is not RAISES:
                faults.append(f"{case.args} on {case.slots} raised {error!r}")
            continue
        except Exception as error:  # noqa: BLE001 - whatever a written method raises, it is wrong
            faults.append(f"{case.args} on {case.slots} raised {error!r}")
            continue
        faults += disagreements(case, answer, after)
    return faults


def disagreements(case: Case, answer: Any, after: Mapping[str, Any]) -> list[str]:
    """Where an answer and the slots afterwards are not those of the case."""
    if case.answer is RAISES:
        return [f"{case.args} on {case.slots} raised nothing"]
    faults = []
    if case.answer is not ANY and not agrees(answer, case.answer):
        faults.append(f"{case.args} on {case.slots} answered {answer!r}, not {case.answer!r}")
    for name, wanted in case.after.items():
        if name in after and not agrees(after[name], wanted):
            faults.append(f"{case.args} on {case.slots} left {name} {after[name]!r}, not {wanted!r}")
        elif name not in after:
            faults.append(f"{case.args} on {case.slots} left no {name}")
    return faults


def agrees(got: Any, wanted: Any) -> bool:
    """Equal, numbers within rounding; a yes is no number and a text no list."""
    if isinstance(wanted, bool) or isinstance(got, bool):
        return isinstance(wanted, bool) and isinstance(got, bool) and got == wanted
    if isinstance(wanted, int | float) and isinstance(got, int | float):
        return math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(wanted, list | tuple) and isinstance(got, list | tuple):
        return len(got) == len(wanted) and all(map(agrees, got, wanted))
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        if "$obj" in wanted:
            # Another object is named, not compared: its slots are its own.
            return "$obj" in got
        return got.keys() == wanted.keys() and all(agrees(got[key], one) for key, one in wanted.items())
    return type(got) is type(wanted) and bool(got == wanted)


def is_accepted(source: str, selector: str) -> bool:
    """Whether the guardian accepts the method without repair."""
    return audit(source, selector).accepted


def is_sayable(source: str, request: MethodRequest) -> bool:
    """Whether the wide grammar of the request can say the method.

    What the method does not name only adds to a grammar, so it is left out, and what remains is renamed: tasks that
    differ by names alone share one compiled grammar.
    """
    used = set(re.findall(r"self\.(\w+)", source))
    names: dict[str, str] = {}
    for name in [*nameable(request.slots), *nameable(request.inherited)]:
        if name in used:
            names.setdefault(name, f"slot{len(names)}")
    for number, name in enumerate(request.parameter_names):
        names.setdefault(name, f"given{number}")
    # Slots that the method adds are words of the selector.
    added = sorted(used & set(words_of(request.selector)) - set(names))
    names[request.selector] = "_".join(["frob", *added])
    keys = {key: f"key{place}" for place, key in enumerate(_keys_said(request, source))}
    return _says(_renamed(source, names, keys), _Key.of(request, names, keys, source))


def _keys_said(request: MethodRequest, source: str) -> list[str]:
    """The keys of records, of this object's or sent ones, that the method writes down."""
    found: dict[str, None] = {}

    def walk(value: Any) -> None:
        if isinstance(value, Mapping) and "$obj" not in value:
            found.update(dict.fromkeys(key for key in value if f'"{key}"' in source or f"'{key}'" in source))
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    for slots in (request.slots, request.inherited, request.arguments):
        for value in slots.values():
            walk(value)
    return list(found)


@dataclass(frozen=True)
class _Key:
    """A request with its names taken out, as something that can be looked up."""

    selector: str
    parameters: tuple[str, ...]
    slots: str
    inherited: str
    arguments: str

    @staticmethod
    def of(request: MethodRequest, names: Mapping[str, str], keys: Mapping[str, str], source: str) -> _Key:
        def kept(slots: Mapping[str, Any]) -> str:
            return repr({names[name]: _sketch(one, keys, source) for name, one in slots.items() if name in names})

        parameters = tuple(
            f"{names[name]}={_sketch_of_default(text.partition('=')[2])}" if "=" in text else names[name]
            for name, text in zip(request.parameter_names, request.parameters, strict=True)
        )
        return _Key(
            names[request.selector],
            parameters,
            kept({name: request.slots[name] for name in names if name in request.slots}),
            kept({name: request.inherited[name] for name in names if name in request.inherited}),
            kept({name: request.arguments[name] for name in names if name in request.arguments}),
        )

    def request(self) -> MethodRequest:
        return MethodRequest(
            self.selector,
            self.parameters,
            ast.literal_eval(self.slots),
            ast.literal_eval(self.inherited),
            arguments=ast.literal_eval(self.arguments),
        )


def _sketch(value: Any, keys: Mapping[str, str], source: str) -> Any:
    """A value reduced to what a grammar reads off it: its kind, and the kinds and names inside that are said."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return 1
    if isinstance(value, str):
        return "a"
    if isinstance(value, Mapping) and "$obj" in value:
        inside = value["$obj"]
        said = {name: 1 for name in inside.get("replies", {}) if f".{name}()" in source}
        slots = {name: _sketch(one, keys, source) for name, one in inside.get("slots", {}).items()}
        return {"$obj": {"slots": {n: one for n, one in slots.items() if f".{n}" in source}, "replies": said}}
    if isinstance(value, Mapping):
        named = {keys[key]: _sketch(one, keys, source) for key, one in value.items() if key in keys}
        rest = {repr(one): one for one in (_sketch(one, keys, source) for key, one in value.items() if key not in keys)}
        return named | {f"other{place}": one for place, one in enumerate(rest.values())}
    kinds: dict[str, Any] = {}
    for one in value:
        sketch = _sketch(one, keys, source)
        kinds.setdefault(repr(sketch), sketch)
    return list(kinds.values())


def _sketch_of_default(text: str) -> str:
    return text if text in ("True", "False", "None") else '"a"' if text.startswith('"') else "1"


def _renamed(source: str, names: Mapping[str, str], keys: Mapping[str, str]) -> str:
    header, _, body = source.rstrip("\n").partition("\n")
    # Of the header's defaults only the kind matters.
    header = re.sub(r'=("[^"]*"|[^,)]+)', lambda match: f"={_sketch_of_default(match.group(1))}", header)
    text = f"{header}\n{body}"
    for name, new in names.items():
        text = re.sub(rf"(?<=\bself\.){re.escape(name)}\b", new, text)
        text = re.sub(rf"(?<=\bdef ){re.escape(name)}(?=\()", new, text)
    for key, new in keys.items():
        # As an index in either kind of quotes, or as the key of a record that is written out.
        text = re.sub(rf"(?<=\[)(['\"]){re.escape(key)}\1(?=\])", rf"\g<1>{new}\g<1>", text)
        text = re.sub(rf'(?<=[{{ ])"{re.escape(key)}"(?=: )', f'"{new}"', text)
    return _outside_texts(text, {old: new for old, new in names.items() if new.startswith("given")})


def _outside_texts(source: str, names: Mapping[str, str]) -> str:
    """Names replaced, but not the words of texts; what an f-string fills in is no text."""
    if not names:
        return source
    pattern = re.compile(r"(?<![\w.'\"])(" + "|".join(map(re.escape, names)) + r")\b(?!['\"\w])")
    pieces = re.split(r'(f?"(?:[^"\\]|\\.)*")', source)
    for place, piece in enumerate(pieces):
        if not piece.startswith(('"', 'f"')):
            pieces[place] = pattern.sub(lambda match: names[match.group(1)], piece)
        elif piece.startswith("f"):
            pieces[place] = re.sub(
                r"\{[^}]*\}", lambda part: pattern.sub(lambda match: names[match.group(1)], part.group(0)), piece
            )
    return "".join(pieces)


@lru_cache(maxsize=20_000)
def _says(source: str, key: _Key) -> bool:
    import xgrammar

    matcher = xgrammar.GrammarMatcher(_grammar_of(key))
    return bool(matcher.accept_string(source)) and bool(matcher.is_completed())


@lru_cache(maxsize=4_000)
def _grammar_of(key: _Key) -> Any:
    return _compiler().compile_grammar(language_grammar(key.request()))


@cache
def _compiler() -> Any:
    """A compiler over hardly any tokens: only whole texts are asked about, so no masks are needed."""
    import xgrammar

    return xgrammar.GrammarCompiler(xgrammar.TokenizerInfo(["a", "</s>"], stop_token_ids=[1]), max_threads=1)
