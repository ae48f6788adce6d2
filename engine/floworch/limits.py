"""Limits of what is read and made (contract C13), each with a variable of the environment that sets it.

They are read when the process begins: worker processes have those of the engine. A value that makes no sense leaves the
default in force; ``senseless`` tells of it, so that commands and runs refuse to begin.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

_DEFAULTS = {
    "FLOWORCH_MAX_DEFINITION_BYTES": 50 * 1024 * 1024,
    "FLOWORCH_MAX_NODES": 100_000,
    "FLOWORCH_MAX_EXPRESSION_BYTES": 16 * 1024 * 1024,
}
_DIGITS = 18


def limits(environment: Mapping[str, str]) -> dict[str, int]:
    """Every limit by the name of its variable: what an environment says, else the default."""
    found = dict(_DEFAULTS)
    for name in _DEFAULTS:
        text = environment.get(name, "")
        if _makes_sense(text):
            found[name] = int(text)
    return found


def senseless(environment: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """Variables of limits, with their values, that are set and no whole number of at least 1 (and 18 digits)."""
    given = os.environ if environment is None else environment
    return [(name, given[name]) for name in _DEFAULTS if given.get(name) and not _makes_sense(given[name])]


def _makes_sense(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) > 0


_now = limits(os.environ)
#: Bytes of a definition file.
DEFINITION_BYTES = _now["FLOWORCH_MAX_DEFINITION_BYTES"]
#: Nodes of a definition.
NODES = _now["FLOWORCH_MAX_NODES"]
#: Bytes of what an expression gives, as text or as JSON.
EXPRESSION_BYTES = _now["FLOWORCH_MAX_EXPRESSION_BYTES"]
