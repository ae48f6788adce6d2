"""First sizes: most of the screen, and panels that leave the canvas its room."""

from __future__ import annotations

import pytest

from floworch_designer.app.sizes import first_size, panel_sizes


@pytest.mark.parametrize("screen", [(1280, 800), (1600, 1000), (1920, 1080), (3840, 2160), (800, 480)])
def test_the_first_window_takes_most_of_the_screen_and_never_more(screen):
    size = first_size(*screen)
    assert all(0.9 * whole <= part <= whole for whole, part in zip(screen, size, strict=True))


def test_panels_are_narrower_on_small_windows():
    small, large = panel_sizes(1180), panel_sizes(1920)
    assert small["palette"] + small["inspector"] < large["palette"] + large["inspector"]
    assert all(1180 - small["palette"] - small["inspector"] > 0.6 * 1180 for _ in (1,))
    assert 160 <= small["bottom"] <= 200  # most of the height for the canvas
    assert panel_sizes(1440)["bottom"] >= 250  # six runs or so below their headings
