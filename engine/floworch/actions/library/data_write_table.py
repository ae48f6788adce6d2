"""``data.write_table``: rows into a CSV, JSON, Parquet or Excel file."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_source import Format, Reference, Rows, format_of, load, source_of
from floworch.actions.library.data_tables import Tables, put, with_tables
from floworch.actions.library.data_values import quoted
from floworch.actions.widgets import FilePath
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue
from floworch.model.values import json_text

_HOW = {
    "csv": "FORMAT csv, HEADER {header}",
    "tsv": "FORMAT csv, HEADER {header}, DELIMITER '\t'",
    "json": "FORMAT json, ARRAY true",
    "ndjson": "FORMAT json",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}
_GROWING = frozenset({"csv", "tsv", "ndjson"})
_MOST_LINES = 1_048_576  # of an Excel sheet


class WrittenTable(TypedDict):
    """The file's absolute path, and how many rows were written to it."""

    path: str
    rows: int


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    path, given = str(params.get("path", "")), str(params.get("format", "auto"))
    if params.get("mode") != "append" or "{{" in path + given:
        return []
    kind = given if given != "auto" else os.path.splitext(path)[1].lower().lstrip(".")
    return [] if kind in {*_GROWING, "", "jsonl", "txt", "tab"} else [_cannot_grow(kind)]


def _cannot_grow(kind: str) -> ParamIssue:
    return ParamIssue("mode", f"Nothing can be appended to a {kind} file.", "Use csv, tsv or ndjson, or mode replace.")


@action(
    "data.write_table",
    title="Write table",
    category="data",
    icon="table",
    subtitle="path",
    effect="idempotent",
    effects={"mode": {"append": "unsafe"}},
    capabilities=("files",),
    check=_check,
    example={"rows": "{{ nodes.report.output }}", "path": "report.xlsx", "sheet": "March"},
)
async def data_write_table(
    ctx: Context,
    rows: Rows,
    path: FilePath,
    format: Format = "auto",  # noqa: A002 - the name promised to definitions
    mode: Annotated[Literal["replace", "append", "error"], Field(title="When the file exists")] = "replace",
    sheet: Annotated[str, Field(min_length=1, max_length=31, pattern=r"^[^\[\]:*?/\\]+$")] = "Sheet1",
) -> WrittenTable:
    """Write rows to a file: CSV, TSV, JSON, lines of JSON, Parquet or Excel; completely, or not at all.

    'append' is unsafe: after a crash in the middle of it a person decides whether it runs again, and it is not retried
    unless the node says so. Set the node's effect to idempotent where rows written twice do no harm.

    Args:
        rows: A list of objects, or a reference to a table.
        path: Where to write; a relative path starts in the folder the run was started in, ~ is the home folder. Missing
            folders are made.
        format: By default from the file's ending.
        mode: replace writes the file anew, append adds to a CSV, TSV or NDJSON file, error fails when there is one.
        sheet: Name of the sheet in an Excel file.
    """
    kind = format_of(path, format)
    if mode == "append" and kind not in _GROWING:
        issue = _cannot_grow(kind)
        raise ActionError(issue.message, ErrorKind.VALIDATION, hint=issue.fix)
    target, there = await asyncio.to_thread(_look, ctx, path, mode == "error")
    source = await asyncio.to_thread(source_of, ctx, rows, "rows")
    more = mode == "append" and there

    def body(opened: Tables) -> int:
        made = os.path.join(opened.folder, "made")
        opened.view("rows", source)
        (count,) = opened.connection.execute("SELECT count(*) FROM rows").fetchone()
        if kind == "xlsx":
            _sheet(opened, made, sheet, count)
        elif count or kind == "parquet":
            how = _HOW[kind].format(header=str(not more).lower())
            query = opened.exact("SELECT * FROM rows") if kind == "parquet" else "SELECT * FROM rows"
            opened.connection.execute(f"COPY ({query}) TO {quoted(made)} ({how})")
        else:
            with open(made, "w", encoding="utf-8") as file:
                file.write("[]\n" if kind == "json" else "")
        _place(made, target, more)
        return int(count)

    files = [source.path] if isinstance(source, Reference) else []
    count = await with_tables(ctx, files, body)
    ctx.log(f"{count} rows written to {target}.")
    return WrittenTable(path=target, rows=count)


def _look(ctx: Context, path: str, new: bool) -> tuple[str, bool]:
    """The absolute path of the file to write, and whether something is in it already. Raises ActionError."""
    target = os.path.realpath(ctx.path(path))
    if os.path.isdir(target):
        raise ActionError(f"'{path}' is a folder, not a file.", ErrorKind.VALIDATION, hint="Name a file in it.")
    if new and os.path.lexists(target):
        raise ActionError(
            f"'{path}' exists already.", ErrorKind.VALIDATION, hint="Set mode to replace, or write to another path."
        )
    return target, os.path.exists(target) and os.path.getsize(target) > 0


def _place(made: str, target: str, more: bool) -> None:
    if more:  # the old content and the new take the file's place together
        joined = f"{made}.joined"
        with open(joined, "wb") as into:
            for part in (target, made):
                with open(part, "rb") as source:
                    shutil.copyfileobj(source, into, 1 << 20)
                    ended = (
                        source.seek(0, os.SEEK_END) and source.seek(-1, os.SEEK_END) >= 0 and source.read(1) == b"\n"
                    )
                if part == target and not ended:
                    into.write(b"\n")
        made = joined
    put(made, target)


def _sheet(opened: Tables, made: str, sheet: str, count: int) -> None:
    """Write an Excel file row by row, in flat memory."""
    if count >= _MOST_LINES:
        raise ActionError(
            f"An Excel sheet holds {_MOST_LINES - 1} rows, but there are {count}.",
            ErrorKind.VALIDATION,
            hint="Write csv or parquet instead.",
        )
    book = load("xlsxwriter").Workbook(
        made,
        {"constant_memory": True, "tmpdir": opened.folder, "strings_to_formulas": False, "strings_to_urls": False,
         "default_date_format": "yyyy-mm-dd hh:mm:ss", "remove_timezone": True},
    )  # fmt: skip
    page = book.add_worksheet(sheet)
    line = 0
    for batch in opened.batches("SELECT * FROM rows"):
        if not line:
            page.write_row(0, 0, list(batch[0]))
        for row in batch:
            line += 1
            for column, value in enumerate(row.values()):
                page.write(line, column, _cell(value))
    book.close()


def _cell(value: Any) -> Any:
    if isinstance(value, (list, dict, bytes)):
        return json_text(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 1 << 53 else value
