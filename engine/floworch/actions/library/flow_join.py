"""``flow.join``: bring branches together and combine what they gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.params import UNSET
from floworch.actions.widgets import Expression
from floworch.errors import ActionError, ErrorKind


@action(
    "flow.join",
    title="Join",
    category="flow",
    icon="merge",
    subtitle="combine",
    effect="pure",
    output_schema={"description": "The combined outputs, or the one."},
    example={"combine": "object"},
)
async def flow_join(
    ctx: Context,
    combine: Annotated[Literal["object", "list", "one"], Field(title="Combine as")] = "object",
    values: Annotated[Expression, Field(title="Other values")] = UNSET,
) -> Any:
    """Combine the outputs of the branches that arrived.

    Which branches must arrive is the node's own 'join' field: all, any or first; a parameter 'mode' is read as it.

    Args:
        combine: 'object' gives {node id: output}, 'list' the outputs in the order of the edges, 'one' the output of the
            first of them: of what went well or of what handled its failure, say.
        values: An object to combine instead, by name; without it, the outputs of the nodes that lead here.
    """
    found = ctx.upstream() if values is UNSET else values
    if not isinstance(found, Mapping):
        raise ActionError(
            f"'values' must be an object, not {show(found)}.",
            ErrorKind.VALIDATION,
            hint='Write names and values, such as {"stock": "{{ nodes.stock.output }}"}.',
        )
    if combine == "one":
        return next(iter(found.values()), None)
    return dict(found) if combine == "object" else list(found.values())
