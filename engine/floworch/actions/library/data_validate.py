"""``data.validate``: values held to a JSON Schema or to rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_rows import braced
from floworch.actions.library.data_source import Rows
from floworch.actions.library.data_sql import PART_SCHEMA, check_target, target_of
from floworch.actions.library.data_stream import MOST as MOST_ROWS
from floworch.actions.library.data_stream import MaxRows, Parts, Result, SaveAs, Stream, streams
from floworch.actions.outcome import Outcome
from floworch.actions.params import UNSET
from floworch.actions.rules import FieldRule, broken_rules
from floworch.actions.schema_check import SchemaChecker, check_schema
from floworch.actions.widgets import Expression, widget
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
    return [*issues, *check_target(params)]


@action(
    "data.validate",
    title="Validate",
    category="data",
    icon="validate",
    subtitle="value",
    effect="idempotent",
    capabilities=("files",),
    ports=("out", "valid", "invalid"),
    check=_check,
    output_schema={
        "type": "object",
        "properties": {
            "valid": {**PART_SCHEMA, "description": "The values that are as wanted, in their order."},
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
    value: Annotated[Expression, Field(title="Value to check")] = UNSET,
    items: Annotated[Rows | None, Field(title="Items to check")] = None,
    schema: Annotated[dict[str, Any] | None, Field(title="JSON Schema")] = None,
    rules: Annotated[list[FieldRule], widget("table")] = [],  # noqa: B006 - every call gets its own copy
    on_bad: Annotated[Literal["fail", "route"], Field(title="When something is wrong")] = "fail",
    result: Annotated[Result, Field(title="Result as")] = "rows",
    save_as: Annotated[SaveAs, Field(title="Save as (Parquet file)")] = None,
    max_rows: Annotated[MaxRows, Field(title="Row limit")] = MOST_ROWS,
) -> Outcome:
    """Check values against rules or a JSON Schema.

    Fires 'out', and besides it 'valid' when a value is as wanted and, with on_bad: route, 'invalid' when one is not.

    Args:
        value: One value to check.
        items: A list, or a reference to a table, to check item by item instead.
        schema: JSON Schema (2020-12) that each value must fit; it may refer to its own parts only.
        rules: What must hold for fields of each value. A check is a condition without braces that sees value (the
            field) and item (the whole).
        on_bad: fail ends in a validation_error that names every finding, route goes on at the port invalid.
        result: rows gives the valid ones as a list, table a reference to a Parquet file; the invalid ones are a list.
        save_as: The Parquet file that result: table writes.
        max_rows: Of a table, more valid rows in a list are an error with result: rows, and more invalid ones always.
    """
    if (value is UNSET) == (items is None):
        raise ActionError("Either 'value' or 'items' must be given.", ErrorKind.VALIDATION)
    checker = _checker(schema)
    single = items is None
    target = target_of(ctx, result, save_as)
    invalid: list[dict[str, Any]] = []
    async with (
        streams(ctx, result, items=[value] if single else items) as (stream,),
        Parts(stream, ("valid",), result, target, max_rows) as parts,
    ):
        async for first, batch in stream.batches():
            for index, item in enumerate(batch, first):
                problems = _problems(ctx, checker, rules, item)
                parts.add(-1 if problems else 0, item)
                if problems:
                    invalid.append({"index": index, "item": item, "problems": problems})
                    _check_many(invalid, stream, on_bad, max_rows)
        if invalid and on_bad == "fail":
            raise _refused(invalid, single)
        (valid,) = await parts.results()
    ctx.log(f"{parts.counts[0]} of {parts.counts[0] + len(invalid)} are valid.")
    fired = [port for port, count in (("valid", parts.counts[0]), ("invalid", len(invalid))) if count]
    return Outcome({"valid": valid, "invalid": invalid}, "out", also=tuple(fired))


def _check_many(invalid: Sequence[Mapping[str, Any]], stream: Stream, on_bad: str, most: int) -> None:
    """Stop where a table has so many bad rows that their list would fill the memory. Raises ActionError."""
    if stream.rows is not None or len(invalid) <= most:
        return
    if on_bad == "fail":
        raise _refused(invalid, False)
    raise ActionError(
        f"More than {most} rows are invalid.",
        ErrorKind.VALIDATION,
        hint="Correct the rules, or part the rows with data.filter or data.sql first; max_rows is the limit.",
    )


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


def _refused(invalid: Sequence[Mapping[str, Any]], single: bool) -> ActionError:
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
