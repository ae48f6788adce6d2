"""The suites: every one measures something, and wrong names are told."""

from __future__ import annotations

import pytest

from floworch.errors import UsageError
from floworch.testing.bench.measure import Scale
from floworch.testing.bench.suites import SUITES, known, measure


@pytest.mark.parametrize("name", [name for name in SUITES if name not in {"engine", "memory", "data", "journal"}])
def test_a_suite_gives_rows_with_figures(name: str, tiny: Scale) -> None:
    told: list[str] = []
    rows = list(measure([name], tiny, told.append))
    assert told == [name]
    assert len(rows) >= 5
    assert {row.suite for row in rows} == {name}
    assert len({row.work for row in rows}) == len(rows)
    assert all(row.value >= 0 for row in rows if not row.note.startswith("added"))


def test_suites_come_in_one_order_and_all_of_them_for_none() -> None:
    assert known([]) == list(SUITES)
    assert known(["memory", "data"]) == ["data", "memory"]


def test_an_unknown_suite_is_named_with_its_neighbour(tiny: Scale) -> None:
    with pytest.raises(UsageError, match="'expresion'") as caught:
        list(measure(["expresion"], tiny))
    assert "expression" in caught.value.hint
