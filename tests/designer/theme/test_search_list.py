"""The popup below all searches: keys and mouse while the line keeps the focus."""

from __future__ import annotations

from typing import ClassVar

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QListWidgetItem

from floworch_designer.theme.search_list import SearchList


class Letters(SearchList):
    TAKES: ClassVar = SearchList.TAKES | {Qt.Key.Key_Tab}
    TELLS: ClassVar = True

    def __init__(self, theme):
        super().__init__(None, theme, "Find", "Letters")
        self.taken: list[str] = []
        self.resize(200, 150)

    def fill(self):
        self.list.clear()
        for letter in "abcdefghijkl":
            if self.line.text() in letter:
                self.list.addItem(QListWidgetItem(letter))
        self.begin()

    def tell(self, item):
        return item.text().upper() if item is not None else "none"

    def take(self, item):
        self.taken.append(item.text())


class Plain(Letters):
    TAKES: ClassVar = SearchList.TAKES
    TELLS: ClassVar = False


@pytest.fixture(params=[Letters, Plain])
def popup(request, theme, qtbot):
    made = request.param(theme)
    qtbot.addWidget(made)
    made.line.setText("left over")
    made.show_at(QPoint(10, 20))
    return made


def test_it_opens_empty_with_the_first_row_chosen(popup):
    assert (popup.line.text(), popup.list.count(), popup.list.currentRow()) == ("", 12, 0)
    assert (popup.line.accessibleName(), popup.list.accessibleName()) == ("Find", "Letters")
    assert popup.pos() == QPoint(10, 20)
    assert popup.about.isVisible() is popup.TELLS


@pytest.mark.parametrize(
    ("pressed", "row"),
    [
        ((Qt.Key.Key_Down,), 1),
        ((Qt.Key.Key_PageDown,), 8),
        ((Qt.Key.Key_PageDown, Qt.Key.Key_PageDown), 11),
        ((Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up), 1),
        ((Qt.Key.Key_Up,), 0),
        ((Qt.Key.Key_Down, Qt.Key.Key_PageUp), 0),
    ],
)
def test_arrows_move_in_the_list(popup, qtbot, pressed, row):
    for key in pressed:
        qtbot.keyClick(popup.line, key)
    assert popup.list.currentRow() == row
    if popup.TELLS:
        assert popup.about.text() == popup.list.currentItem().text().upper()


def test_enter_and_a_click_take_and_tab_where_it_is_said(popup, qtbot):
    qtbot.keyClicks(popup.line, "c")
    qtbot.keyClick(popup.line, Qt.Key.Key_Return)
    qtbot.keyClick(popup.line, Qt.Key.Key_Enter)
    place = popup.list.visualItemRect(popup.list.item(0)).center()
    qtbot.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert popup.taken == ["c"] * 3
    qtbot.keyClick(popup.line, Qt.Key.Key_Tab)
    assert len(popup.taken) == (4 if Qt.Key.Key_Tab in popup.TAKES else 3)


def test_nothing_is_taken_where_nothing_fits_and_escape_closes(popup, qtbot):
    qtbot.keyClicks(popup.line, "7")
    qtbot.keyClick(popup.line, Qt.Key.Key_Down)
    qtbot.keyClick(popup.line, Qt.Key.Key_Return)
    assert (popup.taken, popup.isVisible()) == ([], True)
    if popup.TELLS:
        assert popup.about.text() == "none"
    qtbot.keyClick(popup.line, Qt.Key.Key_Escape)
    assert not popup.isVisible()


@pytest.mark.parametrize(
    ("place", "kept"), [((-50, 900), (0, None)), ((790, -9), (None, 0)), ((30, 40), (30, 40))], ids=str
)
def test_it_is_kept_in_an_area(popup, place, kept):
    """None is as far to the right, or as low, as it fits."""
    found = popup.kept_in(QRect(0, 0, 801, 601), QPoint(*place))
    last = 800 - popup.width(), 600 - popup.height()  # what it takes depends on the font
    assert (found.x(), found.y()) == tuple(end if at is None else at for at, end in zip(kept, last, strict=True))
