"""``desktop.notify``: a notification on the desktop of this machine."""

from __future__ import annotations

from typing import Annotated, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.desktop_tools import tool, use
from floworch.actions.widgets import Multiline
from floworch.errors import ActionError


class Notified(TypedDict):
    """Whether it was shown; where there is no desktop it is a line of the log.

    Nobody waits for a click: to wait for a person, use human.approve.
    """

    shown: bool


@action(
    "desktop.notify",
    title="Desktop notification",
    category="messaging",
    icon="bell",
    subtitle="title",
    effect="idempotent",
    capabilities=("process",),
    example={"title": "Nightly report", "text": "{{ inputs.count }} files were checked."},
)
async def desktop_notify(
    ctx: Context,
    title: Annotated[str, Field(min_length=1, max_length=200)],
    text: Annotated[Multiline, Field(max_length=2000)] = "",
    sound: Annotated[bool, Field(title="Play a sound")] = False,
) -> Notified:
    """Show a notification on the desktop; without a desktop, write it to the log.

    Needs notify-send on Linux. On Windows it is a line of the log.

    Args:
        title: Its heading.
        text: What it says.
        sound: Whether it is heard, too, where the desktop plays sounds for notifications.
    """
    argv = tool("ring" if sound else "notify")
    if argv is not None:
        try:
            await use([*argv, title, text])
        except ActionError as error:  # a run does not fail because nobody sees it
            ctx.log(error.message, "warning")
        else:
            return Notified(shown=True)
    ctx.log(f"{title}: {text}" if text else title)
    return Notified(shown=False)
