"""The guardian: an audit of source that is a seat belt, and a trial in a confined child that is a boundary.

`audit(source)` reads a method and says what is wrong with it; `trial(source, slots)` runs it on a ghost. No static
check of Python is a sandbox: what keeps the world safe is the trial, the person and the transaction.
"""

from __future__ import annotations

from .auditing import audit
from .report import Finding, Fix, Report
from .trial import TrialHelper, TrialResult, trial

__all__ = ["Finding", "Fix", "Report", "TrialHelper", "TrialResult", "audit", "trial"]
