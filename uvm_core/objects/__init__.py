"""The physics of the image: prototype objects, slots, delegation, methods and messages. No network, no disk."""

from .cloning import clone
from .delegation import SlotHolder, find, find_after, parents_of, walk
from .errors import MethodError, MethodTimeout, NotUnderstood, SendError, SlotError
from .execution import Surroundings, Transcript, current_frame, running, surroundings
from .method import Method, Primitive, parse, sha256_of
from .sending import BoundMethod, send
from .uvm_object import UvmObject, own_slots, parents_value, put_slot_at, slot_names, slot_problem
from .values import SCALARS, Callable_, copy_data, freeze, is_mutable_container, same, storable

__all__ = [
    "SCALARS",
    "BoundMethod",
    "Callable_",
    "Method",
    "MethodError",
    "MethodTimeout",
    "NotUnderstood",
    "Primitive",
    "SendError",
    "SlotError",
    "SlotHolder",
    "Surroundings",
    "Transcript",
    "UvmObject",
    "clone",
    "copy_data",
    "current_frame",
    "find",
    "find_after",
    "freeze",
    "is_mutable_container",
    "own_slots",
    "parents_of",
    "parents_value",
    "parse",
    "put_slot_at",
    "running",
    "same",
    "send",
    "sha256_of",
    "slot_names",
    "slot_problem",
    "storable",
    "surroundings",
    "walk",
]
