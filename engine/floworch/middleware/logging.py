"""Says when a node starts, how it ended and how long it took, in its log and in Python's logging (C5.3)."""

from __future__ import annotations

import logging as python_logging
import time
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from floworch.actions.context import Context
from floworch.actions.outcome import Expand, Rounds, Wait
from floworch.errors import text_of
from floworch.middleware.factory import factory
from floworch.middleware.layer import CallNext, Layer

# A library says nothing by itself: who embeds it decides where the lines go.
python_logging.getLogger("floworch").addHandler(python_logging.NullHandler())

Level = Literal["debug", "info", "warning", "error"]


class LoggingOptions(BaseModel, extra="forbid"):
    """Options of the layer."""

    level: Level = Field("info", title="Level", description="Level of the lines about starts and ends.")
    prefix: str = Field("", title="Text in front", description="Text in front of every line.")
    logger: str = Field(
        "floworch.node", title="Python logger", description="Name of the Python logger that gets the lines."
    )


@factory
def logging(level: Level = "info", prefix: str = "", logger: str = "floworch.node") -> Layer:
    """Log the start and the end of what is inside; failures are logged as errors and raised on.

    Args:
        level: ``debug info warning error``, for starts and successful ends.
        prefix: Text in front of every line.
        logger: Name of the Python logger; the lines also go to the node's own log.
    """
    target = python_logging.getLogger(logger)
    number = python_logging.getLevelNamesMapping()[level.upper()]
    lead = f"{prefix} " if prefix else ""

    def say(ctx: Context, number: int, word: str, text: str) -> None:
        ctx.log(f"{lead}{text}", word)
        if target.isEnabledFor(number):
            target.log(number, "%s%s/%s %s", lead, ctx.run_id, ctx.node, ctx.redact(text))

    async def around(call_next: CallNext, ctx: Context) -> Any:
        say(ctx, number, level, f"attempt {ctx.attempt} started")
        began = time.perf_counter()
        try:
            output = await call_next(ctx)
        except Exception as error:
            took = time.perf_counter() - began
            say(ctx, python_logging.ERROR, "error", f"failed after {took:.3f} s: {text_of(error)}")
            raise
        if isinstance(output, Wait):
            say(ctx, number, level, f"waits: {output.kind} {output.name}".rstrip())
        elif isinstance(output, Expand):
            say(ctx, number, level, f"begins {len(output.items)} items")
        elif isinstance(output, Rounds):
            say(ctx, number, level, "begins its first round")
        else:
            say(ctx, number, level, f"completed in {time.perf_counter() - began:.3f} s")
        return output

    return Layer("logging", around)


def chip(options: Mapping[str, Any]) -> str:
    """The level, when it is not the usual one."""
    level = str(options.get("level", "info"))
    return "" if level == "info" else level
