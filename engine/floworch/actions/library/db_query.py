"""``db.query``: read rows from a database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.db_session import Stop, connect, first_line, interruptible
from floworch.actions.library.db_statement import execute, objects
from floworch.actions.widgets import Database, KeyValue, widget
from floworch.errors import ActionError, ErrorKind

if TYPE_CHECKING:
    from sqlalchemy import Connection


class QueryResult(TypedDict):
    """The rows as objects by column; ``truncated`` tells that there were more than ``max_rows``."""

    rows: list[dict[str, Any]]
    count: int
    columns: list[str]
    truncated: bool


@action(
    "db.query",
    title="Query database",
    category="database",
    icon="query",
    subtitle="sql",
    effect="idempotent",
    capabilities=("files", "network"),
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
    params: Annotated[KeyValue, Field(default_factory=dict)] = {},  # noqa: B006 - pydantic copies it
    max_rows: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000,
) -> QueryResult:
    """Read rows from a database.

    The statement can only read: whatever else it did is rolled back. Cancelling the node interrupts it.

    Args:
        connection: Name of a connection of the type sql, a URL such as postgresql://user@host/name, or the path of a
            SQLite file; a relative path starts in the folder the run was started in.
        sql: One statement; write :name where a value of 'params' belongs.
        params: Values by name; they are bound, never pasted into the statement.
        max_rows: Further rows are not read.
    """
    async with connect(connection, ctx.path, ctx) as opened:

        def body(sync: Connection, stop: Stop) -> QueryResult:
            return read_rows(sync, sql, params, max_rows)

        return await interruptible(opened, body)


def read_rows(connection: Connection, sql: str, params: Mapping[str, Any], max_rows: int) -> QueryResult:
    """Read the rows of one statement that cannot write; see ``db_query``. The caller closes the connection."""
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
    columns = list(result.keys())
    found = result.fetchmany(max_rows + 1)
    rows = objects(columns, found[:max_rows])
    result.close()
    return QueryResult(rows=rows, count=len(rows), columns=columns, truncated=len(found) > max_rows)
