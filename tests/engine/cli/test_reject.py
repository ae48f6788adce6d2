"""``floworch reject``: the other answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_a_rejected_approval_takes_the_other_port(cli: Any, suspended: Callable[[], str]) -> None:
    """(C15) A rejected approval completes its node."""
    run = suspended()
    cli("reject", run, "ask", "--comment", "no")
    shown = cli.json("resume", run, "--json")
    assert shown["status"] == "completed"
    assert shown["nodes"]["ask"]["status"] == "completed"
    assert shown["nodes"]["after"]["status"] == "bypassed"
