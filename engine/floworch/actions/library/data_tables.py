"""Tables that are too large for the journal, and a locked-down DuckDB that reads them.

DuckDB may touch the files that an action names and no others: no network, no extensions, and the settings that say so
are locked.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from floworch.actions.context import Context
from floworch.actions.library.data_rows import SLICE
from floworch.actions.library.data_source import Reference, TableRef, load, reading, sheet_rows, type_named
from floworch.actions.library.data_values import Columns, for_parquet, named, quoted, value_of, whole_in
from floworch.actions.library.file_errors import file_error
from floworch.actions.library.file_place import make_folder
from floworch.actions.proctree import to_the_end
from floworch.actions.suggest import did_you_mean
from floworch.errors import ActionError, ErrorKind

T = TypeVar("T")
#: Runs a body in the thread of a table; see ``opened_tables``.
Ask = Callable[[Callable[["Tables"], Any]], Awaitable[Any]]
_LOOK = 0.25  # seconds between two looks at how far a statement is
MEMORY = "512MB"  # what DuckDB keeps in memory; the rest goes to a temporary folder
_NONE = "(SELECT NULL AS empty WHERE false)"


class Tables:
    """One DuckDB in memory, used by one body in one thread.

    Attributes:
        connection: The DuckDB connection, locked.
        folder: A private temporary folder, which may be read and written and is gone afterwards.
        stopped: Set when the body is asked to stop.
    """

    def __init__(self, files: Iterable[str]) -> None:
        duckdb = load("duckdb")
        self.stopped = threading.Event()
        self.error: type[Exception] = duckdb.Error
        self.folder = tempfile.mkdtemp(prefix="floworch-")
        self._made = 0
        self.connection = duckdb.connect(":memory:")
        allowed = ", ".join(quoted(os.path.abspath(each)) for each in files)
        for setting in (
            f"temp_directory = {quoted(os.path.join(self.folder, 'spill'))}",
            f"memory_limit = '{MEMORY}'",
            "threads = 2",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "TimeZone = 'UTC'",
            "enable_progress_bar = false",  # it would be drawn between the lines of standard output
            f"allowed_directories = [{quoted(self.folder + os.sep)}]",
            f"allowed_paths = [{allowed}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self.connection.execute(f"SET {setting}")

    def close(self) -> None:
        """Forget everything and remove the folder."""
        self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def view(self, name: str, table: Sequence[Any] | Reference, label: str = "") -> None:
        """Give a table a name: a reference to one, or rows, which messages call ``label``. Raises ActionError."""
        source = self.source(table) if isinstance(table, Reference) else self.lines(label or name, table)
        self.connection.execute(f"CREATE VIEW {named(name)} AS SELECT * FROM {source}")

    def source(self, table: Reference) -> str:
        """How SQL reads a referenced table. Raises ActionError."""
        if table.format == "xlsx":
            return self.lines(table.name, sheet_rows(table.path, table.given, table.sheet, table.header))
        if not os.path.getsize(table.path):
            return _NONE
        source = reading(replace(table, types={}))
        if table.types:
            wanted = self.typed(source, table.types)  # names that do not exist are told before
            source = reading(table) if table.format in {"csv", "tsv"} else f"(SELECT {wanted} FROM {source})"
        return f"(SELECT * FROM {source}{table.limits})" if table.limits else source

    def typed(self, source: str, types: Mapping[str, str], columns: Sequence[str] = ()) -> str:
        """The columns of a SELECT, each with its type; all when none are named. Raises ActionError for unknown ones."""
        known = self.columns(source)
        for name in (*columns, *types):
            if name not in known:
                raise ActionError(
                    f"There is no column '{name}'.", ErrorKind.VALIDATION, hint=did_you_mean(name, known, "Columns")
                )
        parts = [
            f"CAST({named(name)} AS {type_named(name, types[name])}) AS {named(name)}" if name in types else named(name)
            for name in columns or known
        ]
        return ", ".join(parts)

    def columns(self, source: str) -> list[str]:
        """The names of the columns of a source."""
        return [row[0] for row in self.connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]

    def lines(self, name: str, rows: Iterable[Any]) -> str:
        """How SQL reads rows, which are written to a file of lines of JSON first. Raises ActionError."""
        learned = Columns()
        place = self.free("ndjson")
        with open(place, "w", encoding="utf-8") as file:
            for index, row in enumerate(rows):
                if not isinstance(row, Mapping):
                    raise ActionError(
                        f"{name}[{index}] must be an object, not {type(row).__name__}.",
                        ErrorKind.VALIDATION,
                        hint="A table is a list of objects.",
                    )
                if not index % SLICE and self.stopped.is_set():
                    raise InterruptedError
                file.write(learned.line(row))
        return read_lines(place, learned.types)

    def free(self, ending: str) -> str:
        """The path of a file in the private folder that is not there yet."""
        self._made += 1
        return os.path.join(self.folder, f"{self._made}.{ending}")

    def reference(self, path: str) -> TableRef:
        """The reference to a Parquet file. Raises duckdb's errors."""
        source = f"read_parquet({quoted(path)})"
        described = self.connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        return TableRef(path=path, rows=self.count(source), schema={column: kind for column, kind, *_ in described})

    def count(self, source: str) -> int:
        """How many rows a source has."""
        (found,) = self.connection.execute(f"SELECT count(*) FROM {source}").fetchone()
        return int(found)

    def save(self, query: str, target: str) -> TableRef:
        """Write the result of a query as a Parquet file, completely or not at all."""
        return self.placed(self.made(query), target)

    def made(self, query: str) -> str:
        """The path of a Parquet file in the private folder with the result of a query."""
        place = self.free("parquet")
        self.connection.execute(f"COPY ({self.exact(query)}) TO {quoted(place)} (FORMAT parquet, COMPRESSION zstd)")
        return place

    def exact(self, query: str) -> str:
        """A query whose whole numbers beyond 64 bits, such as sums, are decimals: DuckDB rounds them for Parquet."""
        described = self.connection.execute(f"DESCRIBE SELECT * FROM ({query})").fetchall()
        kinds = [(named(name), kind, for_parquet(kind)) for name, kind, *_ in described]
        parts = [f"CAST({name} AS {stands}) AS {name}" for name, kind, stands in kinds if stands != kind]
        return f"SELECT * REPLACE ({', '.join(parts)}) FROM ({query})" if parts else query

    def placed(self, made: str, target: str) -> TableRef:
        """Move a Parquet file that was made to its place; the reference to it there."""
        found = self.reference(made)
        put(made, target)
        return {**found, "path": target}

    def fetch(self, query: str, most: int) -> list[dict[str, Any]]:
        """The rows of a query as JSON values. Raises ActionError when there are more than ``most``."""
        found: list[dict[str, Any]] = []
        for batch in self.batches(query):
            found += batch
            if len(found) > most:
                raise ActionError(
                    f"The result has more than {most} rows.",
                    ErrorKind.VALIDATION,
                    hint="Set result to table to hand on a reference instead, or raise max_rows.",
                )
        return found

    def batches(self, query: str) -> Iterator[list[dict[str, Any]]]:
        """The rows of a query as JSON values, some thousand at a time."""
        cursor = self.connection.execute(query)
        names = [column[0] for column in cursor.description]
        whole = [(column[0], found) for column in cursor.description if (found := whole_in(column[1])) is not None]
        while batch := cursor.fetchmany(SLICE * 4):
            if self.stopped.is_set():
                raise InterruptedError
            rows = [dict(zip(names, map(value_of, row), strict=True)) for row in batch]
            for name, whole_of in whole:
                for row in rows:
                    row[name] = None if row[name] is None else whole_of(row[name])
            yield rows


