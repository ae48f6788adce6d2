"""Settings: argument, then environment, then file (interfaces.md section 2)."""

from __future__ import annotations

from typing import Any

import pytest
from run_dialogue import workflow

from floworch import UsageError
from floworch.executor.settings import breakpoints_of, concurrency_of, crashes_of, durability_of


def test_argument_beats_environment_beats_file(monkeypatch: pytest.MonkeyPatch) -> None:
    definition = workflow({"a": {}}, settings={"max_concurrency": 3, "durability": "none"})
    assert (concurrency_of(definition, None), durability_of(definition, None)) == (3, "none")
    monkeypatch.setenv("FLOWORCH_MAX_CONCURRENCY", "5")
    monkeypatch.setenv("FLOWORCH_DURABILITY", "process")
    assert (concurrency_of(definition, None), durability_of(definition, None)) == (5, "process")
    assert (concurrency_of(definition, 7), durability_of(definition, "power")) == (7, "power")


@pytest.mark.parametrize("value", [0, -1, "abc"])
def test_a_senseless_number_is_refused(value: Any) -> None:
    with pytest.raises(UsageError):
        concurrency_of(workflow({"a": {}}), value)
    with pytest.raises(UsageError):
        durability_of(workflow({"a": {}}), "paper")


def test_crashes_of_one_attempt_come_from_environment_or_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """C7.8"""
    definition = workflow({"a": {}}, settings={"max_crashes": 5})
    assert crashes_of(definition) == 5
    monkeypatch.setenv("FLOWORCH_MAX_CRASHES", "2")
    assert crashes_of(definition) == 2
    monkeypatch.setenv("FLOWORCH_MAX_CRASHES", "none")
    with pytest.raises(UsageError, match="crashes"):
        crashes_of(definition)


def test_breakpoints_are_honoured_unless_somebody_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """C7.7"""
    assert breakpoints_of(None)
    assert not breakpoints_of(None, recorded=False)
    monkeypatch.setenv("FLOWORCH_NO_BREAKPOINTS", "1")
    assert not breakpoints_of(None)
    assert breakpoints_of(True, recorded=False)
