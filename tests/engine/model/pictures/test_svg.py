"""SVG pictures."""

from __future__ import annotations

from xml.etree import ElementTree

from run_dialogue import workflow

from floworch.model.pictures.svg import to_svg

_NS = {"s": "http://www.w3.org/2000/svg"}


def read(*arguments: object, **fields: object) -> ElementTree.Element:
    return ElementTree.fromstring(to_svg(workflow(*arguments, **fields)))  # type: ignore[arg-type]


def test_every_node_has_a_card_and_every_edge_a_curve() -> None:
    picture = read({"a": {}, "l": {}, "x": {"parent": "l"}, "b": {"disabled": True}}, "a>l", "l:error>b")
    assert [rect.get("class") for rect in picture.iterfind(".//s:g/s:rect", _NS)] == ["card", "card", "frame", "card"]
    assert [path.get("class") for path in picture.iterfind("s:path", _NS)] == ["edge", "edge error"]
    assert [text.text for text in picture.iterfind("s:text", _NS)] == ["error"]
    assert [group.get("class") for group in picture.iterfind("s:g", _NS)] == [None, "off", None, None]


def test_what_people_wrote_is_escaped_and_cut() -> None:
    """A picture is put into web pages: nothing of it may become markup."""
    picture = read({"a": {"title": '</text><script>alert("1")</script>\x00\x1b' + "x" * 50}}, name="<b>&amp;\ud800")
    assert picture.find(".//s:script", _NS) is None
    title = picture.find(".//s:text", _NS)
    assert title is not None
    assert (title.text or "").startswith("</text><script>")
    assert (title.text or "").endswith("\u2026")
    assert picture.findtext("s:title", namespaces=_NS) == "<b>&amp;\ufffd"


def test_an_empty_definition_is_an_empty_picture() -> None:
    assert read({}).get("width") == "24"
