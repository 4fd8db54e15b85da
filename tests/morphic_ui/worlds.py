"""Small images and whole worlds for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from morphic_ui.desk.build import World, build
from morphic_ui.desk.commands import Call
from morphic_ui.model.errands import Errands, straight
from morphic_ui.model.geometry import Point, Rect
from morphic_ui.model.text import FixedMeasurer
from morphic_ui.model.theme import STATES
from morphic_ui.model.values import Ref

from .memory_link import MemoryLink

TRAITS, MODEL, STATES_OBJECT, INVOICES, INVOICE, CUSTOMER, OTHER = 1, 2, 19, 30, 31, 32, 33
FIRST_STATE = 20
TOTAL = '''def total(self, tax=True):
    """Sum of the lines."""
    net = sum(line["net"] for line in self.lines)
    return net * (1 + self.tax_rate) if tax else net
'''
REMIND = '''def remind(self, days=14):
    """Ask for payment once it is overdue."""
    if self.paid:
        return None
    self.reminders = self.reminders + 1
    self._p_changed = True
    return self.reminders
'''
GOOD_TRIAL = {"status": "ok", "returns": 1, "changes": {"reminders": [0, 1]}, "seconds": 0.002, "message": ""}


def workshop() -> MemoryLink:
    """The kernel's objects, the six states, and a family of invoices."""
    link = MemoryLink()
    link.make(TRAITS, "traits_obj", {"describe": ("method", "def describe(self):\n    return 'an object'\n")})
    link.methods[0, "describe"] = lambda: "an object"

    def ref(ident: int) -> Ref:
        return Ref(ident, link.names.get(ident))

    names = ("pLLM_obj", "genesis_obj", "memory_manager_obj", "knowledge_catalog_obj", "orchestrator_obj",
             "brick_prototype_obj", "robin_prototype_obj", "alfred_prototype_obj", "system_metrics_obj")  # fmt: skip
    for ident, name in enumerate(names, MODEL):
        link.make(ident, name, {"parent*": ref(TRAITS), "role": "kernel"})
    for number, state in enumerate(STATES):
        link.make(FIRST_STATE + number, None, {"parent*": ref(TRAITS), "name": state, "temperature": 0.6})
    link.make(
        STATES_OBJECT, "psm_prototypes_obj",
        {"parent*": ref(TRAITS), **{state: Ref(FIRST_STATE + number, None) for number, state in enumerate(STATES)}},
    )  # fmt: skip
    link.make(INVOICES, "invoice_traits", {"parent*": ref(TRAITS), "total": ("method", TOTAL), "tax_rate": 0.2})
    lines = [{"text": "Repair of the clock", "net": 120.0}, {"text": "Two springs", "net": 80.0}]
    link.make(CUSTOMER, "customer", {"parent*": ref(TRAITS), "full_name": "ACME GmbH", "city": "Graz"})
    link.make(
        INVOICE, "invoice",
        {"parent*": ref(INVOICES), "customer": ref(CUSTOMER), "lines": lines, "paid": False, "reminders": 0},
    )  # fmt: skip
    link.make(OTHER, "counter", {"parent*": ref(TRAITS), "count": 0, "step": 1})
    link.methods[0, "total"] = lambda tax=True: 240.0 if tax else 200.0
    return link


@dataclass
class Bench:
    """A world without a window, with a clock that tests move."""

    link: MemoryLink
    world: World
    now: float = 100.0

    @property
    def desk(self) -> Any:
        return self.world.desk

    def run(self, command: str, **call: Any) -> None:
        self.desk.run(command, Call(**call))
        self.flush()

    def flush(self) -> None:
        self.link.flush()
        self.world.advance(self.now)
        self.link.flush()

    def wait(self, seconds: float) -> None:
        """Lets time pass in steps of a frame or so."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + 0.05)
            self.flush()

    def rect(self, ident: int) -> Rect:
        found = self.desk.scene.area(ident)
        assert found is not None
        return Rect(*found)

    def point(self, ident: int, part: str) -> Point:
        """The middle of a part on the screen."""
        scene = self.desk.scene if ident in self.desk.scene.rows else self.desk.glass
        rect = scene.part_rect(scene.rows[ident], part)
        assert rect is not None, f"{part} is not there: {self.parts(ident)}"
        return Rect(*rect).centre

    def parts(self, ident: int) -> list[str]:
        return [part.name for part in self.desk.scene.layout(self.desk.scene.rows[ident]).parts]

    def click(self, ident: int, part: str, times: int = 1) -> None:
        for _ in range(times):
            x, y = self.point(ident, part)
            self.world.hand.press(x, y)
            self.world.hand.release(x, y)
        self.flush()

    def drag(self, start: Point, *stops: Point, drop: bool = True) -> None:
        hand = self.world.hand
        hand.press(*start)
        for stop in stops:
            hand.move(*stop)
        if drop:
            hand.release(*stops[-1])
        self.flush()

    def key(self, name: str) -> bool:
        used = self.world.keyboard.down(name)
        self.world.keyboard.up(name)
        self.flush()
        return bool(used)

    def enter_text(self, text: str) -> None:
        assert self.desk.editing is not None, "nothing is being edited"
        self.desk.type(text)
        self.key("enter")

    def outliner(self, ident: int) -> Any:
        return self.desk.outliners[ident]

    def ask(self, ident: int, text: str) -> Any:
        """Types a message into an object's field and sends it."""
        self.click(ident, "message:")
        self.enter_text(text)
        return self.outliner(ident).asked[-1]

    def propose(self, selector: str = "remind(days=14)", wish: str = "remind the customer") -> Any:
        """An unknown message up to the proposal that waits."""
        self.ask(INVOICE, selector)
        self.enter_text(wish)
        mission = list(self.link.missions)[-1]
        for start, end in (("IDLE", "DECOMPOSING"), ("DECOMPOSING", "DELEGATING"), ("DELEGATING", "SYNTHESIZING")):
            self.link.transition(mission, start, end)
        self.link.propose(mission, REMIND, trial=GOOD_TRIAL)
        self.flush()
        return list(self.desk.proposals.values())[-1]

    def texts(self, ident: int) -> list[str]:
        """What a morph says, run by run."""
        layout = self.desk.scene.layout(self.desk.scene.rows[ident])
        return [run.text for run in layout.drawn.runs]

    def put_away(self, ident: int) -> None:
        self.desk.show(ident)
        self.run("morph.put_away")

    def rects(self) -> list[Rect]:
        table = self.desk.scene.table
        return [Rect(*table.area(int(row))) for row in table.all()]

    def calls(self, command: str) -> list[dict[str, Any]]:
        return [fields for name, fields in self.link.calls if name == command]


def bench(link: MemoryLink | None = None, **options: Any) -> Bench:
    """A world that stands."""
    link = link or workshop()
    errands = Errands(straight)
    made = Bench(link, build(link, FixedMeasurer(), width=1600, height=1000, errands=errands, **options))
    made.world.open()
    made.flush()
    made.wait(1.0)
    return made
