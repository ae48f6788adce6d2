"""Handlers of the ``tabs.*`` actions: new, close, next, previous, move, open again, called and calling workflow."""

from __future__ import annotations

from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch_designer.app.running.leaving import may_close_tab
from floworch_designer.app.running.partial import child_of
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab


class TabActions:
    """What can be done to the tabs of one window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def new(self) -> None:
        """Open an empty tab."""
        window = self._window
        window.tabs.open()
        window.canvas.setFocus()

    def close(self) -> None:
        """Close the tab in front."""
        self.close_tab(self._window.tab)

    def close_tab(self, tab: Tab) -> None:
        """Close a tab, after asking about unsaved changes and a run that goes on."""
        self._once(self._close([tab]), "close tab")

    def close_others(self, tab: Tab) -> None:
        """Close all tabs but one, asking as for each."""
        self._once(self._close([other for other in self._window.tabs.all if other is not tab]), "close tabs")

    def next(self) -> None:
        """Show the next tab."""
        self._window.tabs.step(1)

    def previous(self) -> None:
        """Show the tab before."""
        self._window.tabs.step(-1)

    def move_left(self) -> None:
        """Put the tab in front one place to the left."""
        self.move_tab(self._window.tab, -1)

    def move_right(self) -> None:
        """Put the tab in front one place to the right."""
        self.move_tab(self._window.tab, 1)

    def move_tab(self, tab: Tab, by: int) -> None:
        """Put a tab so many places further to the right, as a drag does; at the end it stays."""
        tabs = self._window.tabs
        if tabs.can_move(tab, by):
            place = tabs.all.index(tab)
            self._window.tab_strip.bar.put(place, place + by)

    def reopen(self) -> None:
        """Open again the tab that was closed last."""
        closed = self._window.tabs.closed
        while closed:
            last = closed.pop()
            if isinstance(last, Path):
                if self._window.files.load(last):
                    return
                continue
            tab = self._window.files.show(last.workflow, foreign=last.restricted, saved=False)
            tab.companions = last.companions
            return
        self._window.flash(tr("No closed tab has a file that can be opened again."))

    def open_called(self) -> None:
        """Open the workflow that the selected node calls, in a tab of its own; in a run, with the run of it."""
        window, caller, child = self._window, self._window.tab, child_of(self._window)
        path = called_by(window)
        if path is None:
            return
        if not path.is_file():
            window.tell(
                "warning",
                tr("{name} is not there.", name=path.name),
                tr("The node calls {path}, relative to this workflow.", path=path),
            )
            return
        if window.files.load(path) and window.tab is not caller:
            window.tab.caller = caller
            window.tabs.changed.emit()
            window.refresh_actions()
            if child:
                window.runs.open_run(child)

    def back_to_caller(self) -> None:
        """Go back to the workflow from which this one was opened."""
        caller = self._window.tab.caller
        if caller is not None:
            self._window.tabs.show(caller)

    def crumbs(self) -> None:
        """Put the keyboard on the chain of places above the canvas."""
        self._window.tab_strip.crumbs.open()

    async def _close(self, tabs: list[Tab]) -> None:
        window = self._window
        for tab in tabs:
            if tab not in window.tabs.all:
                continue
            if tab.document.dirty or tab.controller.busy:
                window.tabs.show(tab)  # the person sees what is asked about
            if not (await window.files.may_leave(tab) and await may_close_tab(window, tab)):
                return
            await window.tabs.close(tab)

    def _once(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        self._window.files.once(work, name)


def called_by(window: MainWindow) -> Path | None:
    """The file that the selected node calls; None when it calls none, or one that only an expression knows."""
    node = window.document.workflow.nodes.get(window.selection.primary or "")
    called = node.params.get("workflow") if node is not None and node.action == "flow.call" else None
    if not isinstance(called, str) or not called or "{{" in called:
        return None
    path = window.tab.document.path
    return Path(called) if path is None else path.parent / called
