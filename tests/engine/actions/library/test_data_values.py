from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from floworch.actions.library.data_values import Columns, column_type, named, quoted, value_of


def test_values_become_json_values() -> None:
    assert value_of(date(2026, 1, 2)) == "2026-01-02"
    assert value_of(timedelta(minutes=1)) == 60.0
    assert value_of((1, float("nan"), {"a": date(2026, 1, 2)})) == [1, None, {"a": "2026-01-02"}]
    assert value_of(10**30) == 10**30


def test_quotes_are_doubled() -> None:
    assert (quoted("it's"), named('a"b')) == ("'it''s'", '"a""b"')


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ({"", "BIGINT"}, "BIGINT"),
        ({"BIGINT", "DOUBLE"}, "DOUBLE"),
        ({"BIGINT", "HUGEINT"}, "HUGEINT"),
        ({"JSON", "VARCHAR"}, "JSON"),
        ({"BOOLEAN", "BIGINT"}, "VARCHAR"),
        ({""}, "VARCHAR"),
        (set(), "VARCHAR"),
    ],
)
def test_values_of_several_types_meet_in_one(found: set[str], kind: str) -> None:
    assert column_type(found) == kind


def test_types_are_learned_while_rows_are_written() -> None:
    learned = Columns()
    first = learned.line({"a": 1, "b": b"\x00x", "c": Decimal("1.5"), "d": datetime(2026, 1, 1, tzinfo=UTC)})
    learned.line({"a": 1 << 100, "e": [1], "f": True})
    assert json.loads(first) == {"a": 1, "b": "\\x00\\x78", "c": "1.5", "d": "2026-01-01T00:00:00+00:00"}
    assert learned.types == {
        "a": "HUGEINT", "b": "BLOB", "c": "DECIMAL(38, 10)", "d": "TIMESTAMPTZ", "e": "JSON", "f": "BOOLEAN",
    }  # fmt: skip
    assert learned.kinds("a") == {"BIGINT", "HUGEINT"}
