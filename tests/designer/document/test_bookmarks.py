"""Bookmarks in the file: set, replaced, forgotten, and read tolerantly."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.model.workflow import Workflow
from floworch_designer.document.bookmarks import Bookmark, bookmarks, set_bookmark

FLOW = Workflow(id="w")


def test_a_bookmark_is_kept_replaced_and_forgotten_and_the_rest_of_the_view_stays() -> None:
    made = set_bookmark(FLOW.replace(view={"nodes": {}}), 3, Bookmark((10.4, -5.6), 0.12345))
    assert made.view["bookmarks"] == {"3": {"at": [10, -6], "zoom": 0.123}}
    made = set_bookmark(made, 2, Bookmark((0.0, 0.0), 1.0))
    made = set_bookmark(made, 3, Bookmark((1.0, 2.0), 2.0))
    assert bookmarks(made) == {2: Bookmark((0.0, 0.0), 1.0), 3: Bookmark((1.0, 2.0), 2.0)}
    made = set_bookmark(set_bookmark(made, 2, None), 3, None)
    assert made.view == {"nodes": {}}


@pytest.mark.parametrize(
    "stored",
    [None, 5, [], {"x": {"at": [0, 0]}}, {"1": {"at": [0, 0]}}, {"2": {}}, {"2": 7}, {"2": {"at": [0, True]}}],
)
def test_what_is_no_bookmark_is_left_out(stored: Any) -> None:
    assert bookmarks(FLOW.replace(view={"bookmarks": stored})) == {}


@pytest.mark.parametrize("zoom", [None, "big", 0, 1e9, True])
def test_a_zoom_nobody_can_have_is_100_percent(zoom: Any) -> None:
    assert bookmarks(FLOW.replace(view={"bookmarks": {"2": {"at": [3, 4], "zoom": zoom}}}))[2].zoom == 1.0
