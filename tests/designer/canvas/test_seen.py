"""Which cards a rectangle shows."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from floworch.model.workflow import Workflow
from floworch_designer.canvas.folding import fold
from floworch_designer.canvas.geometry import overlaps
from floworch_designer.canvas.graph import CanvasGraph
from floworch_designer.canvas.seen import seen
from floworch_designer.document import edits


@example((-112, -112), (100, 100), False)
@given(
    st.tuples(st.integers(-700, 700), st.integers(-700, 700)),
    st.tuples(st.integers(0, 300), st.integers(0, 300)),
    st.booleans(),
)
def test_what_is_seen_of_many_cards_is_what_each_would_say_by_itself(
    at: tuple[int, int], size: tuple[int, int], folded: bool
) -> None:
    workflow = Workflow(id="w")
    for place in ((0, 0), (300, 40), (-400, 200), (60, -350)):
        workflow, last = edits.add_node(workflow, "flow.foreach", {"items": [1]}, place)
    workflow, inner = edits.add_node(workflow, "data.set", {}, (90, -300))
    workflow = edits.set_parent(workflow, {inner}, last)
    graph = CanvasGraph()
    graph.build(workflow)
    if folded:
        fold(graph, workflow, [last], True)
    rect = (at[0], at[1], at[0] + size[0], at[1] + size[1])
    boxes = list(graph.boxes.values())
    assert list(seen(rect, boxes)) == [box for box in boxes if overlaps(rect, box.painted)]
