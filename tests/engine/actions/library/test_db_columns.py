"""Column types for rows, and values for columns."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from floworch.actions.library.db_columns import check_rows, converter, fit, infer, types_in
from floworch.errors import ActionError

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_columns_come_in_the_order_they_first_appear() -> None:
    assert check_rows([{"b": 1}, {"a": 1, "b": 2}, {}]) == ["b", "a"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{}, 1], r"rows\[1\] is 1, not an object"),
        ([[1]], r"rows\[0\] is a list of 1, not an object"),
        ([None], r"rows\[0\] is null"),
        ([{"": 1}], "a column without a name"),
    ],
)
def test_rows_that_are_none(rows: list[Any], message: str) -> None:
    with pytest.raises(ActionError, match=message):
        check_rows(rows)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([True, None], sa.Boolean),
        ([1, True], sa.BigInteger),
        ([1, 2.5], sa.Double),
        (["a"], sa.Text),
        ([b"x"], sa.LargeBinary),
        ([NOW], sa.DateTime),
        ([Decimal("1.5"), 2], sa.Numeric),
        ([1 << 70], sa.Text),
        ([[1]], sa.Text),
        ([{"a": 1}], sa.Text),
        ([1, "a"], sa.Text),
        ([None], sa.Text),
    ],
)
def test_types_that_hold_all_values(values: list[Any], kind: type[Any]) -> None:
    seen = types_in([{"c": value} for value in values], ["c"])
    assert type(infer(seen, exact_decimals=True)["c"]) is kind


def test_decimals_are_text_where_the_database_would_round_them() -> None:
    assert type(infer({"c": {Decimal}}, exact_decimals=False)["c"]) is sa.Text


@pytest.mark.parametrize(
    ("column", "value", "stored"),
    [
        (sa.Boolean(), 1, True),
        (sa.Integer(), 3.0, 3),
        (sa.BigInteger(), True, 1),
        (sa.Double(), 2, 2),
        (sa.Numeric(), Decimal("1.5"), Decimal("1.5")),
        (sa.Text(), 5, "5"),
        (sa.Text(), True, "true"),
        (sa.Text(), ["é"], '["é"]'),
        (sa.Text(), Decimal("1.50"), "1.50"),
        (sa.Text(), NOW, NOW.isoformat()),
        (sa.Text(), b"x", '{"$type": "bytes", "value": "eA=="}'),
        (sa.DateTime(), "2026-01-02T00:00:00+00:00", NOW),
        (sa.DateTime(), NOW, NOW),
        (sa.Date(), "2026-01-02", date(2026, 1, 2)),
        (sa.Date(), NOW, NOW.date()),
        (sa.LargeBinary(), b"x", b"x"),
        (sa.types.NullType(), {"a": 1}, '{"a": 1}'),
        (sa.types.NullType(), 1, 1),
        (sa.Integer(), None, None),
    ],
)
def test_values_that_fit(column: Any, value: Any, stored: Any) -> None:
    made = converter(column)(value)
    assert (made, type(made)) == (stored, type(stored))


@pytest.mark.parametrize(
    ("column", "value", "takes"),
    [
        (sa.Boolean(), "yes", "true or false"),
        (sa.Integer(), "abc", "an integer"),
        (sa.Integer(), 1.5, "an integer"),
        (sa.Integer(), 1 << 64, "an integer of at most 64 bits"),
        (sa.Double(), "1", "a number"),
        (sa.DateTime(), "soon", "a date and time such as"),
        (sa.Date(), 5, "a date such as"),
        (sa.LargeBinary(), "x", "bytes"),
    ],
)
def test_values_that_do_not_fit_name_row_column_and_what_would(column: Any, value: Any, takes: str) -> None:
    with pytest.raises(ActionError, match=rf"rows\[8\]\.size is .*, but the column takes {takes}"):
        fit([{"size": None}, {"size": value}], {"size": converter(column)}, 7)


def test_missing_columns_become_null() -> None:
    assert fit([{}, {"a": 1}], {"a": converter(sa.Integer())}, 0) == [{"a": None}, {"a": 1}]
