"""Automatic layout: layers from left to right, what lies in containers and frames laid out inside them first.

What does not hang together is laid out by itself and packed. The steps are modules of their own: ``framing`` and
``dividing`` (what lies in what), ``bodies`` (one body), ``layering`` (which column), ``ordering`` (which order in it),
``levelling`` (which height), ``sight`` (ways around cards) and ``packing``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from floworch.model.pictures.routes import Ends
from floworch.model.workflow import Workflow
from floworch_designer.document import outlines as outlined
from floworch_designer.document.bodies import body
from floworch_designer.document.dividing import Division
from floworch_designer.document.framing import BAR, Frame, frames_of, noted
from floworch_designer.document.outlines import Outline
from floworch_designer.document.pace import Pace
from floworch_designer.document.packing import Piece
from floworch_designer.document.positions import Point, Rect, as_point, positions, raw_positions

PADDING = 24.0
TITLE = 36.0
#: How often each node is looked at, about.
WORK = 60

#: The knots of wires that pass borders, by body.
_Stretches = dict[tuple[str | None, Ends], list[Point]]


def arrange(
    workflow: Workflow, outlines: Mapping[str, Outline] | None = None, only: Iterable[str] | None = None
) -> dict[str, Point]:
    """The places of ``lay_out``."""
    return lay_out(workflow, outlines, only).places


def lay_out(
    workflow: Workflow,
    outlines: Mapping[str, Outline] | None = None,
    only: Iterable[str] | None = None,
    frames: Sequence[Frame] | None = None,
    pace: Pace | None = None,
) -> Piece:
    """Positions (top left corners, scene units) for all nodes, or for ``only`` these, and knots of wires between them.

    What a frame holds stays together, and nothing else comes to lie in it; so does the part of it that is in ``only``.

    Args:
        workflow: The definition.
        outlines: Cards that differ from 216 x 72, and containers.
        only: Nodes to lay out among themselves, those of each body apart; their common top left corner stays where
            it was. None means all, with the top left corner at the origin.
        frames: The frames as they are drawn; None for those of the definition, all of them open.
        pace: Who is told how far it is.

    Raises:
        Stopped: ``pace`` was stopped.
    """
    told = pace or Pace()
    wanted = frozenset(workflow.nodes if only is None else workflow.nodes.keys() & set(only))
    told.expect(WORK * len(wanted))
    around = frames_of(workflow) if frames is None else frames
    return _Layout(workflow, dict(outlines or {}), wanted, around, told).made(whole=only is None)


@dataclass(slots=True)
class _Inside:
    """A laid out body, and how far right of and below its home's corner it lies."""

    piece: Piece
    right: float
    down: float
    #: The notes of a frame below its corner.
    notes: dict[str, Point] = field(default_factory=dict)


