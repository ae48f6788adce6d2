"""Where the panels are docked, and how that is remembered."""

from __future__ import annotations

import pytest

from floworch_designer.app.docking import BOTTOM, PANELS


def test_every_panel_has_a_dock_with_its_title(window):
    assert {name: dock.windowTitle() for name, dock in window.docks.items()} == {
        name: title for name, (title, _) in PANELS.items()
    }


def test_a_panel_that_is_asked_for_comes_with_its_neighbours(window):
    assert not any(dock.isVisible() for dock in window.bottom)
    window.show_panel("runs")
    assert all(window.docks[name].isVisible() for name in BOTTOM)
    with pytest.raises(KeyError):
        window.show_panel("nothing")


def test_layout_is_saved_and_can_be_reset(window, session):
    window.docks["palette"].hide()
    window.docking.save(session.settings)
    assert not session.settings.get("window/layout").isEmpty()
    window.docks["palette"].show()
    window.docking.restore(session.settings)
    assert not window.docks["palette"].isVisible()
    window.commands["view.reset_layout"].trigger()
    assert window.docks["palette"].isVisible()
    assert not window.docks["outline"].isVisible()
