"""``data.group``: rows grouped by fields, with totals per group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_aggregates import AGGREGATES, Accumulator, hashable
from floworch.actions.library.data_rows import reader
from floworch.actions.library.data_source import Rows
from floworch.actions.library.data_stream import streams
from floworch.actions.widgets import widget
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue

Fn = Literal["sum", "count", "min", "max", "avg", "list", "first", "last", "distinct", "count_distinct"]


class Column(BaseModel):
    """A value to group by, under its own name."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[
        str, Field(title="Field or expression", min_length=1, description="A field, or an expression that sees item.")
    ]
    as_: Annotated[
        str, Field(alias="as", title="Name in the result", min_length=1, description="Its name in the result.")
    ]


class Aggregate(BaseModel):
    """One total: what is computed, over which value, under which name."""

    model_config = ConfigDict(extra="forbid")

    fn: Annotated[Fn, Field(title="Function", description="What to compute.")]
    key: Annotated[
        str,
        Field(title="Field or expression", description="A field, or an expression that sees item; empty is the item."),
    ] = ""
    as_: Annotated[
        str, Field(alias="as", title="Name in the result", description="Its name in the result; by default fn_key.")
    ] = ""

    @property
    def name(self) -> str:
        """The field of the result."""
        return self.as_ or (f"{self.fn}_{self.key}" if self.key else self.fn)


By = list[str | Column]


def _columns(by: Any) -> list[tuple[str, str]]:
    """(name, key) of each value to group by."""
    entries = [by] if isinstance(by, str) else by
    return [(entry, entry) if isinstance(entry, str) else (entry.as_, entry.key) for entry in entries]


def _entries(by: Any) -> list[tuple[str, Any]]:
    """(path, entry) of each value of a literal 'by'; none when it is neither text nor a list."""
    if isinstance(by, str):
        return [("by", by)]
    return [(f"by[{number}]", entry) for number, entry in enumerate(by)] if isinstance(by, list) else []


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    by = params.get("by") or []
    issues = [
        ParamIssue(path, f"'{path}' needs a name for this expression.", 'Write {"key": "{{ ... }}", "as": "name"}.')
        for path, entry in _entries(by)
        if isinstance(entry, str) and "{{" in entry
    ]
    aggregates = params.get("aggregates") or []
    for number, entry in enumerate(aggregates if isinstance(aggregates, list) else ()):
        if not isinstance(entry, Mapping) or entry.get("as"):
            continue
        if "{{" in str(entry.get("key", "")):
            issues.append(
                ParamIssue(
                    f"aggregates[{number}].as",
                    f"'aggregates[{number}].as' is missing.",
                    "Name the result of an expression.",
                )
            )
    return issues


@action(
    "data.group",
    title="Group",
    category="data",
    icon="layers",
    subtitle="by",
    effect="pure",
    capabilities=("files",),
    raw_params=("by", "aggregates"),
    check=_check,
    output_schema={
        "type": "array",
        "items": {"type": "object"},
        "description": "One object per group, in the order in which the groups first appear.",
    },
    example={
        "items": "{{ nodes.files.output }}",
        "by": ["suffix"],
        "aggregates": [{"fn": "count", "as": "files"}, {"fn": "sum", "key": "size", "as": "bytes"}],
    },
)
async def data_group(
    ctx: Context,
    items: Annotated[Rows, Field(title="Items")],
    by: Annotated[By | str, Field(title="Group by"), widget("list")] = [],  # noqa: B006 - every call gets its own copy
    aggregates: Annotated[list[Aggregate], Field(title="Totals"), widget("table", columns=["fn", "key", "as"])] = [],  # noqa: B006
) -> list[dict[str, Any]]:
    """Group rows and compute totals.

    Null and missing values form a group of their own; sum, count of a field, min, max, avg, distinct and
    count_distinct leave them out.

    Args:
        items: The rows: a list of objects, or a reference to a table, which is read in batches.
        by: Fields to group by ("suffix", "owner.name"), or {key, as} with an expression that sees item. Without
            any, everything is one group.
        aggregates: What to compute per group: {fn, key, as}; fn is sum, count, min, max, avg, list, first, last,
            distinct or count_distinct.
    """
    columns = _columns(by)
    totals = [(entry.name, entry.key, entry.fn) for entry in aggregates]
    _check_names([name for name, _ in columns] + [name for name, _, _ in totals])
    groups: dict[Any, tuple[list[Any], list[Accumulator]]] = {}
    make = [AGGREGATES[fn] for _, _, fn in totals]
    labels = [f"'{fn}' of '{key}'" if key else f"'{fn}'" for _, key, fn in totals]

    def new_group(found: list[Any]) -> tuple[list[Any], list[Accumulator]]:
        return found, [
            create(label, bool(key)) for create, label, (_, key, _) in zip(make, labels, totals, strict=True)
        ]

    if not columns:
        groups[()] = new_group([])
    async with streams(ctx, items=items) as (stream,):
        readers = [reader(ctx, key, stream.sample, "by") for _, key in columns]
        values = [reader(ctx, key, stream.sample, "aggregates") for _, key, _ in totals]
        async for first, batch in stream.batches():
            for index, item in enumerate(batch, first):
                found = [read(item, index) for read in readers]
                identity = hashable(found[0]) if len(found) == 1 else tuple(map(hashable, found))
                group = groups.get(identity)
                if group is None:
                    group = groups[identity] = new_group(found)
                for accumulator, read in zip(group[1], values, strict=True):
                    accumulator.add(read(item, index), index)
    names = [name for name, _ in columns]
    return [
        {
            **dict(zip(names, found, strict=True)),
            **{name: total.result() for (name, _, _), total in zip(totals, running, strict=True)},
        }
        for found, running in groups.values()
    ]


def _check_names(names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ActionError(
            f"Two results are called '{twice[0]}'.",
            ErrorKind.VALIDATION,
            hint="Give each entry of 'aggregates' its own 'as'.",
        )
