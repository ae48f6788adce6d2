"""What is said before the window closes while a run is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch_designer.app import dialogs

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow


async def may_close(window: MainWindow) -> bool:
    """Whether the window may close: tells what becomes of a run that is going on, and lets the person stay."""
    state = window.controller.feed.live
    if state is None or not window.controller.busy:
        return True
    inside = window.session.hosts.in_process
    detail = (
        "It lives inside this window and is paused now. Resume it from the run history."
        if inside
        else "It goes on without the window. Open it again from the run history."
    )
    answer = await dialogs.ask(
        window, "A run is going on", f"Close while {state.run_id} is running?",
        (("Close", "accept"), ("Stay", "reject")), detail,
    )  # fmt: skip
    return answer == "Close"
