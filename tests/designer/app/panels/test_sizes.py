"""First sizes: most of the screen, and panels that leave the canvas its room."""

from __future__ import annotations

import pytest

from floworch_designer.app.panels.sizes import fills, first_size, opens_below, panel_sizes


@pytest.mark.parametrize("screen", [(1280, 800), (1600, 1000), (1920, 1080), (3840, 2160), (800, 480)])
def test_the_first_window_takes_most_of_the_screen_and_never_more(screen):
    size = first_size(*screen)
    assert all(0.9 * whole <= part <= whole for whole, part in zip(screen, size, strict=True))


def test_panels_are_narrower_on_small_windows():
    small, large = panel_sizes(1180, 800), panel_sizes(1920, 1080)
    assert small["palette"] + small["inspector"] < large["palette"] + large["inspector"]
    assert all(1180 - small["palette"] - small["inspector"] > 0.6 * 1180 for _ in (1,))
    assert 160 <= small["bottom"] <= 200  # most of the height for the canvas
    assert panel_sizes(1440, 1000)["bottom"] >= 250  # six runs or so below their headings


@pytest.mark.parametrize("size", [(1200, 800), (1366, 768), (1600, 720), (1920, 1080)])
def test_the_panels_below_leave_the_canvas_most_of_a_low_window(size):
    assert 150 <= panel_sizes(*size)["bottom"] <= 0.29 * size[1]


@pytest.mark.parametrize(("screen", "whole"), [((960, 540), True), ((1280, 600), True), ((1366, 768), False)])
def test_a_window_that_needs_the_whole_height_is_maximized(screen, whole):
    """Its frame would push its foot off the screen: 960 x 540 is a full high definition screen at 200 %."""
    assert fills(first_size(*screen), screen[1]) is whole


@pytest.mark.parametrize(("height", "opens"), [(540, False), (600, False), (707, True), (1000, True)])
def test_panels_below_come_by_themselves_where_they_leave_the_canvas_enough(height, opens):
    assert opens_below(height) is opens
