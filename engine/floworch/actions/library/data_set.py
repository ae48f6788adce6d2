"""``data.set``: make an object from fields, or write the run's shared data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.params import UNSET
from floworch.actions.widgets import Expression, KeyValue, show_if
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    if params.get("keep") == "all" and "value" not in params:
        return [
            ParamIssue(
                "value",
                "'value' is missing: it is the object whose fields are kept.",
                "Give 'value' an object such as {{ nodes.check.output }}, or set keep to none.",
            )
        ]
    return []


@action(
    "data.set",
    title="Set fields",
    category="data",
    icon="pencil",
    effect="idempotent",
    subtitle="target",
    output_schema={"type": "object", "description": "The fields by name."},
    example={"fields": {"name": "{{ inputs.order.id }}", "large": "{{ inputs.order.amount > 1000 }}"}},
    check=_check,
)
async def data_set(
    ctx: Context,
    fields: Annotated[KeyValue, Field(title="Fields")],
    keep: Annotated[Literal["none", "all"], Field(title="Other fields"), show_if(target="output")] = "none",
    value: Annotated[Expression, Field(title="Object to start from"), show_if(keep="all")] = UNSET,
    target: Annotated[Literal["output", "data"], Field(title="Where the fields go")] = "output",
) -> dict[str, Any]:
    """Make an object from named values, or store them in the run's data.

    Args:
        fields: Names and values; a value may be an expression and keeps its type.
        keep: Whether the fields of 'value' are kept too; a field given here wins.
        value: The object to start from when 'keep' is all, such as {{ nodes.check.output }}.
        target: Where the fields go: the node's output, or the run's data (then also the output).
    """
    result = fields
    if keep == "all" and target == "output":
        if not isinstance(value, Mapping):
            found = "missing" if value is UNSET else f"{show(value)}"
            raise ActionError(
                f"'value' must be an object to keep its fields, but it is {found}.",
                ErrorKind.VALIDATION,
                hint="Give an object, or set keep to none.",
            )
        result = {**value, **fields}
    if target == "data":
        for name, field in fields.items():
            ctx.data.set(name, field)
    return result
