"""``util.state``: values that outlive runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.state_shelf import MISSING, Change, shelf_of
from floworch.actions.params import UNSET
from floworch.actions.widgets import Expression
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue
from floworch.model.values import encode

MOST = 1 << 20  # bytes of a value; more belongs into a file or a database


class State(TypedDict):
    """The value after the step (null when there is none), and whether there was one before."""

    value: Any
    existed: bool


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    if params.get("op") == "set" and "value" not in params:
        return [ParamIssue("value", "'value' is missing.", "Give 'value' what is to be kept.")]
    return []


@action(
    "util.state",
    title="Kept value",
    category="utility",
    icon="variable",
    subtitle="key",
    effect="idempotent",
    capabilities=("files",),
    check=_check,
    example={"op": "increment", "key": "invoice-number"},
)
async def util_state(
    ctx: Context,
    key: Annotated[str, Field(min_length=1, max_length=200)],
    op: Literal["get", "set", "increment", "delete"] = "get",
    value: Expression = UNSET,
    scope: Literal["workflow", "global"] = "workflow",
) -> State:
    """Keep a value for later runs, read it, or count with it.

    Values lie beside the store. A change is one step that no other run comes between, and a step that is repeated after
    a crash does not change them twice. Values with a secret in them are refused.

    Args:
        key: Name of the value.
        op: get reads it, set keeps 'value', increment adds 'value' (1 when left out) to a number, delete removes it.
        value: What to keep or add; for get, what is given when there is none.
        scope: Whether the key belongs to this workflow, or to all workflows of the store.
    """
    shelf = shelf_of(ctx.home("store"))
    owner = f"workflow:{ctx.workflow_id}" if scope == "workflow" else "global"
    try:
        if op == "get":
            found = await asyncio.to_thread(shelf.get, owner, key)
            missing = found is MISSING
            return State(value=(None if value is UNSET else value) if missing else found, existed=not missing)
        change = _changes(ctx, op, key, value)
        identity = f"{ctx.idempotency_key}:{ctx.node}"
        result = await asyncio.to_thread(shelf.change, owner, key, change, identity, ctx.now())
    except OSError as error:
        raise ActionError(
            f"The kept values cannot be used: {error}.",
            ErrorKind.PROCESSING,
            hint="Check that the store's folder can be written and has free space.",
        ) from None
    return State(value=result["value"], existed=result["existed"])


def _changes(ctx: Context, op: str, key: str, value: Any) -> Change:
    if op == "delete":
        return lambda old: (MISSING, {"value": None, "existed": old is not MISSING})
    if op == "set":
        _check_value(ctx, key, value)
        return lambda old: (value, {"value": value, "existed": old is not MISSING})
    step = 1 if value is UNSET else value
    if not isinstance(step, (int, float)) or isinstance(step, bool):
        raise ActionError(f"'value' must be a number to add, not {show(step)}.", ErrorKind.VALIDATION)

    def increment(old: Any) -> tuple[Any, Any]:
        before = 0 if old is MISSING else old
        if not isinstance(before, (int, float)) or isinstance(before, bool):
            raise ActionError(
                f"'{key}' holds {show(before)}, which is no number to add to.",
                ErrorKind.VALIDATION,
                hint="Use another key, or set it to a number first.",
            )
        return before + step, {"value": before + step, "existed": old is not MISSING}

    return increment


def _check_value(ctx: Context, key: str, value: Any) -> None:
    if value is UNSET:
        raise ActionError("'value' is missing.", ErrorKind.VALIDATION, hint="Give 'value' what is to be kept.")
    if ctx.redact(value) != value:
        raise ActionError(
            f"The value for '{key}' holds a secret and is not kept.",
            ErrorKind.VALIDATION,
            hint="Read the secret where it is used.",
        )
    size = len(encode(value))
    if size > MOST:
        raise ActionError(
            f"The value for '{key}' has {size / 1048576:.1f} MiB, over the limit of {MOST >> 20} MiB.",
            ErrorKind.VALIDATION,
            hint="Write it to a file and keep its path.",
        )
