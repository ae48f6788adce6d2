"""Strips above the canvas: replaced by key, closable, with buttons."""

from __future__ import annotations

import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QVBoxLayout, QWidget
from tests.helpers.layout_items import known_items
from tests.helpers.stray_windows import windows_shown

from floworch_designer.app.style import panels_stylesheet
from floworch_designer.app.widgets.banners import Banners


def test_strips_come_are_replaced_and_go(theme, qtbot):
    banners = Banners(theme)
    qtbot.addWidget(banners)
    assert not banners.isVisible()
    pressed = []
    banners.show_banner("a", "info", "One")
    banner = banners.show_banner("a", "error", "Two", "More.", (("Do", lambda: pressed.append(1)),))
    assert list(banners.shown) == ["a"]
    assert banner.accessibleName() == "Two. More."
    qtbot.mouseClick(banner.buttons["Do"], Qt.MouseButton.LeftButton)
    assert pressed == [1]
    banner.close_button.click()
    assert banners.shown == {}
    assert not banners.isVisible()
    banners.remove("a")


def test_a_strip_that_somebody_is_led_to_stands_out_for_a_moment(theme, qtbot, monkeypatch):
    monkeypatch.setattr("floworch_designer.app.widgets.banners.CALLED", 0)
    banners = Banners(theme)
    qtbot.addWidget(banners)
    banner, other = banners.show_banner("a", "warning", "Did it?"), banners.show_banner("b", "info", "Something else")
    banners.call("a")
    banners.call("gone")
    assert (banner.called, other.called) == (True, False)
    qtbot.waitUntil(lambda: not banner.called)


