"""Programs through which every desktop shows notifications, opens things and keeps a clipboard."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Literal

from floworch.errors import ActionError, ErrorKind

Purpose = Literal["notify", "ring", "open", "copy", "paste"]
#: Seconds that such a program may take.
PATIENCE = 15.0
_MOST = 1 << 20

_SHOW = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run"
_MAC: Mapping[Purpose, tuple[Sequence[str], ...]] = {
    "notify": (("osascript", "-e", _SHOW),),
    "ring": (("osascript", "-e", _SHOW.replace("(item 1 of argv)", '(item 1 of argv) sound name "default"')),),
    "open": (("open",),),
    "copy": (("pbcopy",),),
    "paste": (("pbpaste",),),
}
_WINDOWS: Mapping[Purpose, tuple[Sequence[str], ...]] = {
    "notify": (),
    "ring": (),
    "open": (("explorer",),),
    "copy": (("clip",),),
    "paste": (("powershell", "-NoProfile", "-Command", "Get-Clipboard -Raw"),),
}
_X11: Mapping[Purpose, tuple[Sequence[str], ...]] = {
    "notify": (("notify-send", "--app-name=Flow Orchestrator", "--"),),
    "ring": (("notify-send", "--app-name=Flow Orchestrator", "--hint=string:sound-name:message-new-instant", "--"),),
    "open": (("xdg-open",), ("gio", "open")),
    "copy": (("xclip", "-selection", "clipboard"), ("xsel", "--clipboard", "--input")),
    "paste": (("xclip", "-selection", "clipboard", "-out"), ("xsel", "--clipboard", "--output")),
}
_WAYLAND: Mapping[Purpose, tuple[Sequence[str], ...]] = {
    "copy": (("wl-copy",),),
    "paste": (("wl-paste", "--no-newline"),),
}


def tool(purpose: Purpose, environment: Mapping[str, str] | None = None) -> list[str] | None:
    """The program for a purpose with its first arguments; None where there is no desktop, or no such program.

    Args:
        purpose: What it is to do.
        environment: The variables of the process; its own when left out.
    """
    env = os.environ if environment is None else environment
    if sys.platform == "darwin":
        known = list(_MAC[purpose])
    elif sys.platform == "win32":
        known = list(_WINDOWS[purpose])
    else:
        if not (env.get("DISPLAY") or env.get("WAYLAND_DISPLAY")):
            return None
        known = [*(_WAYLAND.get(purpose, ()) if env.get("WAYLAND_DISPLAY") else ()), *_X11[purpose]]
    for argv in known:
        found = shutil.which(argv[0], path=env.get("PATH"))
        if found is not None:
            return [found, *argv[1:]]
    return None


async def use(argv: Sequence[str], text: str | None = None, wanted: bool = False) -> str:
    """Run such a program to its end and return what it prints, where that is wanted, up to 1 MiB.

    What it leaves behind goes on: the keeper of a clipboard, or what was opened. It is killed when this is cancelled.

    Raises:
        ActionError: It cannot be started, takes longer than 15 seconds, or fails.
    """
    pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=pipe if text is not None else null, stdout=pipe if wanted else null, stderr=null,
            start_new_session=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        raise ActionError(f"'{argv[0]}' cannot be started: {error}.", ErrorKind.PROCESSING) from None
    try:
        async with asyncio.timeout(PATIENCE):
            out, _ = await process.communicate(text.encode() if text is not None else None)
    except TimeoutError:
        raise ActionError(f"'{argv[0]}' did not end in {PATIENCE:.0f} s.", ErrorKind.TIMEOUT) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise ActionError(f"'{argv[0]}' ended with code {process.returncode}.", ErrorKind.PROCESSING)
    return (out or b"")[:_MOST].decode("utf-8", "replace")
