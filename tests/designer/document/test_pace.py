"""Long computations tell how far they are and can be stopped (designer.md: progress and a way to stop it)."""

from __future__ import annotations

import pytest
from tests.helpers import layout_kit as kit

from floworch_designer.document.layout import lay_out
from floworch_designer.document.pace import Pace, Stopped


def test_shares_are_told_as_they_grow_and_never_whole() -> None:
    seen: list[int] = []
    pace = Pace(seen.append)
    pace.expect(200.0)
    for _ in range(300):
        pace.did(1.0)
    assert seen == list(range(100))


def test_the_next_step_after_a_stop_is_not_made() -> None:
    pace = Pace()
    pace.did(1.0)
    pace.stop()
    with pytest.raises(Stopped):
        pace.did(1.0)


def test_a_layout_tells_how_far_it_is_about_evenly() -> None:
    seen: list[int] = []
    lay_out(kit.layered(5, 60, 22, 0.4, 0.05), pace=Pace(seen.append))
    assert seen == sorted(seen)
    assert len(seen) > 20
    assert seen[-1] >= 50


def test_a_layout_that_is_stopped_ends_within() -> None:
    pace = Pace(lambda share: pace.stop() if share >= 10 else None)
    with pytest.raises(Stopped):
        lay_out(kit.layered(5, 60, 22, 0.4, 0.05), pace=pace)
