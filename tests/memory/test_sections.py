"""Sections: headings of every dialect, blocks that stay whole, and offsets that are those of the text."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.memory.test_segmentation import TEXTS
from uvm_core.memory.sections import Section, reads_as_prose, sections_of


def kinds(section: Section) -> list[str]:
    return [block.kind for block in section.blocks]


def pieces(text: str, kind: str) -> list[str]:
    found = [block for section in sections_of(text) for block in section.blocks if block.kind == kind]
    return [text[block.start : block.end].strip("\n") for block in found]


def paths(text: str) -> list[tuple[str, ...]]:
    return [section.path for section in sections_of(text)]


@given(TEXTS)
def test_sections_blocks_and_parts_cover_any_text(text: str) -> None:
    sections = sections_of(text)
    assert "".join(text[one.start : one.end] for one in sections) == text
    for section in sections:
        assert section.blocks
        assert (section.blocks[0].start, section.blocks[-1].end) == (section.start, section.end)
        assert "".join(text[one.start : one.end] for one in section.blocks) == text[section.start : section.end]
        assert section.level == len(section.path)
        for block in section.blocks:
            assert block.start < block.end
            joined = "".join(text[part.start : part.end] for part in block.parts)
            assert joined == (text[block.start : block.end] if block.kind == "list" else "")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_headings_by_number_signs_and_by_underlines_make_paths(end: str) -> None:
    text = end.join(
        ["before", "", "# Clocks #", "", "## Springs", "coil", "", "Tools", "=====", "", "Files", "---", "x"]
    )
    assert paths(text) == [(), ("Clocks",), ("Clocks", "Springs"), ("Tools",), ("Tools", "Files")]
    assert kinds(sections_of(text)[2]) == ["heading", "prose"]


def test_restructured_text_ranks_its_headings_in_the_order_they_come() -> None:
    text = "####\nBook\n####\n\nPart\n****\n\nChapter\n=======\ntext\n\nPart two\n********\n"
    assert paths(text) == [("Book",), ("Book", "Part"), ("Book", "Part", "Chapter"), ("Book", "Part two")]
    assert paths("Name\n~~~~\nsay\n\nSynopsis\n~~~~~~~~\n") == [("Name",), ("Synopsis",)]


@pytest.mark.parametrize(
    "text",
    [
        "#no space\n",
        "####### seven\n",
        "a paragraph\nof two lines\n~~~~~~~~~~~~\n",
        "too short for its title\n~~~\n",
        "# one\n# two\n# three\n",
        "    # indented(4)\n",
        "```\n# code\n```\n",
        "~~~\n# never closed\n",
        "- item\n\n  ```\n  # code in a list\n  ```\n",
        "---\ntitle: front matter\n---\n",
        ">>> # a session\n",
        ".. code-block:: python\n\n   # a directive\n",
        "As in::\n\n  # a literal block\n",
    ],
)
def test_what_only_looks_like_a_heading_is_none(text: str) -> None:
    assert "heading" not in [block.kind for section in sections_of(text) for block in section.blocks]


@pytest.mark.parametrize(
    ("kind", "piece"),
    [
        ("code", "```py\nx\n\n# y\n``\n```"),
        ("code", "~~~~\n~~~\n```\n~~~~"),
        ("code", "  ```\n  x\n  ```"),
        ("code", "    x = {1: 2}\n\n    y = 3"),
        ("code", "\tx = 1;"),
        ("code", ">>> f(1)\n2"),
        ("code", ".. code-block:: c\n\n   int x;\n\n   int y;"),
        ("table", "| a | b |\n|---|:-:|\n| 1 | 2 |\n| 3 | 4 |"),
        ("table", "a | b\n--|--\n1 | 2"),
        ("table", "+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+"),
        ("table", "===  ===\n a    b\n===  ===\n 1    2\n\n 3    4\n===  ==="),
        ("list", "- a\n- b\n\n- c\n  more of c\n\n  and more\n    - deeper"),
        ("list", "1. a\n2) b\n   lazy\ncontinued"),
        ("list", "* a\n\n  ```\n  # x\n\n  ```\n* b"),
        ("list", "#. a\n#. b"),
        ("rule", "* * *"),
        ("rule", "-----"),
    ],
)
def test_blocks_are_found_whole_between_paragraphs(kind: str, piece: str) -> None:
    text = f"Before it stands prose.\n\n{piece}\n\nAfter it too.\n"
    assert pieces(text, kind) == [piece]
    assert pieces(text, "prose") == ["Before it stands prose.", "After it too."]


def test_what_a_double_colon_announces_is_code_to_the_last_indented_line() -> None:
    text = "As in::\n\n  first = 1\n\n  second = 2\n\nProse again.\n"
    assert pieces(text, "code") == ["  first = 1\n\n  second = 2"]


def test_a_list_knows_its_items_and_the_code_in_them() -> None:
    text = "- a\n- b\n\n  ```\n  # x\n  ```\n  after\n- c\n"
    (block,) = sections_of(text)[0].blocks
    parts = [(part.kind, text[part.start : part.end]) for part in block.parts]
    assert parts == [
        ("list", "- a\n"),
        ("list", "- b\n\n"),
        ("code", "  ```\n  # x\n  ```\n"),
        ("list", "  after\n"),
        ("list", "- c\n"),
    ]


def test_indented_prose_of_plain_texts_is_prose() -> None:
    assert reads_as_prose("The licensor grants to you, for as long as you like, a right to use this work.")
    assert not reads_as_prose("for (int i = 0; i < n; i++) { total += weights[i] * values[i]; }")
    grant = "The licensor grants to you, for as long as you like, a right.\n\n"
    text = f"GRANT\n\n       {grant}       Nothing more than that is promised, by anyone, to anyone.\n"
    assert kinds(sections_of(text)[0]) == ["prose", "prose", "prose"]
