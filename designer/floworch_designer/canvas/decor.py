"""Notes, frames and knots on the canvas: where they are, what frames hold, and which are folded to a card. No Qt.

A frame is drawn around its nodes and around the frames whose nodes it holds too. A folded one hides what it holds: the
nodes get it as their ``proxy``, and wires from outside end at its card.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from floworch.model.workflow import Workflow
from floworch_designer.canvas.geometry import (
    CARD_HEIGHT,
    CARD_WIDTH,
    MARGIN,
    Point,
    Rect,
    overlaps,
    union,
)
from floworch_designer.canvas.tucking import Holder, Tucked
from floworch_designer.document import decor as stored
from floworch_designer.document.framing import BAR, PADDING, TIGHT

if TYPE_CHECKING:
    from floworch_designer.canvas.graph import Box, Wire

#: How far the second edge of a folded frame's card stands out below.
STACK = 4.0
#: Half the side of the square that a knot is caught in, scene units.
KNOT = 7.0


class NoteBox:
    """One note on the canvas; ``inside`` is the folded frame or container it is hidden in, if any."""

    __slots__ = ("inside", "key", "note")

    def __init__(self, key: str, note: stored.Note) -> None:
        self.key, self.note = key, note
        self.inside: GroupBox | Box | None = None

    @property
    def rect(self) -> Rect:
        """Where it is, scene units."""
        (x, y), (width, height) = self.note.at, self.note.size
        return x, y, x + width, y + height

    @property
    def painted(self) -> Rect:
        """Everything that is painted for it."""
        return _grown(self.rect)


class GroupBox:
    """One frame on the canvas.

    Attributes:
        key, group: Its key and value.
        members: Its nodes with everything inside containers among them.
        open_rect: Where it is when it is not folded.
        least: What its nodes need of that; None for one without nodes.
        folded: Whether it is a card.
        inside: The folded frame or container it is hidden in, if any.
    """

    __slots__ = ("folded", "group", "inside", "key", "least", "members", "open_rect")

    def __init__(self, key: str, group: stored.Group, members: list[Box], folded: bool) -> None:
        self.key, self.group, self.members, self.folded = key, group, members, folded
        self.open_rect: Rect = (0.0, 0.0, 0.0, 0.0)
        self.least: Rect | None = None
        self.inside: GroupBox | Box | None = None

    @property
    def rect(self) -> Rect:
        """Where it is, scene units: its card when it is folded."""
        left, top, right, bottom = self.open_rect
        return (left, top, left + CARD_WIDTH, top + CARD_HEIGHT) if self.folded else (left, top, right, bottom)

    @property
    def painted(self) -> Rect:
        """Everything that is painted for it."""
        return _grown(self.rect)

    @property
    def size(self) -> float:
        """Its area, which decides what lies above what."""
        left, top, right, bottom = self.open_rect
        return (right - left) * (bottom - top)

    @property
    def input_point(self) -> Point:
        """Where wires from outside arrive at its card."""
        return self.open_rect[0], self.open_rect[1] + CARD_HEIGHT / 2

    @property
    def output_point(self) -> Point:
        """Where wires to the outside leave its card."""
        return self.open_rect[0] + CARD_WIDTH, self.open_rect[1] + CARD_HEIGHT / 2


class KnotBox:
    """A knot of an edge on the canvas.

    ``wire`` is None when the definition has no such edge; one that a layout laid is seen with its wire only, when that
    is pointed at or selected: a disc at every turn would look as if there were something.
    """

    __slots__ = ("at", "key", "laid", "wire")

    def __init__(self, key: str, at: Point, wire: Wire | None, laid: bool = False) -> None:
        self.key, self.at, self.wire, self.laid = key, at, wire, laid

    @property
    def hidden(self) -> bool:
        """Whether its edge cannot be seen: in a folded frame, as portals, or not there."""
        return self.wire is None or self.wire.hidden or bool(self.wire.tags)

    @property
    def rect(self) -> Rect:
        """Where it is, scene units."""
        (x, y), half = self.at, KNOT
        return x - half, y - half, x + half, y + half

    @property
    def painted(self) -> Rect:
        """Everything that is painted for it."""
        return _grown(self.rect)


class Decor:
    """All notes, frames and knots of one canvas.

    Attributes:
        notes, groups, knots: By key, in the order of the file.
        folded: Keys of the frames that are folded; a matter of the view, kept when the document changes.
        tucked: The notes that are hidden in what is folded.
    """

    def __init__(self) -> None:
        self.notes: dict[str, NoteBox] = {}
        self.groups: dict[str, GroupBox] = {}
        self.knots: dict[str, KnotBox] = {}
        self.folded: set[str] = set()
        self.tucked = Tucked()
        self._boxes: Mapping[str, Box] = {}

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.notes or self.groups or self.knots)

    def follow(self, workflow: Workflow, boxes: Mapping[str, Box]) -> tuple[list[Rect], set[str]]:
        """Take over notes, frames and what they hold.

        Returns the rectangles that look different, and the nodes that came to light, were hidden or hang on a card
        that moved.
        """
        before = {key: (area.painted, _face(area)) for key, area in self._areas().items()}
        self._boxes = boxes
        hung = {key: (group, group.rect) for key, box in boxes.items() if (group := box.proxy) is not None}
        self.notes = {key: NoteBox(key, note) for key, note in stored.notes(workflow).items()}
        for key in hung:
            boxes[key].proxy = None
        self._read_groups(workflow, boxes)
        after = {key: (area.painted, _face(area)) for key, area in self._areas().items()}
        dirty = [rect for key, (rect, face) in before.items() if after.get(key) != (rect, face)]
        dirty += [rect for key, (rect, face) in after.items() if before.get(key) != (rect, face)]
        proxies = {key: (group, group.rect) for key, box in boxes.items() if (group := box.proxy) is not None}
        moved = {key for key in hung.keys() | proxies.keys()
                 if _place(hung.get(key)) != _place(proxies.get(key))}  # fmt: skip
        return dirty, moved & boxes.keys()

    def _areas(self) -> dict[str, NoteBox | GroupBox]:
        return {**self.notes, **self.groups}

    def _read_groups(self, workflow: Workflow, boxes: Mapping[str, Box]) -> None:
        self.groups = fitted(stored.groups(workflow), boxes, self.folded)
        sets = {key: _names(group) for key, group in self.groups.items()}
        ranked = sorted(self.groups, key=lambda key: len(sets[key]))
        for number in range(len(ranked) - 1, -1, -1):  # the outermost first: what it hides hangs on its card
            group = self.groups[ranked[number]]
            if not group.folded or group.inside is not None:
                continue
            for box in group.members:
                box.proxy = box.proxy or group
            for other in ranked[:number]:
                if sets[other] and sets[other] <= sets[group.key]:
                    self.groups[other].inside = self.groups[other].inside or group
        self._hide_bodies(boxes)
        holders: dict[str, Holder] = {**boxes, **self.groups}
        self.tucked.hide(self.notes, holders)

    def _hide_bodies(self, boxes: Mapping[str, Box]) -> None:
        """Hang what folded containers hold on their cards, the outermost first; what is hidden already stays so."""
        folded = [box for box in boxes.values() if box.folded and box.proxy is None]
        outer = [box for box in folded if not _within_one(box, boxes)]
        for box in outer:
            body = _bodies(box.children or (), boxes)
            for inner in body:
                inner.proxy = box
            names = {inner.id for inner in body}
            for group in self.groups.values():
                if group.members and all(member.id in names for member in group.members):
                    group.inside = box

    def shown_notes(self) -> list[NoteBox]:
        """Notes that can be seen."""
        return [note for note in self.notes.values() if note.inside is None]

    def notes_in(self, keys: Iterable[str]) -> set[str]:
        """Keys of the notes that lie in the frames and containers among these keys and ids."""
        if not self.notes:
            return set()
        boxes = (self._boxes[key] for key in keys if key in self._boxes and self._boxes[key].children is not None)
        holders: list[Holder] = [*boxes, *(self.groups[key] for key in keys if key in self.groups)]
        return {key for key, note in self.notes.items() if any(self.tucked.holds(each, note) for each in holders)}

    def shown_groups(self) -> list[GroupBox]:
        """Frames that can be seen, the largest first."""
        return sorted((group for group in self.groups.values() if group.inside is None), key=lambda group: -group.size)

    def near(self, rect: Rect, hidden: Collection[str] = ()) -> list[NoteBox | GroupBox | KnotBox]:
        """Frames, the largest first, then notes and knots, that touch a rectangle."""
        if not self:
            return []
        areas: list[NoteBox | GroupBox | KnotBox] = [*self.shown_groups(), *self.shown_notes(), *self.shown_knots()]
        return [area for area in areas if overlaps(rect, area.painted) and area.key not in hidden]

    def shown_knots(self) -> list[KnotBox]:
        """Knots that can be seen."""
        return [knot for knot in self.knots.values() if not knot.hidden]

    def area(self, key: str) -> NoteBox | GroupBox | KnotBox | None:
        """A note, frame or knot by its key."""
        return self.notes.get(key) or self.groups.get(key) or self.knots.get(key)

    def held_by(self, keys: Iterable[str]) -> set[str]:
        """The nodes in these frames."""
        return {box.id for key in keys if key in self.groups for box in self.groups[key].members}

    def moving_with(self, keys: Collection[str], nodes: Collection[str]) -> set[str]:
        """What moves when these notes, frames and nodes do: frames all of whose nodes move, notes in those and in
        containers, and knots of edges between the nodes."""
        found = {key for key in keys if self.area(key) is not None}
        for key, group in self.groups.items():
            if group.members and all(box.id in nodes for box in group.members):
                found.add(key)
        found |= self.notes_in([*found, *nodes])
        for key, knot in self.knots.items():
            if knot.wire is not None and knot.wire.source.id in nodes and knot.wire.target.id in nodes:
                found.add(key)
        return found

    def groups_at(self, at: Point) -> list[str]:
        """Keys of the frames that show a point inside them, folded ones left out."""
        return [group.key for group in self.shown_groups()
                if not group.folded and within((*at, *at), group.rect)]  # fmt: skip

    def extents(self) -> list[Rect]:
        """The rectangles of everything that can be seen."""
        knots = [knot.rect for knot in self.shown_knots()]
        return [*(group.rect for group in self.shown_groups()), *(note.rect for note in self.shown_notes()), *knots]


def frames_in(workflow: Workflow) -> dict[str, dict[str, stored.Group]]:
    """The frames whose nodes lie in one container, by the container and by key."""
    found: dict[str, dict[str, stored.Group]] = {}
    for key, group in stored.groups(workflow).items():
        parents = {workflow.nodes[node].parent for node in group.nodes}
        parent = parents.pop() if len(parents) == 1 else None
        if parent is not None:
            found.setdefault(parent, {})[key] = group
    return found


def fitted(found: Mapping[str, stored.Group], boxes: Mapping[str, Box], folded: Collection[str]) -> dict[str, GroupBox]:
    """Frames where they are: around their nodes, which are at their places, and around the frames inside."""
    groups = {key: GroupBox(key, group, _bodies(group.nodes, boxes), key in folded) for key, group in found.items()}
    sets = {key: _names(group) for key, group in groups.items()}
    ranked = sorted(groups, key=lambda key: len(sets[key]))
    for number, key in enumerate(ranked):
        inner = [groups[other] for other in ranked[:number] if sets[other] and sets[other] <= sets[key]]
        groups[key].open_rect = _fit(groups[key], inner)
    return groups


def _names(group: GroupBox) -> frozenset[str]:
    return frozenset(box.id for box in group.members)


def _face(area: NoteBox | GroupBox) -> object:
    """What of it shows, beside its place."""
    face = area.note if isinstance(area, NoteBox) else (area.group, area.folded)
    return face, area.inside is None


def _place(hung: tuple[GroupBox | Box, Rect] | None) -> object:
    return None if hung is None else (hung[0].key, hung[1])


def _within_one(box: Box, boxes: Mapping[str, Box]) -> bool:
    """Whether a container around it is folded."""
    outer = boxes.get(box.node.parent or "")
    while outer is not None:
        if outer.folded:
            return True
        outer = boxes.get(outer.node.parent or "")
    return False


def _bodies(nodes: Iterable[str], boxes: Mapping[str, Box]) -> list[Box]:
    found: dict[str, Box] = {}
    queue = [key for key in nodes if key in boxes]
    while queue:
        key = queue.pop()
        if key not in found:
            found[key] = boxes[key]
            queue.extend(child for child in boxes[key].children or () if child in boxes)
    return list(found.values())


def _fit(group: GroupBox, inner: Iterable[GroupBox]) -> Rect:
    """Around the nodes and the inner frames, and at least what a person gave it."""
    pad = padding(group)
    held = union([*(box.rect for box in group.members), *(other.open_rect for other in inner)])
    group.least = None if held is None else (held[0] - pad, held[1] - pad - BAR, held[2] + pad, held[3] + pad)
    rects = [] if group.least is None else [group.least]
    own = group.group
    if own.at is not None and own.size is not None:
        rects.append((own.at[0], own.at[1], own.at[0] + own.size[0], own.at[1] + own.size[1]))
    return union(rects) or (0.0, 0.0, CARD_WIDTH, CARD_HEIGHT)


def padding(group: GroupBox) -> float:
    """What stays free around the nodes of a frame: less where it lies in a container itself."""
    return TIGHT if all(box.node.parent is not None for box in group.members) else PADDING


def _grown(rect: Rect) -> Rect:
    return rect[0] - MARGIN, rect[1] - MARGIN, rect[2] + MARGIN, rect[3] + MARGIN + STACK


def within(inner: Rect, outer: Rect) -> bool:
    """Whether a rectangle lies in another one."""
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
