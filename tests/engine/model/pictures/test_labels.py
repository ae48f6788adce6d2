"""What stands on edges: as much of a condition as has room, half-way, and beside knots."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.model.pictures.labels import (
    HEIGHT,
    LEVEL,
    around,
    condensed,
    condition_lines,
    elided,
    error_line,
    place,
    room_for,
    spread,
    text_width,
)
from floworch.model.pictures.routes import through

START, END = (0.0, 0.0), (300.0, 100.0)
WAY = through(START, (), END)


def test_a_text_that_fits_is_said_in_one_line() -> None:
    assert elided("a >\n   5", 1000.0) == "a > 5"


@given(st.text(st.characters(exclude_characters="\u2026"), max_size=80), st.floats(40, 200))
def test_a_text_that_does_not_fit_keeps_its_beginning_and_its_end(text: str, room: float) -> None:
    """As the canvas elides it: it begins with what it looks at and ends with what it compares that to."""
    line, said = " ".join(text.split()), elided(text, room)
    assert text_width(said) <= room
    if said != line:
        begin, _, end = said.partition("\u2026")
        assert line.startswith(begin)
        assert line.endswith(end)
        assert begin
        assert end


def test_as_much_is_kept_of_the_beginning_as_of_the_end() -> None:
    assert elided("x" * 40, 70.0, len) == "x" * 40
    assert elided("a" * 20 + "b" * 20, 11.0, len) == "aaaaa\u2026bbbbb"


@pytest.mark.parametrize(
    ("text", "room", "said"),
    [
        ("nodes.sort.output.text > 2", 26, "nodes.sort.output.text > 2"),
        ("nodes.sort.output.text > 2", 24, "\u2026sort.output.text > 2"),
        ("nodes.sort.output.text > 2", 12, "\u2026text > 2"),
        ("nodes.sort.output.text > 2", 7, "\u2026te\u2026> 2"),
        ("nodes['my-node'].output.size > inputs.limit", 22, "\u2026output.size > \u2026limit"),
        ("nodes['my-node'].output.size > inputs.limit", 15, "\u2026size > \u2026limit"),
        ("inputs.name.lower() == 'a.b.c'", 24, "\u2026name.lower() == 'a.b.c'"),
        ("item['amount'] > 1000", 12, "item['\u20261000"),
    ],
)
def test_a_condition_loses_the_beginnings_of_its_paths_first(text: str, room: float, said: str) -> None:
    """designer.md 3: the label says what the wire is taken under."""
    assert condensed(text, room, len) == said


@given(st.text("ab.[]'\"( >=\u2026", max_size=60), st.floats(40, 200))
def test_whatever_a_condition_is_made_of_it_fits(text: str, room: float) -> None:
    assert text_width(condensed(text, room)) <= room


@pytest.mark.parametrize(("text", "least"), [("\u4e16\u754c", 22.0), ("\u0416", 9.0), ("~", 7.0)])
def test_widths_of_other_letters(text: str, least: float) -> None:
    assert text_width(text) >= least


def test_a_label_has_as_much_room_to_either_side_as_its_edge_reaches() -> None:
    assert spread(0.0, 100.0, (50.0, 0.0)) == 100.0
    assert spread(0.0, 100.0, (70.0, 0.0)) == 60.0


def test_a_label_stands_half_way_or_along_the_longest_piece_beside_a_knot() -> None:
    def put(*knots: tuple[float, float]) -> tuple[float, float, float, float]:
        found = place(through(START, knots, END), knots, 4.5, lambda at: "word", lambda text: 40.0)
        assert found is not None
        return found[1]

    assert put() == pytest.approx(around((150.0, 50.0), 40.0))
    left, top, right, bottom = put((160.0, 52.0))
    assert not (left - 4.5 <= 160.0 <= right + 4.5 and top - 4.5 <= 52.0 <= bottom + 4.5)
    assert right - left == 40.0
    assert bottom - top == HEIGHT


def test_nothing_is_said_where_there_is_no_room() -> None:
    assert place(WAY, (), 4.5, lambda at: "", lambda text: 0.0) is None
    assert list(condition_lines("inputs.size > 5", through(START, (), (50.0, 0.0)), (), 4.5)) == []


def test_a_condition_as_elements_has_the_whole_of_it_for_the_pointer() -> None:
    condition = "inputs.size > 5 and <b>" + "x" * 80
    group = ElementTree.fromstring("".join(condition_lines(condition, WAY, (), 4.5)))
    assert group.findtext("title") == condition
    text, pill = group.find("text"), group.find("rect")
    assert text is not None
    assert pill is not None
    assert "\u2026" in (text.text or "")
    assert (pill.get("height"), pill.get("rx")) == ("16", "8")
    assert float(pill.get("x") or -1) >= 0.0
    assert float(pill.get("x") or 0) + float(pill.get("width") or 0) <= 300.0 - LEVEL / 2 + 0.1


def test_a_condition_fits_where_cards_are_as_far_apart_as_it_wants() -> None:
    condition = "inputs.amount > 5"
    way = through((0.0, 0.0), (), (room_for(condition) - 5.0, 40.0))
    assert f">{condition.replace('>', '&gt;')}</text>" in "".join(condition_lines(condition, way, (), 4.5))
    assert room_for("x" * 500) < 220.0


def test_the_mark_of_an_edge_for_errors_is_right_above_its_port() -> None:
    mark = ElementTree.fromstring(error_line((100.0, 50.0)))
    assert (mark.text, mark.get("x"), mark.get("y")) == ("!", "109", "47.4")
