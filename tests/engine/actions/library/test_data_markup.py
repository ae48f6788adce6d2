from __future__ import annotations

from floworch.actions.library.data_markup import CHUNK, html_value, parse_html, parse_xml, select_html, xml_value


def nothing() -> None:
    """Never stops."""


def test_a_name_cut_between_two_pieces_is_whole() -> None:
    text = f"<a>{' ' * (CHUNK - 5)}<bcdef>x</bcdef></a>"
    assert xml_value(parse_xml(text, nothing)) == {"bcdef": "x"}
    html = parse_html(text.replace("bcdef", "section"), nothing)
    assert html_value(html)["text"] == "x"
    assert [each["tag"] for each in select_html(html, "a > section")] == ["section"]


def test_what_html_does_not_close_is_closed() -> None:
    tree = parse_html("<ul><li>a<li>b</ul><p>c<p>d</div>", nothing)
    assert [each["text"] for each in select_html(tree, "li, p")] == ["a", "b", "c", "d"]
    assert len(select_html(tree, "ul *")) == 2
