"""One case of bad input."""

from __future__ import annotations

from typing import Any

#: Action, parameters, kind of the error (empty: of an expression), its message to the letter, and how its hint begins.
Case = tuple[str, dict[str, Any], str, str, str]
