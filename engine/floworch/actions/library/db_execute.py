"""``db.execute``: statements that change a database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.db_session import Stop, connect, interruptible
from floworch.actions.library.db_statement import execute, objects
from floworch.actions.widgets import Database, KeyValue, widget
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection

#: Most rows that RETURNING may give.
ROW_LIMIT = 10_000
_NOTHING = "There is no statement."
_WRITE = "Write one statement, or a list of them."


class ExecuteResult(TypedDict):
    """Rows changed by all statements together, how many statements ran, and what the last RETURNING gave."""

    affected: int
    statements: int
    rows: list[dict[str, Any]]


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    sql = params.get("sql")
    if isinstance(sql, (str, list)) and not _statements(sql):
        return [ParamIssue("sql", _NOTHING, _WRITE)]
    return []


@action(
    "db.execute",
    title="Execute SQL",
    category="database",
    icon="database",
    subtitle="sql",
    effect="unsafe",
    capabilities=("files", "network"),
    check=_check,
    example={
        "connection": "shop.db",
        "sql": "UPDATE orders SET state = 'paid' WHERE id = :id",
        "params": {"id": "{{ inputs.order }}"},
    },
)
async def db_execute(
    ctx: Context,
    connection: Database,
    sql: Annotated[str | list[str], widget("code", language="sql")],
    params: Annotated[KeyValue, Field(title="Values for the statement", default_factory=dict)] = {},  # noqa: B006 - pydantic copies it
    transaction: Annotated[bool, Field(title="In one transaction")] = True,
) -> ExecuteResult:
    """Change a database with SQL: UPDATE, INSERT, DELETE, CREATE and what else it knows.

    All statements happen, or none: when one fails, or the node is cancelled, which interrupts the statement that
    runs, the database is as it was. After a crash the node asks before it runs again; give it the effect idempotent
    where running the statements twice does no harm.

    Args:
        connection: Name of a connection of the type sql, a URL such as postgresql://user@host/name, or the path of a
            SQLite file; a relative path starts in the folder the run was started in.
        sql: One statement, or a list of them that run in this order; write :name where a value of 'params' belongs.
        params: Values by name; they are bound, never pasted into a statement.
        transaction: Whether the statements are one transaction; false commits each by itself, for statements such
            as VACUUM that allow no transaction.
    """
    statements = _statements(sql)
    if not statements:
        raise ActionError(_NOTHING, ErrorKind.VALIDATION, hint=_WRITE)

    def body(sync: Connection, stop: Stop) -> ExecuteResult:
        return _run(ctx, sync, stop, statements, params)

    async with connect(connection, ctx.path, ctx) as opened:
        result = await _whole(opened, body) if transaction else await _each(opened, body)
    ctx.log(f"Rows affected by {len(statements)} statement{'s' * (len(statements) > 1)}: {result['affected']}.")
    return result


def _statements(sql: str | list[Any]) -> list[str]:
    found = [sql] if isinstance(sql, str) else [each for each in sql if isinstance(each, str)]
    return [each for each in found if each.strip().strip(";")]


async def _whole(opened: AsyncConnection, body: Any) -> ExecuteResult:
    async with opened.begin():
        return await interruptible(opened, body)


async def _each(opened: AsyncConnection, body: Any) -> ExecuteResult:
    return await interruptible(await opened.execution_options(isolation_level="AUTOCOMMIT"), body)


def _run(
    ctx: Context, connection: Connection, stop: Stop, statements: list[str], params: Mapping[str, Any]
) -> ExecuteResult:
    import sqlalchemy as sa

    affected = 0
    rows: list[dict[str, Any]] = []
    for number, statement in enumerate(statements):
        stop.check()
        ctx.progress(number / len(statements), f"statement {number + 1} of {len(statements)}")
        wanted = sa.text(statement).compile().params
        before = _changes(connection, "total_changes")
        result = execute(connection, statement, {name: params[name] for name in wanted if name in params})
        if result.returns_rows:
            found = result.fetchmany(ROW_LIMIT + 1)
            if len(found) > ROW_LIMIT:
                raise ActionError(
                    f"Statement {number + 1} gives more than {ROW_LIMIT} rows.",
                    ErrorKind.VALIDATION,
                    hint="Read with db.query, or leave RETURNING out.",
                )
            rows = objects(list(result.keys()), found)
            affected += len(found)
        elif result.rowcount >= 0:
            affected += result.rowcount
        elif _changes(connection, "total_changes") != before:  # SQLite's driver does not count WITH ... INSERT
            affected += _changes(connection, "changes")
        result.close()
    return ExecuteResult(affected=affected, statements=len(statements), rows=rows)


def _changes(connection: Connection, function: str) -> int:
    """A counter of SQLite, 0 for other databases."""
    if connection.dialect.name != "sqlite":
        return 0
    return int(connection.exec_driver_sql(f"SELECT {function}()").scalar_one())
