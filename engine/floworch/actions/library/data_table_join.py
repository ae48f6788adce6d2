"""Tables put together by equal keys, in DuckDB: the digests of the keys go to a file beside each, so that values are
equal here as they are for lists, and so that keys may be expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from floworch.actions.context import Context
from floworch.actions.library.data_aggregates import digest
from floworch.actions.library.data_rows import reader
from floworch.actions.library.data_source import TableRef
from floworch.actions.library.data_stream import Stream
from floworch.actions.library.data_tables import Tables, read_lines
from floworch.actions.library.data_values import Columns, named
from floworch.errors import ActionError, ErrorKind

_HOW = {"inner": "JOIN", "left": "LEFT JOIN", "outer": "FULL JOIN"}
_N, _KEY = named("floworch n"), named("floworch key")


def too_many_pairs(most: int) -> ActionError:
    """The result of a join has more rows than it may have."""
    return ActionError(
        f"The result has more than {most} rows.",
        ErrorKind.VALIDATION,
        hint="Keys that repeat on both sides multiply: remove duplicates first, or raise max_rows.",
    )


async def joined(
    ctx: Context, left: Stream, right: Stream, on: Sequence[tuple[str, str]], how: str, suffix: str, most: int,
    target: str,
) -> list[dict[str, Any]] | TableRef:  # fmt: skip
    """Join two streams of which DuckDB knows the views; see data.join.

    Args:
        ctx: The attempt.
        left, right: The rows.
        on: Pairs of keys, of the left and of the right rows: fields or expressions.
        how: inner, left, outer or append.
        suffix: For fields that both have.
        most: More rows are an error.
        target: The Parquet file to write; empty for a list, which may then be longer by one than ``most``.

    Raises:
        ActionError: validation_error for a key that makes no sense, or too many rows for a table.
    """
    if how == "append":
        query = " UNION ALL BY NAME ".join(f"SELECT * FROM {each.view}" for each in (left, right) if each.rows != [])
        query = query or f"SELECT * FROM {left.view}"
    else:
        both = {one for one, other in on if one == other}
        total = left.total + right.total
        one = await _keyed(ctx, left, [pair[0] for pair in on], 0, total)
        other = await _keyed(ctx, right, [pair[1] for pair in on], left.total, total)
        query = await left.ask(lambda tables: _query(tables, left, right, one, other, both, how, suffix))

    def ready(tables: Tables) -> list[dict[str, Any]] | TableRef:
        if not target:
            return tables.fetch(f"{query} LIMIT {most + 1}", most + 1)
        made = tables.made(f"{query} LIMIT {most + 1}")
        if tables.reference(made)["rows"] > most:
            raise too_many_pairs(most)
        return tables.placed(made, target)

    found: list[dict[str, Any]] | TableRef = await left.ask(ready)
    return found


async def _keyed(ctx: Context, stream: Stream, keys: Sequence[str], done: int, total: int) -> str:
    """How SQL reads the rows of a stream with their number and the digest of their keys, null where one is null."""
    readers = [reader(ctx, key, stream.sample, "on", stream.name) for key in keys]
    learned = Columns()
    place = await stream.ask(lambda tables: tables.free("ndjson"))
    with open(place, "w", encoding="utf-8") as file:  # noqa: ASYNC230 - written in small pieces
        async for first, batch in stream.batches(done, total):
            for index, item in enumerate(batch, first):
                found = [read(item, index) for read in readers]
                file.write(learned.line({"n": index, "k": None if None in found else digest(found).hex()}))
    types = {"n": "BIGINT", "k": "VARCHAR"}
    if not stream.total:
        return f"(SELECT 0::BIGINT AS {_N}, NULL::VARCHAR AS {_KEY}, s.* FROM {stream.view} s WHERE false)"
    joint = f"{stream.view} s POSITIONAL JOIN {read_lines(place, types)} k"
    return f"(SELECT k.n AS {_N}, k.k AS {_KEY}, s.* FROM {joint})"


def _query(
    tables: Tables, left: Stream, right: Stream, one: str, other: str, both: set[str], how: str, suffix: str
) -> str:  # fmt: skip
    fields, others = ([] if each.rows == [] else tables.columns(each.view) for each in (left, right))
    wanted = []
    for name in fields:
        shared = how == "outer" and name in both
        wanted.append(f"coalesce(l.{named(name)}, r.{named(name)}) AS {named(name)}" if shared else f"l.{named(name)}")
    wanted += [
        f"r.{named(name)} AS {named(name + suffix if name in fields else name)}" for name in others if name not in both
    ]
    return (
        f"SELECT {', '.join(wanted) or 'NULL AS empty'} FROM {one} l {_HOW[how]} {other} r ON l.{_KEY} = r.{_KEY} "
        f"ORDER BY l.{_N} NULLS LAST, r.{_N}"
    )
