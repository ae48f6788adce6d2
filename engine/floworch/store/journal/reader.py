"""Reading a run's segments: checksum first, then meaning; torn tail against damage (journal.md section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from floworch.errors import CorruptJournal
from floworch.run.events import Event
from floworch.store.journal.codec import event_of, read_event
from floworch.store.journal.files import Files
from floworch.store.journal.frame import (
    FRAME_HEADER,
    SEGMENT_HEADER,
    BadFrame,
    check_segment_header,
    frame_end,
    intact_frames,
    read_frame,
    seed_of,
)
from floworch.store.journal.records import body_of, decode_header, decode_snapshot, seq_of, synced_of
from floworch.store.journal.segment import MAX_SEGMENT, segment_path, segments
from floworch.store.journal.tables import EVENT, RUN_HEADER, SNAPSHOT, BadRecord, Table
from floworch.store.protocol import RunHeader

Position = tuple[int, int]

#: Bytes read first when only a run's header is wanted.
_FIRST_READ = 256 * 1024
_NO_LIMIT = 1 << 64


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
        cursor: Behind the last intact frame read so far.
        synced: The highest place that any frame read so far calls synced.
        torn: The torn tail, once the pass has come to it.
    """

    def __init__(self, directory: Path, run_id: str, files: Files | None = None) -> None:
        self._directory = directory
        self._files = files or Files()
        self._seed = seed_of(run_id)
        self._run_id = run_id
        self._data: dict[int, bytes] = {}
        self.cursor = Cursor()
        self.synced: Position = (0, 0)
        self.torn: Torn | None = None

    def header(self) -> RunHeader:
        """The run's header.

        Raises:
            FileNotFoundError: There is no first segment.
            CorruptJournal: The first frame is damaged or no header of this run.
        """
        path = segment_path(self._directory, 1)
        view = memoryview(self._beginning(path))
        offset = 0
        try:
            check_segment_header(view, 1, self._seed)
            offset = SEGMENT_HEADER
            header = decode_header(Table.root(read_frame(view, offset, self._seed)))
        except BadFrame as bad:
            raise CorruptJournal(path, offset, bad.expected, bad.found) from bad
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
                check_segment_header(data, number, self._seed)
            except BadFrame:
                continue
            end = len(data)
            while (found := self._snapshot_before(data, end)) is not None:
                start, record, stop = found
                try:
                    packed = decode_snapshot(record) if seq_of(record) <= below else None
                except BadRecord:
                    packed = None
                if packed is None:
                    end = start + FRAME_HEADER
                    continue
                self.cursor = Cursor(number, stop, seq_of(record))
                self.synced = synced_of(record)
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
        if offset < SEGMENT_HEADER:
            self.cursor = Cursor(number, 0, seq)
            check_segment_header(view, number, self._seed)
            offset = SEGMENT_HEADER if number > 1 else self._first_frame(view)
        seed, end = self._seed, len(data)
        synced = self.synced
        try:
            while offset < end and seq < limit:
                quick = read_event(view, offset, seed, from_seq)
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
        self.cursor = Cursor(1, SEGMENT_HEADER, 0)
        payload = read_frame(view, SEGMENT_HEADER, self._seed)
        if body_of(Table.root(payload)) != RUN_HEADER:
            raise BadFrame("a run header", "another record")
        end = SEGMENT_HEADER + FRAME_HEADER + len(payload)
        self.synced = max(self.synced, (1, end))  # a run begins whole or not at all
        return end

    def _general(self, view: memoryview, offset: int, seq: int) -> tuple[Event | None, int, Position]:
        """A frame of any kind: its event if it holds one, its end, and its synced place."""
        payload = read_frame(view, offset, self._seed)
        record = Table.root(payload)
        found = seq_of(record)
        if found != seq:
            raise BadFrame(f"record number {seq}", f"number {found}")
        body = body_of(record)
        if body == RUN_HEADER:
            raise BadFrame("an event", "a second run header")
        event = event_of(record, seq) if body == EVENT else None
        return event, offset + FRAME_HEADER + len(payload), synced_of(record)

    def _judge(self, listed: list[tuple[int, Path]], bad: Exception) -> None:
        """Note a torn tail, or raise CorruptJournal when something behind it was synced (section 5)."""
        place = (self.cursor.segment, self.cursor.offset)
        path = segment_path(self._directory, place[0])
        expected, found = (bad.expected, bad.found) if isinstance(bad, BadFrame) else ("a record", str(bad))
        if place[0] == 1 and place[1] <= SEGMENT_HEADER:
            raise CorruptJournal(path, place[1], expected, found) from bad  # a run begins whole or not at all
        if self.synced > place or self._synced_behind(listed, place):
            raise CorruptJournal(path, place[1], expected, found) from bad
        self.torn = Torn(path, *place, expected, found)

    def _first_seq(self, number: int, path: Path) -> int:
        """The number of the first frame of a later segment, or no limit when it has no intact one."""
        try:
            data = self._data.get(number) or self._files.read(path, _FIRST_READ)
            check_segment_header(data, number, self._seed)
            if len(data) == _FIRST_READ and frame_end(data, SEGMENT_HEADER) > _FIRST_READ:
                data = self._files.read(path, min(frame_end(data, SEGMENT_HEADER), MAX_SEGMENT))
            return seq_of(Table.root(read_frame(memoryview(data), SEGMENT_HEADER, self._seed)))
        except (BadFrame, BadRecord):
            return _NO_LIMIT

    def _synced_behind(self, listed: list[tuple[int, Path]], place: Position) -> bool:
        """Whether an intact frame behind the bad one says that the bad one had been synced."""
        for number, path in listed:
            if number < place[0]:
                continue
            start = place[1] + 1 if number == place[0] else 0
            for _offset, payload in intact_frames(self._segment(number, path), start, self._seed):
                try:
                    if synced_of(Table.root(payload)) > place:
                        return True
                except BadRecord:
                    continue
        return False

    def _snapshot_before(self, data: bytes, end: int) -> tuple[int, Table, int] | None:
        """The last intact snapshot frame that starts before ``end``: its start, its record and its end."""
        view = memoryview(data)
        at = data.rfind(_SNAPSHOT_HEAD, 0, end)
        while at >= 0:
            start = at - FRAME_HEADER
            try:
                payload = read_frame(view, start, self._seed)
                record = Table.root(payload)
                if body_of(record) == SNAPSHOT:
                    return start, record, start + FRAME_HEADER + len(payload)
            except (BadFrame, BadRecord):
                pass
            at = data.rfind(_SNAPSHOT_HEAD, 0, at)
        return None

    def _beginning(self, path: Path) -> bytes:
        """The first segment as far as its first frame goes, or all of it when that is not known."""
        if 1 in self._data:
            return self._data[1]
        data = self._files.read(path, _FIRST_READ)
        if len(data) < _FIRST_READ or frame_end(data, SEGMENT_HEADER) <= len(data):
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


def _snapshot_head() -> bytes:
    """How every snapshot record begins: root offset and identifier, vtable of Record, vtable of Snapshot."""
    from floworch.store.journal.records import encode_snapshot

    return encode_snapshot(0, (1, 0), {})[:30]


_SNAPSHOT_HEAD = _snapshot_head()
