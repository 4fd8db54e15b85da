"""The words that plans are made of: things with their slots, verbs with what they bring about, questions' subjects.

Each table has a part that is never trained on: held-out scores are taken there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Thing:
    """A kind of object: its slots by what they hold."""

    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    lists: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def slots(self) -> tuple[str, ...]:
        """All of them."""
        return self.numbers + self.texts + self.lists + self.flags


def _thing(numbers: str, texts: str, lists: str, flags: str) -> Thing:
    return Thing(tuple(numbers.split()), tuple(texts.split()), tuple(lists.split()), tuple(flags.split()))


THINGS = (
    _thing("brightness watts", "colour room", "scenes", "is_on"),
    _thing("balance limit", "owner currency", "payments", "frozen"),
    _thing("level volume", "label liquid", "readings", "leaking"),
    _thing("score lives", "player rank", "moves", "finished"),
    _thing("price stock", "title maker", "tags", "sold_out"),
    _thing("speed distance", "driver plate", "stops", "parked"),
    _thing("temperature humidity", "place unit", "samples", "heating"),
    _thing("width height", "caption format", "layers", "locked"),
    _thing("count step", "name note", "history", "paused"),
    _thing("age weight", "species keeper", "meals", "asleep"),
    _thing("pages chapter", "author language", "bookmarks", "borrowed"),
    _thing("hours rate", "client task", "entries", "billed"),
    _thing("x y", "name mood", "trail", "hidden"),
    _thing("capacity load", "address gate", "parcels", "open"),
    _thing("minutes seconds", "tune zone", "alarms", "ringing"),
    _thing("seats rows", "film hall", "bookings", "cancelled"),
    _thing("battery range", "model pilot", "routes", "flying"),
    _thing("dose interval", "drug patient", "intakes", "urgent"),
    _thing("points fee", "member street", "visits", "active"),
    _thing("budget spent", "project leader", "milestones", "approved"),
)
HELD_OUT_THINGS = (
    _thing("tide depth", "harbour captain", "moorings", "flooded"),
    _thing("yield acres", "crop farmer", "harvests", "fallow"),
    _thing("tempo pitch", "composer key", "notes", "muted"),
    _thing("altitude slope", "guide refuge", "huts", "snowed_in"),
    _thing("wax burn_time", "scent shelf", "orders", "lit"),
    _thing("votes quorum", "chair topic", "motions", "adjourned"),
    _thing("pressure valves", "boiler engineer", "faults", "venting"),
    _thing("stitches needles", "yarn pattern", "colours", "knotted"),
)
VERBS: Mapping[str, tuple[str, ...]] = {
    "up": ("increment", "raise", "increase", "add_to", "boost", "grow", "extend", "top_up"),
    "down": ("decrement", "lower", "reduce", "take_from", "shrink", "cut", "spend", "drain"),
    "set": ("set", "assign", "rename", "change", "choose", "update", "replace"),
    "reset": ("reset", "clear", "empty", "wipe", "restart"),
    "flip": ("toggle", "switch", "flip", "invert"),
    "collect": ("append_to", "put_into", "register", "record", "store", "log", "collect"),
    "drop": ("remove_from", "forget", "discard", "drop", "delete_from"),
    "report": ("describe", "summarize", "show", "display", "label", "report", "tell", "introduce"),
    "compute": ("total", "average", "count", "sum", "measure", "compare", "rate"),
    "test": ("is", "has", "can", "needs"),
}
HELD_OUT_VERBS: Mapping[str, tuple[str, ...]] = {
    "up": ("lift", "bump", "enlarge"),
    "down": ("trim", "diminish", "lessen"),
    "set": ("fix", "pick", "enter"),
    "reset": ("zero", "blank", "restore"),
    "flip": ("reverse", "swap"),
    "collect": ("note_in", "insert_into", "save"),
    "drop": ("take_out_of", "strike", "erase_from"),
    "report": ("present", "outline", "announce"),
    "compute": ("estimate", "reckon", "tally"),
    "test": ("allows", "wants"),
}
ATTRIBUTES = (
    "price", "size", "colour", "weight", "age", "opening time", "closing time", "address", "owner", "height",
    "capacity", "cost", "length", "author", "date", "name", "limit", "temperature", "distance", "fee",
)  # fmt: skip
HELD_OUT_ATTRIBUTES = ("depth", "origin", "wingspan", "duration", "salary", "speed", "voltage")
SUBJECTS = (
    "the library", "the old mill", "a rain barrel", "the night train", "the garden shed", "a solar panel",
    "the swimming pool", "the ferry", "a honey bee", "the town hall", "the coffee machine", "a steel bridge",
    "the school bus", "the guest room", "a wind turbine", "the museum", "the delivery van", "a letter box",
    "the ice rink", "a beehive", "the tool shop", "the printer", "a mountain hut", "the theatre",
    "the recycling bin", "a paper kite", "the loading dock", "the parking garage", "an electric bike", "the bakery",
)  # fmt: skip
HELD_OUT_SUBJECTS = (
    "the lighthouse", "a sailing boat", "the aquarium", "a stone oven", "the cable car", "an oak barrel",
    "the observatory", "a grain silo", "the tram depot", "a glass kiln",
)  # fmt: skip
DEEDS = (
    "repair a bicycle tyre", "plant tomatoes", "back up a computer", "paint a fence", "clean a chimney",
    "bake rye bread", "renew a passport", "sharpen a knife", "book a meeting room", "store potatoes",
    "reset a password", "insulate a window", "train a puppy", "prune a rose", "wash a wool coat",
    "fold a map", "count the stock", "move a piano", "read a gas meter", "set up a tent",
    "mix a wall colour", "file a complaint", "dry herbs", "change a light bulb", "plan a school trip",
)  # fmt: skip
HELD_OUT_DEEDS = (
    "tune a guitar", "descale a kettle", "tie a fishing knot", "grow mushrooms", "bind a book",
    "replace a fuse", "smoke a trout",
)  # fmt: skip
FACTS = (
    "the sea is salty", "bread rises", "leaves turn red", "iron rusts", "the sky is blue", "ice floats",
    "the moon has phases", "milk turns sour", "birds migrate", "a bell rings longer when it is cold",
    "the battery runs flat", "the report is late", "wet wood burns badly", "bees dance", "the pipe freezes",
    "cats purr", "prices rise in winter", "the queue is slow", "mirrors fog up", "tyres wear out",
)  # fmt: skip
HELD_OUT_FACTS = (
    "honey does not spoil", "a kettle whistles", "glass breaks", "rivers bend", "the server restarts",
    "tea turns bitter",
)  # fmt: skip
INDICATORS = (
    ("cycle_duration", "SYNTHESIZING", "prompt temperature budget tries persona next"),
    ("expert_swap_latency", "memory_manager_obj", "preload warm_limit"),
    ("abort_rate", "DECOMPOSING", "prompt temperature budget persona next"),
    ("guardian_violations", "SYNTHESIZING", "prompt temperature budget tries persona next"),
)
HELD_OUT_INDICATORS = (
    ("commit_time", "system_metrics_obj", "window keep interval"),
    ("ingest_rate", "knowledge_catalog_obj", "method percentile batch"),
)
