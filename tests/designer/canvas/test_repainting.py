"""What an edit announces as changed is everything that looks different; and two canvases exchange nodes as text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage, QRegion
from pytestqt.qtbot import QtBot

from floworch.model.workflow import Layer, Node, Workflow
from floworch.run.status import NodeStatus
from floworch_designer.canvas import CanvasView, RunInfo
from floworch_designer.canvas.geometry import Rect, contains
from floworch_designer.canvas.graph import CanvasGraph
from floworch_designer.canvas.overlay import reach
from floworch_designer.document import Document, Selection, edits
from floworch_designer.document.changes import diff
from floworch_designer.document.nodes import make_edge
from floworch_designer.theme import Theme

EDITS: dict[str, Any] = {
    "move": lambda wf: edits.move(wf, {"b": (400.0, 230.0)}),
    "move two": lambda wf: edits.move(wf, {"a": (30.0, 60.0), "c": (700.0, 40.0)}),
    "grow a frame": lambda wf: edits.move(wf, {"y": (500.0, 520.0)}),
    "remove a node": lambda wf: edits.remove(wf, {"b"}),
    "remove and reconnect": lambda wf: edits.remove(wf, {"b"}, reconnect=True),
    "remove a frame": lambda wf: edits.remove(wf, {"e"}),
    "remove a member": lambda wf: edits.remove(wf, {"y"}),
    "add": lambda wf: edits.add_node(wf, "data.set", {}, (700.0, 380.0))[0],
    "add into a frame": lambda wf: edits.add_node(wf, "data.set", {}, (600.0, 560.0), "e")[0],
    "connect": lambda wf: edits.connect(wf, "a", "out", "u"),
    "connect backwards": lambda wf: edits.connect(wf, "n", "out", "d"),
    "connect another port": lambda wf: edits.connect(wf, "a", "odd", "u"),
    "disconnect": lambda wf: edits.disconnect(wf, [0]),
    "disconnect inside a frame": lambda wf: edits.disconnect(wf, [2]),
    "title": lambda wf: edits.set_field(wf, "b", "title", "Something else"),
    "wide title": lambda wf: edits.set_field(wf, "b", "title", "t" * 60),
    "title of a frame": lambda wf: edits.set_field(wf, "e", "title", "Loop"),
    "more ports": lambda wf: edits.set_field(wf, "b", "action", "flow.if"),
    "fewer ports": lambda wf: edits.set_field(wf, "d", "action", "data.set"),
    "becomes a frame": lambda wf: edits.set_field(wf, "u", "action", "flow.each"),
    "is a frame no more": lambda wf: edits.set_field(edits.remove(wf, {"x", "y"}), "e", "action", "data.set"),
    "chips": lambda wf: edits.add_layer(wf, "d", Layer(use="cache")),
    "disable": lambda wf: edits.set_disabled(wf, ["b", "e"]),
    "breakpoint": lambda wf: edits.set_field(wf, "b", "breakpoint", True),
    "pin": lambda wf: edits.set_field(wf, "b", "pin", {"output": 1}),
    "notes": lambda wf: edits.set_field(wf, "b", "notes", "Hm"),
    "into a frame": lambda wf: edits.set_parent(wf, {"u"}, "e"),
    "out of a frame": lambda wf: edits.set_parent(wf, {"x"}, None),
    "rename": lambda wf: edits.rename(wf, "b", "second"),
}


def outside(before: QImage, after: QImage, region: QRegion) -> list[QPoint]:
    """Pixels that differ although nobody announced them."""
    found = []
    for y in range(before.height()):
        if before.copy(0, y, before.width(), 1) == after.copy(0, y, before.width(), 1):
            continue
        found += [
            QPoint(x, y)
            for x in range(before.width())
            if before.pixel(x, y) != after.pixel(x, y) and not region.contains(QPoint(x, y))
        ]
    return found


@pytest.mark.parametrize("undo", [False, True])
@pytest.mark.parametrize("name", EDITS)
def test_all_pixels_that_an_edit_changes_are_announced(view: Any, picture: Any, name: str, undo: bool) -> None:
    changed = EDITS[name](view.document.workflow)
    if undo:
        view.document.apply(changed, name)
    before = picture(view)
    said: list[list[Rect] | None] = []
    announce = view.graph_changed
    view.graph_changed = lambda dirty: (said.append(dirty), announce(dirty))
    if undo:
        view.document.undo_stack.undo()
    else:
        view.document.apply(changed, name)
    after = picture(view)
    (dirty,) = said
    assert dirty is not None
    region = QRegion()
    for rect in dirty:
        region += view.camera().rect(rect).toAlignedRect().adjusted(-4, -4, 4, 4)
    assert before != after
    assert outside(before, after, region) == []


@pytest.mark.parametrize("status", [NodeStatus.RUNNING, NodeStatus.FAILED, NodeStatus.COMPLETED, NodeStatus.SKIPPED])
@pytest.mark.parametrize("key", ["a", "b", "e", "x"])
def test_all_pixels_that_a_status_changes_are_near_its_card_or_on_its_wires(
    view: Any, picture: Any, status: NodeStatus, key: str
) -> None:
    view.set_still(True)
    before = picture(view)
    view.set_statuses({key: status})
    view.set_run_info({key: RunInfo(duration=1.5, attempt=2, max_attempts=5, items_done=1, items_total=3)})
    after = picture(view)
    camera = view.camera()
    region = QRegion(reach(view.graph.boxes[key], camera).toAlignedRect())
    for wire in view.graph.wires_of([key]):
        region += camera.rect(wire.bounds).toAlignedRect().adjusted(-3, -3, 3, 3)
    assert before != after
    assert outside(before, after, region) == []


def test_badges_change_only_their_cards(view: Any) -> None:
    dirty = view.graph.set_badges({"a": "error", "nobody": "error"})
    assert dirty == [view.graph.boxes["a"].painted]
    assert view.graph.set_badges({"a": "error"}) == []
    assert len(view.graph.set_badges({"b": "warning"})) == 2
    assert view.graph.boxes["a"].badge == ""


KEYS = "pqrs"


@given(
    st.lists(st.tuples(st.sampled_from(KEYS), st.integers(-600, 600), st.integers(-600, 600)), min_size=1, max_size=4)
)
@settings(max_examples=40)
def test_what_moved_is_dirty_where_it_was_and_where_it_is(moves: list[tuple[str, int, int]]) -> None:
    nodes = {key: Node(action="x") for key in KEYS}
    workflow = Workflow(id="w", nodes=nodes, edges=(make_edge("p", "out", "q"), make_edge("r", "error", "p")))
    workflow = edits.move(workflow, {key: (index * 300.0, 0.0) for index, key in enumerate(KEYS)})
    graph = CanvasGraph()
    graph.build(workflow)
    after = edits.move(workflow, {key: (float(x), float(y)) for key, x, y in moves})
    moved = diff(workflow, after).moved
    spots = [graph.boxes[key].rect[:2] for key in moved]
    ends = [point for wire in graph.wires_of(moved) for point in (wire.points[0], wire.points[-1])]
    dirty = graph.follow(after, diff(workflow, after))
    assert dirty is not None
    spots += [graph.boxes[key].rect[:2] for key in moved]
    ends += [point for wire in graph.wires_of(moved) for point in (wire.points[0], wire.points[-1])]
    assert all(any(contains(rect, point) for rect in dirty) for point in [*spots, *ends])
    assert bool(dirty) is bool(moved)


# two windows


@pytest.fixture
def other(qtbot: QtBot, view: CanvasView) -> CanvasView:
    """A second window on a workflow whose ids clash with the first one's."""
    document = Document(validate=lambda _: ())
    document.reset(Workflow(id="other", nodes={"a": Node(action="data.set", title="mine"), "e": Node(action="x")}))
    made = CanvasView(document, Selection(), Theme("light"), view.registry)
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


