"""What may be named at one place of a method: the object's slots, the parameters, and a loop's own names, by kind."""

from __future__ import annotations

from dataclasses import dataclass, field

from uvm_core.cognition.language.kinds import Shape


@dataclass
class Scope:
    """Pieces of code that are values here, sorted by kind. `suffix` names the scope's rules."""

    suffix: str
    numbers: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    bools: list[str] = field(default_factory=list)
    lists: list[tuple[str, Shape]] = field(default_factory=list)
    dicts: list[tuple[str, Shape]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Values of which nothing is known (parameters without an example): they may stand for any kind."""
    calls: list[str] = field(default_factory=list)
    """Messages to the object itself or to others; what they answer is not known."""

    def with_value(self, code: str, shape: Shape | None, suffix: str) -> Scope:
        """This scope and one more value."""
        grown = Scope(
            suffix,
            list(self.numbers),
            list(self.texts),
            list(self.bools),
            list(self.lists),
            list(self.dicts),
            list(self.others),
            list(self.unknown),
            list(self.calls),
        )
        grown.add(code, shape)
        return grown

    def add(self, code: str, shape: Shape | None) -> None:
        """Take up a value and what can be reached from it in one step."""
        if shape is None:
            self.unknown.append(code)
        elif shape.kind == "number":
            self.numbers.append(code)
        elif shape.kind == "text":
            self.texts.append(code)
        elif shape.kind == "bool":
            self.bools.append(code)
        elif shape.kind == "list":
            self.lists.append((code, shape))
        elif shape.kind == "dict":
            self.dicts.append((code, shape))
            for key, one in shape.keys.items():
                if one.kind in ("number", "text", "bool", "list", "other"):
                    self.add(f'{code}["{key}"]', one if one.kind != "other" else None)
        elif shape.kind == "reference":
            self._add_reference(code, shape)
        elif shape.kind == "method":
            self.calls.append(f"{code}()")
        else:
            self.others.append(code)

    def _add_reference(self, code: str, shape: Shape) -> None:
        self.others.append(code)
        self.calls.append(f"{code}.print_string()")
        for name, one in shape.keys.items():
            if one.kind in ("number", "text", "bool"):
                self.add(f"{code}.{name}", one)
        self.unknown.extend(f"{code}.{name}" for name in shape.names if name not in shape.keys)
        self.calls.extend(f"{code}.{name}()" for name in shape.replies)
