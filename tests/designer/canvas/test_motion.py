"""Dots along live wires, and what has just ended, seen once."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from floworch.run.status import NodeStatus
from floworch_designer.canvas import RunInfo, motion, overlay, surface
from floworch_designer.canvas.motion import DOT, GAP, SPEED, flowing, live_wires, moving_region

S = NodeStatus
ALL = (-1e6, -1e6, 1e6, 1e6)


class Clock:
    """The time that the canvas asks, set by the test."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in (overlay, surface):
        monkeypatch.setattr(module, "monotonic", made)
    return made


def column(view: Any, image: Any, x: float, y: float) -> int:
    """How many pixels above and below a scene point have the colour of what runs."""
    spot, wanted = view.camera().point(x, y).toPoint(), view.theme.color("running")
    pixels = [QColor(image.pixel(spot.x(), spot.y() + by)) for by in range(-6, 7)]
    return sum(abs(each.red() - wanted.red()) + abs(each.blue() - wanted.blue()) < 60 for each in pixels)


def test_dots_go_along_the_wires_of_what_runs(view: Any, picture: Any, clock: Clock) -> None:
    """(designer.md section 3: "running: bar moves; edge dots", live edges wider, in the overlay)"""
    view.set_statuses({"a": S.COMPLETED, "b": S.RUNNING})
    points = [float(x) for x in range(226, 310)]
    image = picture(view)
    thick = [column(view, image, x, 36.0) for x in points]
    assert (min(thick), max(thick)) == (2, 4), "a line of two px with dots of five, which are round"
    clock.now += 0.25 * GAP / SPEED
    image = picture(view)
    moved = [column(view, image, x, 36.0) for x in points]
    step = round(0.25 * GAP)
    assert moved[step:] == thick[:-step], "to the right"


def test_without_motion_live_wires_are_wide_and_have_no_dots(view: Any, picture: Any, clock: Clock) -> None:
    view.set_still(True)
    view.set_statuses({"a": S.COMPLETED, "b": S.RUNNING})
    image = picture(view)
    assert {column(view, image, float(x), 36.0) for x in range(226, 310)} == {2}


def test_a_live_wire_does_not_run_over_cards(view: Any) -> None:
    view.set_statuses({"a": S.COMPLETED, "b": S.RUNNING})
    wires = live_wires(view.graph, [view.graph.boxes["b"]], ALL, 9)
    region = motion._beside(view.camera(), view.graph, wires, ALL)
    inside = {x: region.contains(view.camera().point(x, 36.0).toPoint()) for x in (212.0, 268.0, 324.0)}
    assert inside == {212.0: False, 268.0: True, 324.0: False}


def test_only_wires_along_which_something_came_are_live(view: Any) -> None:
    boxes = view.graph.boxes
    view.set_statuses({"a": S.COMPLETED, "b": S.RUNNING, "c": S.PENDING})
    assert [wire.ends for wire in live_wires(view.graph, [boxes["b"], boxes["c"]], ALL, 9)] == [("a", "out", "b")]
    assert live_wires(view.graph, [boxes["b"]], (900.0, 0.0, 990.0, 9.0), 9) == []
    assert live_wires(view.graph, [boxes["b"]], ALL, 0) == []
    for hidden in ("a", "b"):
        assert live_wires(view.graph, [boxes["b"]], ALL, 9, {hidden}) == []


def test_dots_of_wires_that_fill_the_view_rest(view: Any) -> None:
    """Thirty frames a second of nearly everything would be too dear."""
    wires = view.graph.wires
    assert flowing(wires, 1.0) == wires
    wires[1].bounds = (0.0, 0.0, 2000.0, 2000.0)
    assert flowing(wires, 1.0) == wires[:1]
    assert flowing(wires * 20, 0.001) == (wires * 20)[: motion.FEW]


def shade(view: Any, image: Any, x: float, y: float) -> QColor:
    point = view.camera().point(x, y)
    return QColor(image.pixel(round(point.x()), round(point.y())))


def test_success_fades_once(view: Any, picture: Any, clock: Clock) -> None:
    """(designer.md section 3: "success: 1 fade (200 ms)")"""
    view.set_statuses({"c": S.RUNNING})
    view.set_statuses({"c": S.COMPLETED})
    greens = []
    for _ in range(3):
        greens.append(shade(view, picture(view), 846.0, 62.0).green())
        clock.now += 0.11
    assert greens[0] > greens[1] > greens[2] == view.theme.color("card").green()
    assert not view.overlay.ends