@pytest.mark.parametrize(
    ("chosen", "made", "edges"),
    [
        (["a"], {"a_2"}, set()),
        (["a", "b", "c"], {"a_2", "b", "c"}, {"a_2>b", "b>c"}),
        (["e"], {"e_2", "x", "y"}, {"x>y"}),
        (["x"], {"x"}, set()),
        (["u"], {"u"}, set()),
    ],
)
def test_nodes_copied_in_one_window_are_pasted_in_another(
    view: Any, other: CanvasView, chosen: list[str], made: set[str], edges: set[str]
) -> None:
    view.selection.set(chosen)
    view.commands.copy()
    pasted = other.commands.paste((10.0, 1000.0))
    assert set(pasted) == made == other.selection.nodes
    workflow = other.document.workflow
    assert {f"{edge.source}>{edge.target}" for edge in workflow.edges} == edges
    assert workflow.nodes["a"].title == "mine"
    # A member copied without its container goes into the container of that id, where there is one.
    assert {other.graph.boxes[key].node.parent for key in made} <= ({None, "e_2"} if chosen != ["x"] else {"e"})
    assert min(other.node_rect(key).y() for key in made) == pytest.approx(1000, abs=70)
    assert other.document.undo_stack.count() == 1
    other.document.undo_stack.undo()
    assert set(other.document.workflow.nodes) == {"a", "e"}
    assert not other.selection.nodes & made