class _Layout:
    """One layout: bodies from the innermost on, then places from the outermost on."""

    def __init__(
        self,
        workflow: Workflow,
        known: dict[str, Outline],
        wanted: frozenset[str],
        frames: Sequence[Frame],
        pace: Pace,
    ) -> None:
        self._known, self._wanted, self._pace = known, wanted, pace
        self._division = Division(workflow, known, wanted, frames)
        self._frames = self._division.frames
        self._old = positions(workflow)
        self._present = self._standing(workflow)
        self._inside: dict[str, _Inside] = {}
        #: How far below the corner of a frame a wire passes its border.
        self._gates: dict[tuple[str, Ends], float] = {}

    def _standing(self, workflow: Workflow) -> dict[str, tuple[float, float]]:
        """Height and left edge of everything that stands somewhere now."""
        stored = raw_positions(workflow)
        found = {key: (y, x) for key, (x, y) in self._old.items() if as_point(stored.get(key)) is not None}
        if found:
            found.update({key: (frame.rect[1], frame.rect[0]) for key, frame in self._frames.items()})
        return found

    # bodies

    def made(self, whole: bool) -> Piece:
        """All of it; ``whole`` when nothing is left where it was."""
        for inner in self._division.deepest_first():
            if inner in self._division.moving:
                self._lay(inner)
        made = Piece({}, 0.0, 0.0)
        stretches: _Stretches = {}
        corners: dict[str, Point] = {}
        for home in [home for home in self._division.bodies if home not in self._division.moving]:
            top = self._laid(home)
            if not whole:
                top = self._anchored(top)
            made = Piece(made.places, top.width, top.height, made.ways, made.areas)
            self._place(home, top, made, stretches, corners)
        self._join(made, stretches, corners)
        return made

    def _laid(self, home: str | None) -> Piece:
        runs = self._division.runs[home]
        if self._gates:
            runs = [
                replace(
                    run,
                    leaves=self._gates.get((run.source or "", run.ends)),
                    enters=self._gates.get((run.target or "", run.ends)),
                )
                for run in runs
            ]
        return body(self._division.bodies[home], runs, self._known, self._present, self._pace)

    def _lay(self, home: str) -> None:
        """Lay out the body of a container or frame, which is as large as that makes it from now on."""
        made = self._laid(home)
        frame = self._frames.get(home)
        if frame is None:
            self._inside[home] = _Inside(made, PADDING, TITLE + PADDING)
            self._known[home] = replace(
                self._known.get(home, outlined.FRAME),
                width=max(made.width + 2 * PADDING, outlined.FRAME.width),
                height=max(made.height + 2 * PADDING + TITLE, outlined.FRAME.height),
            )
            return
        notes, begin, end = noted(frame, self._spread(frame), (made.width, made.height))
        sizes = {key: (rect[2] - rect[0], rect[3] - rect[1]) for key, rect in frame.notes.items()}
        wide = max([made.width, *(x + sizes[key][0] for key, (x, _) in notes.items())])
        pad = frame.padding
        inside = self._inside[home] = _Inside(
            made, pad, pad + BAR + begin, {key: (x + pad, y + pad + BAR) for key, (x, y) in notes.items()}
        )
        height = end + 2 * pad + BAR
        self._known[home] = Outline(wide + 2 * pad, height, height / 2)
        for run in self._division.runs[home]:
            if run.source is not None and run.target is not None:
                continue
            way = made.ways.get(run.ends)
            if way:
                y = way[-1 if run.target is None else 0][1]
            elif run.source is not None:
                y = made.places[run.source][1] + self._port(run.source, run.ends, out=True)
            else:
                y = made.places[run.target or ""][1] + self._port(run.target or "", run.ends, out=False)
            self._gates[home, run.ends] = y + inside.down

    def _port(self, item: str, ends: Ends, out: bool) -> float:
        """How far below the corner of something a wire leaves it, or arrives."""
        gate = self._gates.get((item, ends))
        card = self._known.get(item, outlined.CARD)
        return gate if gate is not None else card.leave(ends[1]) if out else card.enters

    def _spread(self, frame: Frame) -> Rect:
        """Around what a frame holds, by the corners of its nodes where they are now."""
        corners = [self._old[key] for key in frame.nodes]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return min(xs), min(ys), max(xs) + outlined.CARD.width, max(ys) + outlined.CARD.height

    # places

    def _anchored(self, made: Piece) -> Piece:
        old = {key: self._stood(key) for key in made.places}
        x, y = (min(at[axis] for at in old.values()) - min(at[axis] for at in made.places.values()) for axis in (0, 1))
        return made.moved(x, y)

    def _stood(self, key: str) -> Point:
        frame = self._frames.get(key)
        return self._old[key] if frame is None else frame.rect[:2]

    def _place(
        self, home: str | None, top: Piece, made: Piece, stretches: _Stretches, corners: dict[str, Point]
    ) -> None:
        """Give everything in a body its place, from the outermost on."""
        pieces = [(home, top)]
        while pieces:
            home, piece = pieces.pop()
            for ends, way in piece.ways.items():
                if ends in self._division.passing:
                    stretches[home, ends] = way
                else:
                    made.ways[ends] = way
            corners.update(piece.places)
            for key, (x, y) in piece.places.items():
                if key in self._wanted:
                    made.places[key] = (x, y)
                if self._division.folded(key):
                    self._carry(key, (x, y), made)
                elif key in self._inside:
                    inside = self._inside[key]
                    pieces.append((key, inside.piece.moved(x + inside.right, y + inside.down)))
                    self._put_notes(key, (x, y), made)

    def _carry(self, key: str, at: Point, made: Piece) -> None:
        """Move along as it is what something folded hides."""
        stood = self._known[key].stands or at
        dx, dy = at[0] - stood[0], at[1] - stood[1]
        for item in [key, *self._division.hidden]:
            frame = self._frames.get(item)
            if self._division.hidden.get(item, item) != key:
                continue
            if frame is not None:
                areas = {frame.key: frame.rect} if frame.sized else {}
                for area, (left, top, right, bottom) in {**areas, **frame.notes}.items():
                    made.areas[area] = (left + dx, top + dy, right + dx, bottom + dy)
            elif item != key:
                made.places[item] = (self._old[item][0] + dx, self._old[item][1] + dy)

    def _put_notes(self, key: str, at: Point, made: Piece) -> None:
        """Have a frame be as large as what it holds and its notes."""
        frame, card = self._frames.get(key), self._known[key]
        notes = self._inside[key].notes
        if frame is None or not notes:
            return
        made.areas[key] = (at[0], at[1], at[0] + card.width, at[1] + card.height)
        for note, (right, down) in notes.items():
            rect = frame.notes[note]
            x, y = at[0] + right, at[1] + down
            made.areas[note] = (x, y, x + rect[2] - rect[0], y + rect[3] - rect[1])

    def _join(self, made: Piece, stretches: _Stretches, corners: Mapping[str, Point]) -> None:
        """Put the ways of the wires that pass borders together."""
        for ends, (homes, common) in self._division.passing.items():
            stops = [stop for home in homes for stop in stretches.get((home, ends), ())]
            source, target = (self._division.hidden.get(end, end) for end in (ends[0], ends[2]))
            first = corners[source][1] + self._port(source, ends, out=True)
            last = corners[target][1] + self._port(target, ends, out=False)
            heights = [first, *(y for _, y in stops), last]
            kept = [stop for at, stop in enumerate(stops, 1)
                    if max(heights[at - 1 : at + 2]) - min(heights[at - 1 : at + 2]) >= 1.0]  # fmt: skip
            # One that closes a cycle leads back, around the frames.
            if kept and ((common, ends) in stretches or all(a[0] <= b[0] for a, b in pairwise(stops))):
                made.ways[ends] = kept
