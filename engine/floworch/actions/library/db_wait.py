"""``db.wait``: wait until a query gives what is hoped for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from pydantic import Field

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.db_query import open_rows
from floworch.actions.library.db_session import Stop, connect, interruptible
from floworch.actions.library.db_statement import objects
from floworch.actions.widgets import Database, Duration, KeyValue, widget
from floworch.errors import ActionError, ErrorKind

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Waited(TypedDict):
    """The row that ended the wait, and how often this attempt had asked."""

    row: dict[str, Any]
    asked: int


@action(
    "db.wait",
    title="Wait for database",
    category="database",
    icon="hourglass",
    subtitle="sql",
    effect="idempotent",
    capabilities=("files", "network"),
    raw_params=("until",),
    example={
        "connection": "shop.db",
        "sql": "SELECT state FROM orders WHERE id = :id",
        "params": {"id": "{{ inputs.order }}"},
        "until": "item.state == 'paid'",
        "every": "10s",
    },
)
async def db_wait(
    ctx: Context,
    connection: Database,
    sql: Annotated[str, Field(min_length=1), widget("code", language="sql")],
    params: Annotated[KeyValue, Field(title="Values for the statement", default_factory=dict)] = {},  # noqa: B006 - pydantic copies it
    until: Annotated[str, Field(title="Wait until"), widget("expression")] = "true",
    every: Annotated[Duration, Field(title="Ask again every")] = "30s",  # type: ignore[assignment]  # read as a duration, shown as written
) -> Waited:
    """Ask a database again and again until its first row fits.

    It is asked over a new connection each time and holds none between; a cancel ends the wait at once. After a
    restart the node goes on asking. Give the node a timeout to bound the wait; a database that cannot be reached
    fails the attempt, and the node's retry decides.

    Args:
        connection: Name of a connection of the type sql, a URL such as postgresql://user@host/name, or the path of a
            SQLite file; a relative path starts in the folder the run was started in.
        sql: A SELECT; write :name where a value of 'params' belongs.
        params: Values by name; they are bound, never pasted into the statement.
        until: Condition on the first row, which it sees as item; by default any row will do.
        every: How long to wait before asking again.
    """
    if every <= 0:
        raise ActionError("'every' must be longer than nothing.", ErrorKind.VALIDATION, hint="Write it like 30s.")
    asked = 0
    while True:
        asked += 1
        row = await _first(ctx, connection, sql, params)
        if row is not None and _fits(ctx, until, row):
            ctx.log(f"The row was there when asked {'for the first time' if asked == 1 else f'{asked} times'}.")
            return Waited(row=row, asked=asked)
        ctx.progress(None, f"asked {asked}×: {'no row' if row is None else 'the row does not fit'}")
        await asyncio.sleep(every)


async def _first(ctx: Context, connection: str, sql: str, params: dict[str, Any]) -> dict[str, Any] | None:
    def body(sync: Connection, stop: Stop) -> list[dict[str, Any]]:
        with open_rows(sync, sql, params) as result:
            return objects(list(result.keys()), result.fetchmany(1))

    async with connect(connection, ctx.path, ctx) as opened:
        rows = await interruptible(opened, body)
    return rows[0] if rows else None


def _fits(ctx: Context, until: str, row: dict[str, Any]) -> bool:
    met = ctx.evaluate(until, row)
    if not isinstance(met, bool):
        raise ActionError(
            f"'until' gave {show(met)} instead of true or false.",
            ErrorKind.VALIDATION,
            hint="Compare it: item.state == 'done', item.n > 0.",
        )
    return met
