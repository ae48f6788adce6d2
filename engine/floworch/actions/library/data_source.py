"""Where rows come from: a list, or a reference to a table in a file. One form of reference for all actions.

A reference is an object with ``path``, such as ``{"path": "orders.csv"}``; what says more about the table stands beside
it (``format``, ``sheet``, ``header``, ``types``); other fields are ignored. So each entry of ``file.list`` is one, and
so is the output of ``file.read``, ``http.download``, ``data.write_table`` and of whatever writes a Parquet file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NotRequired, TypedDict, TypeGuard

from pydantic import ValidatorFunctionWrapHandler, WrapValidator

from floworch.actions.complaints import show
from floworch.actions.context import Context
from floworch.actions.library.data_values import quoted, value_of
from floworch.actions.library.file_errors import file_error
from floworch.actions.suggest import did_you_mean
from floworch.actions.widgets import widget
from floworch.errors import ActionError, ErrorKind
from floworch.versions import pip_line

Format = Literal["auto", "csv", "tsv", "json", "ndjson", "parquet", "xlsx"]
_ENDINGS = {"jsonl": "ndjson", "pq": "parquet", "xls": "xlsx", "xlsm": "xlsx", "txt": "csv", "tab": "tsv"}
KNOWN = ("csv", "tsv", "json", "ndjson", "parquet", "xlsx")
_WORDS = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "datetime": "TIMESTAMP"}


class TableRef(TypedDict):
    """A table in a Parquet file: its absolute path, how many rows it has, and the type of each column.

    ``offset`` is there in a reference to a part: ``rows`` rows from that one on.
    """

    path: str
    rows: int
    schema: dict[str, str]
    offset: NotRequired[int]


def is_reference(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value is a reference to a table."""
    return isinstance(value, Mapping) and isinstance(value.get("path"), str) and bool(value["path"])


