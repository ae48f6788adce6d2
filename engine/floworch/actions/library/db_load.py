"""``db.load``: write rows into a database table."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_source import Rows
from floworch.actions.library.data_stream import Stream, streams
from floworch.actions.library.db_columns import Convert, check_rows, converter, fit, infer, types_in
from floworch.actions.library.db_session import Stop, connect, interruptible
from floworch.actions.widgets import Database, show_if
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue

if TYPE_CHECKING:
    import sqlalchemy as sa


class LoadResult(TypedDict):
    """How many rows were added and changed, and in which table."""

    inserted: int
    updated: int
    table: str


Mode = Literal["append", "upsert", "replace"]


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    if params.get("mode") == "upsert" and not params.get("keys"):
        return [
            ParamIssue(
                "keys",
                "'keys' is missing: mode upsert finds existing rows by them.",
                "Name the columns that identify a row.",
            )
        ]
    return []


@action(
    "db.load",
    title="Load table",
    category="database",
    icon="database-load",
    subtitle="table",
    effect="idempotent",
    effects={"mode": {"append": "unsafe"}},
    capabilities=("files", "network"),
    check=_check,
    example={"connection": "report.db", "table": "files", "rows": "{{ nodes.list.output.files }}", "mode": "replace"},
)
async def db_load(
    ctx: Context,
    connection: Database,
    table: Annotated[str, Field(min_length=1)],
    rows: Rows,
    mode: Annotated[Mode, Field(title="How to write")] = "append",
    keys: Annotated[list[str], Field(title="Key columns", default_factory=list), show_if(mode="upsert")] = [],  # noqa: B006 - copied
    batch: Annotated[int, Field(title="Rows per statement", ge=1, le=10_000)] = 1000,
) -> LoadResult:
    """Write rows into a database table, all of them or none.

    Everything happens in one transaction: when it fails or is cancelled, the database is as it was. A table that
    does not exist is made, with types that fit the rows: true/false BOOLEAN, whole numbers BIGINT, other numbers
    DOUBLE, bytes BLOB, times TIMESTAMP in UTC, everything else TEXT; lists and objects are stored as JSON text.
    'append' is unsafe: after a crash in the middle of it a person decides whether it runs again, and it is not retried
    unless the node says so. Set the node's effect to idempotent where rows written twice do no harm.

    Args:
        connection: Name of a connection of the type sql, a URL such as postgresql://user@host/name, or the path of a
            SQLite file; a relative path starts in the folder the run was started in.
        table: Name of the table, with its schema if needed: sales.orders.
        rows: A list of objects, or a reference to a table, which is read in batches, once for its types and once to
            write; a column that a row leaves out is null in it.
        mode: append adds the rows, upsert also changes rows whose keys exist, replace empties the table first
            and adds the columns it lacks.
        keys: The columns that identify a row, for upsert.
        batch: Rows per statement.
    """
    async with streams(ctx, rows=rows) as (stream,):
        seen, total = await _survey(stream, mode, keys)
        load = _Load(table, seen, mode, keys)
        async with connect(connection, ctx.path, ctx) as opened, opened.begin():
            await interruptible(opened, load.begin)
            done = 0
            async for some in _batches(stream, batch):
                await interruptible(opened, partial(load.write, some, done))
                done += len(some)
                ctx.progress(done / max(total, done), f"{done} of {total} rows")
            return await interruptible(opened, load.end)


async def _batches(stream: Stream, size: int) -> AsyncIterator[Sequence[Any]]:
    """The rows, ``size`` at a time."""
    if stream.rows is not None:
        for first in range(0, len(stream.rows), size):
            yield stream.rows[first : first + size]
        return
    waiting: list[Any] = []
    async for _, some in stream.batches():
        waiting += some
        while len(waiting) >= size:
            yield waiting[:size]
            waiting = waiting[size:]
    if waiting:
        yield waiting


async def _survey(stream: Stream, mode: Mode, keys: Sequence[str]) -> tuple[dict[str, set[type]], int]:
    """Check all rows: the types of the values of each column, and how many rows there are."""
    if mode == "upsert" and not keys:
        raise ActionError(
            "'keys' is missing: mode upsert finds existing rows by them.",
            ErrorKind.VALIDATION,
            hint="Name the columns that identify a row.",
        )
    keys = keys if mode == "upsert" else ()
    if stream.rows is not None:
        return await asyncio.to_thread(_look, stream.rows, keys), len(stream.rows)
    names = list(stream.sample[0]) if stream.sample else []
    seen: dict[str, set[type]] = {name: set() for name in names}
    count = 0
    async for first, some in stream.batches():
        if not first:
            _check_columns(keys, names)
        _check_values(some, keys, first)
        for name, kinds in types_in(some, names).items():
            seen[name] |= kinds
        count += len(some)
    return seen, count


def _look(rows: Sequence[Any], keys: Sequence[str]) -> dict[str, set[type]]:
    names = check_rows(rows)
    if rows:
        _check_columns(keys, names)
    _check_values(rows, keys, 0)
    return types_in(rows, names)


def _check_columns(keys: Sequence[str], names: Sequence[str]) -> None:
    for key in keys:
        if key not in names:
            raise ActionError(
                f"The key column '{key}' is in none of the rows.",
                ErrorKind.VALIDATION,
                hint=f"The rows have {', '.join(names)}.",
            )


def _check_values(rows: Sequence[Mapping[str, Any]], keys: Sequence[str], first: int) -> None:
    for key in keys:
        missing = next((number for number, row in enumerate(rows, first) if row.get(key) is None), None)
        if missing is not None:
            raise ActionError(
                f"rows[{missing}] has no value for the key '{key}'.",
                ErrorKind.VALIDATION,
                hint="Give every row its keys, or leave such rows out.",
            )


class _Load:
    """One load: ``begin``, ``write`` for each batch, ``end``; each a body of statements for ``interruptible``."""

    def __init__(self, table: str, seen: Mapping[str, set[type]], mode: Mode, keys: Sequence[str]) -> None:
        self._name = table
        self._schema, _, self._table = table.rpartition(".")
        self._seen = seen
        self._names = list(seen)
        self._mode = mode
        self._keys = keys
        self._written = 0
        self._before = 0
        self._target: sa.Table | None = None
        self._insert: Any = None
        self._converters: dict[str, Convert] = {}

    def begin(self, connection: sa.Connection, stop: Stop) -> None:
        """Find or make the table, and empty it when it is to be replaced."""
        existing = self._existing(connection)
        if existing is None and not self._names:
            return  # no columns are known: nothing to make
        table = self._target = existing if existing is not None else self._create(connection)
        if self._mode == "replace" and existing is not None:
            connection.execute(table.delete())
        self._before = self._count(connection, table)
        self._converters = {name: converter(table.c[name].type) for name in self._names}
        self._insert = self._statement(connection, table)

    def write(self, rows: Sequence[Mapping[str, Any]], first: int, connection: sa.Connection, stop: Stop) -> None:
        """Write some rows; ``first`` is the number of the first one."""
        stop.check()
        connection.execute(self._insert, fit(rows, self._converters, first))
        self._written += len(rows)

    def end(self, connection: sa.Connection, stop: Stop) -> LoadResult:
        """How many rows were added and changed."""
        if self._mode != "upsert" or self._target is None:
            return LoadResult(inserted=self._written, updated=0, table=self._name)
        inserted = self._count(connection, self._target) - self._before
        return LoadResult(inserted=inserted, updated=self._written - inserted, table=self._name)

    def _existing(self, connection: sa.Connection) -> sa.Table | None:
        import sqlalchemy as sa

        inspector = sa.inspect(connection)
        schema = self._schema or None
        if not inspector.has_table(self._table, schema=schema):
            return None
        described = inspector.get_columns(self._table, schema=schema)
        table = sa.Table(
            self._table, sa.MetaData(), *(sa.Column(each["name"], each["type"]) for each in described), schema=schema
        )
        unknown = [name for name in self._names if name not in table.c]
        if unknown and self._mode == "replace":  # its rows go anyway, so new columns harm nobody
            self._widen(connection, table, unknown)
        elif unknown:
            raise ActionError(
                f"The table '{self._name}' has no column {', '.join(map(repr, unknown))}.",
                ErrorKind.VALIDATION,
                hint=f"It has {', '.join(column.name for column in table.c)}. Leave the others out, or add them first.",
            )
        return table

    def _widen(self, connection: sa.Connection, table: sa.Table, names: Sequence[str]) -> None:
        """Add columns to a table, with types that fit the rows."""
        import sqlalchemy as sa
        from sqlalchemy.schema import CreateColumn

        types = infer(self._seen, connection.dialect.name != "sqlite")
        place = connection.dialect.identifier_preparer.format_table(table)
        for name in names:
            column: sa.Column[Any] = sa.Column(name, types[name])
            table.append_column(column)
            described = CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {place} ADD COLUMN {described}")

    def _create(self, connection: sa.Connection) -> sa.Table:
        import sqlalchemy as sa

        types = infer(self._seen, connection.dialect.name != "sqlite")
        columns = [
            sa.Column(name, types[name], primary_key=name in self._keys and self._mode == "upsert", autoincrement=False)
            for name in self._names
        ]
        table = sa.Table(self._table, sa.MetaData(), *columns, schema=self._schema or None)
        table.create(connection)
        return table

    def _count(self, connection: sa.Connection, table: sa.Table) -> int:
        if self._mode != "upsert":
            return 0
        import sqlalchemy as sa

        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())

    def _statement(self, connection: sa.Connection, table: sa.Table) -> Any:
        if self._mode != "upsert":
            return table.insert()
        name = connection.dialect.name
        if name == "sqlite":
            from sqlalchemy.dialects.sqlite import insert
        elif name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
        else:
            raise ActionError(
                f"Mode upsert is not possible with {name}.",
                ErrorKind.VALIDATION,
                hint="Use sqlite or postgresql, or another mode.",
            )
        self._check_unique(connection, table)
        made = insert(table)
        changed = {column: made.excluded[column] for column in self._names if column not in self._keys}
        if not changed:
            return made.on_conflict_do_nothing(index_elements=list(self._keys))
        return made.on_conflict_do_update(index_elements=list(self._keys), set_=changed)

    def _check_unique(self, connection: sa.Connection, table: sa.Table) -> None:
        import sqlalchemy as sa

        inspector = sa.inspect(connection)
        schema = self._schema or None
        sets: list[Sequence[str | None]] = [inspector.get_pk_constraint(self._table, schema)["constrained_columns"]]
        sets += [each["column_names"] for each in inspector.get_unique_constraints(self._table, schema)]
        sets += [each["column_names"] for each in inspector.get_indexes(self._table, schema) if each["unique"]]
        if not any(set(columns) == set(self._keys) for columns in sets):
            raise ActionError(
                f"The table '{table.fullname}' has no unique index on {', '.join(self._keys)}.",
                ErrorKind.VALIDATION,
                hint="Make the keys the table's primary key, or create a unique index on them.",
            )