def read_lines(place: str, types: Mapping[str, str]) -> str:
    """How SQL reads a file of lines of JSON whose columns have these types."""
    if not types:
        return _NONE
    columns = ", ".join(f"{quoted(key)}: {quoted(kind)}" for key, kind in types.items())
    return f"read_json({quoted(place)}, format = 'newline_delimited', columns = {{{columns}}})"


def put(made: str, target: str) -> None:
    """Move a finished file to its place, over file systems too, so that nobody sees half of it."""
    beside = os.path.join(os.path.dirname(target), f".{os.path.basename(target)[:100]}.{os.getpid()}.tmp")
    try:
        make_folder(os.path.dirname(target))
        shutil.copyfile(made, beside)
        os.replace(beside, target)
    except OSError as error:
        raise file_error(error, target, "write") from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(beside)


@contextlib.asynccontextmanager
async def opened_tables(ctx: Context, files: Iterable[str]) -> AsyncIterator[Ask]:
    """A DuckDB for several bodies of statements, each run in a thread; a cancel interrupts the statement that runs.

    Args:
        ctx: The attempt, which is told how far a statement is.
        files: The files that DuckDB may read and write.

    Yields:
        What runs a body: ``await ask(lambda tables: ...)``. A body uses the tables it gets and returns plain values.

    Raises:
        ActionError: From ``ask``: everything DuckDB complains about, in its own first line.
    """
    tables = await asyncio.to_thread(Tables, list(files))

    async def ask(body: Callable[[Tables], Any]) -> Any:
        job = asyncio.get_running_loop().run_in_executor(None, _guarded, tables, body)
        try:
            while not (await asyncio.wait({job}, timeout=_LOOK))[0]:
                done = tables.connection.query_progress()
                if 0 < done <= 100:
                    ctx.progress(done / 100, "")
            return job.result()
        finally:
            if not job.done():
                await to_the_end(_interrupted(tables, job))

    try:
        yield ask
    finally:
        await to_the_end(asyncio.to_thread(tables.close))


async def with_tables(ctx: Context, files: Iterable[str], body: Callable[[Tables], T]) -> T:
    """Run one body of statements; see ``opened_tables``."""
    async with opened_tables(ctx, files) as ask:
        found: T = await ask(body)
        return found


def in_thread(files: Iterable[str], body: Callable[[Tables], T]) -> T:
    """Run one body of statements where the caller is, in a thread of its own already. Raises as ``opened_tables``."""
    tables = Tables(files)
    try:
        return _guarded(tables, body)
    finally:
        tables.close()


async def _interrupted(tables: Tables, job: asyncio.Future[Any]) -> None:
    tables.stopped.set()
    while not job.done():
        tables.connection.interrupt()  # again and again: it may fall between two statements
        await asyncio.wait({job}, timeout=0.02)
    if not job.cancelled():
        job.exception()


def _guarded(tables: Tables, body: Callable[[Tables], T]) -> T:
    try:
        return body(tables)
    except tables.error as error:
        text = str(error).strip().partition("\n\n")[0].replace("\n", " ")
        hint = "Check the names of tables and columns." if "Error" in type(error).__name__ else ""
        if "file system operations are disabled" in text:
            hint = "A query reads the tables that are listed in 'tables' and nothing else."
        raise ActionError(
            text if text.endswith((".", "!", "?")) else f"{text}.", ErrorKind.VALIDATION, hint=hint
        ) from None
    except OSError as error:
        if isinstance(error, InterruptedError):
            raise ActionError("Stopped.", ErrorKind.CANCELLED) from None
        raise file_error(error, tables.folder, "write") from None
