"""Reading a run's segments: checksum first, then meaning; torn tail against damage (journal.md section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from floworch.errors import CorruptJournal
from floworch.run.events import Event
from floworch.store.journal.files import Files
from floworch.store.journal.format import Format, Found
from floworch.store.journal.formats import BINARY
from floworch.store.journal.frame import BadFrame, seed_of
from floworch.store.journal.segment import MAX_SEGMENT, format_of, segment_path, segments
from floworch.store.journal.tables import EVENT, RUN_HEADER, BadRecord
from floworch.store.protocol import RunHeader

Position = tuple[int, int]

#: Bytes read first when only a run's header is wanted.
_FIRST_READ = 256 * 1024
_NO_LIMIT = 1 << 64
#: More zeros than follow each other in a header: they stand where a loss of power left nothing.
_HOLE = bytes(64)


class NeverBegun(CorruptJournal):
    """A journal whose beginning was not yet on stable storage when the power went; nothing of the run was confirmed.

    Only durability ``process`` puts the beginning there after the file has its name.
    """


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two frames: byte ``offset`` of segment ``segment``, where event ``seq`` would come next."""

    segment: int = 1
    offset: int = 0
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Torn:
    """The tail that was never confirmed: where it begins and what is wrong there."""

    path: Path
    segment: int
    offset: int
    expected: str
    found: str


