"""Printed lines on their way to the log."""

from __future__ import annotations

import pytest

from floworch.actions.context import Context
from floworch.actions.library import shell_lines
from floworch.actions.library.shell_lines import LineLog


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic time, which the test moves."""
    time = [100.0]
    monkeypatch.setattr(shell_lines.time, "monotonic", lambda: time[0])
    return time


def make(act: object) -> LineLog:
    return LineLog(Context(act, "r", "w", "n"))  # type: ignore[arg-type]


def test_streams_have_levels(act, now) -> None:  # type: ignore[no-untyped-def]
    log = make(act)
    log.line("stdout", "out")
    log.line("stderr", "err")
    assert act.logs == [("info", "out"), ("warning", "err")]


def test_a_flood_is_cut_and_counted_each_second(act, now) -> None:  # type: ignore[no-untyped-def]
    log = make(act)
    for number in range(1500):
        log.line("stdout", str(number))
    assert len(act.logs) == 1000
    now[0] += 1.5
    log.line("stdout", "later")
    assert act.logs[1000:] == [("info", "500 more lines were printed and left out of the log."), ("info", "later")]
    log.flush()
    assert len(act.logs) == 1002


def test_slow_output_is_never_cut(act, now) -> None:  # type: ignore[no-untyped-def]
    log = make(act)
    for number in range(3000):
        now[0] += 0.01
        log.line("stdout", str(number))
    assert len(act.logs) == 3000


def test_long_lines_are_cut(act, now) -> None:  # type: ignore[no-untyped-def]
    make(act).line("stdout", "x" * 5000)
    assert act.logs == [("info", "x" * 4000 + "... (1000 more characters)")]
