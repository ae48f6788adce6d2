"""``data.read_table``: the rows of a CSV, JSON, Parquet or Excel file."""

from __future__ import annotations

import asyncio
import os
from typing import Annotated, Any, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_source import Format, Reference, TableRef, check_file, format_of
from floworch.actions.library.data_sql import ROWS_SCHEMA, check_target, count_of, target_of
from floworch.actions.library.data_tables import Tables, with_tables
from floworch.actions.widgets import FilePath, show_if, widget
from floworch.errors import ActionError, ErrorKind


@action(
    "data.read_table",
    title="Read table",
    category="data",
    icon="table",
    subtitle="path",
    effect="idempotent",
    capabilities=("files",),
    check=check_target,
    output_schema=ROWS_SCHEMA,
    example={"path": "{{ inputs.file }}", "types": {"zip": "text"}},
)
async def data_read_table(
    ctx: Context,
    path: FilePath,
    format: Format = "auto",  # noqa: A002 - the name promised to definitions
    sheet: str = "",
    header: Annotated[bool, Field(title="First line holds the names")] = True,
    columns: Annotated[list[str], Field(default_factory=list)] = [],  # noqa: B006 - pydantic copies it
    types: Annotated[dict[str, str], Field(title="Types of columns", default_factory=dict), widget("keyvalue")] = {},  # noqa: B006 - copied
    result: Annotated[Literal["rows", "table"], Field(title="Result as")] = "rows",
    save_as: Annotated[FilePath | None, Field(title="Save as (Parquet file)"), show_if(result="table")] = None,
    max_rows: Annotated[int, Field(title="Row limit", ge=1), show_if(result="rows")] = 100_000,
) -> list[dict[str, Any]] | TableRef:
    """Read a table from a file: CSV, TSV, JSON, lines of JSON, Parquet or Excel.

    Types of columns are found by looking at the values. Dates are given as ISO text. For a file larger than memory set
    result to table: its rows go to a Parquet file piece by piece, and other data actions take the reference.

    Args:
        path: The file; a relative path starts in the folder the run was started in, ~ is the home folder.
        format: By default from the file's ending.
        sheet: Sheet of an Excel file; by default the first.
        header: Whether the first line holds the names of the columns; without it they are column0, column1 and so on.
        columns: The columns to give, in this order; by default all.
        types: Types that must not be guessed, by column: text, integer, number, boolean, date, datetime, or any of
            DuckDB's. A zip code as text keeps its zeros.
        result: rows gives the rows themselves, table a reference to a Parquet file.
        save_as: The Parquet file that result: table writes.
        max_rows: More rows are an error with result: rows.
    """
    kind = format_of(path, format)
    target = target_of(ctx, result, save_as)
    source = os.path.abspath(ctx.path(path))  # noqa: ASYNC240 - it looks at nothing
    if not await asyncio.to_thread(check_file, ctx, source, path):
        if target:
            raise ActionError(f"'{path}' is empty.", ErrorKind.VALIDATION, hint="Set result to rows to get no rows.")
        return []
    table = Reference("path", source, path, kind, sheet, header, types)

    def body(opened: Tables) -> list[dict[str, Any]] | TableRef:
        opened.view("file", table)
        query = f"SELECT {opened.typed('file', {}, columns)} FROM file"
        return opened.save(query, target) if target else opened.fetch(query, max_rows)

    found = await with_tables(ctx, [source], body)
    ctx.log(f"{count_of(found)} rows.")
    return found
