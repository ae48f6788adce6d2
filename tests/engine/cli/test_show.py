"""``floworch show``: one run, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_the_json_shape_that_scripts_rely_on(cli: Any, hello: Path) -> None:
    """interfaces.md section 4."""
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    shown = cli.json("show", "h-1", "--json")
    expected = {"run_id", "workflow", "status", "started_at", "ended_at", "duration", "inputs", "outputs", "data",
                "error", "nodes", "compensation"}  # fmt: skip
    assert expected <= set(shown)
    assert set(shown["compensation"]) == {"compensated", "failed", "not_needed"}
    node = shown["nodes"]["greet"]
    assert {
        "status",
        "attempts",
        "started_at",
        "ended_at",
        "duration",
        "output",
        "error",
        "items",
        "reused_from",
    } <= set(node)
    assert node["output"] == {"text": "Hello x"}


def test_text_for_people(cli: Any, hello: Path, failing: Path, suspended: Callable[[], str]) -> None:
    cli("run", hello, "--set", "name=x", "--run-id", "h-1")
    text = cli("show", "h-1").stdout
    assert "h-1  completed  hello" in text
    assert "✓ completed" in text
    assert '"greeting": "Hello x"' in text
    cli("run", failing, "--set", "flag=/nowhere", "--run-id", "f-1", code=1)
    assert "✗ failed" in cli("show", "f-1").stdout
    waits = cli("show", suspended())
    assert "floworch approve g-1 ask" in waits.stdout
    assert "floworch resume g-1" in waits.stderr
