"""A ChangeSet names exactly what differs."""

from __future__ import annotations

from floworch.model.workflow import Workflow
from floworch_designer.document import edits
from floworch_designer.document.changes import EVERYTHING, ChangeSet, diff


def test_equal_workflows_have_no_difference_even_when_they_are_copies() -> None:
    workflow, _ = edits.add_node(Workflow(id="w"), "data.set", {"v": 1}, (1, 2))
    assert not diff(workflow, workflow)
    assert not diff(workflow, Workflow.model_validate(workflow.model_dump(by_alias=True)))
    assert ChangeSet() == diff(workflow, workflow)
    assert EVERYTHING


def test_a_title_is_a_node_change_and_a_name_is_meta() -> None:
    workflow, node = edits.add_node(Workflow(id="w"), "data.set", {}, (1, 2))
    assert diff(workflow, edits.set_field(workflow, node, "title", "T")) == ChangeSet(nodes=frozenset({node}))
    assert diff(workflow, edits.set_meta(workflow, name="N")) == ChangeSet(meta=True)
