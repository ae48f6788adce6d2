"""``flow.wait`` and ``flow.signal``: durable waiting (contract C8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.outcome import Wait
from floworch.actions.widgets import Duration
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue


def moment_of(value: Any) -> float:
    """Epoch seconds of a point in time: a number of seconds, a datetime, or ISO 8601 text with a zone."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise ValueError(f"{show(value)} lies outside the calendar") from None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"{value!r} is not a point in time: write it like 2026-01-31T18:00:00Z") from None
    if not isinstance(value, datetime):
        raise ValueError(f"{show(value)} is not a point in time: write it like 2026-01-31T18:00:00Z")
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone: add Z for UTC, or an offset such as +02:00")
    return value.timestamp()


Moment = Annotated[
    float,
    BeforeValidator(moment_of),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "number"}], "widget": "expression"}),
]


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    given = [name for name in ("for", "until") if params.get(name) is not None]
    if len(given) == 1:
        return []
    if given:
        return [ParamIssue("until", "'for' and 'until' cannot both be given.", "Remove one of them.")]
    return [ParamIssue("for", "'for' is missing.", "Give a duration such as 30s, or 'until' a point in time.")]


@action(
    "flow.wait",
    title="Wait",
    category="flow",
    icon="hourglass",
    subtitle="for",
    effect="pure",
    check=_check,
    output_schema={
        "type": "object",
        "properties": {
            "due": {"type": "number", "description": "When it was to end, in seconds since 1970."},
            "resumed_at": {"type": "number", "description": "When it did end."},
        },
        "required": ["due", "resumed_at"],
    },
    example={"for": "30s"},
)
async def flow_wait(
    ctx: Context,
    for_: Annotated[Duration | None, Field(title="Wait for")] = None,
    until: Annotated[Moment | None, Field(title="Wait until")] = None,
) -> Wait:
    """Wait for some time, or until a point in time; the timer outlives this process.

    Args:
        for_: How long, from now on.
        until: The point in time, in ISO 8601 with a zone (2026-01-31T18:00:00Z) or as seconds since 1970. A past
            one is over at once.
    """
    if for_ is None and until is None:
        raise ActionError(
            "'for' is missing.", ErrorKind.VALIDATION, hint="Give a duration such as 30s, or 'until' a point in time."
        )
    if for_ is not None and until is not None:
        raise ActionError("'for' and 'until' cannot both be given.", ErrorKind.VALIDATION, hint="Remove one of them.")
    due = ctx.now() + for_ if for_ is not None else until
    assert due is not None
    return Wait("timer", due=due, on_timeout="complete", details={"until": _iso(due)})


def _iso(at: float) -> str:
    try:
        return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        raise ActionError(
            f"The time {at:g} lies outside the calendar.", ErrorKind.VALIDATION, hint="Wait for a shorter time."
        ) from None


@action(
    "flow.signal",
    title="Wait for signal",
    category="flow",
    icon="radio",
    subtitle="name",
    effect="pure",
    example={"name": "paid", "timeout": "2h"},
)
async def flow_signal(
    ctx: Context,
    name: Annotated[str, Field(title="Signal", min_length=1, max_length=200)],
    timeout: Annotated[Duration | None, Field(title="Wait at most")] = None,
) -> Wait:
    """Wait for a named signal; its payload is the output. One that was sent early counts.

    Args:
        name: The signal's name.
        timeout: How long to wait before failing with timeout_error; without it, for ever.
    """
    due = None if timeout is None else ctx.now() + timeout
    return Wait("signal", name=name, due=due, on_timeout="fail")
