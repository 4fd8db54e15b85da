"""A picture of the window as a PNG file (RFC 2083), without an image library."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glFinish, glReadPixels
from numpy.typing import NDArray


def pixels(width: int, height: int) -> NDArray[np.uint8]:
    """The window's pixels as (height, width, 3), top row first."""
    glFinish()
    data = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
    image = np.frombuffer(bytes(data), np.uint8).reshape(height, width, 4)
    return np.ascontiguousarray(image[::-1, :, :3])


def write_png(file: Path, image: NDArray[np.uint8]) -> None:
    """Writes (height, width, 3) bytes; whole or not at all."""
    height, width, _ = image.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), image.reshape(height, width * 3)], axis=1)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows.tobytes(), 6)) + chunk(b"IEND", b"")
    beside = file.with_name(file.name + ".new")
    beside.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    beside.replace(file)
