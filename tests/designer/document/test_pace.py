"""Long computations tell how far they are and can be stopped (designer.md: progress and a way to stop it)."""

from __future__ import annotations

import pytest
from tests.helpers import layout_kit as kit

from floworch_designer.document.layout import lay_out
from floworch_designer.document.pace import Pace, Stopped


class Noted(Pace):
    """Keeps every share, and stops at one."""

    def __init__(self, stop_at: int = 100) -> None:
        super().__init__()
        self.seen: list[int] = [0]
        self._stop_at = stop_at

    def did(self, work: float) -> None:
        super().did(work)
        if self.share != self.seen[-1]:
            self.seen.append(self.share)
        if self.share >= self._stop_at:
            self.stop()


def test_shares_grow_and_are_never_whole() -> None:
    pace = Noted()
    pace.expect(200.0)
    for _ in range(300):
        pace.did(1.0)
    assert pace.seen == list(range(100))


def test_the_next_step_after_a_stop_is_not_made() -> None:
    pace = Pace()
    pace.did(1.0)
    pace.stop()
    with pytest.raises(Stopped):
        pace.did(1.0)


def test_a_layout_tells_how_far_it_is_about_evenly() -> None:
    pace = Noted()
    lay_out(kit.layered(5, 60, 22, 0.4, 0.05), pace=pace)
    assert len(pace.seen) > 20
    assert pace.seen[-1] >= 50


def test_a_layout_that_is_stopped_ends_within() -> None:
    pace = Noted(stop_at=10)
    with pytest.raises(Stopped):
        lay_out(kit.layered(5, 60, 22, 0.4, 0.05), pace=pace)
    assert pace.share < 50