def test_a_strip_that_somebody_is_led_to_has_an_edge_of_another_colour_than_its_level(theme, qtbot):
    banners = Banners(theme)
    banners.setStyleSheet(theme.stylesheet() + panels_stylesheet(theme))
    banners.resize(600, 80)
    qtbot.addWidget(banners)
    banner = banners.show_banner("a", "warning", "Did it?")
    banners.show()

    def edge():
        image = banner.grab().toImage()
        return image.pixelColor(image.width() // 2, 0).name()

    before = edge()
    banners.call("a")
    assert before != edge() == theme.color("accent").name()


def test_closing_can_be_listened_to(theme, qtbot):
    banners = Banners(theme)
    qtbot.addWidget(banners)
    closed = []
    banners.show_banner("a", "warning", "One", on_close=lambda: closed.append(1)).close_button.click()
    assert closed == [1]


def test_strips_of_a_tab_are_seen_while_it_is_in_front_and_move_with_their_closing(theme, qtbot):
    banners = Banners(theme)
    qtbot.addWidget(banners)
    first, second = QObject(), QObject()
    banners.turn(first)
    banners.show_banner("message", "info", "Mine")
    banners.show_banner("message", "info", "Behind", scope=second)
    assert [banner.title.text() for banner in banners.shown.values()] == ["Mine"]
    banners.turn(second)
    assert banners.shown["message"].title.text() == "Behind"
    moved = banners.show_banner("left", "warning", "Of the second")
    banners.rehome("left", second, first)
    banners.remove("message")
    assert banners.isHidden()
    banners.turn(first)
    assert set(banners.shown) == {"message", "left"}
    moved.close_button.click()
    assert set(banners.shown) == {"message"}
    banners.drop(first)
    assert banners.isHidden()


def test_what_is_told_in_a_tab_that_was_closed_keeps_nothing_of_it(theme, qtbot):
    banners = Banners(theme)
    qtbot.addWidget(banners)
    front, closed = QObject(), QObject()
    banners.turn(front)
    banners.drop(closed)
    strip = banners.show_banner("message", "error", "Too late", scope=closed)
    assert strip.title.text() == "Too late"
    assert not banners.of(closed)
    assert not strip.isVisible()
    kept = weakref.ref(closed)
    del closed, strip
    assert kept() is None


@pytest.mark.parametrize(
    "words", ["A long title with many words " * 20, "/a/path/without/any/space" * 20, "<b>bold</b> " * 60]
)
def test_long_words_never_widen_the_window(theme, qtbot, words):
    banners = Banners(theme)
    qtbot.addWidget(banners)
    banners.resize(600, 80)
    banner = banners.show_banner("a", "error", words, words * 4, (("Do", lambda: None),))
    banners.show()
    qtbot.waitExposed(banners)
    assert banners.minimumSizeHint().width() < 500
    assert banners.sizeHint().height() < 400
    banner.grab()
    assert banner.title.toolTip()  # what is cut is told there
    assert "<b>" not in banner.title.toolTip()
    assert banner.accessibleName().startswith(words.rstrip())


def test_in_a_narrow_window_the_buttons_go_below_the_words(theme, qtbot):
    banners = Banners(theme)
    qtbot.addWidget(banners)
    buttons = tuple((words, lambda: None) for words in ("Resume", "Open read-only", "Discard"))
    banner = banners.show_banner("a", "warning", "A run was interrupted", "word " * 12, buttons)

    def below() -> bool:
        return banner.buttons["Resume"].mapTo(banner, QPoint()).y() > banner.text.geometry().bottom()

    for width in (900, 340, 900):
        banners.resize(width, 200)
        banners.show()
        qtbot.waitUntil(lambda width=width: banner.width() > width - 60 and below() is (width < 400))
        qtbot.waitUntil(lambda: banner.text.width() > 180)


def test_buttons_that_do_not_fit_beside_each_other_stand_below_each_other_uncut(theme, qtbot):
    banners = Banners(theme)
    qtbot.addWidget(banners)
    buttons = tuple((f"What button number {number} does", lambda: None) for number in range(3))
    banner = banners.show_banner("a", "warning", "Changed", "word " * 12, buttons)
    banners.resize(360, 300)
    banners.show()
    made = list(banner.buttons.values())
    qtbot.waitUntil(lambda: made[0].y() < made[1].y() < made[2].y())
    assert all(button.width() >= button.sizeHint().width() for button in made)
    banners.resize(1200, 300)
    qtbot.waitUntil(lambda: made[0].y() == made[1].y() == made[2].y())


def test_what_stood_in_the_lines_of_before_is_forgotten_with_them(theme, qtbot):
    """PySide kept the items of lines that had gone: an icon or a row that took their place ended the process."""
    banners = Banners(theme)
    qtbot.addWidget(banners)
    buttons = tuple((f"What button number {number} does", lambda: None) for number in range(3))
    before = len(known_items())
    banner = banners.show_banner("a", "warning", "Changed", "word " * 12, buttons)
    for width in (360, 1200, 360):
        banner.fit(width)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        assert len(known_items()) == before


def test_a_strip_that_nobody_saw_before_does_not_widen_the_window(theme, qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    banners = Banners(theme)
    column.addWidget(banners)
    parent.resize(480, 400)
    parent.show()
    words = ("Ansehen, was es täte", "Dieser Datei", "Diesem Ordner vertrauen")
    buttons = tuple((word, lambda: None) for word in words)
    banner = banners.show_banner("a", "warning", "Not trusted yet", "word " * 12, buttons)
    first, second, third = banner.buttons.values()
    qtbot.waitUntil(lambda: third.y() > 0 and banner.isVisible())
    assert parent.width() == 480
    assert third.mapTo(banner, QPoint()).y() > first.mapTo(banner, QPoint()).y() == second.mapTo(banner, QPoint()).y()


@pytest.fixture
def room(theme, qtbot):
    """Strips above something that takes the rest of 800 × 600 px."""
    parent = QWidget()
    qtbot.addWidget(parent)
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    banners = Banners(theme)
    column.addWidget(banners)
    column.addWidget(QWidget(), 1)
    parent.resize(800, 600)
    parent.show()
    return banners


def seen(banners):
    return [key for key, banner in banners.shown.items() if banner.isVisible()]


def test_strips_leave_most_of_the_height_to_the_canvas_and_the_most_urgent_are_seen(room, qtbot):
    levels = ("info", "warning", "waiting", "warning", "error", "info")
    for number, level in enumerate(levels):
        room.show_banner(f"{level} {number}", level, f"Strip {number}", "Some words.", (("Do", lambda: None),))
    assert len(room.shown) == len(room.of(None)) == len(levels)
    visible = seen(room)
    assert {"waiting 2", "error 4"} <= set(visible)
    assert not any(key.startswith("info") for key in visible)
    qtbot.waitUntil(lambda: 0 < room.height() <= 210)
    assert room.more.isVisible()
    assert room.more.text() == f"{len(levels) - len(visible)} more"
    room.more.setFocus()
    qtbot.keyClick(room.more, Qt.Key.Key_Space)
    assert len(seen(room)) == len(levels)
    assert room.more.text() == "Show fewer"
    qtbot.keyClick(room.more, Qt.Key.Key_Space)
    assert seen(room) == visible
    room.parentWidget().resize(800, 1500)
    assert len(seen(room)) == len(levels)
    assert not room.more.isVisible()
    room.parentWidget().resize(800, 60)
    assert seen(room) == ["error 4"], "never none"


def test_nothing_is_written_on_the_button_for_more_while_it_is_hidden(theme, qtbot, monkeypatch):
    """Strips come and go at every change of a run: an icon made for a button that nobody sees ended a process."""
    banners = Banners(theme)
    qtbot.addWidget(banners)
    made = []
    monkeypatch.setattr(theme, "icon", lambda name, *_: made.append(name) or QIcon())
    for key in ("a", "b"):
        banners.show_banner(key, "info", "One", closable=False)
    banners.remove("a")
    assert banners.more.isHidden()
    assert made == []


def test_a_strip_that_goes_makes_room_for_the_next_and_one_that_is_typed_in_stays(room):
    room.parentWidget().resize(800, 300)
    asked = room.show_banner("asked", "warning", "Asked", "Why?", (("Do", lambda: None),), ask="Add a comment")
    asked.activateWindow()
    asked.line.setFocus()
    room.show_banner("failed", "error", "Failed", "Words.", (("Do", lambda: None),))
    assert seen(room) == ["asked"]
    asked.line.clearFocus()
    room.show_banner("other", "error", "Failed", "Words.", (("Do", lambda: None),))
    assert seen(room) == ["failed"]
    room.remove("failed")
    assert seen(room) == ["other"]
    room.remove("other")
    assert seen(room) == ["asked"]
    assert not room.more.isVisible()


def test_the_parts_of_a_strip_are_no_windows_while_it_is_made(theme, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    banners = Banners(theme)
    QVBoxLayout(window).addWidget(banners)
    window.show()
    with windows_shown() as seen:
        banners.show_banner("a", "info", "One", "More.", (("Do", lambda: None),))
    assert seen == []
