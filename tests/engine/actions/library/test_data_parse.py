from __future__ import annotations

from typing import Any

import pytest

from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action

XML = """<?xml version="1.0"?><o:orders xmlns:o="urn:x"><o:order id="1"><item>pen</item><item>ink</item></o:order>
<o:order id="2">late</o:order><empty/></o:orders>"""
HTML = """<!doctype html><title>Shop</title><script>no()</script><table class="big prices">
<tr><td>Pen<td data-x="1">1 &euro;
<tr><td>Ink</td><td>2</td></table><p id=end>Bye<br>now"""
BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({"text": '{"a": [1, {"b": 12345678901234567890123}]}'}, {"a": [1, {"b": 12345678901234567890123}]}),
        ({"text": '{"a": [1, {"b": 2}]}', "selector": "a[1].b"}, 2),
        ({"text": "a: 1\nb:\n  - x\n  - 2026-01-02\n1: true", "format": "yaml"},
         {"a": 1, "b": ["x", "2026-01-02"], "1": True}),
        ({"text": "base: &b {x: 1}\nmore: {<<: *b, y: 2}", "format": "yaml", "selector": "more"}, {"x": 1, "y": 2}),
        ({"text": 'n,t\n1,"a, ""b"""\n\n2', "format": "csv"}, [{"n": "1", "t": 'a, "b"'}, {"n": "2", "t": None}]),
        ({"text": "1;2\n", "format": "csv", "delimiter": ";", "header": False}, [["1", "2"]]),
        ({"text": XML, "format": "xml", "selector": "order[@id='1']/item"}, ["pen", "ink"]),
        ({"text": XML, "format": "xml", "selector": "//item"}, ["pen", "ink"]),
        ({"text": "\ufeff<a x='1'>t</a>", "format": "xml"}, {"a": {"@x": "1", "#text": "t"}}),
        ({"text": HTML, "format": "html"}, "Shop Pen 1 € Ink 2 Bye now"),
        ({"text": HTML, "format": "html", "selector": "table.prices > tr td[data-x], #end"},
         [{"tag": "td", "attributes": {"data-x": "1"}, "text": "1 €"},
          {"tag": "p", "attributes": {"id": "end"}, "text": "Bye now"}]),
        ({"text": HTML, "format": "html", "selector": "p.none"}, []),
    ],
)  # fmt: skip
def test_texts_become_values(params: dict[str, Any], wanted: Any) -> None:
    assert run_action("data.parse", **params) == wanted


def test_xml_becomes_objects() -> None:
    assert run_action("data.parse", text=XML, format="xml") == {
        "orders": {
            "order": [{"@id": "1", "item": ["pen", "ink"]}, {"@id": "2", "#text": "late"}],
            "empty": None,
        }
    }


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"text": "{"}, "'text' is not JSON: Expecting property name"),
        ({"text": "NaN"}, "'text' is not JSON: NaN is not a JSON value"),
        ({"text": "{}", "selector": "a.b"}, "There is nothing at 'a.b'."),
        ({"text": "a: [", "format": "yaml"}, "'text' is not YAML: "),
        ({"text": "!!python/object/apply:os.system ['true']", "format": "yaml"}, "'text' is not YAML: could not"),
        ({"text": "a: &a [*a]", "format": "yaml"}, "'text' is not YAML: it is too large, or holds itself."),
        ({"text": "<a>", "format": "xml"}, "'text' is not XML: line 1: no element found."),
        ({"text": BOMB, "format": "xml"}, "'text' declares XML entities, which are refused."),
        ({"text": OUTSIDE, "format": "xml"}, "'text' declares XML entities, which are refused."),
        ({"text": "<a>" * 300, "format": "xml"}, "'text' is nested deeper than 200 levels."),
        ({"text": "<a/>", "format": "xml", "selector": "[["}, "'selector' is no path: "),
        ({"text": "<b>" * 300, "format": "html"}, "'text' is nested deeper than 200 levels."),
        ({"text": "<b>", "format": "html", "selector": "b:first"}, "'selector' is not understood: 'b:first'."),
        ({"text": "a\n1,2", "format": "csv"}, "Line 2 has 2 values, but the first line has 1 names."),
        ({"text": 'a\n"x', "format": "csv"}, "'text' is not CSV: "),
    ],
)
def test_wrong_texts_are_named(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.parse", **params)
    assert caught.value.message.startswith(message)
    assert caught.value.kind is ErrorKind.VALIDATION


def test_a_yaml_text_whose_references_multiply_is_refused() -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(ActionError, match="too large"):
        run_action("data.parse", text="\n".join(lines), format="yaml")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("yaml", "- a: 1\n" * 30_000),
        ("xml", f"<a>{'<b/>' * 50_000}</a>"),
        ("html", "<p>x" * 50_000),
        ("csv", "a\n" * 9),
    ],
)
def test_a_stop_is_noticed_while_it_parses(name: str, text: str) -> None:  # (C4.5)
    class Stopping(FakeHost):
        asked = 0

        def cancelled(self, ctx: Any) -> str | None:
            self.asked += 1
            return "cancelled" if self.asked > (0 if name == "csv" else 1) else None

    host = Stopping()
    with pytest.raises(ActionError) as caught:
        run_action("data.parse", host, text=text, format=name)
    assert caught.value.kind is ErrorKind.CANCELLED
    assert host.asked <= 2
