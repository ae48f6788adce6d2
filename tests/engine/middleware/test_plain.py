from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel

from floworch.middleware.plain import digest, duration_text, plain


class Point(BaseModel):
    x: int


def test_everything_becomes_plain_json() -> None:
    value = {
        "p": Path("a/b"),
        "d": Decimal("1.50"),
        "b": b"\xff",
        "m": Point(x=1),
        "t": datetime(2026, 1, 1, tzinfo=UTC),
    }
    assert plain(value) == {"p": "a/b", "d": "1.50", "b": "_w==", "m": {"x": 1}, "t": "2026-01-01T00:00:00Z"}
    assert plain({"o": (1, object)}) == {"o": [1, "<class 'object'>"]}
    assert plain(10**40) == 10**40


def test_equal_values_have_equal_digests_and_others_others() -> None:
    assert digest("a", {"x": 1, "y": 2}) == digest("a", {"y": 2, "x": 1})
    assert len({digest("a", value) for value in (1, "1", 1.5, True, None, [1], {"a": 1}, "", "\ud800")}) == 9
    assert digest("a", "b") != digest("ab")
    assert len(digest()) == 64


def test_durations_on_cards_are_as_written_whatever_stands_there() -> None:
    assert [duration_text(value) for value in ("5m", 30, 0.5, None, [1])] == ["5m", "30s", "0.5s", "", ""]
