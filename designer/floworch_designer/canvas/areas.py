"""What keys and menus do to notes and frames; every change but folding, a matter of the view, is one undo step."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from floworch_designer.canvas.decor import GroupBox, KnotBox, NoteBox
from floworch_designer.canvas.folding import begin_folded, fold
from floworch_designer.canvas.geometry import Point
from floworch_designer.canvas.graph import Box
from floworch_designer.canvas.hits import free_spot
from floworch_designer.canvas.homes import seen
from floworch_designer.canvas.inline_note import InlineNote
from floworch_designer.document import decor as stored
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.canvas.view import CanvasView


class AreaCommands:
    """Commands on the notes and frames of one canvas."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._editor: InlineNote | None = None

    # notes

    def add_note(self, at: Point | None = None) -> str:
        """Write a new note with its top left corner at a scene point; return the key it gets once there is a text.

        None is under the mouse, or upon no card in the middle of the view when the mouse is elsewhere. Without a text
        there is no note, and no step to take back.
        """
        view = self._view
        if view.document.refuses():
            return ""
        if at is None:
            spot = view.viewport().mapFromGlobal(view.cursor().pos())
            if view.viewport().rect().contains(spot) and view.underMouse():
                at = view.scene_point(spot.toPointF())
            else:
                at = note_place(view)
        key = stored.add_note(view.document.workflow, "", at)[1]
        self._open(NoteBox(key, stored.Note("", "", at)))
        return key

    def edit_note(self, key: str) -> None:
        """Edit the text of a note in its place."""
        note = self._view.graph.decor.notes.get(key)
        if note is not None and not self._view.document.refuses():
            self.reveal(key)
            self._open(note)

    def _open(self, note: NoteBox) -> None:
        self._view.reveal_rect(note.rect)
        if self._editor is None:
            self._editor = InlineNote(self._view)
        self._editor.open(note)

    def activate(self, key: str) -> None:
        """What a double click or Enter means: write on a note, open a folded frame, name an open one, undo a knot."""
        group = self._view.graph.decor.groups.get(key)
        if key in self._view.graph.decor.knots:
            self._view.wires.remove_knot(key)
        elif group is None:
            self.edit_note(key)
        elif group.folded:
            self.fold([key], False)
        else:
            self._view.selection.set(decor=[key])
            self._view.edit_title()

    # frames

    def group(self) -> str | None:
        """Put a frame around the selected nodes and frames and name it; return its key, None when there are none."""
        view = self._view
        chosen = view.selection
        held = {name for key in chosen.decor if (box := view.graph.decor.groups.get(key)) for name in box.group.nodes}
        nodes = chosen.nodes | held
        if not nodes:
            return None
        made, key = stored.add_group(view.document.workflow, nodes)
        begin_folded(view.graph, [key], ())
        view.document.apply(made, tr("Frame nodes"))
        if key not in view.graph.decor.groups:
            return None
        view.selection.set(decor=[key])
        view.edit_title()
        return key

    def ungroup(self) -> None:
        """Remove the selected frames, or those around the selected nodes, and select what they held."""
        view, decor = self._view, self._view.graph.decor
        chosen = view.selection
        keys = {key for key in chosen.decor if key in decor.groups}
        if not keys:
            around = [group for group in decor.groups.values() if chosen.nodes & set(group.group.nodes)]
            keys = {group.key for group in sorted(around, key=lambda group: len(group.members))[:1]}
        if keys:
            nodes = [name for key in keys for name in decor.groups[key].group.nodes]
            view.document.apply(stored.remove_decor(view.document.workflow, keys), tr("Remove frame"))
            shown, cards = seen(view.graph, nodes)
            view.selection.set(shown, decor=cards)

    def refit(self) -> None:
        """Let the selected frames be as large as what they hold needs."""
        made = self._view.document.workflow
        for key, box in self._view.graph.decor.groups.items():
            if key in self._view.selection.decor and box.members:
                made = stored.set_decor(made, key, at=None, size=None)
        self._view.document.apply(made, tr("Fit frame"))

    def sizable(self) -> list[NoteBox | GroupBox]:
        """The selected notes and open frames."""
        decor = self._view.graph.decor
        found = [decor.area(key) for key in sorted(self._view.selection.decor)]
        return [
            area
            for area in found
            if isinstance(area, NoteBox) or (isinstance(area, GroupBox) and not area.folded and area.inside is None)
        ]

    def resize(self, dx: float, dy: float) -> None:
        """Move the right and the lower border of the selected notes and frames; steps in a row are one undo step.

        A note keeps the least size, a frame what its nodes need.
        """
        areas = self.sizable()
        made = self._view.document.workflow
        for area in areas:
            left, top, right, bottom = area.rect
            right, bottom = max(right + dx, left + stored.LEAST[0]), max(bottom + dy, top + stored.LEAST[1])
            if isinstance(area, GroupBox) and area.least is not None:
                right, bottom = max(right, area.least[2]), max(bottom, area.least[3])
            if (right, bottom) != area.rect[2:]:
                at, size = stored.whole((left, top)), stored.whole((right - left, bottom - top))
                made = stored.set_decor(made, area.key, at=at, size=size)
        notes = all(isinstance(area, NoteBox) for area in areas)
        key = "resize:" + ",".join(area.key for area in areas)
        self._view.document.apply(made, tr("Resize note") if notes else tr("Resize frame"), merge=key)

    def recolor(self, color: str | None = None) -> None:
        """Give the selected notes and frames a colour by its name, or each the next one."""
        made = self._view.document.workflow
        for key in sorted(self._view.selection.decor):
            area = self._view.graph.decor.area(key)
            if area is not None and not isinstance(area, KnotBox):
                now = area.note.color if isinstance(area, NoteBox) else area.group.color
                after = stored.COLORS[(stored.COLORS.index(now) + 1) % len(stored.COLORS)]
                made = stored.set_decor(made, key, color=color or after)
        self._view.document.apply(made, tr("Change colour"))

    def toggle_fold(self) -> None:
        """Fold the selected frames and containers, or the innermost one around the selected nodes, to cards; open them
        when all are folded."""
        graph, chosen = self._view.graph, self._view.selection
        keys = [key for key in chosen.decor if key in graph.decor.groups]
        keys += [key for key in graph.frames if key in chosen.nodes]
        if not keys:
            around = [group for group in graph.decor.shown_groups() if chosen.nodes & {box.id for box in group.members}]
            parents = {graph.boxes[key].node.parent for key in chosen.nodes}
            keys = [group.key for group in around[-1:]] or [key for key in graph.frames if key in parents]
        if keys:
            self.fold(keys, not all(key in graph.folded or key in graph.decor.folded for key in keys))

    def fold_all(self, folded: bool) -> None:
        """Fold every frame and container, or open every one."""
        self.fold([*self._view.graph.decor.groups, *self._view.graph.frames], folded)

    def fold(self, keys: Collection[str], folded: bool) -> None:
        """Fold frames and containers to cards, or open them, and select what can be seen of them."""
        view = self._view
        dirty = fold(view.graph, view.document.workflow, keys, folded)
        boxes, decor = view.graph.boxes, view.graph.decor
        nodes = {*view.selection.nodes, *(key for key in keys if key in boxes)}
        areas = {*view.selection.decor, *(key for key in keys if key in decor.groups)}
        hidden = {key for key in areas if getattr(decor.area(key), "inside", None) is not None}
        view.selection.set([key for key in boxes if key in nodes and boxes[key].proxy is None], decor=areas - hidden)
        view.graph_changed(dirty)

    def reveal(self, key: str) -> None:
        """Scroll to a note or frame that is not in view; what is folded around it is opened."""
        decor = self._view.graph.decor
        while (holder := getattr(decor.area(key), "inside", None)) is not None:
            self._view.graph_changed(fold(self._view.graph, self._view.document.workflow, [holder.key], False))
        area = decor.area(key)
        if area is not None:
            self._view.reveal_rect(area.rect)

    def open_around(self, box: Box) -> None:
        """Open the folded frames and containers that hide a node."""
        while box.proxy is not None:
            self._view.graph_changed(fold(self._view.graph, self._view.document.workflow, [box.proxy.key], False))


def note_place(view: CanvasView) -> Point:
    """Where a new note lies upon no card: in the middle of the view, or below that."""
    (x, y), (width, height) = view.centre(), stored.NOTE_SIZE
    return free_spot(view.graph, (x - width / 2, y - height / 2), stored.NOTE_SIZE)
