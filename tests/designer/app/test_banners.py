"""Strips above the canvas: replaced by key, closable, with buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt

from floworch_designer.app.banners import Banners


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


def test_closing_can_be_listened_to(theme, qtbot):
    banners = Banners(theme)
    qtbot.addWidget(banners)
    closed = []
    banners.show_banner("a", "warning", "One", on_close=lambda: closed.append(1)).close_button.click()
    assert closed == [1]
