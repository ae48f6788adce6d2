"""Which notes folded frames and containers hide: those that lay in them when they were folded, or came with them.

What is folded leaves its place to others: a note that is written there meanwhile is no part of it. No Qt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from floworch_designer.canvas.geometry import Rect, contains, frame_around

if TYPE_CHECKING:
    from floworch_designer.canvas.decor import NoteBox


class Holder(Protocol):
    """A frame around nodes or a container, as far as it is looked at here."""

    @property
    def key(self) -> str:
        """What it is told apart by."""
        raise NotImplementedError

    @property
    def folded(self) -> bool:
        """Whether it is a card."""
        raise NotImplementedError

    @property
    def rect(self) -> Rect:
        """Where it is drawn."""
        raise NotImplementedError


class Tucked:
    """What is folded by key, and the notes in it.

    Attributes:
        homes: By note the frame or container that took it in.
    """

    def __init__(self) -> None:
        self.homes: dict[str, str] = {}
        self._coming: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
        self._holders: Mapping[str, Holder] = {}

    def begin(self, new: Iterable[str], folded: Iterable[str]) -> None:
        """An edit is about to add keys, some of them folded, which take in the new notes that lie in them."""
        fresh = frozenset(new)
        self.homes = {note: home for note, home in self.homes.items() if note not in fresh}
        self._coming = fresh, frozenset(folded)

    def hide(self, notes: Mapping[str, NoteBox], holders: Mapping[str, Holder]) -> None:
        """Hide the notes that what is folded took in; the outermost card stands for them."""
        self._holders = holders
        (fresh, cards), self._coming = self._coming, (frozenset(), frozenset())
        self.take_in(cards, [notes[key] for key in fresh if key in notes])
        for key, note in notes.items():
            home: Any = holders.get(self.homes.get(key, ""))
            note.inside = (_around(home) or home) if home is not None and home.folded else None

    def take_in(self, keys: Iterable[str], notes: Iterable[NoteBox]) -> None:
        """What is going to be folded takes in notes that lie in it, what is smaller first."""
        rects = {key: self._open(self._holders[key]) for key in keys if key in self._holders}
        ranked = sorted(rects.items(), key=lambda each: _size(each[1]))
        for note in notes:
            home = next((key for key, rect in ranked if _within(note.rect, rect)), None)
            if home is not None:
                self.homes.setdefault(note.key, home)

    def let_out(self, keys: Collection[str]) -> None:
        """What is opened gives its notes back: to what is folded around it, or to sight."""
        for note, key in list(self.homes.items()):
            if key in keys:
                outer = _around(self._holders[key]) if key in self._holders else None
                del self.homes[note]
                if outer is not None and outer.key not in keys:
                    self.homes[note] = outer.key

    def holds(self, holder: Holder, note: NoteBox) -> bool:
        """Whether a note lies in a frame or container: a folded one has what it took in, an open one what is there."""
        if holder.folded:
            return self.homes.get(note.key) == holder.key
        return note.inside is None and _within(note.rect, self._open(holder))

    def _open(self, holder: Holder) -> Rect:
        """Where a frame or container is while it is open."""
        children: Iterable[str] | None = getattr(holder, "children", None)
        if children is None:
            rect: Rect = getattr(holder, "open_rect", holder.rect)
            return rect
        if not holder.folded:
            return holder.rect
        return frame_around((self._holders[key].rect for key in children), holder.rect[:2])


def _around(holder: Holder) -> Any:
    """The outermost card that hides it, or None."""
    return getattr(holder, "inside", None) or getattr(holder, "proxy", None)


def _within(inner: Rect, outer: Rect) -> bool:
    return contains(outer, inner[:2]) and contains(outer, inner[2:])


def _size(rect: Rect) -> float:
    return (rect[2] - rect[0]) * (rect[3] - rect[1])
