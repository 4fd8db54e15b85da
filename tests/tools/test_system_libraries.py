"""What counts as missing, and the line a person is given."""

from __future__ import annotations

from system_libraries import LIBRARIES, Library, advice, apt_line, missing

GL = Library("OpenGL", ("libGL.so.1",), "libgl1")
DRIVERS = Library("drivers", ("dri/swrast_dri.so", "libgallium-*.so"), "libgl1-mesa-dri")


def test_a_library_is_there_when_one_of_its_files_is() -> None:
    assert missing([DRIVERS], "linux", lambda pattern: ["x"] if "libgallium" in pattern else []) == []


def test_what_has_no_file_is_missing() -> None:
    assert missing([GL, DRIVERS], "linux", lambda pattern: ["x"] if "libGL.so.1" in pattern else []) == [DRIVERS]


def test_nothing_is_missing_on_a_mac() -> None:
    assert missing(LIBRARIES, "darwin", lambda _pattern: []) == []


def test_the_line_to_run_names_every_package() -> None:
    assert apt_line(["libgl1", "libmtdev1"]).endswith("sudo apt-get install -y libgl1 libmtdev1")
    assert apt_line(["libgl1", "libgl1-mesa-dri"]) in advice([GL, DRIVERS], has_apt=True)


def test_without_apt_the_libraries_are_named_in_words() -> None:
    words = advice([GL], has_apt=False)
    assert "OpenGL" in words
    assert "apt-get" not in words
