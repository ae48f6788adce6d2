"""``flow.call`` alone; what a call does in a run is in ``tests/engine/executor/test_children.py`` (C10.3)."""

from __future__ import annotations

import pytest

from floworch.actions.outcome import Wait
from floworch.actions.registry import registry
from floworch.testing import run_action


def test_a_call_waits_for_a_run_of_its_own() -> None:
    wait = run_action("flow.call", workflow="ship.flow.json", inputs={"n": 1})
    assert isinstance(wait, Wait)
    assert (wait.kind, wait.name) == ("call", "test-run.node")
    assert wait.details == {"workflow": "ship.flow.json", "inputs": {"n": 1}}


def test_one_that_is_not_waited_for_only_begins() -> None:
    wait = run_action("flow.call", workflow="ship.flow.json", wait=False)
    assert wait.details == {"workflow": "ship.flow.json", "inputs": {}, "begun": True}
    assert wait.due is None


@pytest.mark.parametrize(
    "params", [{}, {"workflow": ""}, {"workflow": "x", "inputs": 1}, {"file": "x"}, {"workflow": "x", "wait": 7}]
)
def test_parameters_that_do_not_fit_are_found_before_a_run(params: dict[str, object]) -> None:
    spec = registry.resolve("flow.call")
    assert spec.check_params(params)
