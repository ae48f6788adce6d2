"""The default format: frames of FlatBuffers records (journal.md section 3). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from floworch.run.events import Event
from floworch.store.journal.codec import encode_events, event_of, read_event
from floworch.store.journal.format import Found, Position
from floworch.store.journal.frame import (
    FRAME_HEADER,
    MAX_PAYLOAD,
    SEGMENT_HEADER,
    BadFrame,
    check_segment_header,
    frame,
    frame_end,
    intact_frames,
    read_frame,
    segment_header,
)
from floworch.store.journal.records import (
    body_of,
    decode_header,
    decode_snapshot,
    encode_header,
    encode_mark,
    encode_snapshot,
    seq_of,
    synced_of,
)
from floworch.store.journal.tables import SNAPSHOT, BadRecord, Table
from floworch.store.protocol import RunHeader

#: How every snapshot record begins: root offset and identifier, vtable of Record, vtable of Snapshot.
_SNAPSHOT_HEAD = encode_snapshot(0, (1, 0), {})[:30]


class BinaryFormat:
    """Frames of a length, a checksum and one FlatBuffers record; see ``Format`` for the methods."""

    name = "flatbuffers"
    suffix = "fbj"
    head = SEGMENT_HEADER
    segment_header = staticmethod(segment_header)
    check_segment_header = staticmethod(check_segment_header)
    events = staticmethod(encode_events)
    quick = staticmethod(read_event)

    def header(self, header: RunHeader, seed: int) -> bytes:
        """The first frame of a run."""
        return frame(encode_header(header), seed)

    def snapshot(self, seq: int, synced: Position, packed: Mapping[str, Any], seed: int) -> bytes:
        """The frame of a state."""
        return frame(encode_snapshot(seq, synced, packed), seed)

    def mark(self, seq: int, synced: Position, seed: int) -> bytes:
        """The frame at an orderly end."""
        return frame(encode_mark(seq, synced), seed)

    def read(self, view: memoryview, at: int, seed: int) -> Found:
        """The frame at ``at``. Raises BadFrame, BadRecord."""
        payload = read_frame(view, at, seed)
        return _found(payload, at + FRAME_HEADER + len(payload))

    def proven_end(self, view: memoryview, at: int, seed: int) -> int:
        """Where a frame ends whose checksum is right. Raises BadFrame."""
        return at + FRAME_HEADER + len(read_frame(view, at, seed))

    def end_of(self, data: bytes | memoryview, at: int) -> int:
        """Where a frame ends if its length is right; the longest frame's end while its length is not there."""
        return frame_end(data, at) if len(data) >= at + FRAME_HEADER else at + FRAME_HEADER + MAX_PAYLOAD

    def intact(self, data: bytes, at: int, seed: int) -> Iterator[Found]:
        """Every intact frame at or after ``at``."""
        for start, payload in intact_frames(data, at, seed):
            try:
                yield _found(payload, start + FRAME_HEADER + len(payload))
            except BadRecord:
                continue

    def last_snapshot(self, data: bytes, before: int, seed: int) -> tuple[int, Found] | None:
        """The last intact snapshot that starts before ``before``, with its start."""
        view = memoryview(data)
        at = data.rfind(_SNAPSHOT_HEAD, 0, before)
        while at >= 0:
            start = at - FRAME_HEADER
            try:
                found = self.read(view, start, seed)
                if found.body == SNAPSHOT:
                    return start, found
            except (BadFrame, BadRecord):
                pass
            at = data.rfind(_SNAPSHOT_HEAD, 0, at)
        return None

    def event_of(self, found: Found) -> Event:
        """The event of a frame. Raises BadRecord."""
        return event_of(found.record, found.seq)

    def header_of(self, found: Found) -> RunHeader:
        """The header of a frame. Raises BadRecord."""
        return decode_header(found.record)

    def snapshot_of(self, found: Found) -> dict[str, Any]:
        """The packed state of a frame. Raises BadRecord."""
        return decode_snapshot(found.record)


def _found(payload: memoryview, end: int) -> Found:
    record = Table.root(payload)
    return Found(body_of(record), seq_of(record), synced_of(record), end, record)
