"""Which nodes the form of a run is about (C7.6)."""

from __future__ import annotations

from typing import Any

import pytest
from run_dialogue import NoCatalog, workflow

from floworch.actions.registry import registry
from floworch.errors import UsageError
from floworch.model.workflow import Workflow
from floworch.run.explanation import Form
from floworch.run.selection import Selection, can_be_pinned

FLOW = workflow(
    {"a": {}, "b": {}, "c": {}, "d": {"pin": 1}, "e": {}, "loop": {}, "x": {"parent": "loop"}},
    "a>b", "b>c", "c>d", "d>e", "a>e",
)  # fmt: skip


def select(definition: Workflow = FLOW, **form: Any) -> Selection:
    return Selection(definition, Form(**form), NoCatalog())  # type: ignore[arg-type]


def names(which: str, definition: Workflow = FLOW, **form: Any) -> list[str]:
    selection = select(definition, **form)
    return sorted(selection.graph.ids[i] for i in getattr(selection, which))


def test_members_lead_to_the_goal_as_far_as_pins_reach() -> None:
    """C7.6"""
    assert names("members") == ["a", "b", "c", "d", "e", "loop"]
    assert names("members", to=("c",)) == ["a", "b", "c"]
    assert names("members", to=("e",)) == ["a", "d", "e"]
    assert names("members", to=("e",), from_=("b",)) == ["a", "b", "d", "e"]
    assert names("members", to=("c", "loop")) == ["a", "b", "c", "loop"]


def test_pins_count_in_parts_only_and_not_where_a_run_begins() -> None:
    """interfaces.md section 1"""
    assert names("pinned") == []
    assert names("pinned", to=("e",)) == ["d"]
    assert names("pinned", from_=("d",)) == []
    off = workflow({"d": {"pin": 1, "disabled": True}})
    assert names("pinned", off, to=("d",)) == []


def test_below_the_nodes_to_run_from_lies_everything_downstream() -> None:
    assert names("below_from", from_=("b",)) == ["b", "c", "d", "e"]
    assert names("below_from", from_=("e", "loop")) == ["e", "loop"]


@pytest.mark.parametrize(
    ("form", "message", "hint"),
    [
        ({"to": ("bb",)}, "has no node 'bb'", "Did you mean 'b'?"),
        ({"from_": ("zzz",)}, "has no node 'zzz'", "There is: "),
        ({"to": ("x",)}, "is inside 'loop'", "Name 'loop'."),
        ({"to": ("c",), "from_": ("e",)}, "'e' to run from does not lead to 'c'", "lies above it"),
    ],
)
def test_names_that_do_not_fit_are_refused(form: dict[str, Any], message: str, hint: str) -> None:
    """C7.6"""
    with pytest.raises(UsageError) as caught:
        select(**form)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_choice_cannot_be_pinned_because_an_output_names_no_port() -> None:
    assert can_be_pinned({}, registry.find_action("util.log"))
    assert can_be_pinned({}, None)
    assert not can_be_pinned({"condition": True}, registry.find_action("flow.if"))


def test_a_failure_is_handled_as_this_definition_says() -> None:
    """C4.2"""
    definition = workflow({"a": {}, "b": {"on_error": "continue"}, "c": {}, "d": {}}, "a:error>d")
    found = select(definition)
    index = found.graph.index
    assert found.handles(index["a"], {})
    assert not found.handles(index["a"], {"uncaught": True})
    assert found.handles(index["b"], {"uncaught": True})
    assert not found.handles(index["c"], {})
