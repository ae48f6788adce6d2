"""Long values in parts: nothing is lost between two, and none is made before it is asked for (designer.md §6)."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from floworch.model.values import encode
from floworch_designer.inspector import value_parts
from floworch_designer.inspector.value_parts import HTML, ROWS, HtmlParts, KeptRows, KeptText, TextParts
from floworch_designer.inspector.values import TEXT_LIMIT


def all_of(parts):
    found = [parts.part(0)]
    while parts.follows(len(found) - 1):
        found.append(parts.part(len(found)))
    return found


def test_a_long_text_is_all_there_in_parts():
    text = "".join(map(str, range(60_000)))
    found = all_of(TextParts(text))
    assert "".join(found) == text
    assert len(found) == TextParts(text).total > 2
    assert max(map(len, found)) <= TEXT_LIMIT
    assert TextParts("").part(0) == ""


def test_any_other_value_is_all_there_in_parts_of_its_json_text():
    value = {"rows": [{"n": number, "text": "x" * 40} for number in range(5000)], "long": "y" * (2 * TEXT_LIMIT)}
    found = all_of(TextParts(value))
    assert json.loads("".join(found)) == value
    assert max(map(len, found)) <= TEXT_LIMIT


def test_what_comes_after_a_part_is_not_made_before_it_is_asked_for():
    class Rows(list):
        asked = 0

        def __iter__(self):
            for each in super().__iter__():
                Rows.asked += 1
                yield each

    parts = TextParts(Rows([{"n": number} for number in range(100_000)]))
    parts.part(0)
    assert parts.follows(0)
    assert Rows.asked < 20_000


@given(st.text(alphabet=st.sampled_from('a"\\\nü€😀\t\x01/u0041'), max_size=400), st.integers(3, 40))
def test_a_kept_text_is_cut_inside_no_letter_and_no_escape(text, size):
    kept, old = encode(text), value_parts.TEXT_LIMIT
    value_parts.TEXT_LIMIT = size + 12
    try:
        assert "".join(all_of(KeptText(kept))) == text
    finally:
        value_parts.TEXT_LIMIT = old


def test_another_kept_value_is_shown_as_it_is_written():
    kept = encode({"a": "ü" * 90_000})
    found = all_of(KeptText(kept))
    assert "".join(found).encode() == kept
    assert len(found) == 2


def test_rows_of_a_kept_list_come_part_by_part_and_again():
    rows = [{"n": number, "text": 'ü,]}{"' * 3} for number in range(3 * ROWS + 7)]
    for value in (rows, {"count": len(rows), "about": {"a": [1]}, "rows": rows, "more": 1}):
        kept = KeptRows(encode(value))
        assert kept.found
        parts = all_of(kept)
        assert [row for part in parts for row in part] == rows
        assert [len(part) for part in parts] == [ROWS, ROWS, ROWS, 7]
        assert kept.part(1) == parts[1]
        assert kept.first(3) == 3 * ROWS


def test_rows_larger_than_what_is_looked_at_end_the_list(monkeypatch):
    monkeypatch.setattr(value_parts, "_WINDOW", 1000)
    rows = [{"n": number, "text": "x" * 90} for number in range(50)]
    assert [row for part in all_of(KeptRows(encode(rows))) for row in part] == rows
    huge = [{"n": 1}, {"text": "x" * 5000}, {"n": 2}]
    assert all_of(KeptRows(encode(huge))) == [[{"n": 1}], []]


def test_what_holds_no_list_of_rows_has_none():
    for value in ("text", [1, 2, 3], {"a": 1}, {"a": [1]}, [], {}, 5, None):
        kept = KeptRows(encode(value))
        assert not kept.found, value
        assert not kept.follows(0)


def test_a_page_is_cut_between_tags_and_without_what_nobody_reads():
    page = "<head><title>t</title></head><style>p{}</style><script>if (a > b) {}</script><!-- c --><p>words</p>" * 500
    found = all_of(HtmlParts(page))
    assert "".join(found) == "<p>words</p>" * 500
    assert max(map(len, found)) <= HTML
    assert all(part.endswith(">") for part in found)
    assert HtmlParts("<script>never closed").part(0) == ""
