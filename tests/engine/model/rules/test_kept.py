"""What is different since a validation, as far as another step could notice it (designer.md 5.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from floworch.model.graph import plan_of
from floworch.model.rules.draft import Draft
from floworch.model.rules.kept import Changes, below
from floworch.model.workflow import Layer, Workflow

Make = Callable[..., Workflow]
NODES: dict[str, Any] = {
    "a": None,
    "box": {"action": "flow.foreach"},
    "in": {"parent": "box"},
    "inner": {"action": "flow.foreach", "parent": "box"},
    "deep": {"parent": "inner"},
    "z": None,
}


@pytest.fixture
def since(workflow: Make, catalog: Any) -> Callable[[Workflow], Changes]:
    """What is different in a workflow since that of ``NODES``, whose values it shares."""

    def changes(now: Workflow) -> Changes:
        kept = Draft(before, catalog, keep=True).kept
        found = Draft(now, catalog, past=kept).changes
        assert found is not None
        return found

    before = workflow(NODES, ["a>box", "box>z"])
    changes.before = before  # type: ignore[attr-defined]
    return changes


def other(workflow: Workflow, node_id: str, **fields: Any) -> Workflow:
    return workflow.replace(nodes={**workflow.nodes, node_id: workflow.nodes[node_id].replace(**fields)})


def told(changes: Changes) -> tuple[set[str], set[str], bool, bool]:
    return changes.nodes, changes.touched, changes.edges, changes.form


def test_a_parameter_touches_no_other_step_and_leaves_the_form(since: Any) -> None:
    assert told(since(other(since.before, "box", params={"items": [1]}))) == ({"box"}, set(), False, False)


def test_how_a_step_joins_is_form_and_touches_no_other(since: Any) -> None:
    assert told(since(other(since.before, "z", join="any"))) == ({"z"}, set(), False, True)
    assert told(since(other(since.before, "z", on_error="continue"))) == ({"z"}, set(), False, True)


def test_another_action_of_a_container_touches_all_that_lies_in_it(since: Any) -> None:
    changes = since(other(since.before, "box", action="flow.try"))
    assert told(changes) == ({"box"}, {"box", "in", "inner", "deep"}, False, True)


def test_a_container_that_is_gone_touches_what_still_says_that_it_lies_in_it(since: Any) -> None:
    nodes = {name: node for name, node in since.before.nodes.items() if name != "inner"}
    assert told(since(since.before.replace(nodes=nodes))) == ({"inner"}, {"inner", "deep"}, True, True)


def test_moving_a_container_into_another_touches_what_lies_in_it(since: Any) -> None:
    assert told(since(other(since.before, "inner", parent=None))) == ({"inner"}, {"inner", "deep"}, True, True)


def test_wires_touch_no_step_and_are_form(since: Any) -> None:
    assert told(since(since.before.replace(edges=since.before.edges[:1]))) == (set(), set(), True, True)


def test_what_has_no_part_in_a_run_changes_nothing(since: Any) -> None:
    assert told(since(since.before.replace(view={"nodes": {"a": [1, 2]}}, name="x"))) == (set(), set(), False, False)


def test_a_removed_step_is_missed_also_where_nothing_has_a_wire(workflow: Make, catalog: Any) -> None:
    """The links of two plans without edges are one and the same empty tuple, and the plans are not."""
    before = workflow({"box": {"action": "flow.foreach"}, "in": {"parent": "box"}})
    kept = Draft(before, catalog, keep=True).kept
    changes = Draft(before.replace(nodes={"in": before.nodes["in"]}), catalog, past=kept).changes
    assert changes is not None
    assert told(changes) == ({"box"}, {"box", "in"}, True, True)


@pytest.mark.parametrize("place", ["action", "compensate", "fallback"])
def test_an_action_that_is_another_object_makes_every_step_that_names_it_another(
    workflow: Make, catalog: Any, place: str
) -> None:
    fields: dict[str, Any] = {"action": "data.filter"} if place == "action" else {}
    if place == "compensate":
        fields = {"compensate": {"action": "data.filter"}}
    before = workflow({"a": fields, "b": None})
    if place == "fallback":
        layer = Layer.model_validate({"use": "fallback", "with": {"action": "data.filter"}})
        before = other(before, "a", middleware=(layer,))
    first = Draft(before, catalog, keep=True)
    first.action("data.filter")
    known = catalog.find_action
    catalog.find_action = lambda name: None if name == "data.filter" else known(name)
    changes = Draft(before, catalog, past=first.kept).changes
    assert changes is not None
    assert changes.nodes == {"a"}
    assert changes.touched == ({"a"} if place == "action" else set())


def test_below_an_edge_that_differs_is_all_that_it_leads_to(workflow: Make) -> None:
    nodes = dict.fromkeys("abcdef")
    before = plan_of(workflow(nodes, ["a>b", "b>c", "c>d", "e>f"]))
    assert below(before, plan_of(workflow(nodes, ["a>b", "c>d", "e>f"]))) == {"c", "d"}
    assert below(before, plan_of(workflow(nodes, ["b>c", "c>d", "e>f", "a>e"]))) == set("bcdef")
    assert below(before, plan_of(workflow(nodes, ["a:error>b", "b>c", "c>d", "e>f"]))) == set(), "a port moves nothing"
