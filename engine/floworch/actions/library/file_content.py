"""What ``file.write`` puts into a file: a value, or the rows of a table as they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from floworch.actions.context import Context
from floworch.actions.library.data_source import Reference, is_reference, source_of
from floworch.actions.library.data_tables import Tables, in_thread
from floworch.actions.library.file_errors import stop_if_cancelled
from floworch.errors import ActionError, ErrorKind
from floworch.model.values import json_text

T = TypeVar("T")


def is_table(content: Any) -> bool:
    """Whether a value is a reference to a table that an action gave, and no object that happens to have a path."""
    return is_reference(content) and isinstance(content.get("rows"), int) and isinstance(content.get("schema"), Mapping)


def encoded(content: Any, encoding: str) -> bytes:
    """A value as the bytes of a file: text in the encoding, anything else as indented JSON. Raises ActionError."""
    if isinstance(content, bytes):
        return content
    text = content if isinstance(content, str) else json_text(content, indent=2) + "\n"
    try:
        return text.encode(encoding)
    except LookupError:
        raise ActionError(
            f"There is no encoding named '{encoding}'.",
            ErrorKind.VALIDATION,
            hint="Use a name that Python knows, such as utf-8 or latin-1.",
        ) from None
    except UnicodeEncodeError as error:
        raise ActionError(
            f"The character {text[error.start]!r} at position {error.start} does not exist in {encoding}.",
            ErrorKind.VALIDATION,
            hint="Use utf-8.",
        ) from None


def write_rows(ctx: Context, table: Any, encoding: str, write: Callable[[Iterable[bytes]], T]) -> T:
    """Hand the rows of a referenced table to ``write`` as pieces of a JSON list, byte by byte what the list would be.

    Raises:
        ActionError: The table cannot be read, or a character does not exist in the encoding.
    """
    source = source_of(ctx, table, "content")
    assert isinstance(source, Reference)

    def body(tables: Tables) -> T:
        tables.view("rows", source, "content")
        return write(_pieces(ctx, tables, encoding))

    return in_thread([source.path], body)


def _pieces(ctx: Context, tables: Tables, encoding: str) -> Iterator[bytes]:
    empty = True
    for batch in tables.batches("SELECT * FROM rows"):
        stop_if_cancelled(ctx)
        text = ",\n".join(json_text(row, indent=2) for row in batch)
        indented = text.replace("\n", "\n  ")  # of a text within it a new line is written as two characters
        yield encoded(("[\n  " if empty else ",\n  ") + indented, encoding)
        empty = False
    yield encoded("[]\n" if empty else "\n]\n", encoding)
