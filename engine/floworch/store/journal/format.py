"""The seam between what a journal means and how its bytes look: a format writes and reads frames. Pure.

All above it (segments, group commit, torn tails, recovery, snapshots, locks, index) is the same for every format.
A run's format is told by the names of its files, so that any store reads and goes on with runs of any format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from floworch.run.events import Event
    from floworch.store.large import Outsourcer
    from floworch.store.protocol import RunHeader

Position = tuple[int, int]


class Found(NamedTuple):
    """One intact frame.

    Attributes:
        body: What it holds: a number of ``tables`` (RUN_HEADER, EVENT, SNAPSHOT, MARK).
        seq: Its number; of anything but an event the number of the next event.
        synced: Place that was on stable storage when it was made.
        end: Where the next frame begins.
        record: The format's own form of it.
    """

    body: int
    seq: int
    synced: Position
    end: int
    record: Any


class Format(Protocol):
    """How frames look. ``seed`` is what every checksum of a run starts from (``frame.seed_of``).

    Attributes:
        name: For people and for the store's marker.
        suffix: Of segment files, without the dot.
        head: Bytes of a segment's own header.
    """

    name: str
    suffix: str
    head: int

    def segment_header(self, number: int, seed: int) -> bytes:
        """The ``head`` bytes at the start of segment ``number`` (from 1)."""
        ...

    def check_segment_header(self, data: bytes | memoryview, number: int, seed: int) -> None:
        """Refuse a segment that does not start as segment ``number`` of the run. Raises BadFrame."""
        ...

    def events(
        self,
        events: Sequence[Event],
        seq: int,
        seed: int,
        synced: Position,
        out: Callable[[bytes], object],
        outsource: Outsourcer | None = None,
    ) -> int:
        """Give ``out`` one frame per event and return the next number; see ``codec.encode_events``."""
        ...

    def header(self, header: RunHeader, seed: int) -> bytes:
        """The first frame of a run."""
        ...

    def snapshot(self, seq: int, synced: Position, packed: Mapping[str, Any], seed: int) -> bytes:
        """The frame of a state as ``RunState.pack()`` gives it."""
        ...

    def mark(self, seq: int, synced: Position, seed: int) -> bytes:
        """The frame that ends a journal that was closed in order."""
        ...

    def quick(self, view: memoryview, at: int, seed: int, wanted: int, /) -> tuple[Event, int, int, int] | None:
        """An ordinary event's frame read quickly, or None: ``read`` then finds out; see ``codec.read_event``."""
        ...

    def read(self, view: memoryview, at: int, seed: int) -> Found:
        """The frame at ``at``. Raises BadFrame, BadRecord."""
        ...

    def proven_end(self, view: memoryview, at: int, seed: int) -> int:
        """Where the frame at ``at`` ends; its checksum is right, whatever it holds. Raises BadFrame."""
        ...

    def end_of(self, data: bytes | memoryview, at: int) -> int:
        """Where the frame at ``at`` ends if it is intact, unchecked; more than ``data`` has when it goes on beyond."""
        ...

    def intact(self, data: bytes, at: int, seed: int) -> Iterator[Found]:
        """Every intact frame that starts at or after ``at``, wherever that is."""
        ...

    def last_snapshot(self, data: bytes, before: int, seed: int) -> tuple[int, Found] | None:
        """The last intact snapshot that starts before ``before``, with its start."""
        ...

    def event_of(self, found: Found) -> Event:
        """The event of an event's frame. Raises BadRecord."""
        ...

    def header_of(self, found: Found) -> RunHeader:
        """The header of a run's first frame. Raises BadRecord."""
        ...

    def snapshot_of(self, found: Found) -> dict[str, Any]:
        """What ``RunState.pack()`` gave. Raises BadRecord."""
        ...
