"""``data.read_table``: the rows of a CSV, JSON, Parquet or Excel file."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_sql import ROWS_SCHEMA, check_target, count_of, target_of
from floworch.actions.library.data_tables import TableRef, Tables, load, named, quoted, value_of, with_tables
from floworch.actions.library.file_errors import file_error
from floworch.actions.suggest import did_you_mean
from floworch.actions.widgets import FilePath, show_if, widget
from floworch.errors import ActionError, ErrorKind

Format = Literal["auto", "csv", "tsv", "json", "ndjson", "parquet", "xlsx"]
_ENDINGS = {"jsonl": "ndjson", "pq": "parquet", "xls": "xlsx", "xlsm": "xlsx", "txt": "csv", "tab": "tsv"}
KNOWN = ("csv", "tsv", "json", "ndjson", "parquet", "xlsx")


def format_of(path: str, given: str) -> str:
    """The format that was given, or that of the file's ending. Raises ActionError for an unknown ending."""
    if given != "auto":
        return given
    ending = os.path.splitext(path)[1].lower().lstrip(".")
    found = _ENDINGS.get(ending, ending)
    if found not in KNOWN:
        raise ActionError(
            f"The format of '{path}' is not known from its name.",
            ErrorKind.VALIDATION,
            hint=f"Set format to one of {', '.join(KNOWN)}.",
        )
    return found


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
    header: bool = True,
    columns: Annotated[list[str], Field(default_factory=list)] = [],  # noqa: B006 - pydantic copies it
    types: Annotated[dict[str, str], Field(default_factory=dict), widget("keyvalue")] = {},  # noqa: B006 - copied
    result: Literal["rows", "table"] = "rows",
    save_as: Annotated[FilePath | None, show_if(result="table")] = None,
    max_rows: Annotated[int, Field(ge=1), show_if(result="rows")] = 100_000,
) -> list[dict[str, Any]] | TableRef:
    """Read a table from a file: CSV, TSV, JSON, lines of JSON, Parquet or Excel.

    Types of columns are found by looking at the values. Dates are given as ISO text. For a file larger than memory set
    result to table: its rows go to a Parquet file piece by piece, and other data actions take the reference.

    Args:
        path: The file; ~ is the home folder.
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
    target = target_of(result, save_as)
    source, empty = await asyncio.to_thread(_look, path)
    if empty:
        if target:
            raise ActionError(f"'{path}' is empty.", ErrorKind.VALIDATION, hint="Set result to rows to get no rows.")
        return []

    def body(opened: Tables) -> list[dict[str, Any]] | TableRef:
        if kind == "xlsx":
            opened.view("file", list(sheet_rows(source, path, sheet, header)))
        else:
            opened.connection.execute(f"CREATE VIEW file AS SELECT * FROM {reading(kind, source, header)}")
        query = f"SELECT {_wanted(opened, columns, types)} FROM file"
        return opened.save(query, target) if target else opened.fetch(query, max_rows)

    found = await with_tables(ctx, [source], body)
    ctx.log(f"{count_of(found)} rows.")
    return found


def _look(path: str) -> tuple[str, bool]:
    """The absolute path of a file that can be read, and whether it is empty. Raises ActionError."""
    source = os.path.abspath(os.path.expanduser(path))
    try:
        with open(source, "rb") as file:
            return source, not file.read(1)
    except OSError as error:
        raise file_error(error, path, "read") from None


def reading(kind: str, source: str, header: bool) -> str:
    """How SQL reads a file."""
    place = quoted(source)
    if kind in {"csv", "tsv"}:
        delimiter = ", delim = '\t'" if kind == "tsv" else ""
        return f"read_csv({place}, header = {str(header).lower()}, all_varchar = false{delimiter})"
    if kind == "parquet":
        return f"read_parquet({place})"
    shape = "newline_delimited" if kind == "ndjson" else "auto"
    return f"read_json({place}, format = '{shape}', maximum_object_size = 67108864)"


_WORDS = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "datetime": "TIMESTAMP"}


def _wanted(opened: Tables, columns: list[str], types: dict[str, str]) -> str:
    """The columns of the SELECT, each with its type."""
    known = [row[0] for row in opened.connection.execute("DESCRIBE SELECT * FROM file").fetchall()]
    for name in (*columns, *types):
        if name not in known:
            raise ActionError(
                f"There is no column '{name}'.", ErrorKind.VALIDATION, hint=did_you_mean(name, known, "Columns")
            )
    parts = []
    for name in columns or known:
        kind = types.get(name, "")
        if kind and not all(letter.isalnum() or letter in " (),_" for letter in kind):
            raise ActionError(
                f"'types.{name}' is no type: {kind!r}.", ErrorKind.VALIDATION, hint="Use text, integer, number or date."
            )
        cast = f"CAST({named(name)} AS {_WORDS.get(kind.lower(), kind)}) AS {named(name)}"
        parts.append(cast if kind else named(name))
    return ", ".join(parts)


def sheet_rows(source: str, path: str, sheet: str, header: bool) -> Iterator[dict[str, Any]]:
    """The rows of a sheet of an Excel file. Raises ActionError when there is no such sheet, or it is no Excel file."""
    calamine = load("python_calamine")
    try:
        book = calamine.CalamineWorkbook.from_path(source)
    except calamine.CalamineError as error:
        raise ActionError(
            f"'{path}' is not an Excel file: {error}.", ErrorKind.VALIDATION, hint="Set format to what it is."
        ) from None
    if sheet and sheet not in book.sheet_names:
        raise ActionError(
            f"There is no sheet '{sheet}'.", ErrorKind.VALIDATION, hint=did_you_mean(sheet, book.sheet_names, "Sheets")
        )
    lines = book.get_sheet_by_name(sheet or book.sheet_names[0]).iter_rows()
    names: list[str] = []
    for line in lines:
        cells = [None if cell == "" else _whole(value_of(cell)) for cell in line]
        if header and not names:
            names = _distinct([str(cell) if cell is not None else f"column{n}" for n, cell in enumerate(cells)])
            continue
        names = names or [f"column{n}" for n in range(len(cells))]
        yield dict(zip(names, cells, strict=False))


def _whole(value: Any) -> Any:
    """Excel knows floats only: whole numbers become whole again."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53 else value


def _distinct(names: list[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        free = name
        number = 1
        while free in found:
            number += 1
            free = f"{name}_{number}"
        found.append(free)
    return found
