from __future__ import annotations

import pytest

from floworch.errors import ActionError
from floworch.testing.actions import FakeHost, run_action

HOST = FakeHost(nodes={"b": 1, "a": [2], "far": 3}, upstream={"b": 1, "a": [2]})


def test_the_outputs_that_arrived_become_an_object_or_a_list() -> None:
    assert run_action("flow.join", HOST) == {"b": 1, "a": [2]}
    assert run_action("flow.join", HOST, combine="list") == [1, [2]]
    assert run_action("flow.join") == {}


def test_chosen_values_can_be_combined_instead() -> None:
    values = {"x": "{{ nodes.far.output }}", "y": None}
    assert run_action("flow.join", HOST, values=values) == {"x": 3, "y": None}
    assert run_action("flow.join", HOST, values=values, combine="list") == [3, None]


def test_values_must_have_names() -> None:
    with pytest.raises(ActionError, match="'values' must be an object, not a list of 1"):
        run_action("flow.join", values=[1])
    with pytest.raises(ActionError, match="'combine' must be one of 'object' or 'list'"):
        run_action("flow.join", combine="zip")
