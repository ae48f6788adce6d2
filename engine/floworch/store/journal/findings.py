"""What a person may want to know about a store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person may want to know about a store.

    Attributes:
        severity: ``error`` when something is lost or unreadable, ``warning`` when it should be looked at, ``info``
            when nothing needs to be done.
        code: Stable word for scripts.
        run_id: The run it is about, or None for the whole store.
        path: The file or directory.
        message: What is wrong and where.
        hint: What to do about it; empty when there is nothing.
        offset: Byte offset of damage in ``path``, or None.
        recoverable: Events before the damage, which can be read, or None.
    """

    severity: Severity
    code: str
    run_id: str | None
    path: str
    message: str
    hint: str = ""
    offset: int | None = None
    recoverable: int | None = None
