"""What a trigger node puts out: what ``floworch serve`` was told, or, run by hand, what it would be told now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from floworch.actions.context import Context


def told(ctx: Context) -> Mapping[str, Any] | None:
    """What the run was told by this node's trigger; None when somebody started it by hand."""
    trigger = ctx.resolve("{{ run.trigger }}")
    event = trigger.get("event") if isinstance(trigger, Mapping) and trigger.get("node") == ctx.node else None
    return event if isinstance(event, Mapping) else None


def moment(at: float) -> str:
    """A point in time as every trigger writes it: ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
