"""The trial: a method runs on a ghost, in a confined child of a small helper process."""

from .client import TrialHelper, trial
from .result import TrialResult

__all__ = ["TrialHelper", "TrialResult", "trial"]
