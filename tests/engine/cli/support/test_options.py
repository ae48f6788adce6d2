"""Options mean the same in every verb."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "verb",
    [
        "run",
        "resume",
        "retry",
        "pause",
        "cancel",
        "signal",
        "approve",
        "reject",
        "submit",
        "runs",
        "show",
        "logs",
        "events",
    ],
)
def test_every_verb_about_runs_takes_a_store(cli: Any, verb: str) -> None:
    """interfaces.md section 3: accepted by every verb that reads a run."""
    text = cli(verb, "--help").stdout
    assert "--store" in text
    assert "FLOWORCH_STORE" in text


@pytest.mark.parametrize("verb", ["run", "resume", "retry", "runs", "show", "logs", "events", "validate", "doctor"])
def test_every_verb_that_prints_takes_json(cli: Any, verb: str) -> None:
    assert "--json" in cli(verb, "--help").stdout
