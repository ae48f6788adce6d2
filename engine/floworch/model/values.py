"""JSON values with tagged guests: bytes, datetime, decimal (contract C6.2) and references to artifacts (C6.3).

Everything a node returns, every input and every item of the run's data is such a value: null, bool, an integer of any
size, a finite float, text, a list, an object with text keys, or one of the guests. In JSON text a guest is
``{"$type": "bytes" | "datetime" | "decimal" | "artifact", "value": "..."}``; a user's own key ``$type`` is written
``$$type`` (and ``$$type`` as ``$$$type``), so that nothing a user stores can be taken for a tag.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation, localcontext
from itertools import chain
from typing import Any

import msgspec

from floworch.artifact import Artifact

#: Values may be nested this deep; deeper ones (and values that hold themselves) are refused.
MAX_DEPTH = 256
#: Levels that an event, a snapshot or a message may add around a value: what ``check_value`` let through can be kept.
_ENVELOPE = 16
_DEEPEST = MAX_DEPTH + _ENVELOPE
#: Lists of up to so many parts are written part by part.
_FEW = 64
#: Integers may have this many decimal digits.
MAX_DIGITS = 100_000

_SAFE_DIGITS = 4000  # below the interpreter's own limit for int <-> text
_SAFE_BITS = 13_000
#: Lists with so many items are looked at slice by slice, each so many levels deep and with so many parts at once; below
#: the first levels they are not: there the stack is wanted for the deepest values.
_LONG, _SLICE, _LEVELS, _MOST, _SHALLOW = 32, 512, 4, 50_000, 16
_TRUTHS = {bool, type(None)}
_HOLDERS = {dict, list}
_KNOWN = {*_HOLDERS, str, float, int}
_fast_encode = msgspec.json.Encoder().encode
_fast_decode = msgspec.json.Decoder().decode


def check_value(value: object, where: str) -> None:
    """Refuse anything that is not a value of contract C6.2.

    Args:
        value: What is to be stored.
        where: What it is, for the message: ``data key 'total'``, ``output of node 'pay'``.

    Raises:
        TypeError: Names ``where``, the place inside the value and the type that was found there; also for NaN,
            infinities, texts that are no Unicode, integers over ``MAX_DIGITS`` digits and nesting over ``MAX_DEPTH``.
    """
    if not _is_plain(value, _ENVELOPE):
        _check(value, where, "", 0)


def _check(value: Any, where: str, path: str, depth: int) -> None:
    if isinstance(value, str):
        if not value.isascii():
            _check_text(value, where, path)
    elif isinstance(value, dict):
        if depth >= MAX_DEPTH:
            raise TypeError(f"{where}: nested deeper than {MAX_DEPTH} levels, or holding itself")
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{where}{_at(path)}: object keys must be text, not {_name(key)} ({key!r})")
            _check_text(key, where, path)
            _check(item, where, f"{path}.{key}", depth + 1)
    elif isinstance(value, list):
        if depth >= MAX_DEPTH:
            raise TypeError(f"{where}: nested deeper than {MAX_DEPTH} levels, or holding itself")
        for number, item in enumerate(value):
            _check(item, where, f"{path}[{number}]", depth + 1)
    else:
        _check_leaf(value, where, path)


def _check_leaf(value: Any, where: str, path: str) -> None:
    if value is None or isinstance(value, (bool, bytes, datetime, Artifact)):
        return
    if isinstance(value, int):
        if value.bit_length() > MAX_DIGITS * 3.33:
            raise TypeError(f"{where}{_at(path)}: an integer of more than {MAX_DIGITS} digits")
        return
    if isinstance(value, float):
        if not math.isfinite(value):
            raise TypeError(f"{where}{_at(path)}: {value!r} is not a finite number")
        return
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise TypeError(f"{where}{_at(path)}: decimal {value} is not a finite number")
        return
    hint = "; use a list" if isinstance(value, (tuple, set, frozenset)) else ""
    if hasattr(value, "__await__"):
        hint = "; write 'await' in front of the call that gave it"
    raise TypeError(f"{where}{_at(path)}: {_name(value)} is not a JSON value{hint}")


def _check_text(text: str, where: str, path: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise TypeError(f"{where}{_at(path)}: text with a lone surrogate, which is not Unicode") from None


def _at(path: str) -> str:
    return f" at {path.lstrip('.')}" if path else ""


def _name(value: object) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def encode(value: Any, found: list[Artifact] | None = None) -> bytes:
    """Write a value as compact UTF-8 JSON with tags; ``decode`` gives an equal value of the same types.

    Tuples and other mappings are written as lists and objects.

    Args:
        value: What to write.
        found: Takes the references to artifacts that are in it.

    Raises:
        TypeError: As ``check_value``.
    """
    if _is_plain(value, 0):
        return _fast_encode(value)
    plain = _to_plain(value, 0, found)
    try:
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except ValueError:  # an integer longer than the interpreter likes to print
        return _spell(plain).encode()


def encode_apart(value: Any, depth: int = 4) -> bytes:
    """As ``encode``, for something large in which little is unusual: up to ``depth`` its parts are written one by one.

    A few bytes beside the results of a hundred thousand items do not make all of those slow to write then.

    Raises:
        TypeError: As ``check_value``.
    """
    parts: list[bytes] = []
    _write_apart(value, depth, parts.append)
    return b"".join(parts)


def _write_apart(value: Any, depth: int, write: Callable[[bytes], None]) -> None:
    """The text in pieces, which are put together once: megabytes would be copied on each level."""
    kind = type(value)
    between = b""
    if depth and kind is dict and all(type(key) is str for key in value):
        write(b"{")
        for key, item in value.items():
            write(between + encode(_escaped(key)) + b":")
            _write_apart(item, depth - 1, write)
            between = b","
        write(b"}")
    elif depth and kind is list and len(value) <= _FEW:
        write(b"[")
        for item in value:
            write(between)
            _write_apart(item, depth - 1, write)
            between = b","
        write(b"]")
    else:
        write(encode(value))


def _is_plain(value: Any, depth: int) -> bool:
    """Whether msgspec writes exactly this value: no guests, no tags, no NaN, nothing unusual."""
    kind = type(value)
    if kind is str:
        return value.isascii() or _is_unicode(value)
    if kind is int:
        return bool(-(1 << 63) <= value < 1 << 64)
    if kind is float:
        return math.isfinite(value)
    if value is None or kind is bool:
        return True
    if depth >= _DEEPEST:
        return False
    if kind is list:
        glance = _at_a_glance(value, depth)
        return all(_is_plain(item, depth + 1) for item in value) if glance is None else glance
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or key[:1] == "$" or not (_is_plain(key, 0) and _is_plain(item, depth + 1)):
                return False
        return True
    return False


def _are_texts(texts: list[str]) -> bool:
    return all(map(str.isascii, texts)) or all(map(_is_unicode, texts))


def _are_finite(numbers: list[float]) -> bool:
    return all(map(math.isfinite, numbers))


def _are_short(numbers: list[int]) -> bool:
    return min(numbers) >= -(1 << 63) and max(numbers) < 1 << 64


#: By the type of all items of a list: whether msgspec writes exactly them.
_LOOKS: dict[type, Callable[[list[Any]], bool]] = {str: _are_texts, float: _are_finite, int: _are_short}


def _at_a_glance(items: list[Any], depth: int) -> bool | None:
    """The same of a list of one kind, or a long one; None where each item has to be looked at."""
    kinds = set(map(type, items))
    if kinds <= _TRUTHS:
        return True
    look = _LOOKS.get(kinds.pop()) if len(kinds) == 1 else None
    if look is not None:
        return look(items)
    if len(items) < _LONG or depth > _SHALLOW:
        return None
    return all(_are_plain(items[at : at + _SLICE], depth + 1, _LEVELS) for at in range(0, len(items), _SLICE))


def _are_plain(items: list[Any], depth: int, levels: int) -> bool:
    """``_is_plain`` of each item, ``levels`` deep together and below that one by one.

    One by one is most of what a snapshot of a loop with thousands of results costs.
    """
    kinds = set(map(type, items))
    mixed = len(kinds) > 1
    kinds -= _TRUTHS
    if not kinds <= _KNOWN or (depth >= _DEEPEST and kinds & _HOLDERS):
        return False
    for kind in kinds:
        same = [item for item in items if type(item) is kind] if mixed else items
        look = _LOOKS.get(kind)
        if not (_holders_are_plain(kind, same, depth, levels) if look is None else look(same)):
            return False
    return True


def _holders_are_plain(kind: type, items: list[Any], depth: int, levels: int) -> bool:
    if not levels or sum(map(len, items)) > _MOST:  # what holds itself many times over has no end below
        return all(_is_plain(item, depth) for item in items)
    if kind is list:
        return _are_plain(list(chain.from_iterable(items)), depth + 1, levels - 1)
    keys = list(chain.from_iterable(items))
    if not {str}.issuperset(map(type, keys)):
        return False
    names = list(set(keys))
    if any(name[:1] == "$" for name in names) or not _are_texts(names):
        return False
    return _are_plain(list(chain.from_iterable(map(dict.values, items))), depth + 1, levels - 1)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _spell(value: Any) -> str:
    """JSON text of a plain value that holds very long integers."""
    if isinstance(value, dict):
        items = (f"{json.dumps(key, ensure_ascii=False)}:{_spell(item)}" for key, item in value.items())
        return "{" + ",".join(items) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_spell, value)) + "]"
    if type(value) is int:
        return int_text(value)
    return json.dumps(value, ensure_ascii=False)


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON text of a value for people and other programs: guests tagged, every digit of an integer kept.

    Args:
        value: A value of contract C6.2.
        indent: Spaces per level, or None for one line; a value with an integer of thousands of digits is one line.

    Raises:
        TypeError: As ``check_value``.
    """
    plain = to_plain(value)
    try:
        return json.dumps(plain, ensure_ascii=False, indent=indent, allow_nan=False)
    except ValueError:  # an integer longer than the interpreter likes to print
        return _spell(plain)


