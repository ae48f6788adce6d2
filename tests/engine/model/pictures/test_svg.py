"""SVG pictures."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from run_dialogue import workflow

from floworch.model.pictures.svg import to_svg

_NS = {"s": "http://www.w3.org/2000/svg"}


def read(*arguments: object, **fields: object) -> ElementTree.Element:
    return ElementTree.fromstring(to_svg(workflow(*arguments, **fields)))  # type: ignore[arg-type]


def test_every_node_has_a_card_and_every_edge_a_curve() -> None:
    picture = read({"a": {}, "l": {}, "x": {"parent": "l"}, "b": {"disabled": True}}, "a>l", "l:error>b")
    kinds = [rect.get("class") for rect in picture.iterfind(".//s:g/s:rect", _NS) if rect.get("class")]
    assert kinds == ["frame", "card", "card", "card"]
    assert [path.get("class") for path in picture.iterfind("s:path", _NS)] == ["edge", "edge error"]
    assert _texts(picture, "port") == ["error"]
    assert [group.get("class") for group in picture.iterfind("s:g", _NS)] == [None, None, "off", None]


def _texts(picture: ElementTree.Element, style: str) -> list[str | None]:
    return [text.text for text in picture.iterfind(".//s:text", _NS) if text.get("class") == style]


def test_ports_are_named_on_the_card_and_conditions_on_their_edge() -> None:
    cases = [{"when": "{{ inputs.amount > 9 }}", "port": "big"}, {"when": "inputs.vip", "port": "vip"}]
    nodes: dict[str, object] = {
        "s": {"action": "flow.switch", "params": {"cases": cases, "default": "other"}},
        "q": {"action": "flow.if", "params": {"condition": "{{ inputs.amount > 5 }}"}},
        "z": {},
    }
    picture = read(nodes, "s:other>z", "s:vip>z", "s:big>q", "q:false>z", "q:true>z")
    ports = _texts(picture, "port")
    assert {"big", "vip", "other", "true", "false"} == set(ports)
    assert ports.index("big") < ports.index("vip") < ports.index("other")
    said = ["inputs.amount > 5", "inputs.amount > 9", "inputs.vip", "otherwise", "otherwise"]
    assert sorted(_texts(picture, "on"), key=str) == said
    assert "inputs.amount > 5" in _texts(picture, "detail")


def test_a_condition_that_has_no_room_on_its_edge_stands_at_its_port() -> None:
    """A picture has no tooltip that would tell it, as the canvas has."""
    cases = [{"when": "inputs.amount > 9", "port": "big"}, {"when": "inputs.vip", "port": "vip"}]
    nodes: dict[str, object] = {"s": {"action": "flow.switch", "params": {"cases": cases}}, "y": {}, "z": {}}
    places = {"s": [0, 0], "y": [256, 0], "z": [600, 0]}
    portals = [{"from": "s", "port": "vip", "to": "z"}]
    near = read(nodes, "s:big>y", "s:vip>z", view={"nodes": places, "portals": portals})
    assert _texts(near, "port") == ["big: inputs.amount > 9", "vip: inputs.vip"]
    assert _texts(near, "on") == []
    far = read(nodes, "s:big>y", "s:vip>z", view={"nodes": {**places, "y": [600, 90]}})
    assert _texts(far, "port") == ["big", "vip"]
    assert _texts(far, "on") == ["inputs.amount > 9", "inputs.vip"]


def test_edges_for_errors_are_dashed_red_and_marked_at_their_port() -> None:
    """(designer.md section 3: dashed 6-4, "!" at the source port, its port an octagon)"""
    text = to_svg(workflow({"a": {}, "b": {}}, "a:error>b", "a:done>b"))
    assert ".error{stroke:#c7262b;stroke-dasharray:6 4}" in text
    picture = ElementTree.fromstring(text)
    octagon = picture.find(".//s:polygon", _NS)
    assert octagon is not None
    corners = [tuple(map(float, each.split(","))) for each in (octagon.get("points") or "").split()]
    assert len(corners) == 8
    x, y = (sum(corner[at] for corner in corners) / 8 for at in (0, 1))
    (mark,) = [each for each in picture.iterfind(".//s:text", _NS) if each.text == "!"]
    assert 0 < float(mark.get("x") or 0) - x < 12
    assert -12 < float(mark.get("y") or 0) - y < 0
    assert len([each for each in picture.iterfind(".//s:rect", _NS) if each.get("class") == "dot"]) == 1, "done"


def test_what_stands_on_edges_is_above_them_and_below_the_cards() -> None:
    nodes: dict[str, object] = {"q": {"action": "flow.if", "params": {"condition": "a"}}, "z": {}}
    lines = to_svg(workflow(nodes, "q:true>z")).split("\n")
    order = [next(at for at, line in enumerate(lines) if part in line) for part in ('"edge"', '"pill"', '"card"')]
    assert order == sorted(order)


def test_nodes_stand_where_the_canvas_has_them_when_it_has_all() -> None:
    nodes: dict[str, object] = {"a": {}, "b": {}}
    drawn = read(nodes, "b>a", view={"nodes": {"a": [0, 0], "b": [500, 300]}})
    cards = [rect for rect in drawn.iterfind(".//s:g/s:rect", _NS) if rect.get("class") == "card"]
    (ax, ay), (bx, by) = [(float(rect.get("x") or 0), float(rect.get("y") or 0)) for rect in cards]
    assert (bx - ax, by - ay) == (500, 300)
    for view in ({"nodes": {"a": [0, 0]}}, {"nodes": {"a": [0, 0], "b": [None, "x"]}}, {"nodes": 7}):
        cards = [rect for rect in read(nodes, "b>a", view=view).iterfind(".//s:g/s:rect", _NS) if rect.get("class")]
        assert float(cards[0].get("x") or 0) > float(cards[1].get("x") or 0), "in layers"


def test_everything_drawn_lies_in_the_picture_and_edges_pass_no_card() -> None:
    """An edge that passes columns has a lane of its own in each."""
    definition = workflow({name: {} for name in "abcd"}, "a>b", "b>c", "c>d", "a>d", "a>c")
    picture = ElementTree.fromstring(to_svg(definition))
    high = float(picture.get("height") or 0)
    curves = [path.get("d") or "" for path in picture.iterfind("s:path", _NS)]
    for curve in curves:
        assert all(0 <= float(y) <= high for y in re.findall(r"[-0-9.]+ ([-0-9.]+)", curve))
    cards = [rect for rect in picture.iterfind(".//s:g/s:rect", _NS) if rect.get("class") == "card"]
    heights = [(float(rect.get("y") or 0), float(rect.get("y") or 0) + 64) for rect in cards]
    lane = float(re.findall(r"C[-0-9.]+ [-0-9.]+ [-0-9.]+ [-0-9.]+ [-0-9.]+ ([-0-9.]+)", curves[3])[0])
    assert not heights[1][0] <= lane <= heights[1][1]
    assert not heights[2][0] <= lane <= heights[2][1]


def test_what_people_wrote_is_escaped_and_cut() -> None:
    """A picture is put into web pages: nothing of it may become markup."""
    picture = read({"a": {"title": '</text><script>alert("1")</script>\x00\x1b' + "x" * 50}}, name="<b>&amp;\ud800")
    assert picture.find(".//s:script", _NS) is None
    title = _texts(picture, "title")[0] or ""
    assert title.startswith("</text><script>")
    assert title.endswith("\u2026")
    assert picture.findtext("s:title", namespaces=_NS) == "<b>&amp;\ufffd"


def test_an_empty_definition_is_an_empty_picture() -> None:
    assert [text.text for text in read({}).iterfind("s:text", _NS)] == ["t"]
