"""Where things lie: the image, keys, logs and converted models, each in its own directory of the XDG base directories.

A backup or a shared image must carry neither keys nor logs, so they never lie in the image's directory. The socket's
directory is the matter of `bridge.endpoint`.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import platformdirs

APPLICATION = "batos"


def image_directory(flag: str | os.PathLike[str] | None = None) -> Path:
    """The image's directory: the flag, else BATOS_IMAGE, else `$XDG_DATA_HOME/batos/image`. It need not exist."""
    chosen = flag or os.environ.get("BATOS_IMAGE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return _base("XDG_DATA_HOME", platformdirs.user_data_path) / "image"


def image_key(image: Path) -> str:
    """16 hex digits that stand for the image wherever something is kept outside it."""
    return hashlib.sha256(os.fsencode(os.path.realpath(image))).hexdigest()[:16]


def keys_directory() -> Path:
    return _base("XDG_CONFIG_HOME", platformdirs.user_config_path) / "keys"


def config_directory() -> Path:
    return _base("XDG_CONFIG_HOME", platformdirs.user_config_path)


def state_directory() -> Path:
    """Logs; made on demand and closed to others."""
    directory = _base("XDG_STATE_HOME", platformdirs.user_state_path)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if directory.stat().st_mode & 0o077:
        directory.chmod(0o700)
    return directory


def cache_directory() -> Path:
    return _base("XDG_CACHE_HOME", platformdirs.user_cache_path)


def log_file(image: Path) -> Path:
    """The image's log: JSON lines."""
    return state_directory() / f"{image_key(image)}.log"


def output_file(image: Path) -> Path:
    """What a UVM without a terminal writes to its standard output and error."""
    return state_directory() / f"{image_key(image)}.out"


def _base(variable: str, otherwise: object) -> Path:
    """The variables count on every system; a relative one is to be ignored (XDG Base Directory Specification)."""
    given = os.environ.get(variable, "")
    if os.path.isabs(given):
        return Path(given) / APPLICATION
    assert callable(otherwise)
    found = otherwise(APPLICATION, appauthor=False)
    assert isinstance(found, Path)
    return found