def decode(data: bytes | str) -> Any:
    """Read what ``encode`` wrote.

    Raises:
        ValueError: It is no JSON, or holds a tag that is unknown or malformed.
    """
    try:
        value = _fast_decode(data)
    except msgspec.ValidationError:
        value = _slow_decode(data)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a JSON value: {error}") from None
    except RecursionError:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels") from None
    tagged = b"$type" in data if isinstance(data, bytes) else "$type" in data
    try:
        return from_plain(value) if tagged else value
    except RecursionError:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels") from None


def _slow_decode(data: bytes | str) -> Any:
    try:
        return json.loads(data, parse_int=parse_int)
    except RecursionError:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels") from None


def int_text(value: int) -> str:
    """Decimal digits of an integer of any size."""
    if -_SAFE_BITS < value.bit_length() < _SAFE_BITS:
        return str(value)
    with localcontext() as exact:
        exact.prec = MAX_DIGITS + 2
        return format(Decimal(value), "f")


def parse_int(text: str) -> int:
    """The integer of a JSON number without fraction and exponent.

    Raises:
        ValueError: More than ``MAX_DIGITS`` digits.
    """
    if len(text) <= _SAFE_DIGITS:
        return int(text)
    if len(text) > MAX_DIGITS + 1:
        raise ValueError(f"an integer of more than {MAX_DIGITS} digits")
    return int(Decimal(text))


