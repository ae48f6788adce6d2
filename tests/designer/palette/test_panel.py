"""The palette: categories, search, keys, drag payload; and the quick-add box."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from floworch.actions.registry import registry
from floworch_designer.palette.catalog import ACTION_MIME, LAYER_MIME, action_entries, layer_entries, search
from floworch_designer.palette.panel import PalettePanel
from floworch_designer.palette.quick_add import QuickAdd
from floworch_designer.settings.settings import Settings


@pytest.fixture
def panel(theme, qtbot, tmp_path):
    import floworch  # noqa: F401 - installs the loader of the layers

    panel = PalettePanel(registry, theme, Settings(tmp_path / "x.ini"))
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_every_action_and_layer_is_there(panel):
    shown = {entry.id for entry in panel.entries()}
    assert shown >= set(registry.action_ids()) | set(registry.layer_ids())


def test_search_and_enter_adds_the_best_match(panel, qtbot):
    qtbot.keyClicks(panel.search, "foreach")
    with qtbot.waitSignal(panel.activated) as signal:
        qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert signal.args[0].id == "flow.foreach"
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.search.text() == ""


def test_a_search_without_result_says_so(panel, qtbot):
    qtbot.keyClicks(panel.search, "zzzzqq")
    assert panel.none.isVisible()
    assert "zzzzqq" in panel.none.text()


def test_folded_categories_are_remembered(panel, theme, qtbot):
    head = panel.tree.topLevelItem(0)
    panel.tree.itemClicked.emit(head, 0)
    again = PalettePanel(registry, theme, panel._settings)
    qtbot.addWidget(again)
    assert not again.tree.topLevelItem(0).isExpanded()


def test_dragging_carries_the_id(panel):
    head = panel.tree.topLevelItem(0)
    mime = panel.tree.mimeData([head.child(0)])
    assert bytes(mime.data(ACTION_MIME).data()).decode() == panel.entries()[0].id
    last = panel.tree.topLevelItem(panel.tree.topLevelItemCount() - 1)
    assert panel.tree.mimeData([last.child(0)]).hasFormat(LAYER_MIME)


def test_search_reads_titles_ids_and_summaries():
    entries = [*action_entries(registry), *layer_entries(registry)]
    assert search("util.log", entries)[0].id == "util.log"
    assert search("python", entries)[0].id == "python.code"


def test_quick_add_chooses_by_arrows_and_keeps_place_and_source(theme, qtbot):
    box = QuickAdd(registry, theme)
    qtbot.addWidget(box)
    box.open_at(QPoint(100, 100), QPointF(5, 6), ("first", "out"))
    qtbot.keyClicks(box.line, "file")
    qtbot.keyClick(box.line, Qt.Key.Key_Down)
    wanted = box.list.currentItem().toolTip()
    with qtbot.waitSignal(box.chosen) as signal:
        qtbot.keyClick(box.line, Qt.Key.Key_Return)
    entry, scene, source = signal.args
    assert (entry.id, scene, source) == (wanted, QPointF(5, 6), ("first", "out"))
    assert not box.isVisible()


def test_quick_add_offers_the_last_used_first(theme, qtbot):
    box = QuickAdd(registry, theme)
    qtbot.addWidget(box)
    box.open_at(QPoint(0, 0), QPointF())
    qtbot.keyClicks(box.line, "util.log")
    qtbot.keyClick(box.line, Qt.Key.Key_Return)
    box.open_at(QPoint(0, 0), QPointF())
    assert box.list.item(0).toolTip() == "util.log"
    qtbot.keyClick(box.line, Qt.Key.Key_Escape)
    assert not box.isVisible()
