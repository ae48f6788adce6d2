"""Painting on the graphics card is an option that falls back."""

from __future__ import annotations

from typing import Any

import pytest

from floworch_designer.canvas import graphics


def test_where_it_cannot_start_nothing_changes_and_the_reason_is_told(view: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(graphics, "can_start", lambda: "No OpenGL here.")
    before = view.viewport()
    assert graphics.use_graphics_card(view, True) == "No OpenGL here."
    assert view.viewport() is before
    assert not view.accelerated


def test_another_viewport_keeps_gestures_and_what_lies_upon_it(view: Any, hand: Any, monkeypatch: Any) -> None:
    view.selection.set(["a"])
    view.edit_title()
    view._title.give_up()
    graphics._exchange(view, type(view.viewport())())
    assert view._title.parent() is view.viewport()
    assert view.offer.parent() is view.viewport()
    hand.click(hand.card("b"))
    assert view.selection.nodes == {"b"}
    view.edit_title()
    assert view._title.isVisible()


def test_off_asks_nothing(view: Any, monkeypatch: Any) -> None:
    def never() -> str:
        raise AssertionError("asked")

    monkeypatch.setattr(graphics, "can_start", never)
    assert graphics.use_graphics_card(view, False) == ""


def test_it_paints_the_same_cards(view: Any, hand: Any) -> None:
    reason = graphics.can_start()
    if reason:
        pytest.skip(reason)
    assert graphics.use_graphics_card(view, True) == ""
    assert view.accelerated
    view.repaint_nodes(["a"])
    hand.click(hand.card("b"))
    assert view.selection.nodes == {"b"}
    assert graphics.use_graphics_card(view, False) == ""
    assert not view.accelerated