class Reader:
    """One pass over the journal of a run.

    Args:
        directory: The run's directory.
        run_id: The run the journal must belong to.
        files: The file layer.

    Attributes:
        format: What the journal's bytes look like, by the names of its files.
        cursor: Behind the last intact frame read so far.
        synced: The highest place that any frame read so far calls synced.
        torn: The torn tail, once the pass has come to it.
    """

    def __init__(self, directory: Path, run_id: str, files: Files | None = None) -> None:
        self._directory = directory
        self._files = files or Files()
        self._seed = seed_of(run_id)
        self._run_id = run_id
        self._known: Format | None = None
        self._data: dict[int, bytes] = {}
        self.cursor = Cursor()
        self.synced: Position = (0, 0)
        self.torn: Torn | None = None

    @property
    def format(self) -> Format:
        """What the journal's bytes look like; that of a new journal while there are no files."""
        if self._known is None:
            self._known = format_of(self._directory)
        return self._known or BINARY

    def path(self, number: int) -> Path:
        """Where segment ``number`` is."""
        return segment_path(self._directory, number, self.format.suffix)

    def header(self) -> RunHeader:
        """The run's header.

        Raises:
            FileNotFoundError: There is no first segment.
            NeverBegun: A loss of power has left nothing or a part of it.
            CorruptJournal: The first frame is damaged or no header of this run.
        """
        form = self.format
        path = self.path(1)
        view = memoryview(self._beginning(path))
        offset = 0
        try:
            form.check_segment_header(view, 1, self._seed)
            offset = form.head
            found = form.read(view, offset, self._seed)
            if found.body != RUN_HEADER:
                raise BadRecord("a record that is no run header")
            header = form.header_of(found)
        except BadFrame as bad:
            raise self._bad_beginning(offset, bad.expected, bad.found) from bad
        except BadRecord as bad:
            raise CorruptJournal(path, offset, "a run header", str(bad)) from bad
        if header.run_id != self._run_id:
            raise CorruptJournal(path, offset, f"the header of run '{self._run_id}'", f"that of '{header.run_id}'")
        return header

    def snapshot(self) -> dict[str, Any] | None:
        """The newest intact snapshot, as ``RunState.pack()`` gave it, or None; the pass goes on behind it.

        It is searched from the end, so that opening a finished run reads little more than one frame.
        """
        limit = _NO_LIMIT
        for number, path in reversed(segments(self._directory)):
            below, limit = limit, self._first_seq(number, path)
            try:
                data = self._segment(number, path)
                self.format.check_segment_header(data, number, self._seed)
            except BadFrame:
                continue
            end = len(data)
            while (placed := self.format.last_snapshot(data, end, self._seed)) is not None:
                end, found = placed
                try:
                    packed = self.format.snapshot_of(found) if found.seq <= below else None
                except BadRecord:
                    continue
                if packed is None:
                    continue
                self.cursor = Cursor(number, found.end, found.seq)
                self.synced = found.synced
                return packed
        return None

    def events(self, from_seq: int = 0) -> Iterator[Event]:
        """The events from the cursor on; those before ``from_seq`` are checked and left out.

        Ends silently at a torn tail, which ``torn`` then describes.

        Raises:
            CorruptJournal: There is damage before something that is known to have been synced.
        """
        listed = segments(self._directory)
        for at, (number, path) in enumerate(listed):
            if number < self.cursor.segment:
                continue
            limit = self._first_seq(*listed[at + 1]) if at + 1 < len(listed) else _NO_LIMIT
            bad: Exception
            try:
                if number > self.cursor.segment + (self.cursor.offset > 0):
                    raise BadFrame(f"segment {number - 1}", "none")
                yield from self._segment_events(number, self._segment(number, path), from_seq, limit)
            except (BadFrame, BadRecord) as error:
                bad = error
            else:
                continue
            self._judge(listed, bad)
            return

    def rest(self) -> None:
        """Read to the end without looking at the events."""
        for _event in self.events(from_seq=1 << 62):
            pass

    def _segment_events(self, number: int, data: bytes, from_seq: int, limit: int) -> Iterator[Event]:
        """The events of one segment, up to the one that the next segment begins with.

        After a failed sync the writer goes on in a new segment and repeats what may be lost; then the new one counts.
        """
        cursor = self.cursor
        offset, seq = (cursor.offset, cursor.seq) if number == cursor.segment else (0, cursor.seq)
        view = memoryview(data)
        form = self.format
        if offset < form.head:
            self.cursor = Cursor(number, 0, seq)
            form.check_segment_header(view, number, self._seed)
            offset = form.head if number > 1 else self._first_frame(view)
        seed, end = self._seed, len(data)
        synced, read_quick = self.synced, form.quick
        try:
            while offset < end and seq < limit:
                quick = read_quick(view, offset, seed, from_seq)
                if quick is None:
                    event, offset, place = self._general(view, offset, seq)
                else:
                    event, stop, *pair = quick
                    place = (pair[0], pair[1])
                    if event.seq != seq:
                        raise BadFrame(f"event number {seq}", f"number {event.seq}")
                    offset = stop
                synced = max(synced, place)
                if event is not None:
                    seq += 1
                    if event.seq >= from_seq:
                        self.cursor, self.synced = Cursor(number, offset, seq), synced
                        yield event
        finally:
            self.cursor, self.synced = Cursor(number, offset, seq), synced

    def _first_frame(self, view: memoryview) -> int:
        """Check that the run's first frame is a header; return where the next one starts."""
        self.cursor = Cursor(1, self.format.head, 0)
        found = self.format.read(view, self.format.head, self._seed)
        if found.body != RUN_HEADER:
            raise BadFrame("a run header", "another record")
        return found.end

    def _general(self, view: memoryview, offset: int, seq: int) -> tuple[Event | None, int, Position]:
        """A frame of any kind: its event if it holds one, its end, and its synced place."""
        found = self.format.read(view, offset, self._seed)
        if found.seq != seq:
            raise BadFrame(f"record number {seq}", f"number {found.seq}")
        if found.body == RUN_HEADER:
            raise BadFrame("an event", "a second run header")
        event = self.format.event_of(found) if found.body == EVENT else None
        return event, found.end, found.synced

    def _judge(self, listed: list[tuple[int, Path]], bad: Exception) -> None:
        """Note a torn tail, or raise CorruptJournal when something behind it was synced (section 5)."""
        place = (self.cursor.segment, self.cursor.offset)
        path = self.path(place[0])
        expected, found = (bad.expected, bad.found) if isinstance(bad, BadFrame) else ("a record", str(bad))
        if place[0] == 1 and place[1] <= self.format.head:
            raise self._bad_beginning(place[1], expected, found) from bad  # a run begins whole or not at all
        if self.synced > place or self._synced_behind(listed, place):
            raise CorruptJournal(path, place[1], expected, found) from bad
        self.torn = Torn(path, *place, expected, found)

    def _bad_beginning(self, offset: int, expected: str, found: str) -> CorruptJournal:
        """The error about a first frame that is not intact: bytes that never came to the disk, or damage."""
        path, form, listed = self.path(1), self.format, segments(self._directory)
        lost = False
        if listed == [(1, path)]:  # a second one is begun only when the first is on the disk
            data = self._segment(1, path)
            lost = (
                form.segment_header(1, self._seed).startswith(data[: form.head].rstrip(b"\0"))
                and (_HOLE in data or form.end_of(data, form.head) > len(data))
                and not self._synced_behind(listed, (1, 0))
            )
        return (NeverBegun if lost else CorruptJournal)(path, offset, expected, found)

    def _first_seq(self, number: int, path: Path) -> int:
        """The number of the first frame of a later segment, or no limit when it has no intact one."""
        try:
            form = self.format
            data = self._data.get(number) or self._files.read(path, _FIRST_READ)
            form.check_segment_header(data, number, self._seed)
            if len(data) == _FIRST_READ and (end := form.end_of(data, form.head)) > _FIRST_READ:
                data = self._files.read(path, min(end, MAX_SEGMENT))
            return form.read(memoryview(data), form.head, self._seed).seq
        except (BadFrame, BadRecord):
            return _NO_LIMIT

    def _synced_behind(self, listed: list[tuple[int, Path]], place: Position) -> bool:
        """Whether an intact frame behind the bad one says that the bad one had been synced."""
        for number, path in listed:
            if number < place[0]:
                continue
            start = place[1] + 1 if number == place[0] else 0
            frames: Iterator[Found] = self.format.intact(self._segment(number, path), start, self._seed)
            if any(found.synced > place for found in frames):
                return True
        return False

    def _beginning(self, path: Path) -> bytes:
        """The first segment as far as its first frame goes, or all of it when that is not known."""
        if 1 in self._data:
            return self._data[1]
        data = self._files.read(path, _FIRST_READ)
        if len(data) < _FIRST_READ or self.format.end_of(data, self.format.head) <= len(data):
            return data
        return self._segment(1, path)

    def _segment(self, number: int, path: Path) -> bytes:
        data = self._data.get(number)
        if data is None:
            size = path.stat().st_size
            if size > MAX_SEGMENT:
                raise CorruptJournal(path, MAX_SEGMENT, f"a segment of at most {MAX_SEGMENT} bytes", f"{size} bytes")
            self._data.clear()  # one segment at a time in memory
            data = self._data[number] = self._files.read(path)
        return data
