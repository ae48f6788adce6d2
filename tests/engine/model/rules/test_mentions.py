"""What right expressions name, and when they have to be read again (C6.4, C15, designer.md 5.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from floworch.model.rules.draft import Draft
from floworch.model.rules.expressions import check_expressions
from floworch.model.rules.mentions import Mentions, still_right
from floworch.model.workflow import Input, Workflow

Make = Callable[..., Workflow]


def log(text: str) -> dict[str, Any]:
    return {"action": "util.log", "params": {"message": text}}


@pytest.fixture
def start(workflow: Make) -> Workflow:
    nodes = {
        "a": log("{{ inputs.n }} {{ inputs.n }}"),
        "box": {"action": "flow.foreach", "params": {"items": "{{ nodes.a.output }}"}},
        "in": {**log("{{ nodes.a.output }} {{ secrets.key }}"), "parent": "box"},
        "z": log("{{ nodes.box.errors }} {{ nodes['my-id'].output }}"),
        "my-id": log("words"),
        "bad": log("{{ nodes.gone }}"),
        "late": log("{{ nodes.z.output }}"),
    }
    return workflow(nodes, ["a>box", "box>z", "my-id>z"], inputs={"n": {}})


def examined(workflow: Workflow, catalog: Any, past: Any = None) -> Draft:
    draft = Draft(workflow, catalog, past=past, keep=True)
    check_expressions(draft)
    return draft


def test_what_right_expressions_name_is_kept_once_and_nothing_of_wrong_ones(start: Workflow, catalog: Any) -> None:
    catalog.knows_secret = lambda name: True
    kept = examined(start, catalog).kept
    assert kept is not None
    found = {name: Mentions(*(tuple(sorted(part)) for part in each)) for name, each in kept.mentions.items()}
    assert found == {
        "a": Mentions(inputs=("n",)),
        "box": Mentions(nodes=("a",), pairs=(("a", "box"),)),
        "in": Mentions(secrets=("key",), nodes=("a",), pairs=(("a", "box"),)),
        "z": Mentions(nodes=("box", "my-id"), pairs=(("box", "z"), ("my-id", "z"))),
        "my-id": Mentions(),
    }
    assert kept.secrets == {"key"}


def test_they_are_read_again_when_what_they_name_is_another(start: Workflow, catalog: Any) -> None:
    known = {"key"}
    catalog.knows_secret = known.__contains__
    kept = examined(start, catalog).kept
    every = {"a", "box", "in", "z", "my-id"}

    def right(now: Workflow) -> set[str]:
        return set(still_right(Draft(now, catalog, past=kept)))

    def other(name: str, **fields: Any) -> Workflow:
        return start.replace(nodes={**start.nodes, name: start.nodes[name].replace(**fields)})

    assert right(start) == every
    assert right(start.replace(inputs={"n": Input(type="integer")})) == every - {"a"}
    assert right(start.replace(inputs={**start.inputs, "m": Input()})) == every
    assert right(other("a", title="A")) == every - {"a"}
    assert right(other("a", action="data.set")) == every - {"a", "box", "in"}
    assert right(other("box", action="flow.try")) == every - {"box", "in", "z"}
    assert right(other("in", parent=None)) == every - {"in"}
    assert right(start.replace(edges=start.edges[1:])) == every - {"box", "in"}
    assert right(start.replace(edges=start.edges[:2])) == every - {"z"}
    assert right(start.replace(nodes={k: v for k, v in start.nodes.items() if k != "my-id"})) == every - {"my-id", "z"}
    known.clear()
    assert right(start) == every - {"in"}


def test_what_is_said_once_for_all_is_read_every_time(workflow: Make, catalog: Any) -> None:
    """Who of two says it hangs on the other one, which may be mended or go."""
    catalog.knows_secret = lambda name: False
    nodes = {"a": log("{{ inputs.n * 2 }}"), "b": log("{{ inputs.n * 2 }}"), "c": log("{{ secrets.key }}")}
    now = workflow({**nodes, "d": log("{{ secrets.key }}")}, inputs={"n": {"type": "integer"}})
    draft = examined(now, catalog)
    assert [problem.node for problem in draft.problems] == ["a", "c"]
    assert still_right(Draft(now, catalog, past=draft.kept)) == {}


def test_all_is_read_again_when_a_layer_gives_other_names(workflow: Make, catalog: Any) -> None:
    names = {"retry": frozenset({"error"})}
    catalog.layer_names = lambda use: names.get(use, frozenset())
    layer = {"use": "retry", "with": {"note": "{{ error.kind }}"}}
    now = workflow({"a": {"middleware": [layer]}, "b": None})
    kept = examined(examined(now, catalog).workflow, catalog, examined(now, catalog).kept).kept
    assert set(still_right(Draft(now, catalog, past=kept))) == {"a", "b"}
    names.clear()
    assert still_right(Draft(now, catalog, past=kept)) == {}
