"""A text's lines with their exact offsets, and how far a fence, an indented block or a list reaches down them."""

from __future__ import annotations

import re

FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})", re.DOTALL)
MARKER = re.compile(r"[ \t]*([-*+•]|(?:\d{1,3}|#)[.)]|[a-zA-Z]\)|\([a-z0-9]{1,3}\))(?:[ \t]+(?=\S)|[ \t]*$)")
"""Opens an item of a list: a bullet, a number, or a letter with a bracket (a letter with a point opens names)."""
ADORNMENT = re.compile(r"(?=[!-/:-@[-`{-~])(.)\1{2,}[ \t]*$")
"""A line of one sign repeated, which underlines a heading or parts what stands above from what stands below."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_TAB = 4


class Lines:
    """Lines end with LF, CR LF or CR; every other character, NUL and form feed included, is a character of its line."""

    def __init__(self, text: str) -> None:
        self._starts: list[int] = []
        self._texts: list[str] = []
        for match in _LINE.finditer(text):
            if match.end() > match.start():
                self._starts.append(match.start())
                self._texts.append(match[0].rstrip("\r\n"))

    def __len__(self) -> int:
        return len(self._starts)

    def start(self, line: int) -> int:
        """Where a line begins in the text."""
        return self._starts[line]

    def text(self, line: int) -> str:
        """A line without its end."""
        return self._texts[line]

    def blank(self, line: int) -> bool:
        """Whether nothing but white space stands there."""
        return not self._texts[line] or self._texts[line].isspace()

    def indent(self, line: int) -> int:
        """Columns before the first character; a tab goes to the next fourth."""
        columns = 0
        for sign in self._texts[line]:
            if sign == "\t":
                columns += _TAB - columns % _TAB
            elif sign == " ":
                columns += 1
            else:
                break
        return columns

    def follows_text(self, line: int) -> bool:
        """Whether the line before is part of a paragraph, as far as can be seen from it alone."""
        return line > 0 and not self.blank(line - 1) and not self._closes(line - 1)

    def text_before(self, line: int) -> int | None:
        """The nearest line above that is not blank."""
        return next((above for above in range(line - 1, -1, -1) if not self.blank(above)), None)

    def fence_end(self, line: int) -> int:
        """The line after the fenced code that opens here, 0 if none does; what is never closed goes to the end."""
        opening = FENCE.match(self._texts[line])
        if opening is None:
            return 0
        mark = opening[1]
        for below in range(line + 1, len(self)):
            closing = self._texts[below].strip()
            if len(closing) >= len(mark) and closing == mark[0] * len(closing):
                return below + 1
        return len(self)

    def deeper_end(self, line: int, indent: int) -> int:
        """The line after the last of those from here on that are indented more than this, blank ones between them."""
        after = line
        for below in range(line, len(self)):
            if self.blank(below):
                continue
            if self.indent(below) <= indent:
                break
            after = below + 1
        return after

    def list_end(self, line: int) -> tuple[int, list[tuple[int, bool]]]:
        """The line after the list that opens here, and the lines where its parts begin: (line, whether it is code).

        Items of lists inside it are parts as well. A blank line ends it unless an item or something indented follows.
        """
        base = self.indent(line)
        parts = [(line, False)]
        at, after = line + 1, line + 1
        while at < len(self):
            if self.blank(at):
                at += 1
                continue
            apart = at > after
            indent = self.indent(at)
            opens = MARKER.match(self._texts[at]) is not None
            if indent <= base and not opens and (apart or self._opens_other(at)):
                break
            if opens and indent < base and apart:
                break
            fenced = self.fence_end(at)
            if fenced:
                parts.append((at, True))
                at = after = fenced
                continue
            if opens or parts[-1][1]:
                parts.append((at, False))
            at = after = at + 1
        return after, parts

    def _opens_other(self, line: int) -> bool:
        text = self._texts[line]
        return text.startswith("#") or ADORNMENT.match(text) is not None or FENCE.match(text) is not None

    def _closes(self, line: int) -> bool:
        """Whether a line ends what it stands in: a fence, an adornment, a heading by number signs."""
        text = self._texts[line]
        return ADORNMENT.match(text) is not None or FENCE.match(text) is not None or text.startswith("#")
