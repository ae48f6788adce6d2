"""The quick-add box at the cursor."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt

from floworch.actions.registry import registry
from floworch_designer.palette.quick_add import QuickAdd


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


def test_quick_add_offers_no_trigger_behind_a_node(theme, qtbot):
    box = QuickAdd(registry, theme)
    qtbot.addWidget(box)
    for source, offered in ((None, True), (("first", "out"), False)):
        box.open_at(QPoint(0, 0), QPointF(), source)
        found = {box.list.item(row).toolTip() for row in range(box.list.count())}
        assert ("trigger.schedule" in found) is offered
        assert "util.log" in found
