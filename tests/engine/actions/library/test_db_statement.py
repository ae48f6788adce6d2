"""Statements with bound values, and database values as JSON values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from floworch.actions.library.db_statement import bindable, execute, objects, to_value
from floworch.errors import ActionError


@pytest.fixture
def connection() -> Any:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_values_are_bound(connection: Any) -> None:
    result = execute(connection, "select :a as a, :b as b", {"a": "' or 1=1", "b": b"1"})
    assert objects(list(result.keys()), result.fetchall()) == [{"a": "' or 1=1", "b": b"1"}]


@pytest.mark.parametrize(
    ("value", "dialect", "bound"),
    [
        (3, "sqlite", 3),
        ([1], "postgresql", [1]),
        (Decimal("1.50"), "sqlite", "1.50"),
        (Decimal("1.50"), "postgresql", Decimal("1.50")),
        (datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))), "sqlite", "2026-01-02 01:00:00.000000"),
    ],
)
def test_values_as_drivers_take_them(value: Any, dialect: str, bound: Any) -> None:
    assert bindable(value, dialect) == bound


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "The statement and 'params' do not fit: A value is required for bind parameter 'a'."),
        ({"a": 2**70}, "A value of 'params' is an integer that the database cannot hold."),
    ],
)
def test_values_that_do_not_fit(connection: Any, params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        execute(connection, "select :a", params)
    assert (caught.value.kind, str(caught.value)) == ("validation_error", message)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (1, 1),
        (1.5, 1.5),
        (float("nan"), None),
        ("a", "a"),
        (b"x", b"x"),
        (memoryview(b"x"), b"x"),
        (Decimal("1.5"), Decimal("1.5")),
        (datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
        (date(2026, 1, 2), "2026-01-02"),
        (timedelta(minutes=1), 60.0),
        ({"a": [UUID(int=1)]}, {"a": ["00000000-0000-0000-0000-000000000001"]}),
    ],
)
def test_database_values_become_json_values(value: Any, plain: Any) -> None:
    assert to_value(value) == plain
