"""Folded frames tell what their nodes came to."""

from __future__ import annotations

from typing import Any

from floworch.run.status import NodeStatus as S
from floworch_designer.canvas.items.group import ORDER, counts, summary
from floworch_designer.document import decor as stored


def group(view: Any, nodes: list[str]) -> Any:
    made, key = stored.add_group(view.document.workflow, nodes, "Load")
    view.document.apply(made, "Frame")
    return view.graph.decor.groups[key]


def test_without_a_run_it_counts_its_nodes(view: Any) -> None:
    assert summary(group(view, ["a"])) == "1 node"
    assert summary(group(view, ["b", "e"])) == "4 nodes", "a container counts with its body"


def test_in_a_run_the_gravest_status_comes_first(view: Any) -> None:
    box = group(view, ["a", "b", "c", "d", "u"])
    view.set_statuses({"a": S.COMPLETED, "b": S.COMPLETED, "c": S.RUNNING, "d": S.FAILED})
    assert counts(box) == [(S.FAILED, 1), (S.RUNNING, 1), (S.COMPLETED, 2)]
    assert summary(box) == "1 failed, 1 running, 2 completed"


def test_every_status_has_its_place() -> None:
    assert set(ORDER) == set(S)
