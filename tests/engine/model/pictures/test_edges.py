"""Knots, portals and right angles in exported pictures."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from floworch.model.pictures.svg import to_svg
from floworch.model.workflow import Edge, Node, Workflow

SVG = "{http://www.w3.org/2000/svg}"


def picture(square=False, places=True, **view):
    nodes = {key: Node(action="data.set") for key in "abc"}
    where = {"nodes": {"a": [100, 100], "b": [500, 100], "c": [900, 300]}} if places else {}
    edges = (Edge(source="a", target="b"), Edge(source="b", target="c"))
    workflow = Workflow(id="w", nodes=nodes, edges=edges, view={**where, **view})
    return ElementTree.fromstring(to_svg(workflow, square))


def edges(root):
    return [path.get("d") for path in root.iter(f"{SVG}path") if (path.get("class") or "").startswith("edge")]


def dots(root):
    return [
        (circle.get("cx"), circle.get("cy")) for circle in root.iter(f"{SVG}circle") if circle.get("class") == "knot"
    ]


def test_an_edge_bends_through_its_knot_where_the_canvas_has_it():
    root = picture(knots=[{"from": "a", "to": "b", "at": [400, 300]}])
    corner = next(rect for rect in root.iter(f"{SVG}rect") if rect.get("class") == "card")
    x, y = float(corner.get("x")) + 300, float(corner.get("y")) + 200
    assert dots(root) == [(f"{x:g}", f"{y:g}")]
    assert f" {x:g} {y:g}C" in edges(root)[0]


def test_what_a_layout_laid_bends_the_edge_and_has_no_dot():
    laid = {"from": "a", "to": "b", "at": [400, 300], "laid": True}
    root = picture(knots=[laid])
    assert dots(root) == []
    assert edges(root) == edges(picture(knots=[{**laid, "laid": False}]))
    assert len(dots(picture(knots=[laid, {**laid, "at": [450, 300], "laid": False}]))) == 2, "a person bent it further"


def test_knots_do_not_count_where_the_picture_places_the_nodes_itself():
    assert dots(picture(places=False, knots=[{"from": "a", "to": "b", "at": [400, 300]}])) == []


def test_portals_are_two_tags_of_one_name_and_no_edge_between():
    root = picture(portals=[{"from": "a", "to": "b", "name": "Orders & more"}])
    tags = [rect for rect in root.iter(f"{SVG}rect") if rect.get("class") == "tag"]
    words = [text.text for text in root.iter(f"{SVG}text") if text.text == "Orders & more"]
    assert len(tags) == len(words) == 2
    assert len(edges(root)) == 3  # two short ends and the other edge
    assert float(root.get("width")) >= max(float(tag.get("x")) + float(tag.get("width")) for tag in tags)


@pytest.mark.parametrize("view", [{}, {"knots": [{"from": "a", "to": "b", "at": [400, 300]}]}])
def test_right_angles_are_drawn_on_demand(view):
    assert edges(picture(True, **view))[1] != edges(picture(False, **view))[1]
    assert len(edges(picture(True, **view))) == 2
