"""The tables of the guardian: which names change, copy, inspect or answer plain data. Each name stands once."""

from __future__ import annotations

MARK_ATTRIBUTE = "_p_changed"


def words(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


# Methods of lists, dicts, sets, deques and trees that change them in place.
MUTATORS: frozenset[str] = words(
    """append extend insert remove pop clear sort reverse update setdefault popitem add discard
    difference_update intersection_update symmetric_difference_update
    appendleft extendleft popleft rotate move_to_end subtract"""
)
# Of these: what answers (a part of) what it was sent to.
ANSWERING_MUTATORS: frozenset[str] = frozenset({"pop", "popitem", "popleft", "setdefault"})
# Of these: what can fail half way, with a part of the change done.
STEPWISE_MUTATORS: frozenset[str] = frozenset({"sort"})
TAKES_ITEMS: frozenset[str] = frozenset({"append", "add", "insert", "appendleft", "setdefault"})
TAKES_MANY: frozenset[str] = frozenset({"extend", "update", "extendleft", "symmetric_difference_update"})
# Mutators that are also natural messages between objects (`basket.add(item)`): sent to an argument they are one.
MESSAGE_LIKE: frozenset[str] = frozenset({"add", "remove", "discard", "clear", "update", "pop", "insert", "subtract"})

# Methods of text, numbers and containers that answer something new.
PLAIN_ANSWERS: frozenset[str] = words(
    """capitalize casefold center count encode decode endswith expandtabs find hex index isalnum isalpha isascii
    isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip
    removeprefix removesuffix replace rfind rindex rjust rstrip startswith strip swapcase title translate upper zfill
    as_integer_ratio bit_count bit_length conjugate is_integer isdisjoint issubset issuperset maketrans from_bytes
    to_bytes fromhex"""
)
NEW_LISTS: frozenset[str] = frozenset({"split", "rsplit", "splitlines", "partition", "rpartition"})
NEW_SETS: frozenset[str] = frozenset({"union", "intersection", "difference", "symmetric_difference"})

# Builtins whose answer shares nothing with what they were given.
PLAIN_BUILTINS: frozenset[str] = words(
    """abs all any bool chr divmod float int isinstance issubclass len ord pow print range repr round slice
    str"""
)
NUMBER_BUILTINS: frozenset[str] = frozenset({"abs", "round", "int", "float", "divmod", "pow", "chr", "range"})
# Builtins that run through a generator before they answer.
EAGER_BUILTINS: frozenset[str] = words("all any dict frozenset list max min set sorted sum tuple")

GETATTR_FAMILY: frozenset[str] = frozenset({"getattr", "setattr", "delattr", "hasattr"})
FORMATTERS: frozenset[str] = frozenset({"format", "format_map"})
UNCATCHABLE: frozenset[str] = frozenset(
    {"BaseException", "SystemExit", "KeyboardInterrupt", "MemoryError", "GeneratorExit"}
)
GROUPS: frozenset[str] = frozenset({"ExceptionGroup", "BaseExceptionGroup"})

# Attributes through which frames, code and generators can be looked into. Exact names: `self.f_score` is a slot.
INSPECTION: frozenset[str] = words(
    """gi_frame gi_code gi_running gi_suspended gi_yieldfrom
    cr_frame cr_code cr_running cr_suspended cr_await cr_origin
    ag_frame ag_code ag_running ag_suspended ag_await
    tb_frame tb_next tb_lasti tb_lineno
    f_back f_builtins f_code f_globals f_generator f_lasti f_lineno f_locals f_trace f_trace_lines f_trace_opcodes
    co_argcount co_cellvars co_code co_code_adaptive co_consts co_exceptiontable co_filename co_firstlineno co_flags
    co_freevars co_kwonlyargcount co_lines co_linetable co_lnotab co_name co_names co_nlocals co_positions
    co_posonlyargcount co_qualname co_stacksize co_varnames
    func_closure func_code func_defaults func_dict func_doc func_globals func_name
    im_class im_func im_self mro"""
)
# A method cannot spell `parent*`; these are the ways of trying.
PARENT_WORDS: frozenset[str] = frozenset({"parent", "parents"})

# Of the vocabulary: what answers a new list, what answers text or a bool, and whose first text names a slot.
VOCABULARY_NEW: frozenset[str] = frozenset({"slot_names", "slot_value"})
VOCABULARY_PLAIN: frozenset[str] = frozenset({"print_string", "understands", "infer_"})
VOCABULARY_NAMING: frozenset[str] = frozenset({"slot_value", "resend", "resend_to"})

# The last word of a name, where nothing else says whether `total += self.fee` is about numbers, text or lists.
PLAIN_WORDS: frozenset[str] = words(
    """total subtotal amount balance price cost count counter sum score rate fee tax discount size width height depth
    length age weight level points step number value quantity stock distance speed temperature capacity salary budget
    shipping tip interest offset index position n i j k x y minutes seconds hours days year month day percent
    ratio average
    text title name label message prefix suffix greeting word sentence street city"""
)
