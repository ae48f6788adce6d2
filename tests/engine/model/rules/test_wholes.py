"""A whole output where only a field of it is a list: said before the run, with the fields to choose from (C15)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.registry import registry
from floworch.errors import UsageError
from floworch.model.codec import from_data
from floworch.model.problem import Problem
from floworch.model.repair import apply_repair
from floworch.model.validate import validate
from floworch.model.workflow import Workflow


def flow(action: str, items: Any, key: str = "a", **more: Any) -> Workflow:
    nodes = {key: {"action": action, **more}, "each": {"action": "flow.foreach", "params": {"items": items}}}
    workflow, problems = from_data({"format": 1, "id": "w", "nodes": nodes, "edges": [{"from": key, "to": "each"}]})
    assert workflow is not None, problems
    return workflow


def wholes(workflow: Workflow) -> list[Problem]:
    return [problem for problem in validate(workflow, registry) if problem.code == "whole_output"]


def test_one_list_is_taken_by_the_repair() -> None:
    workflow = flow("mail.read", "{{ nodes.a.output }}")
    (found,) = wholes(workflow)
    assert (found.severity, found.path, found.node) == ("warning", "nodes.each.params.items", "each")
    assert (found.message, found.fix) == (
        "'items' wants a list, and 'a' gives an object.", "Take its field 'messages'.",
    )  # fmt: skip
    mended = apply_repair(workflow, found.repair or {})
    assert mended.nodes["each"].params["items"] == "{{ nodes.a.output.messages }}"
    assert not wholes(mended)


def test_of_several_a_person_chooses() -> None:
    workflow = flow("data.filter", "{{ nodes.a.output }}")
    (found,) = wholes(workflow)
    assert found.fix == "Take one of its fields: kept and dropped."
    assert found.repair is not None
    assert found.repair["op"] == "choose"
    mended = [apply_repair(workflow, each).nodes["each"].params["items"] for each in found.repair["choices"]]
    assert mended == ["{{ nodes.a.output.kept }}", "{{ nodes.a.output.dropped }}"]
    with pytest.raises(UsageError, match="Several repairs"):
        apply_repair(workflow, found.repair)


def test_ids_that_are_no_words_are_mended_as_they_are_written() -> None:
    workflow = flow("mail.read", '{{ nodes["the-mail"].output }}', key="the-mail")
    (found,) = wholes(workflow)
    assert apply_repair(workflow, found.repair or {}).nodes["each"].params["items"] == (
        "{{ nodes['the-mail'].output.messages }}"
    )


def test_an_object_without_any_list_has_no_repair() -> None:
    (found,) = wholes(flow("desktop.notify", "{{ nodes.a.output }}"))
    assert (found.fix, found.repair) == ("Use the output of a step that gives a list.", None)


@pytest.mark.parametrize("workflow", [
    flow("mail.read", "{{ nodes.a.output.messages }}"),
    flow("mail.read", "{{ nodes.a.output | list }}"),
    flow("mail.read", "{{ nodes.a.status }}"),
    flow("mail.read", "{{ nodes.gone.output }}"),
    flow("mail.read", ["{{ nodes.a.output }}"]),
    flow("data.group", "{{ nodes.a.output }}"),
    flow("db.query", "{{ nodes.a.output }}"),
    flow("mail.read", "{{ nodes.a.output }}", disabled=True),
    flow("mail.read", "{{ nodes.a.output }}", middleware=[{"use": "pin", "with": {"value": [1]}}]),
])  # fmt: skip
def test_what_may_be_right_is_left_alone(workflow: Workflow) -> None:
    assert wholes(workflow) == []


def test_a_step_more_takes_no_longer_in_a_larger_definition() -> None:
    """What one step gives is found without looking at every other one; a chain of 800 sorts once took 20 s."""
    looks: list[str] = []
    known = registry.find_action

    class Counting:
        def __getattr__(self, name: str) -> Any:
            return getattr(registry, name)

        def find_action(self, action_id: str) -> Any:
            looks.append(action_id)
            return known(action_id)

    def looked(count: int) -> int:
        sort = {"action": "data.sort_limit"}
        nodes: dict[str, Any] = {"n0": {"action": "data.read_table", "params": {"path": "x.csv"}}}
        for number in range(1, count):
            nodes[f"n{number}"] = {**sort, "params": {"items": f"{{{{ nodes.n{number - 1}.output }}}}", "limit": 3}}
        edges = [{"from": f"n{number - 1}", "to": f"n{number}"} for number in range(1, count)]
        workflow, _ = from_data({"format": 1, "id": "w", "nodes": nodes, "edges": edges})
        assert workflow is not None
        looks.clear()
        catalog: Any = Counting()
        assert validate(workflow, catalog) == []
        return len(looks)

    first, second, third = (looked(count) for count in (20, 40, 60))
    assert third - second == second - first > 0