def to_plain(value: Any) -> Any:
    """Return the value as plain JSON: guests tagged, ``$type`` keys escaped, tuples and mappings as list and dict.

    Raises:
        TypeError: As ``check_value``.
    """
    return _to_plain(value, 0, None)


def _to_plain(value: Any, depth: int, found: list[Artifact] | None) -> Any:
    if depth > _DEEPEST:
        raise TypeError(f"value: nested deeper than {MAX_DEPTH} levels, or holding itself")
    if isinstance(value, Mapping):
        result = {}
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"value: object keys must be text, not {_name(key)} ({key!r})")
            _check_text(key, "value", "")
            result[_escaped(key)] = _to_plain(item, depth + 1, found)
        return result
    if isinstance(value, (list, tuple)):
        return [_to_plain(item, depth + 1, found) for item in value]
    if isinstance(value, str):
        _check_text(value, "value", "")
        return value if type(value) is str else str.__str__(value)
    _check_leaf(value, "value", "")
    if found is not None and type(value) is Artifact:
        found.append(value)
    return _tagged(value)


def _tagged(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$type": "bytes", "value": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"$type": "datetime", "value": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$type": "decimal", "value": str(value)}
    if isinstance(value, Artifact):
        return {"$type": "artifact", "value": f"{value.sha256}:{value.size}"}
    return value


