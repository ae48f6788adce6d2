"""Prepared parameters and outputs as plain JSON values, for schemas, hashes and files."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic_core import to_jsonable_python


def plain(value: Any) -> Any:
    """Return a value as null, bool, numbers, text, lists and objects.

    Paths, dates and decimals become text, bytes base64, models and dataclasses objects; anything else its ``str``.
    """
    return to_jsonable_python(value, bytes_mode="base64", fallback=str)


def digest(*parts: Any) -> str:
    """Return the sha256 of values as 64 hex digits: equal for equal values, whatever the order of object keys."""
    text = json.dumps([plain(part) for part in parts], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def duration_text(value: Any) -> str:
    """Return a duration as written in a definition for a card: ``30s``; empty for what is none."""
    if isinstance(value, str):
        return value
    return f"{value:g}s" if isinstance(value, (int, float)) else ""
