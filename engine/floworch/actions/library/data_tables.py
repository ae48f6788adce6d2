"""Tables that are too large for the journal: references to Parquet files, and a locked-down DuckDB that reads them.

A reference is ``{"path": ..., "rows": ..., "schema": {column: type}}``. DuckDB may touch the files that an action names
and no others: no network, no extensions, and the settings that say so are locked.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, TypedDict, TypeGuard, TypeVar

from pydantic import ValidatorFunctionWrapHandler, WrapValidator

from floworch.actions.context import Context
from floworch.actions.library.data_rows import SLICE
from floworch.actions.library.file_errors import file_error
from floworch.actions.library.file_place import make_folder
from floworch.actions.proctree import to_the_end
from floworch.actions.widgets import widget
from floworch.errors import ActionError, ErrorKind

T = TypeVar("T")
_LOOK = 0.25  # seconds between two looks at how far a statement is
MEMORY = "512MB"  # what DuckDB keeps in memory; the rest goes to a temporary folder


class TableRef(TypedDict):
    """A table in a Parquet file: its absolute path, how many rows it has, and the type of each column."""

    path: str
    rows: int
    schema: dict[str, str]


def is_reference(value: object) -> TypeGuard[TableRef]:
    """Whether a value is a reference to a table."""
    return isinstance(value, Mapping) and isinstance(value.get("path"), str) and {"rows", "schema"} <= value.keys()


def _rows_or_reference(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    return value if is_reference(value) else check(value)


#: Rows: a list of objects, or a reference to a table.
Rows = Annotated[list[Any], WrapValidator(_rows_or_reference), widget("table")]


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def load(name: str) -> Any:
    """Import a library of the extra ``data``. Raises ActionError with the line that installs it."""
    import importlib

    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise ActionError(
            f"The library {name} is not installed.",
            ErrorKind.VALIDATION,
            hint="Install it: pip install 'floworch[data]'",
        ) from None


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
        self.connection = duckdb.connect(":memory:")
        allowed = ", ".join(quoted(os.path.abspath(each)) for each in files)
        for setting in (
            f"temp_directory = {quoted(os.path.join(self.folder, 'spill'))}",
            f"memory_limit = '{MEMORY}'",
            "threads = 2",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "TimeZone = 'UTC'",
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

    def view(self, name: str, table: Any) -> None:
        """Give a table a name: a reference to one, or rows. Raises ActionError."""
        source = parquet(table) if is_reference(table) else self._rows(name, table)
        self.connection.execute(f"CREATE VIEW {named(name)} AS SELECT * FROM {source}")

    def _rows(self, name: str, rows: Sequence[Any]) -> str:
        types: dict[str, set[str]] = {}
        place = os.path.join(self.folder, f"rows-{len(os.listdir(self.folder))}.ndjson")
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
                for key, value in row.items():
                    types.setdefault(key, set()).add(_type_of(value))
                file.write(json.dumps(row, default=_plain, ensure_ascii=False) + "\n")
        if not types:
            return "(SELECT NULL AS empty WHERE false)"
        columns = ", ".join(f"{quoted(key)}: {quoted(_column(found))}" for key, found in types.items())
        return f"read_json({quoted(place)}, format = 'newline_delimited', columns = {{{columns}}})"

    def reference(self, path: str) -> TableRef:
        """The reference to a Parquet file. Raises duckdb's errors."""
        source = f"read_parquet({quoted(path)})"
        described = self.connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        (count,) = self.connection.execute(f"SELECT count(*) FROM {source}").fetchone()
        return TableRef(path=path, rows=count, schema={column: kind for column, kind, *_ in described})

    def save(self, query: str, target: str) -> TableRef:
        """Write the result of a query as a Parquet file, completely or not at all."""
        made = os.path.join(self.folder, "result.parquet")
        self.connection.execute(f"COPY ({query}) TO {quoted(made)} (FORMAT parquet, COMPRESSION zstd)")
        put(made, target)
        return {**self.reference(made), "path": target}

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
        while batch := cursor.fetchmany(SLICE * 4):
            if self.stopped.is_set():
                raise InterruptedError
            yield [dict(zip(names, map(value_of, row), strict=True)) for row in batch]


