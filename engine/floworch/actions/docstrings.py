"""What a docstring says about an action: its one-line summary and one help text per argument."""

from __future__ import annotations

import inspect
import re

_SECTION = re.compile(r"(Args|Arguments|Parameters|Returns?|Yields|Raises|Notes?|Examples?|Attributes):")
_ARGUMENT = re.compile(r"\*{0,2}(\w+)\s*(?:\([^)]*\))?:\s*(.*)")
_ARGS = {"Args", "Arguments", "Parameters"}


def summary_of(docstring: str | None) -> str:
    """Return the first paragraph's first line, stripped; or ''."""
    if not docstring:
        return ""
    for line in docstring.strip().splitlines():
        return line.strip()
    return ""


def argument_help(docstring: str | None) -> dict[str, str]:
    """Return ``{argument: help}`` from the Google-style ``Args:`` section; wrapped lines are joined by one space."""
    if not docstring:
        return {}
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    indent = -1
    inside = False
    for line in inspect.cleandoc(docstring).splitlines():
        section = _SECTION.fullmatch(line.rstrip())
        if section is not None:
            inside, indent, current = section[1] in _ARGS, -1, None
            continue
        if not inside or not line.strip():
            continue
        depth = len(line) - len(line.lstrip())
        if depth == 0:
            inside = False
            continue
        indent = depth if indent < 0 else indent
        argument = _ARGUMENT.fullmatch(line.strip()) if depth == indent else None
        if argument is not None:
            current = found.setdefault(argument[1], [])
            current.append(argument[2])
        elif current is not None:
            current.append(line.strip())
    return {name: " ".join(part for part in lines if part) for name, lines in found.items()}
