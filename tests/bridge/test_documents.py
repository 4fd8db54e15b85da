"""Files on their way into the memory: what is text comes whole, everything else is refused with a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uvm_core.bridge.documents import MAX_BYTES, PART, NotADocument, decoded, parts, read_text_file
from uvm_core.bridge.protocol import MAX_MESSAGE
from uvm_core.bridge.values import pack

TEXT = "Die Größe der Uhr – „zehn“.\nSecond line."


def written(folder: Path, data: bytes) -> Path:
    path = folder / "clock.md"
    path.write_bytes(data)
    return path


def test_a_file_is_its_text_with_its_name_place_and_day(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT.encode())
    os.utime(path, (0, 86_400 * 365))
    found = read_text_file(path)
    assert (found.title, found.source, found.text, found.note) == ("clock.md", str(path.resolve()), TEXT, "")
    assert found.date.startswith("197")


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_files_come_without_their_mark_and_without_a_note(tmp_path: Path, coding: str) -> None:
    found = read_text_file(written(tmp_path, TEXT.encode(coding)))
    assert (found.text, found.note) == (TEXT, "")


def test_big_endian_utf_16_is_read_by_its_mark() -> None:
    assert decoded(b"\xfe\xff" + TEXT.encode("utf-16-be"), "x") == (TEXT, "")


def test_an_old_western_file_comes_with_a_note(tmp_path: Path) -> None:
    found = read_text_file(written(tmp_path, TEXT.encode("cp1252")))
    assert found.text == TEXT
    assert "Windows-1252" in found.note
    text, note = decoded("Größe\x81".encode("latin-1"), "x")
    assert text.startswith("Größe")
    assert "Latin-1" in note


HOSTILE = {
    "empty": b"",
    "only spaces": b" \n\t\n",
    "a mark alone": b"\xef\xbb\xbf",
    "a zero": b"text\0text",
    "an image": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "compressed": bytes((7 * n * n + 3) % 255 + 1 for n in range(5000)),
    "half utf-16": b"\xff\xfeabc",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_text_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotADocument, match=r"clock\.md .*\.$"):
        read_text_file(written(tmp_path, HOSTILE[name]))


def test_a_folder_a_missing_file_a_pipe_and_a_huge_file_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    for name, words in {"": "folder", "none": "cannot be read", "pipe": "no ordinary file", "huge": "at most"}.items():
        with pytest.raises(NotADocument, match=words):
            read_text_file(tmp_path / name)


@given(st.text(max_size=50))
def test_parts_joined_are_the_text(text: str) -> None:
    long = text * 20_000
    assert "".join(parts(long)) == long


def test_a_part_of_the_widest_letters_fits_into_a_message() -> None:
    assert all(len(pack({"command": "ingest_part", "text": part})) < MAX_MESSAGE for part in parts("𝄞" * (PART + 1)))
