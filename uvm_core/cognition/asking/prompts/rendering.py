"""Prompts as editable text: a jinja2 template gives the messages, data stays data.

A template is text in which a line `=== system`, `=== user` or `=== assistant` begins a message. People edit it in the
world, so it runs in a sandbox and a fault in it is a plain sentence with its line. What is filled in can begin no
message: the marks of messages are taken out of all data, the filters `quoted` and `cited` keep a value in its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from uvm_core.cognition.engines.engine import Message

ROLES = ("system", "user", "assistant")
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(r"^===[ \t]*(\w+)[ \t]*$", re.MULTILINE)
_LONGEST = 48_000
_MOST_STEPS = 2_000


class PromptError(Exception):
    """A template cannot be used; the text is a plain sentence, `line` the place in the template."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(f"{sentence} (line {line} of the template)" if line else sentence)
        self.line = line


@cache
def default_templates() -> Mapping[str, str]:
    """Name -> text of the shipped templates: plan, method, weave and one `facet_<persona>` for each persona."""
    found = [
        one for one in resources.files("uvm_core.cognition.asking.prompts").iterdir() if one.name.endswith(".jinja")
    ]
    return {one.name.removesuffix(".jinja"): one.read_text("utf-8") for one in sorted(found, key=lambda one: one.name)}


def render(template_text: str, /, **data: Any) -> list[Message]:
    """The messages of a template. Errors: PromptError, with the template's line where there is one."""
    if len(template_text) > _LONGEST:
        raise PromptError(f"The template is longer than {_LONGEST} characters.")
    marked = _MARK.sub(_open_message, _without_marks(template_text))
    try:
        text = _compiled(marked).render({name: _without_marks(value) for name, value in data.items()})
    except jinja2.TemplateSyntaxError as error:
        raise PromptError(f"The template cannot be read: {error.message}.", error.lineno) from error
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, OverflowError) as error:
        raise PromptError(f"The template failed: {error}.", _line_of(error)) from error
    return _messages(text)


def _messages(text: str) -> list[Message]:
    head, *parts = text.split(_OPEN)
    if head.strip():
        raise PromptError("The template must begin with a line such as `=== system`.", 1)
    messages: list[Message] = []
    for part in parts:
        role, _, content = part.partition(_CLOSE)
        if content.strip():
            messages.append({"role": role, "content": content.strip("\n").rstrip()})
    if not messages or messages[-1]["role"] != "user":
        raise PromptError("The template's last message must be the user's: begin it with a line `=== user`.")
    return messages


def _open_message(match: re.Match[str]) -> str:
    role = match.group(1)
    if role not in ROLES:
        raise PromptError(
            f"`=== {role}` is none of {', '.join(ROLES)}.", match.string.count("\n", 0, match.start()) + 1
        )
    return f"{_OPEN}{role}{_CLOSE}"


def _without_marks(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(_OPEN, "").replace(_CLOSE, "")
    if isinstance(value, Mapping):
        return {_without_marks(key): _without_marks(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_marks(one) for one in value]
    return value


def _line_of(error: BaseException) -> int | None:
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def quoted(value: Any, limit: int = 80) -> str:
    """Any value on one line as JSON would write it, bounded: a text can neither end its quotes nor its line."""
    text = json.dumps(_neutral(value), ensure_ascii=False, default=str)
    text = text.replace("\u2028", " ").replace("\u2029", " ").replace("\x85", " ")
    if len(text) <= limit:
        return text
    return text[: limit - 1].rstrip("\\") + ('…"' if text[0] == '"' else "…")


def as_python(value: Any, limit: int = 80) -> str:
    """Like quoted, in Python's words: True, False, None; another object is named, not shown."""
    neutral = _neutral(value)
    if isinstance(neutral, bool) or neutral is None:
        return str(neutral)
    if isinstance(neutral, str) and neutral.startswith("<") and not isinstance(value, str):
        return neutral
    text = quoted(neutral, limit)
    if isinstance(neutral, dict | list):
        text = re.sub(r"\b(true|false|null)\b(?=[,}\]])", _python_word, text)
    return text


def _python_word(match: re.Match[str]) -> str:
    return {"true": "True", "false": "False", "null": "None"}[match.group(1)]


def cited(value: Any, limit: int = 600) -> str:
    """A text of several lines, bounded, each line behind `> `: nothing in it can end the citation."""
    text = str(value)
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return "\n".join("> " + line for line in text.splitlines()) or "> "


def _neutral(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "$method" in value:
            return "<method>"
        if "$obj" in value or "$ref" in value:
            return "<object>"
        return {str(key): _neutral(one) for key, one in list(value.items())[:12]}
    if isinstance(value, list | tuple | set | frozenset):
        return [_neutral(one) for one in list(value)[:8]]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _bounded_range(*numbers: int) -> range:
    found = range(*numbers)
    if len(found) > _MOST_STEPS:
        raise ValueError(f"a range of more than {_MOST_STEPS} steps")
    return found


@lru_cache(maxsize=64)
def _compiled(marked: str) -> jinja2.Template:
    """A template is rendered far more often than it is edited, and compiling takes ten times as long as rendering."""
    return _environment().from_string(marked)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    made.filters.update({"quoted": quoted, "cited": cited, "python": as_python})
    made.globals = {"range": _bounded_range}
    return made
