"""The popup under the command palette and the finder."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from floworch_designer.app.widgets.search_popup import SearchPopup


class Letters(SearchPopup):
    def fill(self):
        super().fill()
        for letter in "abc":
            if self.line.text() in letter:
                self.add(letter, letter.upper(), right="x")
        self.list.setCurrentRow(0)


def test_arrows_choose_and_enter_does(theme, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    popup = Letters(window, theme, "Find")
    popup.open()
    assert popup.list.count() == 3
    qtbot.keyClick(popup.line, Qt.Key.Key_Down)
    qtbot.keyClick(popup.line, Qt.Key.Key_PageDown)
    with qtbot.waitSignal(popup.chosen) as signal:
        qtbot.keyClick(popup.line, Qt.Key.Key_Return)
    assert signal.args == ["c"]
    popup.close()
