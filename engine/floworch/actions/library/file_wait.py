"""``file.wait``: wait until files are there, gone, or written to the end."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.file_names import shown
from floworch.actions.library.file_select import select
from floworch.actions.widgets import Duration, show_if, widget
from floworch.errors import ActionError, ErrorKind

Look = dict[str, tuple[int, int]]


class Found(TypedDict):
    """The first of the files in the order of their paths (null when they were waited to go), all, and the looks."""

    path: str | None
    paths: list[str]
    looks: int


@action(
    "file.wait",
    title="Wait for file",
    category="files",
    icon="hourglass",
    subtitle="path",
    effect="idempotent",
    capabilities=("files",),
    example={"path": "{{ inputs.inbox }}/*.csv", "condition": "stable", "poll": "5s"},
)
async def file_wait(
    ctx: Context,
    path: Annotated[str, Field(min_length=1), widget("file")],
    condition: Annotated[Literal["exists", "gone", "stable"], Field(title="Wait until it is")] = "stable",
    poll: Annotated[Duration, Field(title="Look again every")] = "2s",  # type: ignore[assignment]  # read as a duration, shown as written
    settle: Annotated[Duration, Field(title="Unchanged for"), show_if(condition="stable")] = "2s",  # type: ignore[assignment]
) -> Found:
    """Wait until a file, or any file that fits a pattern, is there, is written to the end, or is gone.

    The wait looks again and again, which works on network drives, too. A cancel ends it at once, and after a restart
    the node goes on waiting. Give the node a timeout to bound the wait.

    Args:
        path: A file, a folder, or a pattern such as inbox/*.csv; a relative path starts in the folder the run was
            started in.
        condition: exists takes a file at once, stable when its size and time have not changed for a while, gone when
            nothing is there any more.
        poll: How long to wait before looking again.
        settle: How long a file must not change to count as stable.
    """
    if poll <= 0:
        raise ActionError("'poll' must be longer than nothing.", ErrorKind.VALIDATION, hint="Write it like 2s.")
    looks, since = 0, ctx.now()
    before: Look = {}
    while True:
        looks += 1
        seen = await asyncio.to_thread(_look, ctx, path)
        if condition == "stable":
            if seen != before:
                since = ctx.now()
            met = bool(seen) and seen == before and ctx.now() - since >= settle
        else:
            met = bool(seen) == (condition == "exists")
        if met:
            paths = sorted(seen)
            ctx.log(f"Looked {looks} times: {', '.join(paths[:3]) or 'gone'}{' ...' if len(paths) > 3 else ''}")
            return Found(path=paths[0] if paths else None, paths=paths, looks=looks)
        before = seen
        ctx.progress(None, f"looked {looks}×: {f'{len(seen)} there' if seen else 'nothing there'}")
        await asyncio.sleep(poll)


def _look(ctx: Context, path: str) -> Look:
    found = select(ctx, path, name="path", missing_ok=True, kinds=("file", "other"), verb="look at")
    return {shown(each.path): (each.status.st_size, each.status.st_mtime_ns) for each in found}
