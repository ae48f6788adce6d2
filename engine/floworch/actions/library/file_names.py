"""File names that are not Unicode: how they are shown as text, and how the shown text finds the file again."""

from __future__ import annotations

import os
import re

_BYTES = re.compile(r"(?:\\x[0-9a-f]{2})+")


def shown(path: str) -> str:
    r"""A path as text that every JSON value can hold: bytes that are not UTF-8 become ``\xff`` and so on."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def real_path(path: str) -> str:
    r"""The path that ``shown`` was given: ``\xff`` becomes a byte again when only the file of that name exists."""
    if "\\x" not in path or os.path.lexists(path):
        return path
    raw = _BYTES.sub(lambda found: os.fsdecode(bytes.fromhex(found[0].replace("\\x", ""))), path)
    return raw if os.path.lexists(raw) else path
