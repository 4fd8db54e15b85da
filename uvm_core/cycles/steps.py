"""What several states do alike: ask with their own settings, make an expert the one that answers, fail."""

from __future__ import annotations

from typing import Any

import structlog

from ..objects import own_slots
from .run import CycleRun

log = structlog.get_logger("cycle")


def expert_active(run: CycleRun, persona: str) -> None:
    """Note whose expert answers from here on, and how it is there. It becomes hot with the first thing it is asked, in
    the model's turn: another cycle's would be in between if it were made so before."""
    kept = run.shop.mind.expert_state(persona)
    log.info("expert_active", expert=persona, adapter=kept, mission=run.number)


def asking(run: CycleRun) -> dict[str, Any]:
    """How the current state asks: its prompt, temperature and budget, found by delegation."""
    return {
        "template": run.cycle.prompt,
        "temperature": float(run.cycle.temperature),
        "max_tokens": int(run.cycle.budget),
    }


def fail(run: CycleRun, reason: str) -> None:
    """Go to FAILED with a reason."""
    if "_tmp_synthesis_data" not in own_slots(run.cycle):
        run.write("_tmp_synthesis_data", {})
    run.keep(error=reason, failed_in=str(run.cycle.name))
    run.transition("FAILED")
