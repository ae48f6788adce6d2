"""Palette and quick-add by keyboard and mouse: ranking, focus, folding, what is dragged, nothing added by accident."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt

from floworch.actions.registry import registry
from floworch_designer.palette.catalog import ACTION_MIME, LAYER_MIME, Entry, action_entries, layer_entries, search
from floworch_designer.palette.panel import PalettePanel
from floworch_designer.palette.quick_add import HEIGHT, WIDTH, QuickAdd
from floworch_designer.settings.fuzzy import rank, score
from floworch_designer.settings.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "x.ini")


@pytest.fixture
def panel(theme, qtbot, settings):
    import floworch  # noqa: F401 - installs the loader of the layers

    panel = PalettePanel(registry, theme, settings)
    qtbot.addWidget(panel)
    panel.resize(260, 700)
    panel.show()
    return panel


@pytest.fixture
def added(panel):
    """Ids in the order in which the panel asked to add them."""
    found = []
    panel.activated.connect(lambda entry: found.append(entry.id))
    return found


@pytest.fixture
def box(theme, qtbot):
    box = QuickAdd(registry, theme)
    qtbot.addWidget(box)
    return box


# -- ranking ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", sorted(registry.action_ids()))
def test_every_action_is_found_first_by_its_id_and_among_the_first_by_its_title(action):
    entries = [*action_entries(registry), *layer_entries(registry)]
    assert search(action, entries)[0].id == action
    title = registry.find_action(action).title
    assert action in [entry.id for entry in search(title, entries)[:3]]


@pytest.mark.parametrize(("better", "worse", "query"), [
    ("file", "profile", "file"), ("read file", "thread", "read"), ("set", "reset", "set"), ("ab", "a b", "ab"),
    ("log", "log every thing", "log"), ("data filter", "data x filter", "data filter"), ("abc", "axbxc", "abc"),
])  # fmt: skip
def test_which_of_two_fits_better(better, worse, query):
    assert rank(query, [worse, better], lambda name: ((name, 1.0),))[0] == better


@pytest.mark.parametrize(("query", "text"), [("xyz", "read"), ("aa", "a"), ("read file now", "read file"), ("ß", "s")])
def test_letters_that_do_not_occur_do_not_fit(query, text):
    assert score(query, text) is None


@pytest.mark.parametrize("query", ["", " ", "..", "_-"])
def test_nothing_but_separators_fits_everything(query):
    assert score(query, "anything") is not None


def test_equal_fits_keep_their_order():
    assert rank("a", ["ab", "ac", "ad"], lambda name: ((name, 1.0),)) == ["ab", "ac", "ad"]


# -- the panel -------------------------------------------------------------------------------------------


def test_typing_enter_and_escape(panel, qtbot, added):
    everything = len(panel.entries())
    qtbot.keyClicks(panel.search, "switch")
    assert panel.tree.currentItem() is panel.tree.topLevelItem(0)
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert added == ["flow.switch"]
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert len(panel.entries()) == everything


def test_down_goes_to_the_list_and_enter_adds_the_row(panel, qtbot, added):
    qtbot.keyClicks(panel.search, "file")
    shown = [entry.id for entry in panel.entries()]
    qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    qtbot.keyClick(panel.tree, Qt.Key.Key_Down)
    qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    assert added == [shown[1]]


def test_enter_without_a_match_adds_nothing(panel, qtbot, added):
    qtbot.keyClicks(panel.search, "zzzz")
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    qtbot.keyClick(panel.search, Qt.Key.Key_Enter)
    assert added == []


def test_enter_on_a_category_folds_it_and_adds_nothing(panel, qtbot, added, settings):
    qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    head = panel.tree.topLevelItem(0)
    assert head.isExpanded()
    qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    assert not head.isExpanded()
    assert settings.get("palette/collapsed") == ["flow"]
    qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    assert head.isExpanded()
    assert settings.get("palette/collapsed") == []
    assert added == []


def test_a_click_on_a_category_folds_and_a_double_click_on_an_entry_adds_it_once(panel, qtbot, added):
    head = panel.tree.topLevelItem(0)
    child = head.child(0)
    place = panel.tree.visualItemRect(child).center()
    qtbot.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert added == []
    qtbot.mouseDClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert added == [panel.entries()[0].id]
    qtbot.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=panel.tree.visualItemRect(head).center())
    assert not head.isExpanded()


def test_a_search_looks_into_folded_categories_and_keeps_them_folded(panel, qtbot, settings):
    settings.set("palette/collapsed", ["flow", "data"])
    panel.reload()
    qtbot.keyClicks(panel.search, "foreach")
    assert panel.entries()[0].id == "flow.foreach"
    panel.search.clear()
    assert not panel.tree.topLevelItem(0).isExpanded()


def test_every_row_carries_exactly_its_id(panel):
    rows = []
    for number in range(panel.tree.topLevelItemCount()):
        head = panel.tree.topLevelItem(number)
        assert panel.tree.mimeData([head]).formats() == []
        rows += [head.child(child) for child in range(head.childCount())]
    for row in rows:
        entry = row.data(0, Qt.ItemDataRole.UserRole)
        mime = panel.tree.mimeData([row])
        wanted, other = (ACTION_MIME, LAYER_MIME) if entry.kind == "action" else (LAYER_MIME, ACTION_MIME)
        assert bytes(mime.data(wanted).data()).decode() == entry.id == mime.text()
        assert not mime.hasFormat(other)
        assert not row.icon(0).pixmap(QSize(18, 18)).isNull()


def test_an_action_installed_later_appears_after_a_reload(panel, theme, qtbot, settings):
    own = registry.copy()
    late = PalettePanel(own, theme, settings)
    qtbot.addWidget(late)
    import dataclasses

    own.register(dataclasses.replace(registry.find_action("util.log"), id="vendor.shout", title="Shout"))
    assert "vendor.shout" not in {entry.id for entry in late.entries()}
    late.reload()
    assert "vendor.shout" in {entry.id for entry in late.entries()}


# -- quick add -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab])
def test_keys_that_choose(box, qtbot, key):
    box.open_at(QPoint(50, 50), QPointF(1, 2))
    qtbot.keyClicks(box.line, "template")
    with qtbot.waitSignal(box.chosen) as signal:
        qtbot.keyClick(box.line, key)
    entry, scene, source = signal.args
    assert isinstance(entry, Entry)
    assert (entry.id, scene, source) == ("data.template", QPointF(1, 2), None)


def test_arrows_stop_at_the_ends(box, qtbot):
    box.open_at(QPoint(50, 50), QPointF())
    qtbot.keyClick(box.line, Qt.Key.Key_Up)
    assert box.list.currentRow() == 0
    for _ in range(20):
        qtbot.keyClick(box.line, Qt.Key.Key_PageDown)
    assert box.list.currentRow() == box.list.count() - 1
    qtbot.keyClick(box.line, Qt.Key.Key_Down)
    assert box.list.currentRow() == box.list.count() - 1
    qtbot.keyClick(box.line, Qt.Key.Key_PageUp)
    assert box.list.currentRow() == max(0, box.list.count() - 9)


def test_nothing_that_fits_is_said_and_enter_keeps_the_box_open(box, qtbot):
    chosen = []
    box.chosen.connect(lambda *what: chosen.append(what))
    box.open_at(QPoint(50, 50), QPointF())
    qtbot.keyClicks(box.line, "zzzz")
    assert "Nothing fits" in box.about.text()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(box.line, key)
    assert chosen == []
    assert box.isVisible()


def test_the_line_below_tells_about_the_row(box, qtbot):
    box.open_at(QPoint(50, 50), QPointF())
    qtbot.keyClicks(box.line, "util.log")
    assert "util.log" in box.about.text()
    assert registry.find_action("util.log").summary in box.about.text()


def test_a_click_chooses(box, qtbot):
    box.open_at(QPoint(50, 50), QPointF())
    qtbot.keyClicks(box.line, "hash")
    place = box.list.visualItemRect(box.list.item(0)).center()
    with qtbot.waitSignal(box.chosen) as signal:
        qtbot.mouseClick(box.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert signal.args[0].id == "util.hash"


def test_the_box_forgets_the_wire_and_the_letters_of_the_last_time(box, qtbot):
    box.open_at(QPoint(50, 50), QPointF(), ("first", "error"))
    assert "first" in box.line.placeholderText()
    qtbot.keyClicks(box.line, "abc")
    qtbot.keyClick(box.line, Qt.Key.Key_Escape)
    box.open_at(QPoint(50, 50), QPointF(7, 7))
    assert box.line.text() == ""
    assert "first" not in box.line.placeholderText()
    with qtbot.waitSignal(box.chosen) as signal:
        qtbot.keyClick(box.line, Qt.Key.Key_Return)
    assert signal.args[1:] == [QPointF(7, 7), None]


def test_the_six_last_used_come_first_newest_on_top(box, qtbot):
    used = sorted(registry.action_ids())[:8]
    for action in used:
        box.open_at(QPoint(50, 50), QPointF())
        qtbot.keyClicks(box.line, action)
        qtbot.keyClick(box.line, Qt.Key.Key_Return)
    box.open_at(QPoint(50, 50), QPointF())
    shown = [box.list.item(row).toolTip() for row in range(box.list.count())]
    assert shown[:6] == list(reversed(used))[:6]
    assert sorted(shown) == sorted(registry.action_ids())


@pytest.mark.parametrize("place", [QPoint(-500, -500), QPoint(10_000, 10_000)])
def test_the_box_stays_on_the_screen(box, place):
    box.open_at(place, QPointF())
    area = box.screen().availableGeometry()
    assert area.contains(box.pos())
    assert box.x() + WIDTH <= area.right() + 1
    assert box.y() + HEIGHT <= area.bottom() + 1
