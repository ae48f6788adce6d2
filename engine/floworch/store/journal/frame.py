"""Segment headers and frames: the bytes around records. Pure.

A segment starts with 16 bytes: magic ``FLOWJRN1``, u16 format version, u16 flags, u32 checksum. Then come frames:
u32 length, u32 crc32, payload; all little endian. Every checksum starts from one of the run id, the segment header's
also from the segment's number, and every payload holds its sequence number, so bytes copied from another run or
another place are refused.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from zlib import crc32

MAGIC = b"FLOWJRN1"
VERSION = 1
SEGMENT_HEADER = 16
FRAME_HEADER = 8
#: No frame is longer than this; a length field that says otherwise is damage (C13).
MAX_PAYLOAD = 256 * 1024 * 1024
#: The shortest record there is; shorter lengths are damage.
MIN_PAYLOAD = 32
#: Every record carries this FlatBuffers file identifier at bytes 4 to 8.
IDENTIFIER = b"FLR1"

_HEAD = struct.Struct("<8sHH")
_U32 = struct.Struct("<I")
_FRAME = struct.Struct("<II")

Buffer = bytes | bytearray | memoryview


class BadFrame(ValueError):  # noqa: N818 - reads as what was found
    """Bytes that are no intact frame.

    Attributes:
        expected: What should stand there.
        found: What stands there.
    """

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, found {found}")
        self.expected = expected
        self.found = found


def shown(data: bytes) -> str:
    """What stands in a file, for people: text as it is, other bytes as escapes."""
    return data.decode("ascii", "backslashreplace")


def seed_of(run_id: str) -> int:
    """The number every checksum of a run starts from."""
    return crc32(run_id.encode())


def segment_header(number: int, seed: int) -> bytes:
    """The 16 bytes at the start of segment ``number`` (from 1)."""
    head = _HEAD.pack(MAGIC, VERSION, 0)
    return head + _U32.pack(crc32(head + _U32.pack(number), seed))


def check_segment_header(data: Buffer, number: int, seed: int) -> None:
    """Refuse a segment that does not start as segment ``number`` of the run should.

    Raises:
        BadFrame: Too short, another kind of file, a newer format, or a wrong checksum.
    """
    if len(data) < SEGMENT_HEADER:
        raise BadFrame(f"a segment header of {SEGMENT_HEADER} bytes", f"{len(data)} bytes")
    magic, version, _flags = _HEAD.unpack_from(data)
    if magic != MAGIC:
        raise BadFrame(f"the magic {MAGIC.decode()}", shown(magic))
    (found,) = _U32.unpack_from(data, _HEAD.size)
    expected = crc32(bytes(data[: _HEAD.size]) + _U32.pack(number), seed)
    if found != expected:
        raise BadFrame(f"header checksum {expected:08x}", f"{found:08x}")
    if version > VERSION:
        raise BadFrame(f"journal format {VERSION} or older", f"format {version}, written by a newer version")


def frame(payload: bytes, seed: int) -> bytes:
    """One payload with its length and checksum before it.

    Raises:
        ValueError: The payload is longer than a frame may be.
    """
    if len(payload) > MAX_PAYLOAD:
        raise ValueError(f"a record of {len(payload)} bytes is over the limit of {MAX_PAYLOAD}")
    return _FRAME.pack(len(payload), crc32(payload, seed)) + payload


def read_frame(view: memoryview, position: int, seed: int) -> memoryview:
    """The payload of the frame at ``position``, checked.

    Raises:
        BadFrame: The bytes end early, the length is out of range, or the checksum is wrong.
    """
    left = len(view) - position - FRAME_HEADER
    if left < 0:
        raise BadFrame(f"a frame header of {FRAME_HEADER} bytes", f"{left + FRAME_HEADER} bytes")
    length, checksum = _FRAME.unpack_from(view, position)
    if not MIN_PAYLOAD <= length <= MAX_PAYLOAD:
        raise BadFrame(f"a length of {MIN_PAYLOAD} to {MAX_PAYLOAD} bytes", f"{length}")
    if length > left:
        raise BadFrame(f"a record of {length} bytes", f"{left} bytes up to the end of the file")
    start = position + FRAME_HEADER
    payload = view[start : start + length]
    found = crc32(payload, seed)
    if found != checksum:
        raise BadFrame(f"checksum {checksum:08x}", f"{found:08x}")
    return payload


def frame_end(data: Buffer, position: int) -> int:
    """Where the frame at ``position`` ends if its length is right; nothing is checked. ``data`` holds its header."""
    return position + FRAME_HEADER + int(_U32.unpack_from(data, position)[0])


def intact_frames(data: bytes, position: int, seed: int) -> Iterator[tuple[int, memoryview]]:
    """Every intact frame at or after ``position``, wherever it starts, as ``(offset, payload)``.

    This finds frames again after damage, when the lengths can no longer be followed: by the identifier that every
    record carries, proven by the checksum.
    """
    view = memoryview(data)
    ahead = FRAME_HEADER + 4
    at = data.find(IDENTIFIER, position + ahead)
    while at >= 0:
        start = at - ahead
        try:
            payload = read_frame(view, start, seed)
        except BadFrame:
            at = data.find(IDENTIFIER, at + 1)
            continue
        yield start, payload
        at = data.find(IDENTIFIER, start + FRAME_HEADER + len(payload) + ahead)
