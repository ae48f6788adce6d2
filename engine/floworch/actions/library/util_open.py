"""``util.open``: open a file, folder or address as the desktop does."""

from __future__ import annotations

import os
import re
from typing import Annotated, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.desktop_tools import tool, use
from floworch.actions.widgets import widget
from floworch.errors import ActionError, ErrorKind

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_ALLOWED = re.compile(r"(https?://|mailto:)\S+", re.IGNORECASE)


class Opened(TypedDict):
    """What was opened, and whether there was a desktop to open it on."""

    target: str
    opened: bool


@action(
    "util.open",
    title="Open",
    category="utility",
    icon="external",
    subtitle="target",
    effect="idempotent",
    capabilities=("process", "files"),
    example={"target": "{{ nodes.report.output.path }}"},
)
async def util_open(
    ctx: Context, target: Annotated[str, Field(min_length=1, max_length=4000), widget("file")]
) -> Opened:
    """Open a file, a folder or a web address with the program the desktop has for it; without a desktop, log it.

    Args:
        target: A path, or an address that begins with http, https or mailto.
    """
    place = _place(ctx, target)
    argv = tool("open")
    if argv is None:
        ctx.log(f"There is no desktop to open {place} on.")
        return Opened(target=place, opened=False)
    await use([*argv, place])
    return Opened(target=place, opened=True)


def _place(ctx: Context, target: str) -> str:
    """The address, or the absolute path of what is there."""
    if _ADDRESS.match(target) and not os.path.splitdrive(target)[0]:
        if not _ALLOWED.fullmatch(target):
            raise ActionError(
                f"'{target[:80]}' is no address that is opened.", ErrorKind.VALIDATION,
                hint="Addresses begin with http://, https:// or mailto:.",
            )  # fmt: skip
        return target
    place = os.path.abspath(ctx.path(target))
    if not os.path.exists(place):
        raise ActionError(f"There is no file or folder '{place}'.", ErrorKind.NOT_FOUND, hint="Correct 'target'.")
    return place
