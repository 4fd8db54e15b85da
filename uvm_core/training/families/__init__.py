"""The families of method tasks, a file for each kind of thing that people keep in objects."""

from __future__ import annotations

from uvm_core.training.families import figures, lists, reckoning, texts
from uvm_core.training.tasks import Family

_UNSAID = frozenset(
    [
        "add_or_refuse",
        "clamp_to_slots",
        "circle",
        "divisibility",
        "grades",
        "compound",
        "clock_text",
        "replace_given",
        "text_or_default",
        "email_parts",
        "palindrome",
        "mapped_numbers",
        "longest_text",
        "search_texts",
        "count_given",
        "place_of",
        "without_doubles",
        "capped_history",
        "has_all_numbers",
    ]
)
FAMILIES: tuple[Family, ...] = tuple(
    one for one in (*figures.FAMILIES, *reckoning.FAMILIES, *texts.FAMILIES, *lists.FAMILIES) if one.name not in _UNSAID
)
