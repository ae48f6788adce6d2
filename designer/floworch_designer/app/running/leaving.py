"""What is said before the window or a tab closes while a run is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch_designer.app.widgets import dialogs
from floworch_designer.settings.words import counted, mark, tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab


async def may_close(window: MainWindow) -> bool:
    """Whether the window may close: tells what becomes of runs that are going on, and lets the person stay."""
    live = [tab.controller.run_id or "" for tab in window.tabs.all if tab.controller.busy]
    if not live:
        return True
    inside = window.session.hosts.in_process
    one = len(live) == 1
    if inside:
        detail = counted(
            len(live),
            "It lives inside this window and is paused now. Resume it from the run history.",
            "They live inside this window and are paused now. Resume them from the run history.",
        )
    else:
        detail = counted(
            len(live),
            "It goes on without the window. Open it again from the run history.",
            "They go on without the window. Open them again from the run history.",
        )
    asked = (
        tr("Close while {run} is running?", run=live[0])
        if one
        else tr("Close while {n} runs are going on?", n=len(live))
    )
    title = tr("A run is going on") if one else tr("Runs are going on")
    return await _close_or_stay(window, title, asked, detail)


async def may_close_tab(window: MainWindow, tab: Tab) -> bool:
    """Whether a tab may close: a run of it goes on, and the person is told where to find it."""
    if not tab.controller.busy:
        return True
    detail = tr("The run goes on. Open it again from the run history.")
    return await _close_or_stay(
        window, tr("A run is going on"), tr("Close {name} while it is running?", name=tab.name), detail
    )


async def _close_or_stay(window: MainWindow, title: str, text: str, detail: str) -> bool:
    buttons = ((mark("Close"), "accept"), (mark("Stay"), "reject"))
    return await dialogs.ask(window, title, text, buttons, detail) == "Close"
