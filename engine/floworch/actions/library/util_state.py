"""``util.state``: values that outlive runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.kept_values import perform
from floworch.actions.params import UNSET
from floworch.actions.widgets import Expression
from floworch.model.catalog import ParamIssue


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
    key: Annotated[str, Field(title="Name", min_length=1, max_length=200)],
    op: Annotated[Literal["get", "set", "increment", "delete"], Field(title="What to do")] = "get",
    value: Expression = UNSET,
    scope: Annotated[Literal["workflow", "global"], Field(title="Belongs to")] = "workflow",
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
    identity = f"{ctx.idempotency_key}:{ctx.node}"
    result = await asyncio.to_thread(perform, ctx, op, key, value, scope, identity)
    return State(value=result["value"], existed=result["existed"])