def _escaped(key: str) -> str:
    return f"${key}" if key[:1] == "$" and key.lstrip("$") == "type" else key


def from_plain(value: Any) -> Any:
    """Return the value of plain JSON: tags become bytes, datetime and Decimal again, ``$$type`` becomes ``$type``.

    Raises:
        ValueError: A tag is unknown or malformed.
    """
    if isinstance(value, list):
        return [from_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$type" in value:
        return _untagged(value)
    return {
        key[1:] if key[:2] == "$$" and key.lstrip("$") == "type" else key: from_plain(item)
        for key, item in value.items()
    }


def with_guests(value: Any) -> Any:
    """What a value that is written in a definition stands for: a tagged object in it is the guest that it tags.

    Definitions are other people's JSON: an object that is no tag of bytes, datetime or decimal stays what it is, its
    key ``$type``, too. The same object comes back where there is nothing to do.
    """
    if isinstance(value, Mapping):
        if len(value) == 2 and "$type" in value and value["$type"] in _WRITTEN:
            try:
                return _untagged(dict(value))
            except ValueError:
                return value
        changed = {key: made for key, item in value.items() if (made := with_guests(item)) is not item}
        return {**value, **changed} if changed else value
    if isinstance(value, list):
        items = [with_guests(item) for item in value]
        return items if any(made is not item for made, item in zip(items, value, strict=True)) else value
    return value


def _read_decimal(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError("not finite")
    return number


def _read_artifact(text: str) -> Artifact:
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise ValueError("not a reference")
    return Artifact(match[1], int(match[2]))


_REFERENCE = re.compile(r"([0-9a-f]{64}):(\d{1,15})", re.ASCII)
_GUESTS: dict[str, Callable[[str], Any]] = {
    "bytes": lambda text: base64.b64decode(text, validate=True),
    "datetime": datetime.fromisoformat,
    "decimal": _read_decimal,
    "artifact": _read_artifact,
}


#: Guests that a definition may hold; an artifact is a matter of one store.
_WRITTEN = ("bytes", "datetime", "decimal")


def _untagged(value: dict[str, Any]) -> Any:
    tag, text = value["$type"], value.get("value")
    read = _GUESTS.get(tag) if isinstance(tag, str) else None
    if read is None or len(value) != 2 or not isinstance(text, str):
        shown = repr(value)[:200]
        raise ValueError(
            f"{shown} is not a tagged value: $type is bytes, datetime, decimal or artifact and value is text"
        )
    try:
        return read(text)
    except (ValueError, InvalidOperation, binascii.Error):
        raise ValueError(f"{text[:200]!r} is not the text of a {tag}") from None


Artifact.decode = decode
