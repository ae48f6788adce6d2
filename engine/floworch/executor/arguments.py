"""What a caller gives the engine, seen to before anything is written: a wrong argument is named at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from floworch.errors import UsageError

_FLAGS = frozenset({"only_changed", "breakpoints", "step", "explain"})
_IDS = frozenset({"to", "from_"})
_WORDS = frozenset({"secrets", "called_secrets"})
_TEXTS = frozenset({"reuse", "cluster", "durability"})


def check_flags(**given: Any) -> None:
    """See that each is True, False or None: a text such as ``"no"`` would count as true.

    Raises:
        UsageError: One is something else.
    """
    for name, value in given.items():
        if value is not None and type(value) is not bool:
            raise UsageError(f"{name}= is True or False, not {short(value)}.", "Write it without quotation marks.")


def check_number(**given: Any) -> None:
    """See that each is a whole number.

    Raises:
        UsageError: One is something else.
    """
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int):
            raise UsageError(f"{name}= is a whole number, not {short(value)}.", "Such as 0.")


def check_start(**given: Any) -> None:
    """See to arguments of ``Engine.start`` by their names; those that nothing else looks at.

    Raises:
        UsageError: One is of another type than it must have.
    """
    for name, value in given.items():
        if value is None:
            continue
        if name in _FLAGS:
            check_flags(**{name: value})
        elif name in _TEXTS and not isinstance(value, str):
            raise UsageError(f"{name}= is a text, not {short(value)}.", _HINTS[name])
        elif name in _IDS and not isinstance(value, str) and not _are_texts(value):
            raise UsageError(f"{name}= is the id of a node or a list of ids, not {short(value)}.", _HINTS[name])
        elif name in _WORDS and (isinstance(value, str) or not _are_texts(value)):
            raise UsageError(f"{name}= is a list of names, not {short(value)}.", _HINTS[name])
        elif name == "folder" and not isinstance(value, (str, os.PathLike)):
            raise UsageError(f"folder= is a path, not {short(value)}.", _HINTS[name])
        elif name == "trigger" and not isinstance(value, (str, Mapping)):
            raise UsageError(f"trigger= is the id of a trigger or an object, not {short(value)}.", _HINTS[name])


_HINTS = {
    "reuse": "Give the id of the earlier run.",
    "cluster": "Such as 'tcp://localhost:8786', or the name of a connection.",
    "durability": "Use power, process or none.",
    "to": "Such as to='pay' or to=['pay', 'ship'].",
    "from_": "Such as from_='pay' or from_=['pay', 'ship'].",
    "secrets": "Such as ['API_KEY']; leave it out for all, an empty list is none.",
    "called_secrets": "Such as ['API_KEY']; leave it out for all, an empty list is none.",
    "folder": "Such as '.' for the current one.",
    "trigger": "Such as 'nightly', or {'node': 'nightly', 'event': {...}}.",
}


def _are_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple, set, frozenset)) and all(isinstance(each, str) for each in value)


def short(value: Any) -> str:
    """A value as a message names it: as Python writes it, or what it is where that is long."""
    text = repr(value)
    return text if len(text) <= 60 else f"a {type(value).__name__}"
