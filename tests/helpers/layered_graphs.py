"""Graphs in layers, drawn by hypothesis, for the tests of the steps of the layout."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from floworch_designer.document.levelling import Standing
from floworch_designer.document.ordering import Layered

#: Source, target, height of the port.
Edges = list[tuple[int, int, float]]


@st.composite
def layered(draw: st.DrawFn) -> tuple[list[list[int]], Edges]:
    """Rows of vertices, and edges from each row to the next one."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=5))
    rows, count = [], 0
    for size in sizes:
        rows.append(list(range(count, count + size)))
        count += size
    pairs = [(a, b) for upper, lower in pairwise(rows) for a in upper for b in lower]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=14))
    return rows, [(a, b, draw(st.sampled_from([14.0, 36.0, 58.0]))) for a, b in chosen]


def standing(rows: list[list[int]], edges: Edges, cards: int | None = None) -> Standing:
    """Cards of 72, and behind them stand-ins of long edges, 48 apart."""
    count = sum(map(len, rows))
    cards = count if cards is None else cards
    tall = [72.0 if at < cards else 0.0 for at in range(count)]
    return Standing(Layered.of(rows, edges), tall, [height / 2 for height in tall], lambda *_: 48.0, cards)


def apart(made: Standing, tops: list[float]) -> bool:
    """Whether every row is in order and keeps its distances."""
    return all(
        tops[lower] - tops[upper] >= made.tall[upper] + made.apart(upper, lower) - 1e-6
        for row in made.graph.rows
        for upper, lower in pairwise(row)
    )
