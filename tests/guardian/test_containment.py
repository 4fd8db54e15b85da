"""Every bomb is contained, every way out of the child is closed. The trial does not audit: these are its own walls."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from uvm_core.guardian import TrialHelper
from uvm_core.guardian.trial.confinement import Confinement

MB = 256
BOMBS = [
    ("timeout", "while True:\n        pass"),
    ("timeout", "return sum(range(10 ** 12))"),
    ("timeout", "return 9 ** 9 ** 9"),
    ("timeout", "return [0] * 10 ** 7 == [sum(range(10 ** 7)) for _ in range(10 ** 7)]"),
    (
        "timeout",
        "try:\n        while True:\n            self.x = 1\n    finally:\n        while True:\n            self.x = 2",
    ),
    ("memory", "return [0] * 10 ** 10"),
    ("memory", "return 'x' * 10 ** 10"),
    ("memory", "x = 'a'\n    while True:\n        x += x"),
    ("memory", "x = [1]\n    while True:\n        x.extend(x)"),
    ("memory", "return f'{1:{10 ** 10}}'"),
    ("recursion", "return self.f()"),
    ("recursion", "g = lambda n: g(n + 1)\n    return g(0)"),
    ("recursion", "x = []\n    for _ in range(10 ** 5):\n        x = [x]\n    return repr(x)"),
    ("output", "return 'x' * 10 ** 6"),
    ("output", "return list(range(10 ** 6))"),
    ("output", "self.x = 'x' * 10 ** 7\n    self._p_changed = True"),
    ("output", "while True:\n        print('hello')"),
    ("output", "print('x' * 10 ** 6)"),
    ("output", "x = 'x' * 10 ** 4\n    return [[x] * 100] * 100"),
]


@pytest.mark.parametrize(("status", "body"), BOMBS, ids=lambda value: value[:40])
def test_bombs_are_contained(helper: TrialHelper, status: str, body: str) -> None:
    result = helper.trial(f"def f(self):\n    {body}\n", {"x": 1})
    assert result.status == status, result.message
    assert result.message.endswith(".")
    assert result.max_rss_mb <= MB and result.seconds <= 3.5
    assert result.finding is not None and result.finding.rule.startswith("DYN-")


def test_a_deep_answer_does_not_end_the_helper(helper: TrialHelper) -> None:
    body = "x = []\n    for _ in range(10 ** 4):\n        x = [x]\n    return x"
    assert helper.trial(f"def f(self):\n    {body}\n", {}).status in {"ok", "output", "recursion"}
    assert helper.trial("def f(self):\n    x = []\n    x.append(x)\n    return x\n", {}).status in {"ok", "output"}


def test_a_compiler_bomb_is_contained(helper: TrialHelper) -> None:
    source = "def f(self):\n"
    for depth in range(1, 19):
        source += " " * depth + "try:\n" + " " * (depth + 1) + "return 1\n" + " " * depth + "finally:\n"
    source += " " * 19 + "pass\n"
    assert helper.trial(source, {}).status in {"memory", "timeout", "error"}


ESCAPE = """
def f(self):
    found = [c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]
    names = found.__init__.__globals__
    system, modules = names['sys'].modules, names
    os = system['os']
    {body}
"""
WAYS_OUT = {
    "read a file": "return os.open('/etc/passwd', 0)",
    "write a file": "return os.open('/tmp/out', 65)",
    "list a folder": "return os.listdir('/')",
    "look at a file": "return os.stat('/etc/passwd').st_size",
    "remove a file": "return os.unlink('/tmp/out')",
    "fork": "return os.fork()",
    "run a program": "return os.execv('/bin/sh', ['sh', '-c', 'true'])",
    "run a shell": "return os.posix_spawn('/bin/sh', ['sh'], {})",
    "kill its parent": "return os.kill(os.getppid(), 9)",
    "kill everybody": "return os.kill(-1, 9)",
    "a socket": "return system['_socket'].socket()",
    "a pipe": "return os.pipe()",
    "a thread": "return system['_thread'].start_new_thread(len, ('x',))",
    "more memory": "return system['resource'].setrlimit(9, (-1, -1))",
    "change the folder": "return os.chdir('/tmp')",
    "another user": "return os.setuid(0)",
    "write to the helper": "return [os.write(n, b'x') for n in range(3)]",
    "read from the helper": "return [os.read(n, 1) for n in range(3)]",
    "memory that runs": "return system['mmap'].mmap(-1, 4096, 34, 7)",
}


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp are Linux's")
@pytest.mark.parametrize("way", WAYS_OUT)
def test_ways_out_of_the_child_are_closed(helper: TrialHelper, way: str) -> None:
    result = helper.trial(ESCAPE.format(body=WAYS_OUT[way]), {})
    assert result.status in {"error", "killed"}, result.returns
    assert "Error" in result.message
    assert helper.trial("def f(self):\n    return 1\n", {}).returns == 1


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp are Linux's")
def test_the_walls_are_named(helper: TrialHelper) -> None:
    result = helper.trial("def f(self):\n    return 1\n", {})
    assert {"cpu", "memory", "files", "processes", "file size"} <= set(result.layers)
    for layer in ("landlock", "seccomp"):
        assert layer in result.layers or any(layer in notice.lower() for notice in result.notices)


def test_missing_walls_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    walls = Confinement()
    layers: list[str] = []
    notices: list[str] = []
    walls._close_files(layers, notices)
    walls._close_system_calls(1, layers, notices)
    assert layers == [] and len(notices) == 2 and all(notice.endswith(".") for notice in notices)


def test_nothing_of_one_trial_reaches_the_next(helper: TrialHelper) -> None:
    dirty = "def f(self):\n    print.__globals__['sys_of_trial'] = 1\n    return len(print.__globals__)\n"
    clean = "def f(self):\n    return 'sys_of_trial' in print.__globals__\n"
    helper.trial(dirty, {})
    assert helper.trial(clean, {}).returns is False


def test_a_helper_that_died_is_started_again() -> None:
    with TrialHelper() as own:
        assert own.trial("def f(self):\n    return 1\n", {}).returns == 1
        first = own.pid
        assert first is not None
        os.kill(first, 9)
        assert own.trial("def f(self):\n    return 2\n", {}).returns == 2
        assert own.pid not in (None, first)


def test_a_helper_ends_when_it_is_closed() -> None:
    own = TrialHelper()
    own.start()
    pid = own.pid
    assert pid is not None
    own.close()
    own.close()
    assert own.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert own.trial("def f(self):\n    return 1\n", {}).status == "killed"


def test_many_threads_share_a_helper(helper: TrialHelper) -> None:
    ready = threading.Barrier(6)

    def one(number: int) -> int:
        ready.wait()
        answer: int = helper.trial("def f(self, x):\n    return x * self.n\n", {"n": 2}, [number]).returns
        return answer

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(one, range(6))) == [0, 2, 4, 6, 8, 10]


def test_the_helper_keeps_no_torch_no_database_storage() -> None:
    root = Path(__file__).parents[2] / "uvm_core" / "guardian"
    for path in root.rglob("*.py"):
        text = path.read_text("utf-8")
        assert not any(f"import {name}" in text for name in ("torch", "kivy", "ZODB", "zmq")), path
