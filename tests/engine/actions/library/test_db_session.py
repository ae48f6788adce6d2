"""Connections: where they lead, and what their errors say."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import make_url

from floworch.actions.library.db_session import Stop, connect, database_error, database_url, interruptible
from floworch.errors import ActionError

FOREVER = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c"


@pytest.mark.parametrize(
    ("connection", "driver"),
    [
        ("x.db", "sqlite+aiosqlite"),
        (":memory:", "sqlite+aiosqlite"),
        ("sqlite:///x.db", "sqlite+aiosqlite"),
        ("postgres://u@h/n", "postgresql+asyncpg"),
        ("postgresql://u@h/n", "postgresql+asyncpg"),
    ],
)
def test_paths_and_urls(connection: str, driver: str) -> None:
    assert database_url(connection).drivername == driver


@pytest.mark.parametrize(
    ("connection", "kind", "message"),
    [
        ("  ", "validation_error", "There is no connection"),
        ("://secret", "validation_error", "not a database URL"),
        ("/no/such/x.db", "not_found_error", "The folder '/no/such' of the database does not exist"),
    ],
)
def test_connections_that_lead_nowhere(connection: str, kind: str, message: str) -> None:
    with pytest.raises(ActionError, match=message) as caught:
        database_url(connection)
    assert caught.value.kind == kind
    assert "secret" not in str(caught.value)


async def test_an_unknown_dialect_and_a_missing_driver_say_what_to_use() -> None:
    with pytest.raises(ActionError, match="'klingon' is not a database that can be used here"):
        async with connect("klingon://u:secret@h/n"):
            pass
    with pytest.raises(ActionError, match=r"The driver for mysql is not installed|cannot be used here|There is no"):
        async with connect("mysql+aiomysql://u:secret@127.0.0.1:1/n"):
            pass


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (
            exc.OperationalError("s", {}, sqlite3.OperationalError("database is locked")),
            "connection_error",
            "locked by",
        ),
        (
            exc.OperationalError("s", {}, sqlite3.OperationalError("database or disk is full")),
            "processing_error",
            "The disk is full",
        ),
        (
            exc.OperationalError("s", {}, sqlite3.OperationalError("attempt to write a readonly database")),
            "permission_error",
            "no permission to write",
        ),
        (
            exc.OperationalError("s", {}, sqlite3.OperationalError("no such table: t")),
            "validation_error",
            "refused the statement: no such table: t.",
        ),
        (
            exc.OperationalError("s", {}, sqlite3.OperationalError("too many terms")),
            "processing_error",
            "failed: too many",
        ),
        (
            exc.IntegrityError("s", {}, sqlite3.IntegrityError("UNIQUE constraint failed: t.id")),
            "processing_error",
            "The database refused a row: UNIQUE constraint failed: t.id.",
        ),
        (
            exc.DatabaseError("s", {}, sqlite3.DatabaseError("file is not a database")),
            "validation_error",
            "is not a database file",
        ),
        (ConnectionRefusedError(111, "refused"), "connection_error", "There is no connection to"),
    ],
)
def test_errors_in_words(error: Exception, kind: str, message: str) -> None:
    found = database_error(error, make_url("sqlite:///x.db"))
    assert found.kind == kind
    assert message in str(found)


def test_passwords_are_not_shown() -> None:
    found = database_error(OSError("no route"), make_url("postgresql://u:secret@h/n"))
    assert "u:***@h" in str(found)
    assert "secret" not in str(found)


async def test_a_running_statement_is_interrupted_and_its_changes_rolled_back(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    running = asyncio.Event()
    loop = asyncio.get_running_loop()

    def body(sync: sa.Connection, stop: Stop) -> None:
        sync.exec_driver_sql("create table t (a)")
        loop.call_soon_threadsafe(running.set)
        sync.exec_driver_sql(FOREVER)

    async def work() -> None:
        async with connect(str(path)) as opened, opened.begin():
            await interruptible(opened, body)

    task = asyncio.ensure_future(work())
    await running.wait()
    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - started < 10  # without the interrupt it would never end
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("select count(*) from sqlite_master").fetchone() == (0,)


def test_a_stop_between_two_statements_is_seen() -> None:
    stop = Stop()
    stop.check()
    stop.asked = True
    with pytest.raises(InterruptedError):
        stop.check()
