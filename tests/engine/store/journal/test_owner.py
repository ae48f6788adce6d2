"""Who a process is (C7.4)."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from floworch.store.journal.owner import boot_id, host_name, identity, seems_alive, started


def test_a_process_knows_itself() -> None:
    me = identity()
    assert (me["pid"], me["host"], me["boot_id"]) == (os.getpid(), host_name(), boot_id())
    assert seems_alive(me)


def test_a_process_that_ended_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    theirs = {**identity(), "pid": child.pid, "started": started(child.pid)}
    assert seems_alive(theirs)
    child.communicate(b"\n")
    assert not seems_alive(theirs)


@pytest.mark.skipif(sys.platform != "linux", reason="start times come from /proc")
def test_a_pid_that_was_given_away_again_is_dead() -> None:
    me = identity()
    assert not seems_alive({**me, "started": me["started"] - 1})


def test_another_boot_is_dead_and_another_host_may_live() -> None:
    me = identity()
    assert not seems_alive({**me, "boot_id": "another"})
    assert seems_alive({**me, "host": "elsewhere", "boot_id": "another"})


@pytest.mark.parametrize("words", [{}, {"pid": 0}, {"pid": -1}, {"pid": "7"}, {"pid": 2**30, "host": host_name()}])
def test_words_without_a_process_are_dead(words: dict[str, object]) -> None:
    assert not seems_alive(words)


def test_a_process_that_does_not_exist_has_no_start_time() -> None:
    assert started(2**30) is None
