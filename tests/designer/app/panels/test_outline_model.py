"""The rows of the outline: order, containers, frames, notes, and what a search leaves of them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from floworch.model.workflow import Edge, Node, Workflow
from floworch.run.status import NodeStatus
from floworch_designer.app.panels.outline_model import KEY, OutlineModel, in_order, tree_of
from floworch_designer.document.decor import add_group, add_note


def flow(*edges, **parents):
    nodes = {key: Node(action="data.set", parent=parents.get(key)) for key in ("a", "b", "c", "each", "x", "y")}
    return Workflow(id="w", nodes=nodes, edges=tuple(Edge(source=start, target=end) for start, end in edges))


def told(row):
    return [(below.key, told(below)) if below.children else below.key for below in row.children]


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ([], ["a", "b", "c", "each", "x", "y"]),
        ([("c", "a"), ("a", "b")], ["c", "a", "b", "each", "x", "y"]),
        ([("a", "b"), ("b", "a")], ["c", "each", "x", "y", "a", "b"]),
    ],
)
def test_nodes_come_in_the_order_in_which_they_run_and_circles_last(edges, expected):
    assert in_order(flow(*edges)) == expected


def test_bodies_are_below_their_container_and_frames_hold_their_nodes():
    workflow, outer = add_group(flow(x="each", y="each"), ["a", "b", "c"], "Outer")
    workflow, inner = add_group(workflow, ["b", "c"], "Inner")
    workflow, body = add_group(workflow, ["y"])
    workflow, note = add_note(workflow, "\n# Title\ntext", (0, 0))
    tree = tree_of(workflow)
    assert told(tree) == [(outer, ["a", (inner, ["b", "c"])]), ("each", ["x", (body, ["y"])]), note]
    assert tree.children[-1].title == "Title"


def test_a_search_keeps_what_holds_a_node():
    workflow, frame = add_group(flow(x="each", y="each"), ["a", "b"])
    workflow, _ = add_note(workflow, "", (0, 0))
    assert told(tree_of(workflow, ["x", "b"])) == [(frame, ["b"]), ("each", ["x"])]
    assert told(tree_of(workflow, [])) == []


def test_the_model_is_sound_and_speaks(qapp, theme):
    statuses = {"a": NodeStatus.FAILED}
    model = OutlineModel(theme, lambda action: ("edit", "data"), statuses.get)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    workflow, frame = add_group(flow(x="each"), ["a"], "Load")
    model.show(workflow)
    index = model.index_of("a")
    assert index.data(KEY) == "a"
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "a, data.set, Failed"
    assert model.index_of(frame).data(Qt.ItemDataRole.AccessibleTextRole) == "Load, frame"
    assert index.sibling(index.row(), 1).data(Qt.ItemDataRole.ToolTipRole) == "Failed"
    assert model.parent(index) == model.index_of(frame)
    assert not model.index_of("gone").isValid()
    model.show(workflow, ["x"])
    assert set(model.keys) == {"each", "x"}
    assert tester.model() is model