def parquet(reference: Mapping[str, Any]) -> str:
    """The source of a referenced table in SQL. Raises ActionError not_found_error when its file is gone."""
    path = str(reference["path"])
    if not os.path.isfile(path):
        raise ActionError(
            f"The table's file '{path}' does not exist.",
            ErrorKind.NOT_FOUND,
            hint="Run the step that wrote it again.",
        )
    return f"read_parquet({quoted(os.path.abspath(path))})"


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


async def with_tables(ctx: Context, files: Iterable[str], body: Callable[[Tables], T]) -> T:
    """Run a body of statements in a thread; a cancel interrupts the statement that runs.

    Args:
        ctx: The attempt, which is told how far a statement is.
        files: The files that DuckDB may read and write.
        body: Uses the tables it is given, and returns plain values.

    Raises:
        ActionError: For everything DuckDB complains about, in its own first line.
    """
    tables = await asyncio.to_thread(Tables, list(files))
    job = asyncio.get_running_loop().run_in_executor(None, _guarded, tables, body)
    try:
        while not (await asyncio.wait({job}, timeout=_LOOK))[0]:
            done = tables.connection.query_progress()
            if 0 < done <= 100:
                ctx.progress(done / 100, "")
        return job.result()
    finally:
        tables.stopped.set()
        await to_the_end(_ended(tables, job))


async def _ended(tables: Tables, job: asyncio.Future[Any]) -> None:
    while not job.done():
        tables.connection.interrupt()  # again and again: it may fall between two statements
        await asyncio.wait({job}, timeout=0.02)
    if not job.cancelled():
        job.exception()
    await asyncio.to_thread(tables.close)


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


async def batches_of(ctx: Context, items: Any) -> AsyncIterator[tuple[int, list[Any]]]:
    """The items of a list or of a referenced table as ``(index of the first, some of them)``, in flat memory."""
    if not is_reference(items):
        for first in range(0, len(items), SLICE):
            yield first, items[first : first + SLICE]
        return
    tables = await asyncio.to_thread(Tables, [str(items["path"])])
    try:
        rows = tables.batches(f"SELECT * FROM {parquet(items)}")
        first = 0
        while batch := await asyncio.to_thread(next, rows, None):
            yield first, batch
            first += len(batch)
    finally:
        await to_the_end(asyncio.to_thread(tables.close))


def value_of(value: Any) -> Any:
    """A value of DuckDB as a JSON value: dates and times as ISO text, not-a-number as null."""
    kind = type(value)
    if value is None or kind in {str, int, bool, bytes, Decimal, datetime}:
        return value
    if kind is float:
        return value if math.isfinite(value) else None
    if isinstance(value, (list, tuple)):
        return [value_of(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): value_of(part) for key, part in value.items()}
    if isinstance(value, (date, time)):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else str(value)


def _type_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, int):
        return "BIGINT" if -(1 << 63) <= value < 1 << 63 else "VARCHAR"
    if isinstance(value, float):
        return "DOUBLE"
    if isinstance(value, Decimal):
        return "DECIMAL(38, 10)"
    if isinstance(value, datetime):
        return "TIMESTAMP" if value.tzinfo is None else "TIMESTAMPTZ"
    return "JSON" if isinstance(value, (list, Mapping)) else "VARCHAR"


def _column(found: set[str]) -> str:
    kinds = found - {""}
    if len(kinds) == 1:
        return kinds.pop()
    if kinds <= {"BIGINT", "DOUBLE"} and kinds:
        return "DOUBLE"
    return "JSON" if kinds and "JSON" in kinds else "VARCHAR"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else str(value)