def _rows_or_reference(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    if isinstance(value, Mapping) and isinstance(value.get("rows"), (list, tuple, Mapping)):
        value = value["rows"]  # what a query of a database gives
    if is_reference(value):
        return value
    if isinstance(value, Mapping) and "path" in value:
        raise ValueError(f"a reference to a table needs the path of a file, not {show(value['path'])}")
    return check(value)


#: Rows: a list of objects, or a reference to a table.
Rows = Annotated[list[Any], WrapValidator(_rows_or_reference), widget("table")]
#: The same, edited one entry per row.
ItemsOrTable = Annotated[list[Any], WrapValidator(_rows_or_reference), widget("list")]


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference that was looked at: its file can be read.

    Attributes:
        name: The parameter that holds it, for messages.
        path: The absolute path. given: as it was given.
        format: One of ``KNOWN``.
        sheet, header, types: As the parameters of data.read_table.
        offset, rows: The part of it that counts: ``rows`` rows (None: all) from ``offset`` on.
        size: How many rows it has, or None when that is not known.
    """

    name: str
    path: str
    given: str
    format: str
    sheet: str = ""
    header: bool = True
    types: Mapping[str, str] = field(default_factory=dict)
    offset: int = 0
    rows: int | None = None
    size: int | None = None

    @property
    def limits(self) -> str:
        """The end of a SELECT of this part."""
        return "" if self.rows is None else f" LIMIT {self.rows} OFFSET {self.offset}"


def source_of(ctx: Context, value: Any, name: str = "items") -> list[Any] | Reference:
    """What a parameter of the type ``Rows`` holds: the list itself, or the reference, whose file can be read.

    Raises:
        ActionError: not_found_error when the file is gone, validation_error when it is no reference that makes sense.
    """
    if not is_reference(value):
        return value  # type: ignore[no-any-return]
    given = str(value["path"])
    place = os.path.abspath(ctx.path(given))
    kind = value.get("format") or ("parquet" if isinstance(value.get("schema"), Mapping) else "auto")
    if kind not in (*KNOWN, "auto"):
        raise ActionError(
            f"'{name}.format' must be one of {', '.join(KNOWN)}, not {show(kind)}.",
            ErrorKind.VALIDATION,
            hint="Leave it out where the name of the file says it.",
        )
    types = value.get("types") or {}
    if not isinstance(types, Mapping) or not all(isinstance(each, str) for each in types.values()):
        raise ActionError(f"'{name}.types' must be an object of texts, not {show(types)}.", ErrorKind.VALIDATION)
    check_file(ctx, place, given, name)
    offset, rows = _number(value, "offset", name), _number(value, "rows", name)
    part = offset is not None
    return Reference(
        name, place, given, format_of(given, str(kind)), str(value.get("sheet") or ""),
        value.get("header") is not False, dict(types), offset or 0, rows if part else None, rows,
    )  # fmt: skip


def _number(value: Mapping[str, Any], field: str, name: str) -> int | None:
    found = value.get(field)
    if found is None or (isinstance(found, int) and not isinstance(found, bool) and found >= 0):
        return found
    raise ActionError(f"'{name}.{field}' must be a whole number from 0, not {show(found)}.", ErrorKind.VALIDATION)


def check_file(ctx: Context, place: str, given: str, name: str = "") -> int:
    """The size of a file that can be read, in bytes. Raises ActionError, which names the parameter that holds it."""
    try:
        with open(place, "rb") as file:
            return file.seek(0, os.SEEK_END)
    except OSError as error:
        noun = f"file of the table in '{name}'," if name else "file"
        raise file_error(error, given, "read", noun, folder=ctx.folder) from None


def format_of(path: str, given: str) -> str:
    """The format that was given, or that of the file's ending. Raises ActionError for an unknown ending."""
    if given != "auto":
        return given
    ending = os.path.splitext(path)[1].lower().lstrip(".")
    found = _ENDINGS.get(ending, ending)
    if found not in KNOWN:
        raise ActionError(
            f"The format of '{path}' is not known from its name.",
            ErrorKind.VALIDATION,
            hint=f"Set format to one of {', '.join(KNOWN)}.",
        )
    return found


def reading(table: Reference) -> str:
    """How SQL reads a file of any format but Excel's; of types only a CSV file's count, which are guessed else."""
    place = quoted(table.path)
    if table.format in {"csv", "tsv"}:
        delimiter = ", delim = '\t'" if table.format == "tsv" else ""
        pairs = ", ".join(f"{quoted(each)}: {quoted(type_named(each, kind))}" for each, kind in table.types.items())
        types = f", types = {{{pairs}}}" if pairs else ""
        return f"read_csv({place}, header = {str(table.header).lower()}, all_varchar = false{delimiter}{types})"
    if table.format == "parquet":
        return f"read_parquet({place})"
    shape = "newline_delimited" if table.format == "ndjson" else "auto"
    return f"read_json({place}, format = '{shape}', maximum_object_size = 67108864)"


def type_named(column: str, kind: str) -> str:
    """A type as SQL has it: text, integer, number, datetime, or any of DuckDB's. Raises ActionError."""
    if not kind or not all(letter.isalnum() or letter in " (),_" for letter in kind):
        raise ActionError(
            f"'types.{column}' is no type: {kind!r}.", ErrorKind.VALIDATION, hint="Use text, integer, number or date."
        )
    return _WORDS.get(kind.lower(), kind)


def load(name: str) -> Any:
    """Import a library of the extra ``data``. Raises ActionError with the line that installs it."""
    import importlib

    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise ActionError(
            f"The library {name} is not installed.",
            ErrorKind.VALIDATION,
            hint=f"Install it: {pip_line('floworch[data]')}",
        ) from None


def sheet_rows(source: str, path: str, sheet: str, header: bool) -> Iterator[dict[str, Any]]:
    """The rows of a sheet of an Excel file. Raises ActionError when there is no such sheet, or it is no Excel file."""
    calamine = load("python_calamine")
    try:
        book = calamine.CalamineWorkbook.from_path(source)
    except calamine.CalamineError as error:
        raise ActionError(
            f"'{path}' is not an Excel file: {error}.", ErrorKind.VALIDATION, hint="Set format to what it is."
        ) from None
    if sheet and sheet not in book.sheet_names:
        raise ActionError(
            f"There is no sheet '{sheet}'.", ErrorKind.VALIDATION, hint=did_you_mean(sheet, book.sheet_names, "Sheets")
        )
    lines = book.get_sheet_by_name(sheet or book.sheet_names[0]).iter_rows()
    names: list[str] = []
    for line in lines:
        cells = [None if cell == "" else _whole(value_of(cell)) for cell in line]
        if header and not names:
            names = _distinct([str(cell) if cell is not None else f"column{n}" for n, cell in enumerate(cells)])
            continue
        names = names or [f"column{n}" for n in range(len(cells))]
        yield dict(zip(names, cells, strict=False))


def _whole(value: Any) -> Any:
    """Excel knows floats only: whole numbers become whole again."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53 else value


def _distinct(names: list[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        free = name
        number = 1
        while free in found:
            number += 1
            free = f"{name}_{number}"
        found.append(free)
    return found
