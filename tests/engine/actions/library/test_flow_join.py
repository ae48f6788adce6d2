from __future__ import annotations

import pytest
from engine_kit import Kit
from run_dialogue import workflow

from floworch.errors import ActionError
from floworch.testing.actions import FakeHost, run_action

HOST = FakeHost(nodes={"b": 1, "a": [2], "far": 3}, upstream={"b": 1, "a": [2]})


def test_the_outputs_that_arrived_become_an_object_or_a_list() -> None:
    assert run_action("flow.join", HOST) == {"b": 1, "a": [2]}
    assert run_action("flow.join", HOST, combine="list") == [1, [2]]
    assert run_action("flow.join") == {}


def test_the_one_that_arrived_can_be_given_as_it_is() -> None:
    assert run_action("flow.join", HOST, combine="one") == 1
    assert run_action("flow.join", HOST, values={"x": None, "y": 2}, combine="one") is None
    assert run_action("flow.join", combine="one") is None


async def test_items_result_in_what_went_well_or_in_what_handled_it() -> None:
    """C15: the body's only last node gives the result of an item."""

    async def odd(n: int) -> int:
        if n % 2 == 0:
            raise ValueError("even")
        return n

    kit = Kit(odd=odd)
    inside = {"parent": "loop"}
    nodes = {
        "loop": {"action": "flow.foreach", "params": {"items": [1, 2, 3]}},
        "work": {**inside, "action": "t.odd", "params": {"n": "{{ item }}"}},
        "handler": {**inside, "action": "data.set", "params": {"fields": {"bad": "{{ item }}"}}},
        "last": {**inside, "action": "flow.join", "join": "any", "params": {"combine": "one"}},
    }
    result = await kit.run(workflow(nodes, "work:error>handler", "work>last", "handler>last"))
    assert result.nodes["loop"].output == [1, {"bad": 2}, 3]


def test_chosen_values_can_be_combined_instead() -> None:
    values = {"x": "{{ nodes.far.output }}", "y": None}
    assert run_action("flow.join", HOST, values=values) == {"x": 3, "y": None}
    assert run_action("flow.join", HOST, values=values, combine="list") == [3, None]


def test_values_must_have_names() -> None:
    with pytest.raises(ActionError, match="'values' must be an object, not a list of 1"):
        run_action("flow.join", values=[1])
    with pytest.raises(ActionError, match="'combine' must be one of 'object', 'list' or 'one'"):
        run_action("flow.join", combine="zip")
