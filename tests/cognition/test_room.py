"""Whether a model fits is told from what the kernel says is available."""

from __future__ import annotations

from pathlib import Path

from uvm_core.cognition.room import MARGIN, available_megabytes, fitting, give_back, too_little


def test_the_kernels_figure_is_read(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:       24683008 kB\nMemAvailable:    1000000 kB\n")
    assert available_megabytes(meminfo) == 1024.0
    assert available_megabytes(tmp_path / "nowhere") is None
    meminfo.write_text("MemTotal:       24683008 kB\n")
    assert available_megabytes(meminfo) is None


def test_what_fits_with_the_margin_is_let_through() -> None:
    assert too_little("x", 1_000, 1_000 + MARGIN) is None
    assert too_little("x", 1_000, None) is None
    words = too_little("x", 1_000, 1_299)
    assert words is not None
    assert "1,000 MB" in words
    assert "1,299 MB" in words


def test_the_figures_are_said_before() -> None:
    assert fitting(500, 2_000) == " It takes about 500 MB of 2,000 MB that are available."
    assert fitting(500, None) == " It takes about 500 MB."


def test_giving_memory_back_works_anywhere() -> None:
    give_back()
