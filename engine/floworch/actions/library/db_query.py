"""``db.query``: read rows from a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_source import TableRef
from floworch.actions.library.data_sql import ROWS_SCHEMA, target_of
from floworch.actions.library.data_tables import Tables, opened_tables, read_lines
from floworch.actions.library.data_values import Columns, named
from floworch.actions.library.db_session import Stop, connect, first_line, interruptible
from floworch.actions.library.db_statement import execute, objects
from floworch.actions.widgets import Database, FilePath, KeyValue, show_if, widget
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult

#: Rows that are in memory at a time when they become a table.
_BATCH = 2000


class QueryResult(TypedDict):
    """The rows as objects by column, or a reference; ``truncated`` tells that there were more than ``max_rows``."""

    rows: list[dict[str, Any]] | TableRef
    count: int
    columns: list[str]
    truncated: bool


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    if params.get("as") == "table" and not params.get("save_as"):
        fix = "Name a file such as big.parquet."
        return [ParamIssue("save_as", "'save_as' is missing: a table needs a file.", fix)]
    return []


@action(
    "db.query",
    title="Query database",
    category="database",
    icon="query",
    subtitle="sql",
    effect="idempotent",
    capabilities=("files", "network"),
    check=_check,
    output_schema={
        "type": "object",
        "description": "The rows as objects by column, or a reference; truncated: there were more than max_rows.",
        "properties": {
            "rows": {"type": ["array", "object"], "items": {"type": "object"}, "properties": ROWS_SCHEMA["properties"]},
            "count": {"type": "integer"},
            "columns": {"type": "array", "items": {"type": "string"}},
            "truncated": {"type": "boolean"},
        },
        "required": ["rows", "count", "columns", "truncated"],
    },
    example={
        "connection": "report.db",
        "sql": "SELECT * FROM files WHERE size > :size",
        "params": {"size": "{{ inputs.limit }}"},
    },
)
async def db_query(
    ctx: Context,
    connection: Database,
    sql: Annotated[str, Field(min_length=1), widget("code", language="sql")],
    params: Annotated[KeyValue, Field(title="Values for the statement", default_factory=dict)] = {},  # noqa: B006 - pydantic copies it
    max_rows: Annotated[int, Field(title="Row limit", ge=1, le=1_000_000), show_if(**{"as": "rows"})] = 10_000,
    as_: Annotated[Literal["rows", "table"], Field(title="Result as")] = "rows",
    save_as: Annotated[FilePath | None, Field(title="Save as (Parquet file)"), show_if(**{"as": "table"})] = None,
) -> QueryResult:
    """Read rows from a database.

    The statement can only read: whatever else it did is rolled back. Cancelling the node interrupts it.

    Args:
        connection: Name of a connection of the type sql, a URL such as postgresql://user@host/name, or the path of a
            SQLite file; a relative path starts in the folder the run was started in.
        sql: One statement; write :name where a value of 'params' belongs.
        params: Values by name; they are bound, never pasted into the statement.
        max_rows: Further rows are not read; of a table, all are.
        as_: rows gives a list, table a reference to a Parquet file, for more rows than a list should have: they are
            written as they come, in flat memory, and other actions take the reference as their items.
        save_as: The Parquet file that a table is written to, completely or not at all.
    """
    if as_ == "table":
        return await _to_table(ctx, connection, sql, params, target_of(ctx, as_, save_as))
    async with connect(connection, ctx.path, ctx) as opened:

        def body(sync: Connection, stop: Stop) -> QueryResult:
            return read_rows(sync, sql, params, max_rows)

        return await interruptible(opened, body)


async def _to_table(ctx: Context, connection: str, sql: str, params: Mapping[str, Any], target: str) -> QueryResult:
    """Write all rows to a Parquet file, some thousand of them in memory at a time."""
    async with opened_tables(ctx, []) as ask:
        place: str = await ask(lambda tables: tables.free("ndjson"))
        async with connect(connection, ctx.path, ctx) as opened:

            def body(sync: Connection, stop: Stop) -> tuple[list[str], dict[str, str], int]:
                return _write_lines(ctx, sync, sql, params, place, stop)

            columns, types, count = await interruptible(opened, body)

        def save(tables: Tables) -> TableRef:
            source = read_lines(place, types)
            known = {name: types.get(name, "VARCHAR") for name in columns}
            empty = ", ".join(f"NULL::{kind} AS {named(name)}" for name, kind in known.items())
            return tables.save(f"SELECT * FROM {source}" if count else f"SELECT {empty} WHERE false", target)

        found: TableRef = await ask(save)
    ctx.log(f"{count} rows written to {target}.")
    return QueryResult(rows=found, count=count, columns=columns, truncated=False)


def _write_lines(
    ctx: Context, connection: Connection, sql: str, params: Mapping[str, Any], place: str, stop: Stop
) -> tuple[list[str], dict[str, str], int]:
    """Write the rows as lines of JSON; the columns, the types of those that came, and how many rows there were."""
    learned, count = Columns(), 0
    with open_rows(connection, sql, params) as result, open(place, "w", encoding="utf-8") as file:
        columns = list(result.keys())
        while batch := result.fetchmany(_BATCH):
            stop.check()
            file.writelines(map(learned.line, objects(columns, batch)))
            count += len(batch)
            ctx.progress(None, f"{count} rows")
    return columns, learned.types, count


def read_rows(connection: Connection, sql: str, params: Mapping[str, Any], max_rows: int) -> QueryResult:
    """Read the rows of one statement that cannot write; see ``db_query``. The caller closes the connection."""
    with open_rows(connection, sql, params) as result:
        columns = list(result.keys())
        found = result.fetchmany(max_rows + 1)
        rows = objects(columns, found[:max_rows])
    return QueryResult(rows=rows, count=len(rows), columns=columns, truncated=len(found) > max_rows)


@contextmanager
def open_rows(connection: Connection, sql: str, params: Mapping[str, Any]) -> Iterator[CursorResult[Any]]:
    """The rows of one statement that cannot write, not yet read.

    Raises:
        ActionError: The statement writes, or gives no rows.
    """
    from sqlalchemy.exc import OperationalError

    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
    try:
        result = execute(connection.execution_options(stream_results=True), sql, params)
    except OperationalError as error:
        if "readonly database" in first_line(error):
            raise ActionError(
                "The statement writes, and db.query only reads.",
                ErrorKind.VALIDATION,
                hint="Write a SELECT; db.execute changes things, db.load writes rows.",
            ) from None
        raise
    if not result.returns_rows:
        raise ActionError("The statement gives no rows.", ErrorKind.VALIDATION, hint="Write a SELECT.")
    try:
        yield result
    finally:
        result.close()
