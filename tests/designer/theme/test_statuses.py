"""Every status is told apart without colour."""

from __future__ import annotations

from floworch.run.status import NodeStatus
from floworch_designer.theme.icons import icon_names
from floworch_designer.theme.statuses import HUMAN, IDLE, LOOKS, PAUSED, TIMED_OUT, look


def test_every_status_has_a_look_and_none_is_idle() -> None:
    assert LOOKS.keys() == set(NodeStatus)
    assert look(None) is IDLE


def test_looks_differ_by_glyph_or_border_and_not_by_colour_alone() -> None:
    shapes = [(one.glyph, one.width, one.pattern, one.double, one.bar, one.hatched)
              for one in (*LOOKS.values(), IDLE, PAUSED, TIMED_OUT, HUMAN)]  # fmt: skip
    assert len(set(shapes)) == len(shapes)


def test_every_glyph_is_drawn() -> None:
    drawn = set(icon_names())
    assert {one.glyph for one in (*LOOKS.values(), PAUSED, TIMED_OUT, HUMAN)} <= drawn
