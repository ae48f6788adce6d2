"""Measuring: medians of interleaved rounds, rows with bars, the machine."""

from __future__ import annotations

import json
import time

import pytest

from floworch.testing.bench.measure import FULL, QUICK, Row, interleaved, machine, medians, paced


async def test_subjects_take_turns_and_warm_up_does_not_count() -> None:
    order: list[str] = []
    values = {"a": iter([100.0, 1.0, 3.0, 2.0]), "b": iter([100.0, 7.0, 7.0, 8.0])}

    def subject(name: str):  # type: ignore[no-untyped-def]
        async def run() -> float:
            order.append(name)
            return next(values[name])

        return run

    assert await interleaved({"a": subject("a"), "b": subject("b")}, rounds=3) == {"a": 2.0, "b": 7.0}
    assert order == ["a", "b"] * 4


async def test_the_time_of_the_processor_is_measured_beside_the_clock() -> None:
    async def idle() -> float:
        return 5.0

    async def busy() -> float:
        began = time.process_time()
        while time.process_time() - began < 0.01:
            pass
        return 5.0

    found = await paced({"idle": idle, "busy": busy}, rounds=1, warmup=0)
    assert (found["idle"].clock, found["busy"].clock) == (5.0, 5.0)
    assert found["busy"].processor >= 0.01


def test_calls_take_turns_too() -> None:
    order: list[str] = []
    found = medians({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=2, warmup=1)
    assert order == ["a", "b"] * 3
    assert all(seconds >= 0 for seconds in found.values())


@pytest.mark.parametrize(
    ("value", "bar", "least", "met"),
    [(1.0, None, False, None), (1.0, 1.0, False, True), (1.1, 1.0, False, False), (9.0, 10.0, True, False),
     (10.0, 10.0, True, True)],
)  # fmt: skip
def test_a_bar_is_met_or_not(value: float, bar: float | None, least: bool, met: bool | None) -> None:
    assert Row("x", value, "µs", bar, least=least).met is met


@pytest.mark.parametrize(
    ("bar", "floor", "least", "here"),
    [(30.0, 34.0, False, 60.0), (30.0, 8.5, False, 15.0), (1e5, 34.0, True, 5e4), (30.0, None, False, None),
     (None, 34.0, False, None)],
)  # fmt: skip
def test_an_absolute_bar_scales_with_the_floor(
    bar: float | None, floor: float | None, least: bool, here: float | None
) -> None:
    assert Row("x", 1.0, "µs", bar, least=least, scales=True, floor=floor).here == here


def test_a_figure_is_held_against_the_bar_of_its_machine() -> None:
    assert Row("x", 46.0, "µs", 30.0, scales=True, floor=34.0).met is True
    assert Row("x", 16.0, "µs", 30.0, scales=True, floor=8.5).met is False
    assert Row("x", 46.0, "µs", 30.0, floor=34.0).met is False, "a multiple of the floor has it in itself already"


def test_a_bar_that_scales_is_kept_with_its_floor() -> None:
    row = Row("loop", 46.0, "µs/item", 30.0, suite="engine", scales=True, floor=34.0)
    kept = json.loads(json.dumps(row.to_json()))
    assert (kept["bar"], kept["here"]) == (30.0, 60.0)
    assert Row.from_json(kept) == row


def test_a_row_is_kept_as_json_and_read_again() -> None:
    row = Row("chain", 1.5, "µs/node", 2.0, "0.5 × floor", False, "engine")
    assert Row.from_json(json.loads(json.dumps(row.to_json()))) == row
    assert row.to_json()["met"] is True


def test_the_machine_is_named() -> None:
    found = machine()
    assert set(found) == {"floworch", "python", "system", "processor", "processors", "load", "at"}
    assert found["processor"]
    assert json.dumps(found)


def test_the_quick_form_measures_less() -> None:
    for name in ("nodes", "large", "items", "runs", "rounds"):
        assert getattr(QUICK, name) < getattr(FULL, name)
    assert QUICK.quick
    assert not FULL.quick
