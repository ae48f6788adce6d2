"""What a window hands to the one that replaces it in another theme: everything a person would miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow


def hand_over(old: MainWindow, new: MainWindow) -> None:
    """Bring tabs, filters, messages, questions and the viewed run of ``old`` to ``new``."""
    header = new.controller.feed.header
    if old.viewing and header is not None:
        chosen = old.selection.nodes
        new.show_definition_of(header)
        new.selection.set(chosen)
    new.palette_panel.search.setText(old.palette_panel.search.text())
    new.log.level.setCurrentIndex(old.log.level.currentIndex())
    new.inspector.node_tabs.setCurrentIndex(old.inspector.node_tabs.currentIndex())
    new.inspector.workflow_tabs.setCurrentIndex(old.inspector.workflow_tabs.currentIndex())
    for name, dock in old.docks.items():
        if dock.isVisible() and not dock.visibleRegion().isEmpty():
            new.docks[name].raise_()
    _banners(old, new)


def _banners(old: MainWindow, new: MainWindow) -> None:
    new.runs.banners.refresh()
    for key in old.banners.shown:
        if key.startswith("interrupted "):
            new.runs.banners.tell_interrupted(key.removeprefix("interrupted "))
    if "message" in old.banners.shown and old.told is not None:
        new.tell(*old.told)
    for key, banner in old.banners.shown.items():
        if key in new.banners.shown:
            new.banners.shown[key].line.setText(banner.line.text())
