"""Bookmarks on the canvas: set, jump, come back, remove."""

from __future__ import annotations

from typing import Any

import pytest

from floworch_designer.document.bookmarks import bookmarks


def test_a_bookmark_brings_the_view_back_and_set_again_there_it_goes(view: Any) -> None:
    assert not view.bookmarks.go(2)
    view.jump(0.8, (300.0, 120.0))
    assert view.bookmarks.toggle(2)
    view.jump(2.0, (2000.0, 900.0))
    assert view.bookmarks.go(2)
    assert view.zoom == pytest.approx(0.8, abs=0.001)
    assert view.centre() == pytest.approx((300.0, 120.0), abs=2.0)
    view.go()
    assert view.zoom == 2.0, "the way back leads to where the view was"
    assert view.bookmarks.toggle(2), "elsewhere it is set anew"
    assert not view.bookmarks.toggle(2), "where it is already it is removed"
    assert bookmarks(view.document.workflow) == {}
    view.document.undo_stack.undo()
    assert list(bookmarks(view.document.workflow)) == [2]
