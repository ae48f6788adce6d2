"""``floworch signal``: a name, and JSON that comes with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("text", "value"), [(None, None), ("7", 7), ('{"ok": true}', {"ok": True}), ("1" * 40, int("1" * 40))]
)
def test_a_signal_is_recorded_with_its_payload(
    cli: Any, suspended: Callable[[], str], text: str | None, value: Any
) -> None:
    """(C8.2)"""
    run = suspended()
    cli("signal", run, "paid", *([text] if text is not None else []))
    events = [json.loads(line) for line in cli("events", run).stdout.splitlines()]
    (received,) = [event for event in events if event["kind"] == "signal_received"]
    assert (received["name"], received.get("payload")) == ("paid", value)
    assert cli.json("show", run, "--json")["status"] == "suspended"


def test_what_is_not_json_is_2(cli: Any, suspended: Callable[[], str]) -> None:
    assert "not JSON" in cli("signal", suspended(), "paid", "{oops", code=2).stderr


def test_a_signal_for_a_run_that_no_process_works_on_says_how_it_goes_on(cli: Any) -> None:
    """C8.2"""
    flow = cli.file({"id": "listens", "nodes": {"hear": {"action": "flow.signal", "params": {"name": "go"}}}})
    cli("run", flow, "--run-id", "s-1", "--exit-when-suspended", code=3)
    assert "floworch signal s-1 go" in cli("show", "s-1").stdout
    assert "Go on with: floworch resume s-1" in cli("signal", "s-1", "go").stderr
    assert "answered; resume" in cli("show", "s-1").stdout
    cli("resume", "s-1")
