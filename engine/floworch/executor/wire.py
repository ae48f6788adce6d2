"""Frames between the engine and its worker processes, as the worker sees them; standard library only.

A frame is a 4-byte big-endian length and that many bytes of JSON with the tags of ``floworch.model.values``
(contract C6.2). The worker has this codec of its own because it must also run in interpreters of the user
that have none of the engine's libraries.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import json
import os
import re
import struct
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

HEADER = struct.Struct(">I")
#: Written to the worker's real standard error after every job, alone on its line.
MARKER = b"\x00floworch: end of job\x00"
#: Larger frames are refused, in bytes.
MAX_FRAME = 1 << 30
_MAX_DEPTH = 256
_HINTS = {
    "set": "; use a list, for example sorted(...)",
    "frozenset": "; use a list, for example sorted(...)",
    "generator": "; use list(...)",
    "map": "; use list(...)",
    "filter": "; use list(...)",
    "zip": "; use list(...)",
    "range": "; use list(...)",
    "dict_keys": "; use list(...)",
    "dict_values": "; use list(...)",
    "ndarray": "; use .tolist()",
    "Series": "; use .to_list()",
    "DataFrame": "; use .to_dict('records')",
    "date": "; use .isoformat()",
    "PosixPath": "; use str(...)",
    "WindowsPath": "; use str(...)",
    "UUID": "; use str(...)",
    "function": "; call it, or give its result",
}


def to_plain(value: Any, where: str = "value", depth: int = 0) -> Any:
    """Return the value as plain JSON with tags.

    Raises:
        TypeError: It is no JSON value; the message names the place (``result.rows[2]``) and the type found there.
    """
    kind = type(value)
    if kind is str:
        return _text(value, where)
    if value is None or kind is bool or kind is int:
        return value
    if depth > _MAX_DEPTH:
        raise TypeError(f"{where} is nested deeper than {_MAX_DEPTH} levels, or holds itself")
    if isinstance(value, dict):
        return {_key(key, where): to_plain(item, f"{where}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item, f"{where}[{number}]", depth + 1) for number, item in enumerate(value)]
    fields = _fields(value)
    return _leaf(value, where) if fields is None else to_plain(fields, where, depth + 1)


def with_fields(value: Any, depth: int = 0) -> Any:
    """The value with an object of its fields in place of every pydantic model and dataclass in it."""
    if depth > _MAX_DEPTH:
        return value  # whoever checks it says so
    if isinstance(value, list):
        return [with_fields(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: with_fields(item, depth + 1) for key, item in value.items()}
    fields = _fields(value)
    return value if fields is None else with_fields(fields, depth + 1)


def _fields(value: Any) -> dict[str, Any] | None:
    """The fields of a pydantic model, as its JSON Schema describes them, or of a dataclass; None of anything else."""
    kind = type(value)
    if kind.__module__.startswith("floworch."):
        return None
    if callable(getattr(kind, "model_dump", None)):
        found = value.model_dump(mode="json", by_alias=True)
        return found if isinstance(found, dict) else None
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return None


def _key(key: Any, where: str) -> str:
    if not isinstance(key, str):
        kind = type(key).__name__
        raise TypeError(f"{where} has the key {key!r} ({kind}); keys of an object must be text: str({key!r})")
    _text(key, f"a key of {where}")
    return f"${key}" if key[:1] == "$" and key.lstrip("$") == "type" else key


def _text(value: str, where: str) -> str:
    """The text itself. Raises TypeError when it is no Unicode, which no answer could carry."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            found = value[error.start : error.start + 1]
            hint = "; decode bytes with errors='replace' instead of 'surrogateescape'"
            raise TypeError(f"{where} holds the lone surrogate {found!a}, which is not Unicode{hint}") from None
    return value


def _leaf(value: Any, where: str) -> Any:
    if isinstance(value, float):
        if value - value != 0.0:
            raise TypeError(f"{where} is {value!r}, which is not a finite number; use None")
        return float(value)
    if isinstance(value, (str, int)):  # subclasses, such as enumerations
        return _text(str.__str__(value), where) if isinstance(value, str) else int(value)
    if isinstance(value, (bytes, bytearray)):
        return {"$type": "bytes", "value": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"$type": "datetime", "value": value.isoformat()}
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise TypeError(f"{where} is the decimal {value}, which is not a finite number; use None")
        return {"$type": "decimal", "value": str(value)}
    kind = type(value)
    if kind.__module__ == "numpy" and hasattr(value, "item"):
        hint = "; use .tolist()" if hasattr(value, "__len__") else "; use .item()"
    else:
        hint = _HINTS.get(kind.__name__, "; use text, numbers, lists and dictionaries")
    article = "an" if kind.__qualname__[:1].lower() in "aeio" else "a"
    raise TypeError(f"{where} is {article} {kind.__qualname__}, which is not a JSON value{hint}")


def from_plain(value: Any) -> Any:
    """Return the value of plain JSON with tags."""
    if isinstance(value, list):
        return [from_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$type" in value:
        text = value["value"]
        kind = value["$type"]
        return (
            base64.b64decode(text)
            if kind == "bytes"
            else datetime.fromisoformat(text)
            if kind == "datetime"
            else Decimal(text)
        )
    return {
        key[1:] if key[:2] == "$$" and key.lstrip("$") == "type" else key: from_plain(item)
        for key, item in value.items()
    }


@contextlib.contextmanager
def _long_integers() -> Iterator[None]:
    """Lift the interpreter's limit on the digits of an integer in text for a moment."""
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(limit)


def encode(message: Mapping[str, Any]) -> bytes:
    """Return a plain message as one frame; lone surrogates in its texts, which is no Unicode, are written out.

    Raises:
        ValueError: It is larger than ``MAX_FRAME``.
    """
    with _long_integers():
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        body = text.encode()
    except UnicodeEncodeError:
        body = re.sub("[\ud800-\udfff]", lambda found: f"\\\\u{ord(found[0]):04x}", text).encode()
    if len(body) > MAX_FRAME:
        raise ValueError(f"a message of {len(body)} bytes is over the limit of {MAX_FRAME} bytes")
    return HEADER.pack(len(body)) + body


def decode(body: bytes) -> Any:
    """Return the message of a frame's bytes."""
    with _long_integers():
        value = json.loads(body)
    return from_plain(value) if b"$type" in body else value


def write_all(fd: int, data: bytes) -> None:
    """Write every byte to a blocking descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def read_exactly(fd: int, size: int) -> bytes | None:
    """Read ``size`` bytes from a blocking descriptor; None at the end of the file."""
    parts: list[bytes] = []
    while size:
        part = os.read(fd, min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_frame(fd: int) -> Any:
    """Read one message; None at the end of the file. A message is never None."""
    header = read_exactly(fd, HEADER.size)
    body = read_exactly(fd, HEADER.unpack(header)[0]) if header is not None else None
    return decode(body) if body is not None else None
