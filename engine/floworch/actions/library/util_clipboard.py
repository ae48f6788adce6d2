"""``util.clipboard``: read and write the clipboard of the desktop."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.desktop_tools import tool, use
from floworch.actions.library.util_log import as_text
from floworch.actions.widgets import Expression, show_if
from floworch.errors import ActionError, ErrorKind


class Clipboard(TypedDict):
    """The text, and whether there was a clipboard."""

    text: str
    available: bool


@action(
    "util.clipboard",
    title="Clipboard",
    category="utility",
    icon="paste",
    subtitle="op",
    effect="idempotent",
    capabilities=("process",),
    example={"op": "set", "text": "{{ nodes.report.output }}"},
)
async def util_clipboard(
    ctx: Context,
    op: Annotated[Literal["get", "set"], Field(title="What to do")] = "get",
    text: Annotated[Expression, show_if(op="set")] = "",
) -> Clipboard:
    """Put a text on the clipboard, or take the one that is there; without a desktop, log it.

    Needs wl-clipboard, xclip or xsel on Linux.

    Args:
        op: set puts 'text' there, get gives what is there.
        text: What to put there; anything that is not text as JSON.
    """
    argv = tool("copy" if op == "set" else "paste")
    said = _text(ctx, text) if op == "set" else ""
    if argv is None:
        ctx.log(f"There is no clipboard to {'write to' if op == 'set' else 'read from'}.")
        return Clipboard(text=said, available=False)
    if op == "set":
        await use(argv, said)
    else:
        said = await use(argv, wanted=True)
    return Clipboard(text=said, available=True)


def _text(ctx: Context, value: Any) -> str:
    said = as_text(value)
    if ctx.redact(said) != said:
        raise ActionError(
            "The text holds a secret and is not put on the clipboard.",
            ErrorKind.VALIDATION,
            hint="Everything on this desktop can read the clipboard.",
        )
    return said
