"""How a difference is drawn on the canvas."""

from __future__ import annotations

import pytest

from floworch.model.workflow import Edge, Node, Workflow
from floworch_designer.canvas.differing import LOOKS, Marks


@pytest.fixture
def shown(qtbot, theme):
    from floworch.actions.registry import registry
    from floworch_designer.canvas.view import CanvasView
    from floworch_designer.document import Document, Selection

    nodes = {"a": Node(action="data.set"), "b": Node(action="util.log")}
    document = Document(validate=lambda _: ())
    view = CanvasView(document, Selection(), theme, registry)
    qtbot.addWidget(view)
    document.reset(Workflow(id="w", nodes=nodes, edges=(Edge(source="a", target="b"),),
                            view={"nodes": {"a": [0, 0], "b": [400, 0]}}))  # fmt: skip
    view.resize(800, 400)
    view.show()
    view.fit()
    return view


def picture_of(view, marks):
    view.overlay.marks = marks
    view.repaint_all()
    return view.grab().toImage()


@pytest.mark.parametrize("kind", LOOKS)
def test_every_kind_of_node_has_its_own_ring(shown, kind):
    plain = picture_of(shown, None)
    mine = picture_of(shown, Marks({"a": kind}))
    assert mine != plain
    assert all(picture_of(shown, Marks({"a": other})) != mine for other in LOOKS if other != kind)


def test_the_kinds_differ_without_colour():
    assert len({dashes for _, dashes in LOOKS.values()}) == len(LOOKS)


def test_edges_and_former_places_are_drawn(shown):
    plain = picture_of(shown, Marks())
    assert picture_of(shown, Marks(edges={("a", "out", "b"): "removed"})) != plain
    assert picture_of(shown, Marks(came_from={"a": (0.0, 120.0)})) != plain
    assert picture_of(shown, Marks(edges={("b", "out", "a"): "added"}, came_from={"gone": (0.0, 0.0)})) == plain
