"""Where the key for a server comes from: the environment, else the system's keyring. It is shown nowhere."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from uvm_core.cognition.engines.engine import EngineUnavailable

VARIABLES = ("BATOS_API_KEY", "OPENAI_API_KEY")
KEYRING_SERVICE = "batos"
HOW_TO_GIVE = (
    f"Put its key into the environment as {VARIABLES[0]} (or {VARIABLES[1]}) before BAT OS is started; "
    "`batos stop` ends one that runs."
)


@dataclass(frozen=True)
class Key:
    """A key, or none (`secret` is empty), and in words where it was found."""

    secret: str = field(default="", repr=False)
    found_in: str = ""

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"} if self.secret else {}

    def redacted(self, text: str) -> str:
        """A text of the server's, which may repeat the key, without it."""
        return text.replace(self.secret, "…") if self.secret else text


def find_key(host: str, given: str | None = None, environment: Mapping[str, str] | None = None) -> Key:
    """The key given, or of the first variable that is set, or of the keyring (service "batos", user = host).

    Errors: EngineUnavailable for one that cannot be a key, which does not repeat it.
    """
    variables = os.environ if environment is None else environment
    if given is not None:
        return _checked(Key(given.strip(), "the caller"))
    for name in VARIABLES:
        if variables.get(name, "").strip():
            return _checked(Key(variables[name].strip(), name))
    kept = _from_keyring(host)
    return _checked(Key(kept.strip(), "the system's keyring")) if kept else Key()


def _from_keyring(host: str) -> str | None:
    try:
        keyring = importlib.import_module("keyring")
        found = keyring.get_password(KEYRING_SERVICE, host)
    except Exception:  # noqa: BLE001 - its back ends raise whatever the system's services do; without one it is no key
        return None
    return found if isinstance(found, str) else None


def _checked(key: Key) -> Key:
    # An HTTP library that refuses a header repeats it in its error.
    if not re.fullmatch(r"[\x21-\x7e]*", key.secret):
        raise EngineUnavailable(f"The key from {key.found_in} holds characters that no key has. Set it anew.")
    return key
