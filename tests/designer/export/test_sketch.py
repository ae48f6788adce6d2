"""Small pictures of definitions, in the colours of the theme."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize

from floworch.model.workflow import Edge, Node, Workflow
from floworch_designer.export.sketch import sketch
from floworch_designer.theme.theme import Theme

FLOW = Workflow(
    id="demo",
    name="Demo",
    description="A title that the picture leaves out",
    nodes={"a": Node(action="data.set"), "b": Node(action="flow.if", params={"condition": "true"})},
    edges=(Edge(source="a", target="b"),),
)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_it_stands_on_the_colour_of_the_canvas_and_has_cards_of_the_theme(qapp, name):
    theme = Theme(name)
    picture = sketch(FLOW, theme, QSize(400, 200), 1.0)
    assert picture.size() == QSize(400, 200)
    image = picture.toImage()
    colours = [image.pixelColor(x, y).name() for x in range(0, 400, 2) for y in range(0, 200, 2)]
    assert colours.count(theme.color("canvas").name()) > len(colours) / 2
    assert colours.count(theme.color("card").name()) > 50
    assert image.pixelColor(0, 0).alpha() == 0, "the corners are round"


def test_the_title_takes_no_room(qapp):
    theme = Theme("dark")
    plain = Workflow(id="demo", nodes=FLOW.nodes, edges=FLOW.edges)
    assert sketch(FLOW, theme, QSize(300, 100)).toImage() == sketch(plain, theme, QSize(300, 100)).toImage()


def test_an_empty_definition_is_an_empty_picture(qapp):
    image = sketch(Workflow(id="none"), Theme("dark"), QSize(80, 40), 1.0).toImage()
    assert {image.pixelColor(x, 20).name() for x in range(80)} == {Theme("dark").color("canvas").name()}
