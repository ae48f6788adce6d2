"""One SQL statement with bound values: what goes wrong between its text and its values, and values as JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from floworch.actions.library.db_session import first_line
from floworch.errors import ActionError, ErrorKind

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult


def execute(connection: Connection, sql: str, params: Mapping[str, Any]) -> CursorResult[Any]:
    """Execute one statement in which ``:name`` stands for a value of ``params``.

    Raises:
        ActionError: validation_error when the statement and the values do not fit.
        sqlalchemy.exc.SQLAlchemyError: Whatever else the database complains about.
    """
    import sqlalchemy as sa

    with worded():
        dialect = connection.dialect.name
        return connection.execute(sa.text(sql), {name: bindable(value, dialect) for name, value in params.items()})


@contextmanager
def worded() -> Iterator[None]:
    """Word what a statement and its values are refused for before the database has seen them, or when it has."""
    from sqlalchemy.exc import StatementError

    try:
        yield
    except OverflowError:
        raise ActionError(
            "A value of 'params' is an integer that the database cannot hold.",
            ErrorKind.VALIDATION,
            hint="Pass it as text.",
        ) from None
    except StatementError as error:
        if error.orig is None or "bind parameter" in str(error.orig):
            raise ActionError(
                f"The statement and 'params' do not fit: {first_line(error)}.",
                ErrorKind.VALIDATION,
                hint="Give every :name of the statement a value in 'params'.",
            ) from None
        raise


def bindable(value: Any, dialect: str) -> Any:
    """Return a value as one that the driver of a dialect takes: SQLite knows neither exact decimals nor times."""
    if dialect == "sqlite":
        if isinstance(value, Decimal):
            return str(value)
        if isinstance(value, datetime):  # as db.load writes it: UTC, without its zone
            moment = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
            return moment.isoformat(" ", "microseconds")
    return value


def objects(columns: list[str], rows: Any) -> list[dict[str, Any]]:
    """Return rows as objects by column."""
    return [{name: to_value(value) for name, value in zip(columns, row, strict=True)} for row in rows]


def to_value(value: Any) -> Any:
    """Return a database value as a JSON value: dates and times as text, what is not known here as text too."""
    if value is None or isinstance(value, (bool, int, str, bytes, datetime, Decimal)):
        return value
    if isinstance(value, float):
        return value if value - value == 0.0 else None  # NaN and infinity are no JSON values
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, Mapping):
        return {str(key): to_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_value(item) for item in value]
    return str(value)
