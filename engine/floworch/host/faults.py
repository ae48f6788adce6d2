"""Errors across the control channel: the same class, message and hint on the other side."""

from __future__ import annotations

from typing import Any

from floworch import errors
from floworch.errors import ActionError, ErrorKind, FlowError
from floworch.model.problem import Problem

#: Attributes beyond message, hint and problems that travel with an error when it has them.
_EXTRAS = ("owner", "file", "offset", "expected", "found", "source", "kind", "retry_after",
           "migration")  # fmt: skip
_ABSENT = object()


def pack_error(error: BaseException) -> dict[str, Any]:
    """Return an error as a JSON object.

    An error that is not a FlowError becomes a FlowError that names its type: it is a bug in the engine process, and
    the asking process must still get one sentence.
    """
    if not isinstance(error, FlowError):
        return {
            "type": "FlowError",
            "message": f"The engine process met an unexpected {type(error).__name__}: {error}",
            "hint": "Please report this; the engine process itself goes on.",
            "exit_code": 1,
        }
    packed: dict[str, Any] = {
        "type": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "exit_code": error.exit_code,
    }
    if error.problems:
        packed["problems"] = [p.to_json() for p in error.problems if isinstance(p, Problem)]
    for name in _EXTRAS:
        value = getattr(error, name, _ABSENT)
        if isinstance(value, str):
            packed[name] = str(value)  # an ErrorKind becomes its word
        elif isinstance(value, (int, float, dict, type(None))):
            packed[name] = value
    return packed


def unpack_error(packed: dict[str, Any]) -> FlowError:
    """Return the error that ``pack_error`` described; an unknown class becomes a plain FlowError."""
    found = getattr(errors, str(packed.get("type")), FlowError)
    cls = found if isinstance(found, type) and issubclass(found, FlowError) else FlowError
    # Subclasses take other constructor arguments; the base initialiser sets what all of them share.
    error = cls.__new__(cls)
    problems = [Problem(**{key: p.get(key) for key in _PROBLEM_KEYS}) for p in packed.get("problems") or ()]
    FlowError.__init__(error, str(packed.get("message", "")), str(packed.get("hint", "")), problems)
    for name in _EXTRAS:
        if name in packed:
            setattr(error, name, packed[name])
    if isinstance(error, ActionError):
        error.kind = ErrorKind(packed.get("kind", ErrorKind.PROCESSING))
    if cls is FlowError and isinstance(packed.get("exit_code"), int):
        error.exit_code = packed["exit_code"]
    return error


_PROBLEM_KEYS = ("code", "severity", "path", "message", "fix", "node")
