"""One owner per run, among real processes (C7.4)."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from floworch.errors import RunLocked
from floworch.store.journal.lock import RunLock, owner_of

HOLD = """
import sys
from pathlib import Path
from floworch.store.journal.lock import RunLock
from floworch.errors import RunLocked
try:
    lock = RunLock(Path(sys.argv[1]), "run-1")
except RunLocked as error:
    print("locked", error.owner.get("pid"), flush=True)
else:
    print("mine", lock.owner["pid"], flush=True)
sys.stdin.read()
"""


def start(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def line(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    return process.stdout.readline().split()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def test_the_owner_is_named_while_the_lock_is_held(path: Path) -> None:
    assert owner_of(path) is None
    lock = RunLock(path, "run-1")
    owner = owner_of(path)
    assert owner is not None
    assert owner["pid"] == os.getpid()
    assert {"pid", "host", "boot_id", "started"} <= owner.keys()
    lock.release()
    lock.release()
    assert owner_of(path) is None


def test_a_second_lock_in_the_same_process_is_refused(path: Path) -> None:
    lock = RunLock(path, "run-1")
    with pytest.raises(RunLocked, match="this process"):
        RunLock(path, "run-1")
    lock.release()
    RunLock(path, "run-1").release()


def test_one_of_two_racing_processes_wins_and_the_other_is_told_who(path: Path) -> None:
    racers = [start(path) for _ in range(2)]
    answers = sorted(line(racer) for racer in racers)
    pids = {str(racer.pid) for racer in racers}
    assert [answer[0] for answer in answers] == ["locked", "mine"]
    assert answers[1][1] in pids
    assert answers[0][1] in {answers[1][1], "None"}
    for racer in racers:
        racer.communicate("")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_killed_owner_gives_the_lock_back(path: Path) -> None:
    child = start(path)
    assert line(child)[0] == "mine"
    with pytest.raises(RunLocked, match=str(child.pid)):
        RunLock(path, "run-1")
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert owner_of(path) is None, "the words of the dead are not believed"
    assert json.loads(path.read_text())["pid"] == child.pid
    lock = RunLock(path, "run-1")
    assert json.loads(path.read_text())["pid"] == os.getpid()
    lock.release()
    child.communicate()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_does_not_keep_the_lock(path: Path) -> None:
    context = multiprocessing.get_context("fork")
    lock = RunLock(path, "run-1")
    ready, go = context.Event(), context.Event()

    def body() -> None:
        ready.set()
        go.wait(30)

    child = context.Process(target=body)
    child.start()
    assert ready.wait(30)
    os.close(lock._fd)  # as dying does: without unlocking
    lock._fd = -1
    assert owner_of(path) is None
    go.set()
    child.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("ask", [owner_of, lambda path: RunLock(path, "run-1").release()], ids=["asking", "taking"])
def test_a_process_that_died_while_it_started_another_is_no_owner(
    path: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Path], object]
) -> None:
    """(C7.4) Until the new process has come to its own program it holds a copy of what the dead one had open."""
    child = start(path)
    assert line(child)[0] == "mine"
    child.kill()
    child.communicate()
    import fcntl

    copy = os.open(path, os.O_RDWR)
    fcntl.flock(copy, fcntl.LOCK_EX)
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if sum(waits) > 0.5:
            os.close(copy)

    monkeypatch.setattr(time, "sleep", wait)
    assert ask(path) is None
    assert 0.5 < sum(waits) < 0.6


def test_a_lock_that_the_dead_never_let_go_is_told_of_after_a_second(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    lock = RunLock(path, "run-1")
    path.write_text(json.dumps({**lock.owner, "pid": 2**22 + 1}))
    assert (owner_of(path) or {})["pid"] == 2**22 + 1
    with pytest.raises(RunLocked, match=str(2**22 + 1)):
        RunLock(path, "run-1")
    assert 1.9 < sum(waits) < 2.1
    lock.release()


def test_asking_for_the_owner_never_makes_taking_the_lock_fail(path: Path) -> None:
    import threading

    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            owner_of(path)

    path.touch()
    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    try:
        for _ in range(50):
            RunLock(path, "run-1").release()
    finally:
        stop.set()
        for asker in askers:
            asker.join()


def test_unreadable_words_are_no_owner(path: Path) -> None:
    path.write_bytes(b"\xff{")
    assert owner_of(path) is None
    RunLock(path, "run-1").release()