def test_a_failure_pulses_once_and_is_static_then(view: Any, picture: Any, clock: Clock) -> None:
    """(designer.md section 3: "failed: 1 pulse, then static"; no flicker over 3 Hz)"""
    view.set_statuses({"c": S.RUNNING})
    view.set_statuses({"c": S.FAILED})
    clock.now += 0.2
    above = shade(view, picture(view), 748.0, -5.0)
    clock.now += 0.2
    after = picture(view)
    assert shade(view, after, 748.0, -5.0).red() < above.red()
    clock.now += 5.0
    assert picture(view) == after
    assert min(motion.LASTS.values()) + 0.2 > 1 / 3


@pytest.mark.parametrize("case", ["still", "not worked on", "many", "from afar"])
def test_ends_that_are_not_shown(view: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    """What is loaded, or ends all at once, does not flash."""
    before = S.PENDING if case == "not worked on" else S.RUNNING
    view.set_statuses(dict.fromkeys("abc", before))
    view.set_still(case == "still")
    if case == "many":
        monkeypatch.setattr(surface, "MANY", 2)
    if case == "from afar":
        view.zoom_to(0.3)
    view.set_statuses(dict.fromkeys("abc", S.COMPLETED))
    assert not view.overlay.ends


def test_everything_that_moves_is_painted_anew_and_the_motion_ends(view: Any, picture: Any, clock: Clock) -> None:
    view.set_statuses({"a": S.RUNNING, "c": S.RUNNING})
    view.set_statuses({"a": S.COMPLETED, "b": S.RUNNING, "c": S.FAILED})
    camera, whole = view.camera(), QRectF(view.viewport().rect())
    active = view.overlay.active(camera.scene(whole))
    region = moving_region(camera, view.graph, whole, active, view.overlay.ends)
    first = picture(view)
    clock.now += 0.1
    second = picture(view)
    changed = [
        (x, y)
        for x in range(0, first.width(), 2)
        for y in range(0, first.height(), 2)
        if first.pixel(x, y) != second.pixel(x, y)
    ]
    assert changed
    assert all(region.contains(surface.QRect(x, y, 1, 1)) for x, y in changed)
    view.set_statuses(dict.fromkeys("abc", S.COMPLETED))
    clock.now += 1.0
    picture(view)
    view._animate()
    assert not view._animation.isActive()
    assert DOT < GAP


def ring(view: Any, image: Any) -> list[bool]:
    """Whether the ring around the glyph of ``c`` is there above, at the left, below and at the right of it."""
    box = view.graph.boxes["c"]
    x, y, far = box.x + box.shape.width - 20.0, box.y + 28.0, 10.5
    wanted = view.theme.color("retrying")

    def near(dx: float, dy: float) -> bool:
        found = [shade(view, image, x + dx + a, y + dy + b) for a in (-1, 0, 1) for b in (-1, 0, 1)]
        return any(abs(each.red() - wanted.red()) + abs(each.blue() - wanted.blue()) < 80 for each in found)

    return [near(-0.8, -far), near(-far, 0.8), near(0.8, far), near(far, -0.8)]


def test_a_ring_runs_out_with_the_back_off(view: Any, picture: Any, clock: Clock, monkeypatch: Any) -> None:
    """(designer.md section 3: "retrying: countdown ring of back-off")"""
    monkeypatch.setattr(overlay, "time", clock)
    view.set_run_info({"c": RunInfo(attempt=2, max_attempts=5, due=108.0)})
    view.set_statuses({"c": S.RETRYING})
    assert ring(view, picture(view)) == [True, True, True, True]
    clock.now = 103.0
    view.set_run_info({"c": RunInfo(attempt=2, max_attempts=5, duration=3.0, due=108.0)})
    assert ring(view, picture(view)) == [True, True, True, False], "it runs out as a clock's hand goes"
    clock.now = 107.0
    assert ring(view, picture(view)) == [True, False, False, False]
    clock.now = 109.0
    assert ring(view, picture(view)) == [False] * 4
    view.set_run_info({"c": RunInfo(due=117.0)})
    assert ring(view, picture(view)) == [True] * 4, "the next one begins anew"
    view.set_still(True)
    assert ring(view, picture(view)) == [False] * 4
    view.set_still(False)
    view.set_run_info({"c": RunInfo()})
    picture(view)
    assert not view.overlay.back_off
