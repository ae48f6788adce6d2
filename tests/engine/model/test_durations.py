from __future__ import annotations

import pytest

from floworch.model.durations import duration_text, seconds


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("250ms", 0.25),
        ("30s", 30),
        ("5m", 300),
        ("2h", 7200),
        ("7d", 604800),
        (" 1.5s ", 1.5),
        (3, 3),
        (0.5, 0.5),
        (0, 0),
    ],
)
def test_durations_are_seconds_or_texts_with_a_unit(written: float | str, length: float) -> None:
    assert seconds(written) == pytest.approx(length)


@pytest.mark.parametrize("written", ["", "5", "5 parsecs", "-1s", "1h30m", -1, float("nan"), float("inf"), True])
def test_anything_else_is_refused_with_what_to_write(written: float | str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        seconds(written)


@pytest.mark.parametrize(
    ("length", "text"),
    [(None, ""), (0.256, "0.26 s"), (12.4, "12 s"), (185, "3 min 05 s"), (7620, "2 h 07 min")],
)
def test_durations_for_people(length: float | None, text: str) -> None:
    assert duration_text(length) == text
