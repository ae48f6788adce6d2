"""Columns of database tables: types for rows of JSON values, and values that fit the types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from floworch.actions.complaints import show
from floworch.errors import ActionError, ErrorKind
from floworch.model.values import json_text

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]
_INT64 = 1 << 63


def check_rows(rows: Sequence[Any]) -> list[str]:
    """Return the names of all columns, in the order they first appear.

    Raises:
        ActionError: validation_error, when a row is no object or has an empty name.
    """
    names: dict[str, None] = {}
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise ActionError(
                f"rows[{number}] is {show(row)}, not an object.",
                ErrorKind.VALIDATION,
                hint='Give a list of objects: [{"column": value}, ...].',
            )
        if row.keys() - names.keys():
            names.update(dict.fromkeys(row))
    if "" in names:
        raise ActionError("A row has a column without a name.", ErrorKind.VALIDATION)
    return list(names)


class TooWide:
    """Stands among a column's types for an integer beyond 64 bits."""


def types_in(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> dict[str, set[type]]:
    """Return the types of the values of each column; see ``infer``."""
    seen: dict[str, set[type]] = {name: set() for name in names}
    for row in rows:
        for name, value in row.items():
            kind = type(value)
            seen[name].add(TooWide if kind is int and not -_INT64 <= value < _INT64 else kind)
    return seen


def infer(seen: Mapping[str, set[type]], exact_decimals: bool) -> dict[str, TypeEngine[Any]]:
    """Return a column type for each name that holds all of its values.

    bool gives BOOLEAN, int BIGINT (text beyond 64 bits), int and float together DOUBLE, text TEXT, bytes BLOB,
    datetime TIMESTAMP WITH TIME ZONE, decimal NUMERIC (text where the database would round it); lists and objects are
    stored as JSON text, and so is a column of mixed types; a column of nulls is TEXT.

    Args:
        seen: The types of the values of each column, from ``types_in``.
        exact_decimals: Whether the database keeps decimals exact.
    """
    import sqlalchemy as sa

    choices: list[tuple[set[type], Callable[[], TypeEngine[Any]]]] = [
        ({bool}, sa.Boolean),
        ({bool, int}, sa.BigInteger),
        ({bool, int, float}, sa.Double),
        ({bytes}, sa.LargeBinary),
        ({datetime}, lambda: sa.DateTime(timezone=True)),
        ({int, Decimal}, sa.Numeric if exact_decimals else sa.Text),
    ]
    types: dict[str, TypeEngine[Any]] = {}
    for name, found in seen.items():
        kinds = found - {type(None)}
        fitting = (make for allowed, make in choices if kinds <= allowed)
        types[name] = sa.Text() if not kinds else next(fitting, sa.Text)()
    return types


def converter(column: TypeEngine[Any]) -> Convert:
    """Return the function that makes a value fit a column; it raises ValueError with what would fit.

    null always fits. A column of a type not known here takes the value as it is.
    """
    import sqlalchemy as sa

    choices: tuple[tuple[type, Convert], ...] = (
        (sa.Boolean, _boolean),
        (sa.Integer, _integer),
        (sa.Numeric, _number),
        (sa.Float, _number),
        (sa.DateTime, _moment),
        (sa.Date, _day),
        (sa.Time, _clock),
        (sa.LargeBinary, _bytes),
        (sa.JSON, lambda value: value),
        (sa.String, _text),
    )
    convert = next((made for kind, made in choices if isinstance(column, kind)), _other)
    return lambda value: None if value is None else convert(value)


def _boolean(value: Any) -> Any:
    if isinstance(value, bool) or value in (0, 1):
        return bool(value)
    raise ValueError("true or false")


def _integer(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        if not -_INT64 <= value < _INT64:
            raise ValueError("an integer of at most 64 bits")
        return int(value)
    raise ValueError("an integer")


def _number(value: Any) -> Any:
    if isinstance(value, (int, float, Decimal)):
        return int(value) if isinstance(value, bool) else value
    raise ValueError("a number")


def _moment(value: Any) -> Any:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        # not every database keeps the offset: in UTC nothing is lost with it
        return moment if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("a date and time such as 2026-01-31T12:00:00Z") from None


def _day(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("a date such as 2026-01-31") from None


def _clock(value: Any) -> Any:
    try:
        return time.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("a time such as 12:30:00") from None


def _bytes(value: Any) -> Any:
    if isinstance(value, bytes):
        return value
    raise ValueError("bytes")


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, (Decimal, datetime)):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    return json_text(value)


def _other(value: Any) -> Any:
    return _text(value) if isinstance(value, (dict, list)) else value


def fit(rows: Sequence[Mapping[str, Any]], converters: Mapping[str, Convert], first: int) -> list[dict[str, Any]]:
    """Return rows with every column, converted; missing ones are null. ``first`` is the number of the first row.

    Raises:
        ActionError: validation_error, naming the row, the column, the value and what would fit.
    """
    fitted = []
    for number, row in enumerate(rows, first):
        made = {}
        for name, convert in converters.items():
            value = row.get(name)
            try:
                made[name] = convert(value) if value is not None else None
            except ValueError as error:
                raise ActionError(
                    f"rows[{number}].{name} is {show(value)}, but the column takes {error}.",
                    ErrorKind.VALIDATION,
                    hint="Convert the value in an earlier node.",
                ) from None
        fitted.append(made)
    return fitted
