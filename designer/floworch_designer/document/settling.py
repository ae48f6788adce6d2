"""Several good ways for the vertices of an ordered drawing to stand: level where they can be, and near one another."""

from __future__ import annotations

from collections.abc import Sequence

from floworch_designer.document.levelling import Standing, Tops, blocks, conflicts, distances, in_turn, levelled
from floworch_designer.document.pace import Pace

#: Of more vertices than this there is one way: level blocks alone make large drawings very high.
SMALL = 600
#: How far a wire may climb that is made level, by the way.
_CLIMBS, _CLIMB = (40.0, 120.0), 80.0
_SWEEPS, _ROUNDS = 8, 8
_NEAR = 1e-6
#: What settling a vertex takes, in what ordering one does.
_SETTLING = 2.0


def candidates(standing: Standing, pace: Pace | None = None) -> list[Tops]:
    """The upper edges of all vertices, in several ways when they are not many; ``pace`` is told how far it is."""
    held = conflicts(standing)
    base = near(standing, pace)
    if len(standing.tall) > SMALL:
        return [settled(standing, _snapped(standing, base, _CLIMB, held), pace)]
    ways = [*(_snapped(standing, base, most, held) for most in _CLIMBS), *levelled(standing)]
    return [settled(standing, way, pace) for way in ways]


def near(standing: Standing, pace: Pace | None = None) -> Tops:
    """Every vertex as near to the mean of its neighbours as can be, by sweeps to and fro."""
    graph, enters = standing.graph, standing.enters
    tops = [0.0] * len(standing.tall)
    for row in graph.rows:
        _spread(standing, row, [0.0] * len(row), tops)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        if pace is not None:
            pace.did(len(tops))
        for row in graph.rows if forward else reversed(graph.rows):
            wishes = []
            for vertex in row:
                if forward:
                    ends = [tops[other] + port - enters[vertex] for other, port in graph.before[vertex]]
                else:
                    ends = [tops[other] + enters[other] - port for other, port in graph.after[vertex]]
                wishes.append(sum(ends) / len(ends) if ends else tops[vertex])
            _spread(standing, row, wishes, tops)
    return tops


def _spread(standing: Standing, row: Sequence[int], wishes: Sequence[float], tops: Tops) -> None:
    offsets, down = [], 0.0
    for at, vertex in enumerate(row):
        if at:
            down += standing.tall[row[at - 1]] + standing.apart(row[at - 1], vertex)
        offsets.append(down)
    for vertex, top in zip(row, spread(wishes, offsets), strict=True):
        tops[vertex] = top


def spread(wishes: Sequence[float], offsets: Sequence[float]) -> list[float]:
    """Places as near as possible to ``wishes``, at least as far apart as the ``offsets`` are, and in this order.

    Least squares with fixed order: blocks that would overlap are joined and stand around their mean.
    """
    joined: list[list[float]] = []  # [sum of wishes for the block's first place, members]
    for wish, offset in zip(wishes, offsets, strict=True):
        joined.append([wish - offset, 1.0])
        while len(joined) > 1 and joined[-2][0] / joined[-2][1] > joined[-1][0] / joined[-1][1]:
            total, members = joined.pop()
            joined[-1][0] += total
            joined[-1][1] += members
    starts = [total / members for total, members in joined for _ in range(int(members))]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def _snapped(standing: Standing, tops: Tops, most: float, held: set[tuple[int, int]]) -> Tops:
    """Make edges level that climb no further than ``most``; everything stays as near to where it was as can be."""
    root, down = blocks(standing, True, held, tops, most)
    below, above = distances(standing, root, down)
    members: dict[int, list[float]] = {}
    for vertex, block in enumerate(root):
        members.setdefault(block, []).append(tops[vertex] - down[vertex])
    low = {block: sum(wishes) / len(wishes) for block, wishes in members.items()}
    high = dict(low)
    turn = in_turn(root, above)
    for block in turn:
        low[block] = max([low[block], *(low[other] + far for other, far in above.get(block, {}).items())])
    for block in reversed(turn):
        high[block] = min([high[block], *(high[other] - far for other, far in below.get(block, {}).items())])
    # Pushed down and pushed up keep their distances each; so does their mean.
    return [(low[block] + high[block]) / 2 + drop for block, drop in zip(root, down, strict=True)]


def settled(standing: Standing, tops: Tops, pace: Pace | None = None) -> Tops:
    """Move what is level together to where most of what leads out of it is level or short."""
    made = list(tops)
    near_by: dict[int, tuple[int | None, int | None]] = {}
    for row in standing.graph.rows:
        for above, vertex, below in zip([None, *row[:-1]], row, [*row[1:], None], strict=True):
            near_by[vertex] = (above, below)
    for _ in range(_ROUNDS):
        moved = False
        for group in _level(standing, made):
            if pace is not None:
                pace.did(_SETTLING * len(group))
            shift = _shift(standing, made, group, near_by)
            if abs(shift) > _NEAR:
                moved = True
                for vertex in group:
                    made[vertex] += shift
        if not moved:
            break
    return made


def _shift(
    standing: Standing, tops: Tops, group: list[int], near_by: dict[int, tuple[int | None, int | None]]
) -> float:
    """How far down a group wants to go and can."""
    inside = set(group)
    wishes = sorted(wish for vertex in group for wish in _wishes(standing, tops, vertex, inside))
    if not wishes:
        return 0.0
    up, down = float("-inf"), float("inf")
    for vertex in group:
        above, below = near_by[vertex]
        if above is not None:
            up = max(up, tops[above] + standing.tall[above] + standing.apart(above, vertex) - tops[vertex])
        if below is not None:
            down = min(down, tops[below] - standing.apart(vertex, below) - standing.tall[vertex] - tops[vertex])
    low, high = wishes[(len(wishes) - 1) // 2], wishes[len(wishes) // 2]
    shift = min(max(0.0, low), high)  # anywhere between the two middle wishes is as good
    return min(max(shift, min(up, 0.0)), max(down, 0.0))


def _wishes(standing: Standing, tops: Tops, vertex: int, inside: set[int]) -> list[float]:
    """How far down each edge out of the group wants a vertex; those of stand-ins want it more."""
    graph, enters, cards, found = standing.graph, standing.enters, standing.cards, []
    for other, port in graph.before[vertex]:
        if other not in inside:
            times = 1 + (vertex >= cards) + (other >= cards)
            found += [tops[other] + port - tops[vertex] - enters[vertex]] * times
    for other, port in graph.after[vertex]:
        if other not in inside:
            times = 1 + (vertex >= cards) + (other >= cards)
            found += [tops[other] + enters[other] - tops[vertex] - port] * times
    return found


def _level(standing: Standing, tops: Tops) -> list[list[int]]:
    """The vertices in groups that are joined by level edges."""
    root = list(range(len(tops)))

    def first(vertex: int) -> int:
        while root[vertex] != vertex:
            root[vertex] = root[root[vertex]]
            vertex = root[vertex]
        return vertex

    for vertex, edges in enumerate(standing.graph.after):
        for other, port in edges:
            if abs(tops[vertex] + port - tops[other] - standing.enters[other]) < _NEAR:
                root[first(other)] = first(vertex)
    groups: dict[int, list[int]] = {}
    for vertex in range(len(tops)):
        groups.setdefault(first(vertex), []).append(vertex)
    return list(groups.values())
