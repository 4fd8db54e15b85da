"""The rows of `batos model list`: the catalogue, what people imported, and what the image holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .models.catalogue import CATALOGUE, DEFAULT, Entry, known
from .models.machine import here, imported

AWAKE = ("awake", "scripted")
IN_IMAGE, ON_MACHINE, TO_FETCH = "in the image", "on this machine", "to be fetched"


def model_rows(current: Mapping[str, Any], in_image: str) -> list[dict[str, Any]]:
    """A row a model: {id, state, title, size, memory, disk, licence, speed, words}; size in bytes, memory and disk in
    MB, speed in tokens a second, None where nobody measured it. The current one has all of its own description too.

    current: as Mind describes it. in_image: the name of the model that the image has, "" for none.
    """
    now = _name(current.get("id"))
    held = _name(in_image)
    rows = [_entry_row(entry) for entry in CATALOGUE.values()]
    rows += [_row(one.name, ON_MACHINE, size=one.size, words=one.words) for one in imported()]
    if held and all(row["id"] != held for row in rows):
        rows.append(_row(held, IN_IMAGE))
    for row in rows:
        if row["id"] == held:
            row["state"] = IN_IMAGE
    if not now:
        # None is awake yet: what keeps it is told beside the one that the image has, or the usual one.
        now = held or DEFAULT
    place = next((number for number, row in enumerate(rows) if row["id"] == now), None)
    mine = {key: value for key, value in current.items() if value not in (None, "")}
    if place is None:
        return [{**_row(now, str(current.get("state", ""))), **mine}, *rows]
    if current.get("state") in AWAKE or current.get("id"):
        rows[place] |= {**mine, "id": now}
    elif mine.get("words"):
        rows[place] |= {"words": mine["words"], "share": mine.get("share"), "model_state": mine.get("state")}
    return rows


def _name(model_id: object) -> str:
    """The catalogue's id of a model, where it is one."""
    text = str(model_id or "")
    entry = known(text)
    return entry.id if entry is not None else text


def _entry_row(entry: Entry) -> dict[str, Any]:
    there = here(entry)
    words = entry.title + (" (the default)" if entry.id == DEFAULT else "")
    if not there:
        words += f"; `batos model get {entry.id}` fetches it."
    return {
        "id": entry.id,
        "state": ON_MACHINE if there else TO_FETCH,
        "title": entry.title,
        "size": entry.size,
        "memory": entry.memory,
        "disk": entry.disk,
        "licence": entry.licence,
        "speed": entry.speed,
        "words": words,
    }


def _row(name: str, state: str, *, size: int | None = None, words: str = "") -> dict[str, Any]:
    known_of_it = {"title": name, "size": size, "memory": None, "disk": None, "licence": "", "speed": None}
    return {"id": name, "state": state, **known_of_it, "words": words}
