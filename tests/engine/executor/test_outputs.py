"""Run outputs that name nodes which did not run (contract C15, "Expressions")."""

from __future__ import annotations

import json
from typing import Any

import floworch


def outputs_of(amount: int, **node: Any) -> dict[str, Any] | None:
    """Run a branch whose ``yes`` side holds one node, and return the run's outputs."""
    definition = {
        "id": "branch",
        "outputs": {"deep": "{{ nodes.yes.output.text }}", "whole": "{{ nodes.yes.output }}", "plain": "here"},
        "nodes": {
            "check": {"action": "flow.if", "params": {"condition": f"{{{{ {amount} > 1 }}}}"}},
            "yes": {"action": "data.set", "params": {"fields": {"text": "hello"}}, **node},
        },
        "edges": [{"from": "check", "port": "true", "to": "yes"}],
    }
    result = floworch.loads(json.dumps(definition)).run()
    assert result.status == "completed", result.error
    return result.outputs


def test_a_branch_that_was_not_taken_gives_null() -> None:
    assert outputs_of(1) == {"deep": None, "whole": None, "plain": "here"}


def test_a_branch_that_was_taken_gives_its_output() -> None:
    assert outputs_of(2) == {"deep": "hello", "whole": {"text": "hello"}, "plain": "here"}
