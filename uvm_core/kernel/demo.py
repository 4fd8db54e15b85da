"""The demo family: a few objects that a newcomer understands, with something each already knows and more to teach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..objects import Method, UvmObject

_BY_GENESIS = {"by": "genesis"}

INCREMENT = '''def increment(self, by=1):
    """Count on."""
    self.count = self.count + by
    self._p_changed = True
    return self.count
'''
TOTAL = '''def total(self):
    """What the lines cost together, with tax."""
    return round(sum(line["price"] for line in self.lines) * (1 + self.tax_rate), 2)
'''
GREET = '''def greet(self):
    """Say hello to whom it knows."""
    return self.greeting + ", " + self.guest + "!"
'''


def make_demo(traits: UvmObject, make: Callable[[str, Mapping[str, Any]], UvmObject]) -> None:
    """Make the demo objects; `make(name, slots)` puts one into the image under a name."""
    make("counter", {"parent*": traits, "count": 0, "step": 1, "increment": Method(INCREMENT, _BY_GENESIS)})
    invoices = make("invoice_traits", {"parent*": traits, "tax_rate": 0.2, "total": Method(TOTAL, _BY_GENESIS)})
    customer = make("customer", {"parent*": traits, "full_name": "ACME GmbH", "city": "Graz", "visits": 3})
    make(
        "invoice",
        {
            "parent*": invoices,
            "number": 7,
            "customer": customer,
            "lines": [{"text": "Repair of the clock", "price": 80.0}, {"text": "Two springs", "price": 12.5}],
            "paid": False,
            "reminders": 0,
        },
    )
    make("greeter", {"parent*": traits, "greeting": "Hello", "guest": "world", "greet": Method(GREET, _BY_GENESIS)})
