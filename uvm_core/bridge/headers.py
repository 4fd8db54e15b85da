"""The headers of a MessagePack message, walked without building any value: how deep it nests, how much it holds."""

from __future__ import annotations

CONTAINERS = frozenset({2, 3, 5, 7})
"""The extension types whose payload is an array: tuple, set, frozenset and map (see `values`)."""


def excess(data: bytes, *, max_depth: int, max_containers: int) -> str | None:
    """Why the message is not to be read: it nests too deeply or holds too many containers. None if it may be.

    Malformed bytes end the walk: the reader that follows says what is wrong with them.
    """
    position, size, containers = 0, len(data), 0
    open_counts = [1]  # how many elements each open container still expects
    while position < size:
        while open_counts and open_counts[-1] == 0:
            open_counts.pop()
        if not open_counts:
            return None
        open_counts[-1] -= 1
        byte = data[position]
        position += 1
        skip, elements = 0, -1
        if byte < 0x80 or byte >= 0xE0 or 0xC0 <= byte <= 0xC3:
            continue
        if byte < 0x90:
            elements = 2 * (byte & 0x0F)
        elif byte < 0xA0:
            elements = byte & 0x0F
        elif byte < 0xC0:
            skip = byte & 0x1F
        elif byte >= 0xDC:
            width = 2 if byte in (0xDC, 0xDE) else 4
            elements = int.from_bytes(data[position : position + width], "big") * (2 if byte >= 0xDE else 1)
            position += width
        elif byte in _LENGTH_WIDTH:
            width = _LENGTH_WIDTH[byte]
            skip = int.from_bytes(data[position : position + width], "big")
            position += width
            if 0xC7 <= byte <= 0xC9:
                position, skip, elements = _enter_extension(data, position, skip)
        elif 0xD4 <= byte <= 0xD8:
            position, skip, elements = _enter_extension(data, position, 1 << (byte - 0xD4))
        else:
            skip = _NUMBER_WIDTH[byte]
        position += skip
        if elements >= 0:
            containers += 1
            if len(open_counts) > max_depth:
                return f"The value nests deeper than {max_depth} levels."
            if containers > max_containers:
                return f"The message holds more than {max_containers:,} lists and maps."
            open_counts.append(elements)
    return None


def _enter_extension(data: bytes, position: int, length: int) -> tuple[int, int, int]:
    """Past the type byte: into the array of a tuple, a set or a map, or over the payload of any other extension."""
    code = data[position] if position < len(data) else 0
    if code in CONTAINERS:
        return position + 1, 0, 1
    return position + 1, length, -1


_LENGTH_WIDTH = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xC7: 1, 0xC8: 2, 0xC9: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}
_NUMBER_WIDTH = {0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}
