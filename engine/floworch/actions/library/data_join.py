"""``data.join``: rows of two lists put together by equal keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_aggregates import hashable
from floworch.actions.library.data_rows import SLICE, Read, breathe, entries, reader
from floworch.actions.library.data_source import Rows as Given
from floworch.actions.library.data_source import TableRef
from floworch.actions.library.data_sql import ROWS_SCHEMA, check_target, target_of
from floworch.actions.library.data_stream import Result, SaveAs, streams
from floworch.actions.library.data_table_join import joined, too_many_pairs
from floworch.actions.widgets import show_if, widget
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue

How = Literal["inner", "left", "outer", "append"]
Rows = Sequence[Mapping[str, Any]]


class Pair(BaseModel):
    """Two fields that must be equal."""

    model_config = ConfigDict(extra="forbid")

    left: Annotated[
        str,
        Field(
            title="Field of the left rows",
            min_length=1,
            description="A field of the left rows, or an expression that sees item.",
        ),
    ]
    right: Annotated[
        str, Field(title="Field of the right rows", min_length=1, description="The same of the right rows.")
    ]


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    wrong = check_target(params)
    if params.get("on") or params.get("how") == "append" or "{{" in str(params.get("how", "")):
        return wrong
    return [_no_keys(), *wrong]


def _no_keys() -> ParamIssue:
    return ParamIssue(
        "on",
        "'on' is missing: rows are put together by it.",
        "Name the fields that must be equal, or set how to append.",
    )


@action(
    "data.join",
    title="Join rows",
    category="data",
    icon="merge",
    subtitle="on",
    effect="idempotent",
    capabilities=("files",),
    raw_params=("on",),
    check=_check,
    output_schema={
        **ROWS_SCHEMA,
        "description": "The rows put together: those of the left list in their order, then what only the right has.",
    },
    example={"left": "{{ nodes.orders.output }}", "right": "{{ nodes.customers.output }}", "on": ["customer"]},
)
async def data_join(
    ctx: Context,
    left: Annotated[Given, Field(title="Left rows")],
    right: Annotated[Given, Field(title="Right rows")],
    on: Annotated[
        list[Pair], Field(title="Match rows by"), entries("left", "right"), widget("table", columns=["left", "right"])
    ] = [],  # noqa: B006 - every call gets its own copy
    how: Annotated[How, Field(title="Which rows stay")] = "inner",
    suffix: Annotated[
        str, Field(title="Ending for equal names", min_length=1), show_if(how=["inner", "left", "outer"])
    ] = "_right",
    max_rows: Annotated[int, Field(title="Row limit", ge=1)] = 1_000_000,
    result: Annotated[Result, Field(title="Result as")] = "rows",
    save_as: Annotated[SaveAs, Field(title="Save as (Parquet file)")] = None,
) -> list[dict[str, Any]] | TableRef:
    """Put the rows of two lists together.

    The right rows are looked up by their keys, so many rows take little longer than few. As in SQL, a null or missing
    key is equal to none. A row without a partner has null in the fields of the other side.

    Args:
        left: The rows that lead: a list of objects, or a reference to a table.
        right: The rows that are looked up; the same.
        on: Fields that must be equal ("id"), or {left, right} where they differ; both may be expressions that see item.
        how: inner gives the pairs, left also left rows without a partner, outer also right ones, append all left
            rows and then all right ones.
        suffix: What is added to the name of a right field that the left rows have, too.
        max_rows: A result of more rows is an error: a key that repeats on both sides multiplies.
        result: rows gives a list, table a reference to a Parquet file, for more rows than a list should have.
        save_as: The Parquet file that result: table writes.
    """
    target = target_of(ctx, result, save_as)
    if not on and how != "append":
        issue = _no_keys()
        raise ActionError(issue.message, ErrorKind.VALIDATION, hint=issue.fix)
    async with streams(ctx, result, left=left, right=right) as (first, second):
        if target or first.rows is None or second.rows is None:
            pairs = [(pair.left, pair.right) for pair in on]
            found = await joined(ctx, first, second, pairs, how, suffix, max_rows, target)
            return found if isinstance(found, dict) else _limited(found, max_rows)
    rows, others = _objects(left, "left"), _objects(right, "right")
    if how == "append":
        return _limited([dict(row) for row in (*rows, *others)], max_rows)
    work = _Join(ctx, rows, others, on, suffix)
    return await work.run(how, max_rows)


def _objects(rows: Sequence[Any], name: str) -> Rows:
    for index, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise ActionError(
                f"{name}[{index}] must be an object, not {show(row)}.",
                ErrorKind.VALIDATION,
                hint="Give a list of objects, for example the rows of a query.",
            )
    return rows


def _limited(found: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    if len(found) > most:
        raise too_many_pairs(most)
    return found


class _Join:
    """One join by keys."""

    def __init__(self, ctx: Context, rows: Rows, others: Rows, pairs: Sequence[Pair], suffix: str) -> None:
        self._ctx = ctx
        self._rows = rows
        self._others = others
        self._left = [reader(ctx, pair.left, rows, "on", "left") for pair in pairs]
        self._right = [reader(ctx, pair.right, others, "on", "right") for pair in pairs]
        self._total = len(rows) + len(others)
        fields = dict.fromkeys(name for row in rows for name in row)
        both = {pair.left for pair in pairs if pair.left == pair.right}  # one field in the result
        self._names = {name: name + suffix if name in fields else name for row in others for name in row}
        for name in both:
            self._names.pop(name, None)
        self._only_left: dict[str, None] = dict.fromkeys(fields)
        self._only_right: dict[str, None] = dict.fromkeys(self._names.values())
        self._both = both

    async def run(self, how: How, most: int) -> list[dict[str, Any]]:
        """The rows of the result."""
        partners = await self._index()
        found: list[dict[str, Any]] = []
        used: set[int] = set()
        for index, row in enumerate(self._rows):
            if not index % SLICE:
                await breathe(self._ctx, len(self._others) + index, self._total)
            key = _key(self._left, row, index)
            places = partners.get(key, []) if key is not None else []
            found += [{**row, **self._renamed(self._others[place])} for place in places]
            if places:
                used.update(places)
            elif how != "inner":
                found.append({**row, **self._only_right})
            if len(found) > most:
                _limited(found, most)
        if how == "outer":
            alone = (other for place, other in enumerate(self._others) if place not in used)
            found += [{**self._only_left, **self._keys_of(other), **self._renamed(other)} for other in alone]
        return _limited(found, most)

    async def _index(self) -> dict[Any, list[int]]:
        places: defaultdict[Any, list[int]] = defaultdict(list)
        for index, other in enumerate(self._others):
            if not index % SLICE:
                await breathe(self._ctx, index, self._total)
            key = _key(self._right, other, index)
            if key is not None:
                places[key].append(index)
        return places

    def _renamed(self, other: Mapping[str, Any]) -> dict[str, Any]:
        return {**self._only_right, **{self._names[name]: other[name] for name in other if name in self._names}}

    def _keys_of(self, other: Mapping[str, Any]) -> dict[str, Any]:
        return {name: other[name] for name in self._both if name in other}


def _key(readers: Sequence[Read], row: Any, index: int) -> Any:
    found = [read(row, index) for read in readers]
    return None if None in found else tuple(map(hashable, found))
