"""Connections to databases: where they lead, how a statement is really stopped, what their errors mean."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from floworch.actions.connections import connection as find_connection
from floworch.actions.connections import connections, is_name
from floworch.actions.proctree import to_the_end
from floworch.errors import ActionError, ErrorKind
from floworch.versions import pip_line

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.engine import URL
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from floworch.actions.context import Context

T = TypeVar("T")
#: Seconds to wait for a lock that another program holds on a SQLite file.
LOCK_WAIT = 5.0
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
_EXTRAS = {"asyncpg": "postgres"}


class Stop:
    """Tells a body in ``interruptible`` that it was asked to stop: ``check`` raises between two statements."""

    def __init__(self) -> None:
        self.asked = False

    def check(self) -> None:
        """Raise InterruptedError when a stop was asked for."""
        if self.asked:
            raise InterruptedError


def database_url(connection: str, locate: Callable[[str], str] = os.path.expanduser) -> URL:
    """Return the SQLAlchemy URL of a connection: a URL, or the path of a SQLite file; ``locate`` as in ``connect``.

    Raises:
        ActionError: validation_error for a URL that cannot be read, not_found_error when the folder of a SQLite
            file does not exist.
    """
    from sqlalchemy.engine import URL, make_url
    from sqlalchemy.exc import ArgumentError

    text = connection.strip()
    if not text:
        raise ActionError(
            "There is no connection.",
            ErrorKind.VALIDATION,
            hint="Give the path of a SQLite file, or a URL such as postgresql://user@host/name.",
        )
    if "://" not in text:
        url = URL.create("sqlite+aiosqlite", database=text)
    else:
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):  # the text may hold a password: it is not repeated
            raise ActionError(
                "The connection is not a database URL.",
                ErrorKind.VALIDATION,
                hint="Write it as dialect://user:password@host:port/name, or give a path.",
            ) from None
        url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    if url.get_backend_name() == "sqlite" and url.database and not url.database.startswith((":memory:", "file:")):
        url = url.set(database=locate(url.database))
        assert url.database is not None
        folder = os.path.dirname(os.path.abspath(url.database))
        if not os.path.isdir(folder):
            raise _no_folder(folder)
    return url


def _no_folder(folder: str) -> ActionError:
    """The error for a database in a folder that is none, or not there."""
    part = folder
    while part and not os.path.lexists(part) and os.path.dirname(part) != part:
        part = os.path.dirname(part)
    if os.path.exists(part) and not os.path.isdir(part):
        return ActionError(
            f"'{part}' is a file, so it cannot be the folder of the database.",
            ErrorKind.VALIDATION,
            hint="Name a folder, or remove the file.",
        )
    return ActionError(
        f"The folder '{folder}' of the database does not exist.",
        ErrorKind.NOT_FOUND,
        hint="Create it, or correct the path.",
    )


def _engine(url: URL) -> AsyncEngine:
    from sqlalchemy import event
    from sqlalchemy.exc import ArgumentError, InvalidRequestError, NoSuchModuleError
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    sqlite = url.get_backend_name() == "sqlite"
    try:
        engine = create_async_engine(
            url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": LOCK_WAIT} if sqlite else {}
        )
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get(error.name or "")
        install = pip_line(f"floworch[{extra}]" if extra else str(error.name))
        raise ActionError(
            f"The driver for {url.get_backend_name()} is not installed.",
            ErrorKind.VALIDATION,
            hint=f"Install it: {install}",
        ) from None
    except (NoSuchModuleError, InvalidRequestError, ArgumentError):
        raise ActionError(
            f"'{url.drivername}' is not a database that can be used here.",
            ErrorKind.VALIDATION,
            hint="Use sqlite or postgresql, or a dialect with an asyncio driver.",
        ) from None
    if sqlite:  # the driver's own transactions leave CREATE TABLE out: begin them here instead

        def connected(raw: Any, _: Any) -> None:
            raw.isolation_level = None

        def begun(connection: Connection) -> None:
            if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
                connection.exec_driver_sql("BEGIN")

        event.listen(engine.sync_engine, "connect", connected)
        event.listen(engine.sync_engine, "begin", begun)
    return engine


def _named(ctx: Context | None, name: str, locate: Callable[[str], str]) -> URL | None:
    """The URL of the user's connection of that name, with its password; None for what is a path or a URL itself.

    A bare word is a file only when there is one and no connection of that name: a name that was misspelt, or that
    this machine does not know, must not become an empty database.
    """
    text = name.strip()
    if ctx is None or not is_name(text) or (text not in connections() and os.path.exists(locate(text))):
        return None
    known = find_connection(ctx, text, "sql")
    url, password = database_url(known.get("url"), locate), known.secret(ctx, "password")
    return url if password is None else url.set(password=password)


@contextlib.asynccontextmanager
async def connect(
    connection: str, locate: Callable[[str], str] = os.path.expanduser, ctx: Context | None = None
) -> AsyncIterator[AsyncConnection]:
    """Open a connection for one action; what it did is rolled back unless it commits.

    Args:
        connection: A URL, the path of a SQLite file, or the name of a connection of the type sql.
        locate: What a relative path of a SQLite file means: ``ctx.path``.
        ctx: Reads the password of a named connection; without it there are none.

    Raises:
        ActionError: For everything the database complains about, worded for people.
    """
    await asyncio.to_thread(importlib.import_module, "sqlalchemy.ext.asyncio")  # the first time takes a while
    from sqlalchemy.exc import SQLAlchemyError

    url = _named(ctx, connection, locate) or database_url(connection, locate)
    engine = _engine(url)
    try:
        async with engine.connect() as opened:
            yield opened
    except (SQLAlchemyError, OSError) as error:
        raise database_error(error, url) from None
    finally:
        await to_the_end(engine.dispose())


async def interruptible(connection: AsyncConnection, body: Callable[[Connection, Stop], T]) -> T:
    """Run a synchronous body of statements; when this call is cancelled, interrupt the statement that runs.

    The body's changes are then rolled back by the caller's transaction. Returns only when nothing runs any more.
    """
    stop = Stop()
    task = asyncio.ensure_future(connection.run_sync(lambda sync: body(sync, stop)))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stop.asked = True
        await to_the_end(_interrupt(connection, task))
        raise


async def _interrupt(connection: AsyncConnection, task: asyncio.Future[Any]) -> None:
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    interrupt = getattr(driver, "interrupt", None)
    if interrupt is None:
        task.cancel()  # asyncpg sends a cancel request to the server
    while not task.done():
        if interrupt is not None:
            await interrupt()  # again and again: it may fall between two statements
        await asyncio.wait({task}, timeout=0.02)
    if not task.cancelled():
        task.exception()


def first_line(error: Exception) -> str:
    """What a database error says, in one line without the names of Python classes and links."""
    text = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
    return text[0].split(">: ", 1)[-1].split(" (Background on this error", 1)[0].rstrip(".")


def database_error(error: Exception, url: URL) -> ActionError:
    """Return the error of an action for what the database, or the way to it, complained about."""
    from sqlalchemy import exc

    message = first_line(error)
    sqlite = url.get_backend_name() == "sqlite"
    where = str(url.database) if sqlite else url.render_as_string(hide_password=True)
    low = message.lower()
    if "database is locked" in low:
        return ActionError(
            f"The database {where} is locked by another program.",
            ErrorKind.CONNECTION,
            hint="Try again when the other program is done.",
        )
    if "unable to open database file" in low:
        return ActionError(
            f"The database {where} cannot be opened.",
            ErrorKind.PERMISSION,
            hint="Check that the path is a file that may be read and written.",
        )
    if "readonly" in low or "permission denied" in low:
        return ActionError(f"There is no permission to write to {where}: {message}.", ErrorKind.PERMISSION)
    if "disk is full" in low or "no space" in low:
        return ActionError(
            f"The disk is full: nothing was written to {where}.",
            ErrorKind.PROCESSING,
            hint="Free some space; the database is unchanged.",
        )
    if "not a database" in low:
        return ActionError(f"{where} is not a database file.", ErrorKind.VALIDATION, hint="Correct the path.")
    if isinstance(error, exc.IntegrityError):
        return ActionError(
            f"The database refused a row: {message}.",
            ErrorKind.PROCESSING,
            hint="Use mode upsert with 'keys' to replace rows that exist; nothing was written.",
        )
    if isinstance(error, OSError) or getattr(error, "connection_invalidated", False):
        return ActionError(
            f"There is no connection to {where}: {message}.",
            ErrorKind.CONNECTION,
            hint="Check that the server runs and can be reached from here.",
        )
    if (
        isinstance(error, (exc.OperationalError, exc.InternalError))
        and "syntax error" not in low
        and not low.startswith("no such")
    ):
        return ActionError(f"The database failed: {message}.", ErrorKind.PROCESSING)
    return ActionError(
        f"The database refused the statement: {message}.",
        ErrorKind.VALIDATION,
        hint="Check the names of tables and columns, and the statement.",
    )
