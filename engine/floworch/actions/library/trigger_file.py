"""``trigger.file``: files for which ``floworch serve`` starts a run."""

from __future__ import annotations

import asyncio
import threading
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.trigger_event import told
from floworch.actions.library.trigger_listing import look
from floworch.actions.widgets import Duration, widget
from floworch.errors import ActionError, ErrorKind

FileEvent = Literal["created", "modified", "deleted"]


class Files(TypedDict):
    """The files: one for each run that 'floworch serve' starts, all that are there when it is started by hand."""

    paths: list[str]
    path: str | None
    event: str


@action(
    "trigger.file",
    title="When a file arrives",
    category="trigger",
    icon="file",
    subtitle="path",
    effect="pure",
    capabilities=("files",),
    example={"path": "{{ inputs.inbox }}", "pattern": "*.csv", "settle": "5s"},
)
async def trigger_file(
    ctx: Context,
    path: Annotated[str, Field(min_length=1, title="Folder"), widget("folder")],
    pattern: Annotated[str, Field(min_length=1)] = "*",
    events: Annotated[list[FileEvent], Field(min_length=1)] = ["created"],  # noqa: B006 - every call gets its own copy
    settle: Annotated[Duration, Field(title="Unchanged for")] = "2s",  # type: ignore[assignment]  # read as a duration, shown as written
) -> Files:
    """Start a run for each file that arrives in a folder, while 'floworch serve' runs.

    Files that are there when it serves for the first time are taken as known; what arrives while nobody serves gets its
    run when it serves again. No file gets two runs for one state of it. Started by hand, the output lists the files
    that are there.

    Args:
        path: The folder; a relative one starts in the folder of the definition when it is served.
        pattern: Which files: *.csv in the folder itself, **/*.csv in all folders below it, too.
        events: What counts: created, modified, deleted.
        settle: How long size and time of a file must not change, so that it is written to the end.
    """
    event = told(ctx)
    if event is not None:
        one = str(event.get("path"))
        return Files(paths=[one], path=one, event=str(event.get("event")))
    folder = ctx.path(path)
    stopped = threading.Event()
    try:
        found = await asyncio.to_thread(look, folder, pattern, stopped.is_set)
    finally:
        stopped.set()  # a cancel does not reach the thread by itself
    if found is None:
        raise ActionError(
            f"There is no folder '{folder}'.", ErrorKind.NOT_FOUND, hint="Create it, or correct 'path' of the trigger."
        )
    paths = sorted(found)
    return Files(paths=paths, path=paths[0] if paths else None, event="created")
