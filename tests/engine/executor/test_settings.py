"""Settings: argument, then environment, then file (interfaces.md section 2)."""

from __future__ import annotations

from typing import Any

import pytest
from run_dialogue import workflow

from floworch import UsageError
from floworch.executor.settings import concurrency_of, durability_of


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
