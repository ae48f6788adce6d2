from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from floworch.actions.outcome import Wait
from floworch.actions.registry import registry
from floworch.errors import ActionError, ErrorKind
from floworch.testing.actions import FakeHost, run_action

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_a_duration_counts_from_the_engines_now() -> None:  # (C8.1)
    wait = run_action("flow.wait", FakeHost(now=NOON.timestamp()), **{"for": "2h"})
    assert wait == Wait(
        "timer", due=NOON.timestamp() + 7200, on_timeout="complete", details={"until": "2026-01-31T14:00:00.000Z"}
    )


@pytest.mark.parametrize(
    "until", ["2026-01-31T12:00:00Z", "2026-01-31T14:00:00+02:00", NOON.timestamp(), "{{ inputs.at }}"]
)
def test_a_point_in_time_may_be_written_in_several_ways(until: Any) -> None:
    assert run_action("flow.wait", FakeHost(inputs={"at": NOON}), until=until).due == NOON.timestamp()


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "'for' is missing."),
        ({"for": "1s", "until": 5}, "'for' and 'until' cannot both be given."),
        ({"for": "soon"}, "'for': 'soon' is not a duration: write seconds, or a number with ms, s, m, h or d."),
        ({"for": -1}, "'for': -1 is not a duration: it must be a finite number of seconds, zero or more."),
        ({"until": "tomorrow"}, "'until': 'tomorrow' is not a point in time: write it like 2026-01-31T18:00:00Z."),
        (
            {"until": "2026-01-31T18:00:00"},
            "'until': 2026-01-31T18:00:00 has no time zone: add Z for UTC, or an offset such as +02:00.",
        ),
        ({"until": [1]}, "'until': a list of 1 is not a point in time: write it like 2026-01-31T18:00:00Z."),
        ({"for": 1e300}, "The time 1e+300 lies outside the calendar."),
    ],
)
def test_wrong_parameters_are_named(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("flow.wait", **params)
    assert (caught.value.message, caught.value.kind) == (message, ErrorKind.VALIDATION)


async def test_what_expressions_give_is_checked_too() -> None:
    spec = registry.resolve("flow.wait")
    for params, message in (({}, "'for' is missing"), ({"for": 1, "until": 2}, "cannot both be given")):
        with pytest.raises(ActionError, match=message):
            await spec.fn(FakeHost().context(), **spec.prepare(params))


def test_a_signal_is_awaited_by_name() -> None:  # (C8.1)
    assert run_action("flow.signal", name="paid") == Wait("signal", name="paid")
    host = FakeHost(now=100.0)
    assert run_action("flow.signal", host, name="paid", timeout="1m") == Wait("signal", name="paid", due=160.0)
    with pytest.raises(ActionError, match="'name' must be text that is not empty"):
        run_action("flow.signal", name="")
