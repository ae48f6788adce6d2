"""What stands on wires: conditions, numbers of items, and the mark of a wire for errors."""

from __future__ import annotations

from itertools import pairwise
from math import hypot
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage

from floworch.model.pictures.lengths import flatten
from floworch.run.status import NodeStatus
from floworch_designer.canvas.geometry import overlaps
from floworch_designer.canvas.items import labels
from floworch_designer.canvas.items.labels import MARK, middle, words_on
from floworch_designer.canvas.live import RunInfo
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.wires import add_knot
from floworch_designer.runs.passing import Passed

DONE = NodeStatus.COMPLETED


def wire(view: Any, source: str, target: str) -> Any:
    return next(each for each in view.graph.leaving[source] if each.target.id == target)


def choose(view: Any, condition: str) -> Any:
    """Make ``d`` decide by a condition and lead to ``u`` when it holds; returns that wire."""
    drawn = view.document.workflow
    node = drawn.nodes["d"].replace(action="flow.if", params={"condition": condition})
    edges = [*(edge for edge in drawn.edges if edge.target != "u"), make_edge("d", "true", "u")]
    view.document.reset(drawn.replace(nodes={**drawn.nodes, "d": node}, edges=tuple(edges)))
    source = view.graph.boxes["d"]
    found = wire(view, "d", "u")
    source.x, source.y = found.target.x - source.shape.width - 200.0, found.target.y
    found.route()
    return found


def test_the_number_stands_on_the_wire(view: Any) -> None:
    found = wire(view, "a", "b")
    x, y = middle(found)
    left, top, right, bottom = found.bounds
    assert left < x < right
    assert top + 8 <= y <= bottom - 8  # all of it is within what is painted anew with the wire
    view.set_statuses({"a": DONE, "b": DONE})
    plain = view.grab().toImage()
    view.set_run_info({"a": RunInfo(passed=Passed(7))})
    assert view.grab().toImage() != plain


def test_a_condition_stands_on_its_wire_and_gives_way_to_the_number(view: Any) -> None:
    found = choose(view, "{{ inputs.size > 5 }}")
    assert words_on(found, view.graph.arriving) == "inputs.size > 5"
    view.set_run_info({"d": RunInfo(passed=Passed(1234), fired=("true",))})
    view.set_statuses({"d": DONE, "u": DONE})
    assert words_on(found, view.graph.arriving) == "inputs.size > 5 \u00b7 1,234"
    found.source.x = found.target.x - found.source.shape.width - 64.0
    found.route()
    assert words_on(found, view.graph.arriving) == "1,234"


LONG = "{{ '" + "x" * 300 + "' }}"


@pytest.mark.parametrize(
    ("condition", "said"), [("{{ inputs.size >\n   5 }}", "inputs.size > 5"), (LONG, "\u2026")], ids=["lines", "long"]
)
def test_a_condition_is_one_line_of_the_length_of_its_wire(view: Any, condition: str, said: str) -> None:
    found = choose(view, condition)
    words = words_on(found, view.graph.arriving)
    assert said in words
    assert len(words) < 60


def test_a_wire_without_a_condition_says_nothing(view: Any) -> None:
    assert words_on(wire(view, "a", "b"), view.graph.arriving) == ""


def test_conditions_are_looked_for_once(view: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames of graphs without conditions cost nothing for them."""
    asked: list[str] = []
    monkeypatch.setattr(labels, "condition_on", lambda node, port, otherwise: asked.append(port) or "")
    monkeypatch.setattr(labels, "tr", lambda text: pytest.fail("translated though nothing is said"))
    found = wire(view, "a", "b")
    found.condition = None
    for _ in range(3):
        assert words_on(found, view.graph.arriving) == ""
    assert asked == ["out"]


def test_a_changed_condition_is_said_anew(view: Any) -> None:
    for condition in ("a > 5", "a > 6"):
        assert words_on(choose(view, condition), view.graph.arriving) == condition
    drawn = view.document.workflow
    node = drawn.nodes["d"].replace(params={"condition": "a > 7"})
    view.document.apply(drawn.replace(nodes={**drawn.nodes, "d": node}), "Change")
    assert words_on(wire(view, "d", "u"), view.graph.arriving) == "a > 7"


def bent(view: Any, *knots: tuple[float, float]) -> Any:
    """The wire of a long condition, through knots."""
    found = choose(view, "{{ inputs.size > 5 }}")
    drawn = view.document.workflow
    for number, at in enumerate(knots):
        drawn, _ = add_knot(drawn, found.ends, at, number)
    view.document.apply(drawn, "Bend")
    found = wire(view, "d", "u")
    assert [knot.at for knot in found.bends] == list(knots)
    return found


def test_a_label_stands_at_half_the_length_of_its_wire(view: Any) -> None:
    found = bent(view, (240.0, 500.0), (260.0, 480.0), (280.0, 500.0))
    line = flatten(found.points)
    x, y = middle(found)
    nearest = min(range(len(line)), key=lambda number: hypot(line[number][0] - x, line[number][1] - y))
    lengths = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(line)]
    assert sum(lengths[:nearest]) == pytest.approx(sum(lengths) / 2, abs=2 * max(lengths))


def test_a_label_does_not_cover_a_knot(view: Any) -> None:
    found = bent(view)
    (x1, y), (x2, _) = found.points[0], found.points[-1]
    found = bent(view, ((x1 + x2) / 2 + 10.0, y))
    said = labels.label_on(found, view.graph.arriving)
    assert said is not None
    text, place = said
    assert text
    assert not overlaps(place, found.bends[0].rect)
    assert place[2] < found.bends[0].at[0]  # the piece before it is the longer one
    left, _, right, _ = found.extent
    assert left <= place[0] < place[2] <= right


def test_a_label_keeps_its_place_only_as_long_as_its_wire(view: Any) -> None:
    found = wire(view, "a", "b")
    before = middle(found)
    found.target.y += 100.0
    found.route()
    assert middle(found) == pytest.approx((before[0], before[1] + 50.0))


def test_a_wire_for_errors_has_a_mark_at_its_port(view: Any) -> None:
    drawn = view.document.workflow
    before = view.grab().toImage()
    view.document.reset(drawn.replace(edges=(*drawn.edges, make_edge("a", "error", "b"))))
    found = next(each for each in view.graph.leaving["a"] if each.port == "error")
    x, y = found.points[0]
    left, top, right, _ = found.bounds
    assert left <= x + MARK[0] <= right
    assert top <= y + MARK[1] - 5.0  # half of the letter
    assert red(view, view.grab().toImage(), (x + MARK[0], y + MARK[1])) > red(view, before, (x + MARK[0], y + MARK[1]))


def red(view: Any, image: QImage, at: tuple[float, float]) -> int:
    """Pixels around a scene point that are nearly of the colour of failures."""
    spot, wanted = view.camera().point(*at).toPoint(), QColor(view.theme.color("failed"))
    pixels = [QColor(image.pixel(spot.x() + x, spot.y() + y)) for x in range(-6, 7) for y in range(-8, 9)]
    return sum(abs(each.red() - wanted.red()) + abs(each.green() - wanted.green()) < 60 for each in pixels)
