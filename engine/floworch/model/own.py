"""A value of one's own: what user code holds is never what a run holds (contract C6.1). Pure."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from floworch.artifact import Artifact

#: Types whose values cannot change: they are handed out and taken as they are.
FIXED_TYPES = frozenset({type(None), bool, int, float, str, bytes, datetime, Decimal, Artifact})


def own(value: Any) -> Any:
    """Return the value with every list and object in it copied, so that changing one does not change the other.

    Subclasses of JSON types become the plain types that the journal gives back: an OrderedDict is a dict, a member of
    an IntEnum an int. Whatever is no JSON value (models, paths, callables) stays as it is.

    Args:
        value: Any value, nested no deeper than ``check_value`` allows.
    """
    kind = type(value)
    if kind in FIXED_TYPES:
        return value
    if kind is list:
        return [item if type(item) in FIXED_TYPES else own(item) for item in value]
    if kind is dict:
        return {
            key if type(key) is str else own(key): item if type(item) in FIXED_TYPES else own(item)
            for key, item in value.items()
        }
    return _plain(value)


def copied(value: Any) -> Any:
    """Return the value with its lists and dicts copied and everything else in them as it is: for prepared parameters,
    which may hold members of an Enum and other objects that their function asks for."""
    kind = type(value)
    if kind is list:
        return [copied(item) for item in value]
    if kind is dict:
        return {key: copied(item) for key, item in value.items()}
    return value


def _plain(value: Any) -> Any:
    """The same of what is not exactly one of the JSON types."""
    if isinstance(value, dict):
        return {own(key): own(item) for key, item in value.items()}
    if isinstance(value, list):
        return [own(item) for item in value]
    if type(value) is tuple:
        return tuple(own(item) for item in value)
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, bytes):
        return bytes(memoryview(value))
    if isinstance(value, datetime):
        return datetime.fromisoformat(value.isoformat())
    return Decimal(value) if isinstance(value, Decimal) else value
