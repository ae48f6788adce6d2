"""``data.validate``: values held to a JSON Schema or to rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_rows import SLICE, braced, breathe
from floworch.actions.outcome import Outcome
from floworch.actions.params import UNSET
from floworch.actions.rules import FieldRule, broken_rules
from floworch.actions.schema_check import SchemaChecker, check_schema
from floworch.actions.widgets import Expression, Table, widget
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue

#: Findings that one message lists; more are counted.
MOST = 20


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    issues = []
    given = [name for name in ("value", "items") if name in params]
    if len(given) != 1:
        text = "'value' and 'items' cannot both be given." if given else "'value' is missing."
        issues.append(ParamIssue("value", text, "Give 'value' one value to check, or 'items' a list."))
    if not params.get("schema") and not params.get("rules"):
        issues.append(ParamIssue("rules", "'rules' is missing: nothing is checked.", "Give rules, or a schema."))
    schema = params.get("schema")
    if isinstance(schema, dict) and "{{" not in str(schema):
        try:
            check_schema(schema)
        except ValueError as error:
            issues.append(ParamIssue("schema", f"'schema': {error}.", "Correct it; the dialect is 2020-12."))
    return issues


@action(
    "data.validate",
    title="Validate",
    category="data",
    icon="validate",
    subtitle="value",
    effect="pure",
    ports=("out", "valid", "invalid"),
    check=_check,
    output_schema={
        "type": "object",
        "properties": {
            "valid": {"type": "array", "description": "The values that are as wanted, in their order."},
            "invalid": {
                "type": "array",
                "description": "The others, each as {index, item, problems}; problems is a list of sentences.",
            },
        },
        "required": ["valid", "invalid"],
    },
    example={"value": "{{ inputs.order }}", "rules": [{"field": "amount", "required": True, "min": 0.01}]},
)
async def data_validate(
    ctx: Context,
    value: Expression = UNSET,
    items: Table | None = None,
    schema: dict[str, Any] | None = None,
    rules: Annotated[list[FieldRule], widget("table")] = [],  # noqa: B006 - every call gets its own copy
    on_bad: Literal["fail", "route"] = "fail",
) -> Outcome:
    """Check values against rules or a JSON Schema.

    Fires 'out', and besides it 'valid' when a value is as wanted and, with on_bad: route, 'invalid' when one is not.

    Args:
        value: One value to check.
        items: A list to check item by item instead.
        schema: JSON Schema (2020-12) that each value must fit; it may refer to its own parts only.
        rules: What must hold for fields of each value. A check is a condition without braces that sees value (the
            field) and item (the whole).
        on_bad: fail ends in a validation_error that names every finding, route goes on at the port invalid.
    """
    if (value is UNSET) == (items is None):
        raise ActionError("Either 'value' or 'items' must be given.", ErrorKind.VALIDATION)
    checker = _checker(schema)
    every: list[Any] = [value] if items is None else items
    valid: list[Any] = []
    invalid: list[dict[str, Any]] = []
    for index, item in enumerate(every):
        if not index % SLICE:
            await breathe(ctx, index, len(every))
        problems = _problems(ctx, checker, rules, item)
        if problems:
            invalid.append({"index": index, "item": item, "problems": problems})
        else:
            valid.append(item)
    if invalid and on_bad == "fail":
        raise _refused(invalid, items is None)
    ctx.log(f"{len(valid)} of {len(every)} are valid.")
    fired = [port for port, found in (("valid", valid), ("invalid", invalid)) if found]
    return Outcome({"valid": valid, "invalid": invalid}, "out", also=tuple(fired))


def _checker(schema: Mapping[str, Any] | None) -> SchemaChecker | None:
    if schema is None:
        return None
    try:
        check_schema(schema)
    except ValueError as error:
        raise ActionError(f"'schema': {error}.", ErrorKind.VALIDATION, hint="The dialect is 2020-12.") from None
    return SchemaChecker(schema)


def _problems(ctx: Context, checker: SchemaChecker | None, rules: list[FieldRule], item: Any) -> list[str]:
    found = list(checker.problems(item)) if checker is not None else []
    return found + broken_rules(
        rules, item, lambda text, part: ctx.resolve(braced(text), {"value": part, "item": item})
    )


def _refused(invalid: list[dict[str, Any]], single: bool) -> ActionError:
    lines = [
        problem if single else f"items[{entry['index']}]: {problem}"
        for entry in invalid
        for problem in entry["problems"]
    ]
    more = f"; and {len(lines) - MOST} more" if len(lines) > MOST else ""
    return ActionError(
        f"Not as wanted: {'; '.join(lines[:MOST])}{more}.",
        ErrorKind.VALIDATION,
        hint="Correct the values, or set on_bad to route and use the port invalid.",
    )
