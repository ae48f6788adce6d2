"""The canvas's picture follows every edit exactly as if it were built anew."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from floworch.model.workflow import Workflow
from floworch_designer.canvas.graph import CanvasGraph
from floworch_designer.document import edits
from floworch_designer.document.changes import EVERYTHING, diff


def picture(graph: CanvasGraph) -> dict[str, Any]:
    return {
        "boxes": {key: (box.rect, box.shape, box.used, box.fed, box.container) for key, box in graph.boxes.items()},
        "wires": [(wire.index, wire.source.id, wire.port, wire.target.id, wire.points) for wire in graph.wires],
        "near": set(graph.box_grid.near((-9e5, -9e5, 9e5, 9e5))),
        "wires near": len(graph.wire_grid),
    }


STEP = st.tuples(st.integers(0, 7), st.integers(0, 20), st.integers(0, 20))


def edited(workflow: Workflow, kind: int, first: int, second: int) -> Workflow:
    ids = list(workflow.nodes)
    if kind == 0 or len(ids) < 2:
        return edits.add_node(workflow, "data.set", {}, (first * 50, second * 40))[0]
    a, b = ids[first % len(ids)], ids[second % len(ids)]
    if kind == 1 and edits.may_connect(workflow, a, b, "error") == "":
        return edits.connect(workflow, a, "error" if second % 2 else "out", b)
    actions = {
        2: lambda: edits.remove(workflow, {a}, reconnect=True),
        3: lambda: edits.move(workflow, {a: (first * 31, second * 17)}),
        4: lambda: edits.set_field(workflow, a, "title", "t" * second),
        5: lambda: edits.set_parent(workflow, {a}, b if second % 2 else None),
        6: lambda: edits.rename(workflow, a, edits.fresh_id(workflow, f"q{second}")),
        7: lambda: edits.duplicate(workflow, {a})[0],
    }
    return actions[kind]() if kind in actions else workflow


#: A frame inside a frame loses its body: the outer one is fitted around the card it has become.
UNFRAMED = [(0, 0, 0), (0, 0, 0), (0, 0, 0), (5, 0, 1), (7, 0, 0), (5, 0, 3), (2, 0, 0)]


@example(UNFRAMED)
@given(st.lists(STEP, max_size=20))
@settings(max_examples=150)
def test_following_changes_gives_what_building_anew_gives(steps: list[tuple[int, int, int]]) -> None:
    workflow = Workflow(id="w")
    followed = CanvasGraph()
    followed.follow(workflow, EVERYTHING)
    for kind, first, second in steps:
        after = edited(workflow, kind, first, second)
        followed.follow(after, diff(workflow, after))
        workflow = after
    fresh = CanvasGraph()
    fresh.build(workflow)
    assert picture(followed)["boxes"] == picture(fresh)["boxes"]
    assert picture(followed) == picture(fresh)


def test_statuses_and_badges_survive_an_edit() -> None:
    workflow, node = edits.add_node(Workflow(id="w"), "data.set", {}, (0, 0))
    graph = CanvasGraph()
    graph.build(workflow)
    graph.set_badges({node: "error"})
    graph.boxes[node].live.status = None
    live = graph.boxes[node].live
    after = edits.set_field(workflow, node, "title", "New")
    graph.follow(after, diff(workflow, after))
    assert graph.boxes[node].badge == "error"
    assert graph.boxes[node].live is live
    assert graph.boxes[node].content.title == "New"
