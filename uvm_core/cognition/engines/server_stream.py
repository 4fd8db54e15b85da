"""What a server of the OpenAI kind sends, read: the framing of its stream, and the shapes of its answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from uvm_core.cognition.engines.engine import StoppedBy

LINE_BYTES = 1 << 20
ANSWER_BYTES = 4 << 20
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_DONE = "[DONE]"


class Malformed(Exception):
    """The answer cannot be read; the text is what is said of the server: "answered with …". `midway`: it can answer
    chats, and did not bring this one to its end."""

    def __init__(self, words: str, *, midway: bool = False) -> None:
        super().__init__(words)
        self.midway = midway


class Events:
    """Server-sent events (HTML Living Standard, section 9.2.6) out of bytes that are cut anywhere.

    Only `data` is of interest here. Errors: Malformed for a line above LINE_BYTES or an event above ANSWER_BYTES.
    """

    def __init__(self) -> None:
        self._line = bytearray()
        self._after_return = False
        self._first = True
        self._data: list[str] = []
        self._size = 0

    def feed(self, piece: bytes) -> list[str]:
        """The data of the events that end in this piece."""
        if not piece:
            return []
        if self._after_return and piece.startswith(b"\n"):
            piece = piece[1:]
            self._after_return = False
            if not piece:
                return []
        self._after_return = piece.endswith(b"\r")
        *ended, rest = _LINE_ENDS.split(piece)
        found: list[str] = []
        for line in ended:
            self._hold(line)
            whole = bytes(self._line)
            self._line.clear()
            self._read(whole, found)
        self._hold(rest)
        return found

    def end(self) -> list[str]:
        """What was not ended by a blank line. The standard drops it; servers that forget the line do not mean that."""
        found: list[str] = []
        if self._line:
            self._read(bytes(self._line), found)
            self._line.clear()
        self._read(b"", found)
        return found

    def _hold(self, piece: bytes) -> None:
        if len(self._line) + len(piece) > LINE_BYTES:
            raise Malformed("sent a line of more than a megabyte")
        self._line += piece

    def _read(self, line: bytes, found: list[str]) -> None:
        if self._first:
            line = line.removeprefix(b"\xef\xbb\xbf")
            self._first = False
        if not line:
            if self._data:
                found.append("\n".join(self._data))
                self._data, self._size = [], 0
            return
        if not line.startswith(b"data"):
            return
        name, _, value = line.decode("utf-8", "replace").partition(":")
        if name != "data":
            return
        self._size += len(line)
        if self._size > ANSWER_BYTES:
            raise Malformed("sent more than four megabytes as one event")
        self._data.append(value.removeprefix(" "))


@dataclass
class Reading:
    """An answer that is being put together. `finish` is the reason given for its end, "" until then; token counts are
    None until the server tells them."""

    finish: str = ""
    done: bool = False
    pieces: int = 0
    choices: int = 0
    tokens: int | None = None
    prompt_tokens: int = 0
    reused_tokens: int = 0
    _size: int = field(default=0, repr=False)
    _parts: list[str] = field(default_factory=list, repr=False)

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def ended(self) -> bool:
        """Whether the server said that the answer is whole."""
        return self.done or bool(self.finish)

    @property
    def stopped_by(self) -> StoppedBy:
        return "length" if self.finish in ("length", "max_tokens") else "end"

    @property
    def count(self) -> int:
        """Tokens as the server counts them, else the pieces that came."""
        return self.pieces if self.tokens is None else self.tokens

    def event(self, data: str) -> str:
        """The text that one event of a stream adds. Errors: Malformed."""
        if data.strip() in ("", _DONE):
            self.done = self.done or bool(data.strip())
            return ""
        return self._take(parsed(data), "delta")

    def whole(self, body: str) -> str:
        """The text of an answer that is not streamed. Errors: Malformed."""
        added = self._take(parsed(body), "message")
        if not self.choices:
            raise Malformed("answered without any choice in it")
        self.done = True
        return added

    def _take(self, row: Any, part: str) -> str:
        if not isinstance(row, dict):
            raise Malformed("answered with something that is no object")
        if row.get("error"):
            raise Malformed(f"broke off with an error: {told(row).rstrip('.')}", midway=True)
        self._count(row.get("usage"))
        choices = row.get("choices")
        if choices is None or choices == []:
            return ""
        if not isinstance(choices, list) or not isinstance(choices[0], dict):
            raise Malformed("answered with choices of an unknown shape")
        choice = choices[0]
        self.choices += 1
        reason = choice.get("finish_reason")
        if isinstance(reason, str) and reason:
            self.finish = reason
        said = choice.get(part)
        if said is None and part == "delta":
            return ""
        if not isinstance(said, dict):
            raise Malformed(f"answered with a {part} of an unknown shape")
        return self._add(_content(said.get("content")))

    def _add(self, piece: str) -> str:
        if not piece:
            return ""
        piece = _without_halves(piece)
        self._size += len(piece.encode())
        if self._size > ANSWER_BYTES:
            raise Malformed("wrote an answer of more than four megabytes", midway=True)
        self.pieces += 1
        self._parts.append(piece)
        return piece

    def _count(self, usage: Any) -> None:
        if not isinstance(usage, dict):
            return
        if (tokens := _number(usage.get("completion_tokens"))) is not None:
            self.tokens = tokens
        self.prompt_tokens = _number(usage.get("prompt_tokens")) or self.prompt_tokens
        details = usage.get("prompt_tokens_details")
        if isinstance(details, dict):
            self.reused_tokens = _number(details.get("cached_tokens")) or self.reused_tokens


def parsed(text: str) -> Any:
    """A JSON value. Errors: Malformed."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("answered with something that is no JSON") from None


def told(row: Any) -> str:
    """What a server says in an error, as one line of at most 200 characters."""
    for _ in range(4):
        if not isinstance(row, dict):
            break
        row = next((row[key] for key in ("error", "message", "detail", "msg") if row.get(key)), "")
        if isinstance(row, list) and row:
            row = row[0]
    words = row if isinstance(row, str) else json.dumps(row)
    line = "".join(letter if letter.isprintable() else " " for letter in words)
    line = " ".join(line.split())
    return line if len(line) <= 200 else line[:199] + "…"


def model_rows(body: str) -> list[dict[str, Any]]:
    """The models of a server's list, each with an `id`. Errors: Malformed."""
    row = parsed(body)
    rows = row.get("data") if isinstance(row, dict) else row
    if not isinstance(rows, list):
        raise Malformed("answered with a list of models of an unknown shape")
    return [one for one in rows if isinstance(one, dict) and isinstance(one.get("id"), str) and one["id"]]


def _content(content: Any) -> str:
    """Content is a text, or a list of parts of which some are texts."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict)]
        if len(texts) == len(content):
            return "".join(text for text in texts if isinstance(text, str))
    raise Malformed("answered with a content of an unknown shape")


def _number(value: Any) -> int | None:
    known = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40
    return value if known else None


def _without_halves(text: str) -> str:
    """Halves of surrogate pairs, which JSON can say and no file can hold, become the replacement character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
