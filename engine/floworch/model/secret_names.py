"""The environment variable that a secret may stand in (contract C6.5)."""

from __future__ import annotations

#: What the names of such variables begin with.
PREFIX = "FLOWORCH_SECRET_"


def variable_of(name: str) -> str:
    """The environment variable of a secret: ``FLOWORCH_SECRET_`` and the name in capitals, ``-`` as ``_``."""
    return PREFIX + name.upper().replace("-", "_")
