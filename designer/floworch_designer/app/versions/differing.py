"""Two versions of a definition on one canvas: rings and words at the cards, a list below, from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from floworch_designer.canvas.differing import Marks
from floworch_designer.document.picture import Item, picture
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab


class Differing(QObject):
    """Shows differences in the tabs of one window; each tab keeps its own until it is ended."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.difference.chosen.connect(self._choose)
        window.difference.ended.connect(self.end)

    @property
    def showing(self) -> bool:
        """Whether the tab in front shows a difference."""
        return self._window.tab.picture is not None

    def show(self, tab: Tab, old: Workflow, new: Workflow, before: str, after: str) -> None:
        """Show in a tab what differs between two versions, which ``before`` and ``after`` name."""
        window, found = self._window, picture(old, new)
        if found.same:
            alike = tr("{before} and {after} are alike.", before=before, after=after)
            window.banners.show_banner("message", "info", alike, scope=tab)
            return
        tab.look_at(
            found.workflow,
            f"{before} → {after}",
            tr("{headline}. Both are in one picture, read only.", headline=found.headline()),
            ((tr("Back to editing"), tab.leave_run_view),),
            checked=False,
        )
        tab.picture = found
        canvas = tab.workspace.canvas
        canvas.overlay.differences = found.words
        kinds = {key: word.partition("|")[0] for key, (word, _reason) in found.words.items()}
        canvas.overlay.marks = Marks(kinds, found.came_from, found.edges)
        canvas.repaint_all()
        if tab.in_front:
            window.refresh_actions()
            self.follow()
            window.show_panel("difference")

    def follow(self) -> None:
        """List what the tab in front shows."""
        self._window.difference.show_picture(self._window.tab.picture)

    def step(self, by: int) -> None:
        """Go to the next difference, or with -1 to the one before, around the end."""
        panel, found = self._window.difference, self._window.tab.picture
        if found is not None:
            start = panel.row if panel.row >= 0 else (-1 if by > 0 else 0)
            panel.select((start + by) % len(found.items))

    def end(self) -> None:
        """Go back to what is edited."""
        if self.showing:
            self._window.tab.leave_run_view()

    def _choose(self, item: Item) -> None:
        """Show on the canvas what a row of the list is about."""
        window = self._window
        canvas, selection = window.canvas, window.selection
        if item.ends is not None:
            wire = next((wire for wire in canvas.graph.wires if wire.ends == item.ends), None)
            if wire is not None:
                selection.set((), [wire.index])
                canvas.reveal_rect(wire.bounds)
        elif item.where in window.document.workflow.nodes:
            selection.set([item.where])
            canvas.reveal(item.where)
        else:
            area = canvas.graph.decor.area(item.where)
            selection.set((), decor=[item.where] if area is not None else [])
            canvas.areas.reveal(item.where)
