"""Parameters that are conditions: an expression with or without braces, also inside a list of rows.

An action marks them once, in ``condition_params``: ``condition`` is a parameter, ``cases[].when`` the field ``when`` of
every row of the list ``cases``. Whatever evaluates, checks or reads parameters asks here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from floworch.expr import Compiled, compile_condition, compile_value, is_template
from floworch.model.values import with_guests

_ROWS = "[]."


def compile_param(marks: Collection[str], name: str, value: Any) -> Compiled:
    """Compile one parameter of an action whose ``condition_params`` are ``marks``.

    Raises:
        ExpressionError: An expression in it does not parse, or a condition is none.
    """
    if name in marks:
        return compile_condition(value)
    if isinstance(value, (Mapping, list)):
        value = with_guests(value)
    return compile_value(_with_braces(marks, name, value) if marks else value)


def bare_conditions(marks: Collection[str], name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Conditions without braces in the rows of a parameter: ``("[0].when", text)`` each."""
    for field in _fields(marks, name):
        for number, row in enumerate(value if isinstance(value, list) else ()):
            if isinstance(row, Mapping) and _is_bare(row.get(field)):
                yield f"[{number}].{field}", row[field]


def _with_braces(marks: Collection[str], name: str, value: Any) -> Any:
    if not isinstance(value, list):
        return value
    for field in _fields(marks, name):
        value = [
            {**row, field: f"{{{{ {row[field]} }}}}"} if isinstance(row, Mapping) and _is_bare(row.get(field)) else row
            for row in value
        ]
    return value


def _fields(marks: Collection[str], name: str) -> list[str]:
    start = name + _ROWS
    return [mark.removeprefix(start) for mark in marks if mark.startswith(start)]


def _is_bare(text: Any) -> bool:
    return isinstance(text, str) and bool(text.strip()) and not is_template(text)
