"""Writes work that failed to a file, one JSON line each, and lets the failure go on (C5.3)."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field

from floworch.actions.context import Context
from floworch.actions.widgets import widget
from floworch.errors import classify
from floworch.middleware.factory import factory
from floworch.middleware.layer import CallNext, Layer
from floworch.middleware.lines import append_line
from floworch.middleware.plain import plain
from floworch.run.view import iso


class DeadLetterOptions(BaseModel, extra="forbid"):
    """Options of the layer."""

    path: Annotated[str, widget("file")] = Field(
        min_length=1, title="File or folder",
        description="File that gets the lines, or a directory: then <workflow>.jsonl in it. A relative path starts in "
        "the folder the run was started in. May hold expressions.",
    )  # fmt: skip


@factory
def dead_letter(path: str | os.PathLike[str]) -> Layer:
    """Append ``{run_id, workflow, node, attempt, at, error, params}`` as one JSON line when what is inside fails.

    The failure goes on as it is. Secrets are taken out. A line is durable before the failure goes on; when it
    cannot be written, the node's log says so.

    Args:
        path: A file, or a directory (existing, or ending in a slash) that gets ``<workflow>.jsonl``. Missing
            directories are made.
    """
    options = DeadLetterOptions(path=os.fspath(path))

    async def around(call_next: CallNext, ctx: Context) -> Any:
        try:
            return await call_next(ctx)
        except Exception as error:
            try:
                target = _file(ctx, str(ctx.resolve(options.path, {"params": ctx.params})))
                await asyncio.to_thread(append_line, target, _letter(ctx, error))
            except Exception as trouble:  # noqa: BLE001 - the failure itself matters more than its letter
                ctx.log(f"the dead letter could not be written: {trouble}", "error")
            raise

    return Layer("dead_letter", around)


def _letter(ctx: Context, error: Exception) -> bytes:
    record = {
        "run_id": ctx.run_id,
        "workflow": ctx.workflow_id,
        "node": ctx.node,
        "attempt": ctx.attempt,
        "at": iso(ctx.now()),
        "error": {"kind": str(classify(error)), "message": str(error) or type(error).__name__},
        "params": plain(ctx.params),
    }
    return json.dumps(ctx.redact(record), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _file(ctx: Context, path: str) -> Path:
    target = Path(ctx.path(path))
    if path.endswith(("/", os.sep)) or target.is_dir():
        return target / (re.sub(r"[^A-Za-z0-9_-]", "_", ctx.workflow_id) + ".jsonl")
    return target


def chip(options: Mapping[str, Any]) -> str:
    """The last part of the path."""
    return re.split(r"[/\\]", str(options.get("path", "")).rstrip("/\\"))[-1]
