"""A bar is chosen by a click and by keys, and in a loop it leads to its item (designer.md 1.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest
import replay_kit as kit
from PySide6.QtCore import Qt

from floworch.run.events import Event

K = kit.K
DEFINITION = b"""{"format": 1, "id": "w", "nodes": {
"a": {"action": "flow.foreach", "params": {"items": [7, 8, 9]}}, "b": {"action": "util.log", "parent": "a"}},
"edges": []}"""
#: (seconds since the start, kind, node, item)
STORY = (
    (0.0, K.RUN_CREATED, -1, ()),
    (0.0, K.RUN_STARTED, -1, ()),
    (0.1, K.NODE_STARTED, 0, ()),
    (0.2, K.ITEMS_LISTED, 0, ()),
    (1.0, K.NODE_STARTED, 1, (0,)),
    (1.5, K.NODE_STARTED, 1, (1,)),
    (2.0, K.NODE_COMPLETED, 1, (0,)),
    (3.0, K.NODE_COMPLETED, 1, (1,)),
    (4.0, K.NODE_STARTED, 1, (2,)),
    (5.0, K.NODE_COMPLETED, 1, (2,)),
    (5.1, K.RUN_PAUSING, -1, ()),
)
RIGHT, LEFT = Qt.Key.Key_Right, Qt.Key.Key_Left
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def loops(shown):
    """The chart of three items, of which the first two overlap."""
    given = {K.ITEMS_LISTED: {"items": [7, 8, 9], "concurrency": 2}}
    events = [
        Event(seq, 100.0 + at, kind, node, 1, item, given.get(kind, {}))
        for seq, (at, kind, node, item) in enumerate(STORY)
    ]
    chart = shown(events, replace(kit.header(2, DEFINITION), options={"parents": [[1, 0]]}))
    chart.told = []
    for name in ("chosen", "opened"):
        getattr(chart, name).connect(lambda *given, name=name: chart.told.append((name, *given)))
    chart.chosen.connect(lambda node, _item: chart.select([node]))
    return chart


def click(chart, place, qtbot, moment, row=1):
    qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=place(chart, row, moment))


def test_a_click_on_a_bar_of_a_loop_chooses_its_item(loops, place, qtbot):
    click(loops, place, qtbot, 104.5)
    click(loops, place, qtbot, 101.2)
    click(loops, place, qtbot, 103.5)
    click(loops, place, qtbot, 102.0, row=0)
    assert loops.told == [
        ("chosen", "b", (2,)), ("chosen", "b", (0,)), ("chosen", "b", None), ("chosen", "a", None)
    ]  # fmt: skip


def test_clicks_at_one_place_go_through_the_items_that_ran_there_at_once(loops, place, qtbot):
    for _ in range(3):
        click(loops, place, qtbot, 101.75)
    assert [item for _, _, item in loops.told] == [(1,), (0,), (1,)]


def test_a_double_click_opens_the_item_under_it(loops, place, qtbot):
    click(loops, place, qtbot, 104.5)
    qtbot.mouseDClick(loops.viewport(), Qt.MouseButton.LeftButton, pos=place(loops, 1, 104.5))
    assert loops.told[-1] == ("opened", "b", (2,))


def test_keys_go_along_the_bars_of_a_row_and_enter_opens_the_item(loops, qtbot):
    loops.select(["b"])
    for key in (RIGHT, RIGHT, RIGHT, RIGHT, LEFT):
        qtbot.keyClick(loops, key, CONTROL)
    assert [item for _, _, item in loops.told] == [(0,), (1,), (2,), (2,), (1,)]
    qtbot.keyClick(loops, Qt.Key.Key_Return)
    assert loops.told[-1] == ("opened", "b", (1,))


def test_a_bar_out_of_sight_is_brought_into_view(loops, qtbot):
    loops.select(["b"])
    loops.zoom(20.0, loops.x_of(100.2))
    assert not loops.scale.shows(104.0)
    qtbot.keyClick(loops, LEFT, CONTROL)
    assert loops.told == [("chosen", "b", (2,))], "from none it is the last one"
    assert loops.scale.shows(104.0)


def test_the_chosen_bar_is_ringed_until_another_row_is(loops, place, qtbot):
    ring = loops.theme.color("selection").name()

    def ringed():
        picture = loops.viewport().grab().toImage()
        ratio = picture.devicePixelRatio()
        spot = place(loops, 1, 104.5)
        return any(picture.pixelColor(round(spot.x() * ratio), y).name() == ring for y in range(picture.height()))

    loops.show_critical = False
    assert not ringed()
    click(loops, place, qtbot, 104.5)
    assert ringed()
    loops.select(["a"])
    assert not ringed()
