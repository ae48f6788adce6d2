"""Items that come in batches, from a list or from a table in a file, and go out as lists or as tables in files."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import IO, Annotated, Any, Literal, Self

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.library.data_rows import SLICE, breathe
from floworch.actions.library.data_source import Reference, TableRef, source_of
from floworch.actions.library.data_tables import Ask, Tables, opened_tables
from floworch.actions.library.data_values import quoted
from floworch.actions.widgets import FilePath, show_if
from floworch.errors import ActionError, ErrorKind

#: The parameters that say where the result of an action on items goes.
Result = Literal["rows", "table"]
SaveAs = Annotated[FilePath | None, show_if(result="table")]
MaxRows = Annotated[int, Field(ge=1), show_if(result="rows")]
MOST = 100_000


class Stream:
    """Items in batches.

    Attributes:
        name: The parameter that holds them, for messages.
        rows: The list; None when they come from a table.
        sample: Rows to check the names of fields against: all of a list, one with the columns of a table.
        total: How many items there are; 0 of a table while that is not known.
        view: Their name in SQL, when ``ask`` is there, which runs statements.
    """

    def __init__(
        self, ctx: Context, name: str, rows: Sequence[Any] | None, sample: Sequence[Any], total: int,
        ask: Ask | None = None, view: str = "", file: str = "",
    ) -> None:  # fmt: skip
        self._file = file
        self.name, self.rows, self.sample, self.total = name, rows, sample, total
        self.view = view
        self._ask = ask
        self._ctx = ctx

    @property
    def ask(self) -> Ask:
        """Runs statements in DuckDB, which is at work when a table comes in or goes out."""
        assert self._ask is not None
        return self._ask

    async def batches(self, done: int = 0, total: int | None = None) -> AsyncIterator[tuple[int, Sequence[Any]]]:
        """The items as ``(index of the first, some of them)``, in flat memory; others get their turn in between.

        Args:
            done: Items of other streams that were worked on before, for the progress.
            total: Items of all streams together.
        """
        whole = self.total if total is None else total
        if self.rows is not None:
            for first in range(0, len(self.rows), SLICE):
                await breathe(self._ctx, done + first, whole)
                yield first, self.rows[first : first + SLICE]
            return
        rows = await self.ask(lambda tables: tables.batches(f"SELECT * FROM {self.view}"))
        first = 0
        while True:
            with _of_file(self.name, self._file):
                batch = await self.ask(lambda tables: next(rows, None))
            if not batch:
                break
            for start in range(0, len(batch), SLICE):
                await breathe(self._ctx, done + first, whole)
                yield first, batch[start : start + SLICE]
                first += len(batch[start : start + SLICE])
        self.total = first


@contextlib.asynccontextmanager
async def streams(ctx: Context, result: Result = "rows", **given: Any) -> AsyncIterator[list[Stream]]:
    """The items of parameters, by their names; DuckDB is at work only when one is a table or the result is to be one.

    Raises:
        ActionError: As ``source_of`` and ``opened_tables``.
    """
    found = {name: await asyncio.to_thread(source_of, ctx, value, name) for name, value in given.items()}
    files = [source.path for source in found.values() if isinstance(source, Reference)]
    if not files and result == "rows":
        yield [Stream(ctx, name, rows, rows, len(rows)) for name, rows in found.items() if isinstance(rows, list)]
        return
    async with opened_tables(ctx, files) as ask:
        yield [await _opened(ctx, ask, name, source) for name, source in found.items()]


async def _opened(ctx: Context, ask: Ask, name: str, source: list[Any] | Reference) -> Stream:
    view = f"floworch_{name}"

    def look(tables: Tables) -> list[str]:
        tables.view(view, source, name)
        return tables.columns(view)

    if isinstance(source, Reference):
        with _of_file(name, source.given):
            columns = await ask(look)
        return Stream(ctx, name, None, [dict.fromkeys(columns)], source.size or 0, ask, view, source.given)
    await ask(look)
    return Stream(ctx, name, source, source, len(source), ask, view)


@contextlib.contextmanager
def _of_file(name: str, file: str) -> Iterator[None]:
    """What is wrong with the content of a file names the file, and the parameter that it stands in."""
    try:
        yield
    except ActionError as error:
        if error.kind is not ErrorKind.VALIDATION or file in error.message:
            raise
        hint = error.hint or "Check the file; 'format' and 'types' beside 'path' say how it is read."
        raise ActionError(f"'{name}', the file '{file}': {error.message}", error.kind, hint=hint) from None


class Parts:
    """Items parted into several results, each a list or a table in a file; call ``add`` for every item in its order.

    Args:
        stream: Where the items come from.
        names: Of the results, for messages and for the files: all but the first have theirs in their file's name.
        result: What they become.
        target: The absolute path of the file of the first result.
        most: Of the items of a table, more in one list are an error.
    """

    def __init__(self, stream: Stream, names: Sequence[str], result: Result, target: str, most: int) -> None:
        self._stream = stream
        self._names = names
        self._target = target
        self._most = most if stream.rows is None else 0
        self._lists: list[list[Any]] = [[] for _ in names]
        self._table = result == "table"
        self._place = ""
        self._file: IO[str] | None = None
        self.counts = [0] * len(names)

    async def __aenter__(self) -> Self:
        """Begin."""
        if self._table:
            self._place = await self._stream.ask(lambda tables: tables.free("parts"))
            self._file = open(self._place, "w", encoding="ascii")  # noqa: ASYNC230, SIM115 - written in small pieces
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    def add(self, part: int, item: Any) -> None:
        """Put the next item into a result, by its number; -1 leaves it out. Raises ActionError for too many."""
        if self._file is not None:
            self._file.write(f"{part}\n")
        if part < 0:
            return
        self.counts[part] += 1
        if self._table:
            return
        found = self._lists[part]
        found.append(item)
        if self._most and len(found) > self._most:
            raise too_many(self._most, self._names[part])

    async def results(self) -> list[list[Any] | TableRef]:
        """The results, once every item was added."""
        if self._file is None:
            return list(self._lists)
        self._file.close()
        parts = f"read_csv({quoted(self._place)}, columns = {{'part': 'TINYINT'}}, header = false, auto_detect = false)"

        def save(tables: Tables) -> list[list[Any] | TableRef]:
            view, any_ = self._stream.view, any(self.counts)
            source = f"{view} s POSITIONAL JOIN {parts} p" if any_ else f"{view} s"  # an empty file has no column
            ready = [
                tables.made(f"SELECT s.* FROM {source} WHERE {f'p.part = {part}' if any_ else 'false'}")
                for part in range(len(self._names))
            ]
            return [
                tables.placed(made, beside(self._target, name if part else ""))
                for part, (made, name) in enumerate(zip(ready, self._names, strict=True))
            ]

        found: list[list[Any] | TableRef] = await self._stream.ask(save)
        return found


def too_many(most: int, name: str = "") -> ActionError:
    """A table gives more rows than a list may have."""
    return ActionError(
        f"{repr(name) if name else 'The result'} has more than {most} rows.",
        ErrorKind.VALIDATION,
        hint="Set result to table to hand on a reference instead, or raise max_rows.",
    )


def beside(target: str, name: str) -> str:
    """The path of a further result: ``big.parquet`` and ``dropped`` give ``big-dropped.parquet``."""
    stem, ending = os.path.splitext(target)
    return f"{stem}-{name}{ending}" if name else target
