"""Repair of a file whose end a crash or a power loss left torn, cut or full of zeros.

FileStorage cuts an end that is only too short, and refuses one that holds garbage. A walk over the transactions, from
the first to the last whole one, finds the place to cut in both cases. What is cut away is kept beside the image.

File format: ZODB.FileStorage.format (a transaction is tid 8, length 8, status 1, three lengths of 2, its data records
and its length again).
"""

from __future__ import annotations

import mmap
import os
import re
import shutil
import struct
import time
from pathlib import Path
from typing import BinaryIO

from .errors import ImageError

MAGIC = b"FS30"
_HEADER = struct.Struct(">8sQcHHH")
# The length and the status of a transaction, wherever they stand: no transaction has 2**40 bytes.
_LIKE_A_HEADER = re.compile(rb"(?=\0\0\0[\0-\xff]{5}[ up])")
_DATA = struct.Struct(">8s8sQQHQ")


def repair_tail(path: Path) -> Path | None:
    """Cut what follows the last whole transaction; the path of the cut bytes, or None when nothing had to be cut.

    Raises ImageError when the file is no image at all, or when whole transactions follow the damage (then cutting
    would lose them, and nothing is changed).
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    size = path.stat().st_size
    with path.open("r+b") as file:
        head = file.read(4)
        if head != MAGIC:
            if len(head) < 4 or not head.strip(b"\0"):
                whole = 0
            else:
                raise ImageError(
                    f"{path.name} is not an image of BAT OS (it does not begin as one). Nothing was changed."
                )
        else:
            whole = _last_whole(file, size)
        if whole == size:
            return None
        if _whole_after(file, whole, size):
            raise ImageError(
                f"{path.name} is damaged in the middle: whole transactions follow the damage at byte {whole:,}. "
                "Nothing was changed: bring back a backup, or open another image with --image."
            )
        kept = path.with_name(f"{path.name}.cut-{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}")
        file.seek(whole)
        with kept.open("wb") as aside:
            shutil.copyfileobj(file, aside)
            aside.flush()
            os.fsync(aside.fileno())
        file.truncate(whole)
        file.flush()
        os.fsync(file.fileno())
    return kept


def _last_whole(file: BinaryIO, size: int) -> int:
    """The position after the last whole transaction."""
    position, last = 4, b"\0" * 8
    while position < size:
        found = _transaction_at(file, position, size)
        if found is None or found[0] <= last:
            return position
        last, position = found
    return position


def _transaction_at(file: BinaryIO, position: int, size: int) -> tuple[bytes, int] | None:
    """(tid, end) of the whole transaction that begins at a position, or None."""
    file.seek(position)
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    tid, length, status, user, words, extension = _HEADER.unpack(header)
    end = position + length
    begin = position + _HEADER.size + user + words + extension
    if status not in (b" ", b"u", b"p") or end < begin or end + 8 > size:
        return None
    file.seek(end)
    if file.read(8) != struct.pack(">Q", length) or not _records_add_up(file, position, begin, end):
        return None
    return tid, end + 8


def _whole_after(file: BinaryIO, position: int, size: int) -> bool:
    """Whether a whole transaction with records begins somewhere behind a position."""
    with mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as view:
        for found in _LIKE_A_HEADER.finditer(view, position):
            place = found.start() - 8
            if place <= position:
                continue
            whole = _transaction_at(file, place, size)
            if whole is not None and whole[1] - place > _HEADER.size + 8:
                return True
    return False


def _records_add_up(file: BinaryIO, transaction: int, position: int, end: int) -> bool:
    """Whether the data records of a transaction fill it exactly and point back at it."""
    while position < end:
        file.seek(position)
        header = file.read(_DATA.size)
        if len(header) < _DATA.size:
            return False
        _oid, _tid, _previous, place, version, length = _DATA.unpack(header)
        if place != transaction or version or length > end:
            return False
        position += _DATA.size + (length or 8)
    return position == end
