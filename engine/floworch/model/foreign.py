"""What a definition made by a program may hold and no file can: found before anything tries to write it (C6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from floworch.model.problem import Problem
from floworch.model.values import MAX_DEPTH, check_value


def foreign(data: Any) -> list[Problem]:
    """Every value in the data of a definition that is no value of contract C6.2, each with its place and type."""
    problems: list[Problem] = []
    _find(data, "", 0, problems)
    return problems


def _find(value: Any, path: str, depth: int, problems: list[Problem]) -> None:
    if depth > MAX_DEPTH:
        message = f"{path[:200]} is nested deeper than {MAX_DEPTH} levels, or holds itself."
        problems.append(Problem("too_deep", "error", path[:200], message, "Make it flatter."))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _find(item, f"{path}.{key}" if path else str(key), depth + 1, problems)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            _find(item, f"{path}[{number}]", depth + 1, problems)
    else:
        try:
            check_value(value, path)
        except TypeError as error:
            parts = path.split(".")
            node = parts[1] if parts[0] == "nodes" and len(parts) > 1 else None
            problems.append(Problem("foreign_value", "error", path, f"{error}.", "Use a JSON value.", node))
