from __future__ import annotations

from typing import Any

import pytest

from floworch import Engine
from floworch.clock import SystemClock
from floworch.errors import UsageError
from floworch.testing import FakeClock


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"clock": 5}, "clock=5 is no clock: it has no now() and no sleep_until()."),
        ({"clock": FakeClock}, "is no clock: it is a class."),
        ({"actions": ["a"]}, "actions=['a'] is no registry of actions"),
        ({"actions": {}}, "it has no find_action()"),
    ],
)
def test_an_engine_refuses_at_once_what_it_cannot_work_with(given: dict[str, Any], says: str) -> None:
    """(interfaces 2)"""
    with pytest.raises(UsageError) as caught:
        Engine(**given)
    assert says in caught.value.message
    assert "Leave it out" in caught.value.hint


@pytest.mark.parametrize("clock", [None, SystemClock(), FakeClock()])
def test_an_engine_takes_every_clock(clock: Any) -> None:
    """(interfaces 2)"""
    assert Engine(clock=clock).store is not None
