"""The process of the command line: how it begins and ends."""

from __future__ import annotations

import gc
import sys
from types import ModuleType

import pytest

from floworch import __main__ as program


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows when the collector is told to leave everything alone."""
    found: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: found.append("frozen"))
    monkeypatch.setattr(gc, "set_threshold", lambda *_: None)
    monkeypatch.setattr(gc, "callbacks", [])
    monkeypatch.setattr("floworch.cli.app.run", len)
    monkeypatch.setattr(sys, "argv", ["floworch", "runs", "--json"])
    return found


@pytest.mark.parametrize("window", [False, True])
def test_a_command_ends_with_its_code_and_without_a_last_look_for_garbage(
    frozen: list[str], window: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The objects of a window go in the order that they always went."""
    if window:
        monkeypatch.setitem(sys.modules, "PySide6", ModuleType("PySide6"))
    else:
        monkeypatch.delitem(sys.modules, "PySide6", raising=False)
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert ended.value.code == 2
    assert frozen == ([] if window else ["frozen"])


def test_the_collector_looks_often_only_once_a_command_is_no_short_one(
    frozen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    thresholds: list[int] = []
    monkeypatch.setattr(gc, "set_threshold", thresholds.append)
    with pytest.raises(SystemExit):
        program.main()
    (looked,) = gc.callbacks
    looked("start", {})
    first, later = thresholds
    assert first > later
    assert gc.callbacks == []


def test_a_coroutine_that_was_left_to_itself_does_not_keep_the_command(
    frozen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """C4.5: Python would wait for it for ever."""
    codes: list[int] = []

    def leave(code: int) -> None:
        codes.append(code)
        raise SystemExit(code)

    monkeypatch.setattr("floworch.executor.given_up.stuck", lambda: True)
    monkeypatch.setattr("os._exit", leave)
    with pytest.raises(SystemExit):
        program.main()
    assert codes == [2]
    assert frozen == []