@pytest.mark.parametrize("text", ["", "just words", '{"nodes": 5}', "[1, 2]"])
def test_pasting_something_else_does_nothing(view: Any, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    before = view.document.workflow
    view.selection.set(["a"])
    assert view.commands.paste() == ()
    assert view.document.workflow is before
    assert view.selection.nodes == {"a"}


def test_cutting_and_pasting_again_in_the_same_window_keeps_the_ids(view: Any, hand: Any) -> None:
    view.selection.set(["a", "b"])
    hand.key(Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier)
    assert not {"a", "b"} & set(view.document.workflow.nodes)
    assert set(view.commands.paste()) == {"a", "b"}
    assert make_edge("a", "out", "b") in view.document.workflow.edges
    assert view.document.undo_stack.count() == 2


def test_copying_nothing_leaves_the_clipboard_alone(view: Any) -> None:
    QGuiApplication.clipboard().setText("precious")
    view.selection.set([], [0])
    view.commands.copy()
    view.commands.cut()
    assert QGuiApplication.clipboard().text() == "precious"
    assert view.document.undo_stack.count() == 0


def test_pasted_nodes_do_not_land_on_others(view: Any) -> None:
    view.selection.set(["a"])
    view.commands.copy()
    (first,) = view.commands.paste()
    (second,) = view.commands.paste()
    rects = [QRect(view.node_rect(key).toAlignedRect()) for key in ("a", "b", first, second)]
    assert not any(one.intersects(two) for i, one in enumerate(rects) for two in rects[i + 1 :])


def test_a_level_wire_is_painted_again_in_its_whole_length(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = edits.add_node(Workflow.model_validate({"id": "w"}), "data.set", {}, (0.0, 0.0))
    made, _ = edits.add_node(made, "data.set", {}, (400.0, 0.0))
    document = Document()
    document.reset(edits.connect(made, "set", "out", "set_2"))
    view = CanvasView(document, Selection(), Theme("dark"), None)
    qtbot.addWidget(view)
    view.resize(900, 400)
    view.fit()
    wire = view.graph.wires[0]
    assert len({y for _, y in wire.points}) == 1, "the wire is level"
    regions: list[QRegion] = []
    real = view.viewport()

    class Watched:
        rect, devicePixelRatioF = real.rect, real.devicePixelRatioF

        @staticmethod
        def update(region: QRegion) -> None:
            regions.append(region)

    monkeypatch.setattr(view, "viewport", Watched)
    view.set_statuses({"set_2": NodeStatus.RUNNING})
    middle = view.camera().rect(wire.bounds).center().toPoint()
    assert any(region.contains(middle) for region in regions)
