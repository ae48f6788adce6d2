"""The readable format: one JSON object a line, its checksum first. Pure.

    {"crc":"8f3a...","journal":"floworch","format":1,"segment":"000001"}
    {"crc":"...","seq":0,"synced":[1,0],"header":{"run_id":...,"workflow_id":...,...}}
    {"crc":"...","seq":0,"synced":[1,912],"event":{"at":1700000000.5,"kind":21,"word":"node_completed",...}}

``crc`` is the CRC-32, eight hexadecimal digits, of everything between it and the end of the line, started
from one of the run id. Values are written as ``floworch.model.values`` writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any
from zlib import crc32

from floworch.artifact import LARGE
from floworch.errors import LimitExceeded, UsageError
from floworch.model.values import decode, encode
from floworch.run.events import Event, EventKind
from floworch.store.journal.format import Found, Position
from floworch.store.journal.frame import MAX_PAYLOAD, BadFrame, shown
from floworch.store.journal.tables import EVENT, MARK, RUN_HEADER, SNAPSHOT, BadRecord
from floworch.store.large import Outsourcer
from floworch.store.protocol import RunHeader

#: Version of the meaning of lines; a larger one in a segment's first line is refused.
VERSION = 1
_START = b'{"crc":"'
_REST = len(_START) + 8  # where what the checksum covers begins
_BODIES = {"header": RUN_HEADER, "event": EVENT, "snapshot": SNAPSHOT, "mark": MARK}
_WORDS = {int(kind): kind.public for kind in EventKind}
_HEAD_KEYS = tuple(field.name for field in fields(RunHeader))


def line(rest: bytes, seed: int) -> bytes:
    """One line of these members (``"seq":0,...``) with its checksum."""
    rest = b'",' + rest + b"}"
    return b"%s%08x%s\n" % (_START, crc32(rest, seed), rest)


def read_line(view: memoryview, at: int, seed: int) -> tuple[memoryview, int]:
    """The bytes of the line at ``at`` without its end, checked, and where the next one begins. Raises BadFrame."""
    end = _line_end(view, at)
    if end < 0:
        raise BadFrame("a line with an end", f"{len(view) - at} bytes up to the end of the file")
    found = view[at:end]
    if bytes(found[: len(_START)]) != _START or len(found) <= _REST:
        raise BadFrame(f"a line that starts with {_START.decode()}", shown(bytes(found[:16])))
    checksum = b"%08x" % crc32(found[_REST:], seed)
    if bytes(found[len(_START) : _REST]) != checksum:
        raise BadFrame(f"checksum {checksum.decode()}", shown(bytes(found[len(_START) : _REST])))
    return found, end + 1


def _line_end(view: memoryview | bytes, at: int) -> int:
    """Where the line at ``at`` ends, or -1. Looks in growing pieces, so that a short line costs little."""
    size = 1024
    limit = min(len(view), at + MAX_PAYLOAD)
    start = at
    while start < limit:
        piece = bytes(view[start : min(start + size, limit)])
        place = piece.find(b"\n")
        if place >= 0:
            return start + place
        start += size
        size *= 8
    return -1


class JsonFormat:
    """Lines of JSON; see ``Format`` for the methods."""

    name = "json"
    suffix = "jsonl"

    def __init__(self) -> None:
        self.head = len(self.segment_header(1, 0))

    def segment_header(self, number: int, seed: int) -> bytes:
        """The first line of a segment."""
        return line(b'"journal":"floworch","format":%d,"segment":"%06d"' % (VERSION, number), seed)

    def check_segment_header(self, data: bytes | memoryview, number: int, seed: int) -> None:
        """Refuse another segment's line. Raises BadFrame."""
        try:
            found, _end = read_line(memoryview(data)[: self.head], 0, seed)
        except BadFrame as bad:
            raise BadFrame("the first line of a journal segment", bad.found) from None
        words = _object(found)
        if words.get("journal") != "floworch" or words.get("segment") != f"{number:06d}":
            raise BadFrame(f"the first line of segment {number}", shown(bytes(found[_REST + 2 :])[:80]))
        if words.get("format") != VERSION:
            raise BadFrame(f"journal format {VERSION}", f"format {words.get('format')}, written by another version")

    def events(
        self,
        events: Sequence[Event],
        seq: int,
        seed: int,
        synced: Position,
        out: Callable[[bytes], object],
        outsource: Outsourcer | None = None,
    ) -> int:
        """Give ``out`` one line per event and return the next number.

        Raises:
            UsageError: A number does not follow; ``out`` may have been called.
            LimitExceeded: A payload is too large for one line.
            TypeError: A payload holds something that is no plain value (C6.2).
        """
        for event in events:
            if event.seq != seq:
                raise UsageError(f"Event number {event.seq} cannot be journaled: the next number is {seq}.")
            rest = _event(event, synced, outsource)
            if len(rest) > MAX_PAYLOAD:
                raise LimitExceeded(
                    f"An event of {len(rest)} bytes is over the journal's limit of {MAX_PAYLOAD} bytes (number {seq}).",
                    "Write large values to a file and pass its path on.",
                )
            out(line(rest, seed))
            seq += 1
        return seq

    def header(self, header: RunHeader, seed: int) -> bytes:
        """The first frame of a run."""
        words = {key: getattr(header, key) for key in _HEAD_KEYS}
        words["definition"] = header.definition.decode()
        return _frame(0, (1, 0), "header", words, seed)

    def snapshot(self, seq: int, synced: Position, packed: Mapping[str, Any], seed: int) -> bytes:
        """The frame of a state."""
        return _frame(seq, synced, "snapshot", packed, seed)

    def mark(self, seq: int, synced: Position, seed: int) -> bytes:
        """The frame at an orderly end."""
        return _frame(seq, synced, "mark", {}, seed)

    def quick(self, view: memoryview, at: int, seed: int, wanted: int) -> None:
        """Never: every line is read the same way."""

    def read(self, view: memoryview, at: int, seed: int) -> Found:
        """The line at ``at``. Raises BadFrame, BadRecord."""
        found, end = read_line(view, at, seed)
        words = _object(found)
        body = next((number for key, number in _BODIES.items() if key in words), 0)
        try:
            segment, offset = words["synced"]
            return Found(body, int(words["seq"]), (int(segment), int(offset)), end, words)
        except (KeyError, TypeError, ValueError) as error:
            raise BadRecord(f"a line without {error}") from error

    def proven_end(self, view: memoryview, at: int, seed: int) -> int:
        """Where a line ends whose checksum is right. Raises BadFrame."""
        return read_line(view, at, seed)[1]

    def end_of(self, data: bytes | memoryview, at: int) -> int:
        """Where a line ends, or more than there is."""
        end = _line_end(data, at)
        return end + 1 if end >= 0 else at + MAX_PAYLOAD

    def intact(self, data: bytes, at: int, seed: int) -> Iterator[Found]:
        """Every intact line at or after ``at``."""
        view = memoryview(data)
        at = data.find(_START, at)
        while at >= 0:
            try:
                found = self.read(view, at, seed)
            except (BadFrame, BadRecord):
                at = data.find(_START, at + 1)
                continue
            yield found
            at = data.find(_START, found.end)

    def last_snapshot(self, data: bytes, before: int, seed: int) -> tuple[int, Found] | None:
        """The last intact snapshot that starts before ``before``, with its start."""
        view = memoryview(data)
        at = data.rfind(b'],"snapshot":{', 0, before)
        while at >= 0:
            start = data.rfind(_START, 0, at)
            if start >= 0:
                try:
                    found = self.read(view, start, seed)
                    if found.body == SNAPSHOT:
                        return start, found
                except (BadFrame, BadRecord):
                    pass
            at = data.rfind(b'],"snapshot":{', 0, at)
        return None

    def event_of(self, found: Found) -> Event:
        """The event of a line. Raises BadRecord."""
        try:
            words = found.record["event"]
            return Event(
                found.seq,
                float(words["at"]),
                int(words["kind"]),
                int(words["node"]),
                int(words["attempt"]),
                tuple(map(int, words["scope"])),
                words["payload"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadRecord(f"an event without {error}") from error

    def header_of(self, found: Found) -> RunHeader:
        """The header of a line. Raises BadRecord."""
        words = found.record.get("header")
        try:
            kept = {key: words[key] for key in _HEAD_KEYS}
            return RunHeader(**{**kept, "definition": kept["definition"].encode(), "node_ids": tuple(kept["node_ids"])})
        except (KeyError, TypeError, AttributeError) as error:
            raise BadRecord(f"a run header without {error}") from error

    def snapshot_of(self, found: Found) -> dict[str, Any]:
        """The packed state of a line. Raises BadRecord."""
        packed = found.record.get("snapshot")
        if not isinstance(packed, dict):
            raise BadRecord("a record that is no snapshot")
        return packed


def _frame(seq: int, synced: Position, body: str, value: Any, seed: int) -> bytes:
    return line(_start(seq, synced) + b'"%s":%s' % (body.encode(), encode(value)), seed)


def _start(seq: int, synced: Position) -> bytes:
    return b'"seq":%d,"synced":[%d,%d],' % (seq, *synced)


def _event(event: Event, synced: Position, outsource: Outsourcer | None) -> bytes:
    payload = event.payload
    data = b"null"
    if payload is not None:
        data = encode(payload, outsource.found if outsource is not None else None)
        if outsource is not None and (len(data) > LARGE or outsource.found):
            data = outsource(event, data)
    scope = b",".join(b"%d" % index for index in event.scope)
    place = (event.kind, _WORDS.get(event.kind, "").encode(), event.node, event.attempt, scope, data)
    return (
        _start(event.seq, synced)
        + b'"event":{"at":%s,' % encode(float(event.at))
        + b'"kind":%d,"word":"%s","node":%d,"attempt":%d,"scope":[%s],"payload":%s}' % place
    )


def _object(found: memoryview) -> dict[str, Any]:
    try:
        words = decode(bytes(found))
    except ValueError as error:
        raise BadRecord(f"a line that is no JSON: {error}") from error
    if not isinstance(words, dict):
        raise BadRecord("a line that is no object")
    return words
