"""The pictures of shipped workflows: nobody has to guess where a wire goes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import pytest

from floworch.actions.registry import registry
from floworch.model import codec
from floworch_designer.app.files.examples import in_words
from floworch_designer.canvas.geometry import Point, Rect, overlaps
from floworch_designer.canvas.graph import Box, CanvasGraph
from floworch_designer.settings.words import LANGUAGES, speak

EXAMPLES = sorted(Path(str(files("floworch_resources"))).joinpath("examples").glob("*.flow.json"))


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest, qapp: object) -> Iterator[str]:
    """Titles have other lengths in other languages, and cards are as wide as their titles want."""
    speak(request.param)
    yield request.param
    speak("en")


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name.removesuffix(".flow.json"))
def graph(request: pytest.FixtureRequest, language: str) -> CanvasGraph:
    made = CanvasGraph(registry)
    made.build(codec.loads(in_words(request.param.read_text(encoding="utf-8"))))
    return made


def cards(graph: CanvasGraph) -> list[Box]:
    return [box for box in graph.boxes.values() if not box.container]


def along(points: list[Point], steps: int = 60) -> Iterator[Point]:
    """Points on the cubic curves that a wire is made of."""
    for first in range(0, len(points) - 3, 3):
        a, b, c, d = points[first : first + 4]
        for step in range(steps + 1):
            t = step / steps
            u = 1 - t
            weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
            x, y = (sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
            yield x, y


def inside(point: Point, rect: Rect) -> bool:
    return rect[0] < point[0] < rect[2] and rect[1] < point[1] < rect[3]


def test_no_wire_passes_behind_a_card(graph: CanvasGraph) -> None:
    behind = {
        (wire.ends, box.id)
        for wire in graph.wires
        for box in cards(graph)
        if box.id not in (wire.source.id, wire.target.id)
        and any(inside(point, box.rect) for point in along(list(wire.points)))
    }
    assert behind == set()


def test_no_card_lies_on_another(graph: CanvasGraph) -> None:
    assert [(a.id, b.id) for a, b in combinations(cards(graph), 2) if overlaps(a.rect, b.rect)] == []
