"""What is said before the window or a tab closes while a run is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch_designer.app import dialogs

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tab import Tab


async def may_close(window: MainWindow) -> bool:
    """Whether the window may close: tells what becomes of runs that are going on, and lets the person stay."""
    live = [tab.controller.run_id or "" for tab in window.tabs.all if tab.controller.busy]
    if not live:
        return True
    inside = window.session.hosts.in_process
    one = len(live) == 1
    if inside:
        detail = f"{'It lives' if one else 'They live'} inside this window and {'is' if one else 'are'} paused now. "
        detail += f"Resume {'it' if one else 'them'} from the run history."
    else:
        detail = f"{'It goes' if one else 'They go'} on without the window. "
        detail += f"Open {'it' if one else 'them'} again from the run history."
    asked = f"Close while {live[0]} is running?" if one else f"Close while {len(live)} runs are going on?"
    title = "A run is going on" if one else "Runs are going on"
    return await _close_or_stay(window, title, asked, detail)


async def may_close_tab(window: MainWindow, tab: Tab) -> bool:
    """Whether a tab may close: a run of it goes on, and the person is told where to find it."""
    if not tab.controller.busy:
        return True
    detail = "The run goes on. Open it again from the run history."
    return await _close_or_stay(window, "A run is going on", f"Close {tab.name} while it is running?", detail)


async def _close_or_stay(window: MainWindow, title: str, text: str, detail: str) -> bool:
    buttons = (("Close", "accept"), ("Stay", "reject"))
    return await dialogs.ask(window, title, text, buttons, detail) == "Close"
