"""What a function is made of, as a few hex digits: the same in every process that makes the same function.

Functions without a name that leads back to them (lambdas, local functions, those wrapped in layers) are told apart by
it. It covers the code, the defaults and what the function has closed over: plain values by their text, functions and
models by what they are made of in turn, any other object by its type alone.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from pydantic import BaseModel

from floworch.actions.spec import ActionSpec

#: How far what is closed over is followed; deeper than layers around layers around a function.
_DEPTH = 40
_LONG = 2**64
_PLAIN = (str, bytes, int, float, complex, bool, type(None))


def fingerprint(function: Any) -> tuple[str, bool]:
    """``(hex digits, whole)`` for what a callable is made of.

    ``whole`` says that nothing was left out: what is in a list, say, or in some other object, is not looked at.
    """
    reader = _Reader()
    reader.read(function, _DEPTH)
    text = "\n".join(reader.parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12], reader.whole


class _Reader:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.whole = True
        self._seen: dict[int, int] = {}  # functions by identity: they may hold each other, and share what they hold

    def read(self, value: Any, depth: int) -> None:
        """Note what a value is made of; a function that was met before is named by its number."""
        self.parts.append(type(value).__qualname__)
        if isinstance(value, FunctionType):
            if (number := self._seen.get(id(value))) is not None:
                self.parts.append(f"seen {number}")
                return
            self._seen[id(value)] = len(self._seen)
        if isinstance(value, _PLAIN):
            # In hexadecimal, as the interpreter refuses to write long integers in decimal.
            self.parts.append(hex(value) if isinstance(value, int) and abs(value) > _LONG else repr(value))
            return
        inner = _inner(value) if depth > 0 else None
        if inner is None:
            self.whole = False
            return
        for part in inner:
            self.read(part, depth - 1)


def _inner(value: Any) -> tuple[Any, ...] | None:
    """The parts of a value that cannot change; None for what can, or is not known."""
    for kind, parts in _PARTS:
        if isinstance(value, kind):
            return parts(value)
    made_of: Callable[[], tuple[Any, ...]] | None = getattr(value, "made_of", None)
    return made_of() if made_of is not None else None


def _of_function(value: FunctionType) -> tuple[Any, ...]:
    defaults = (value.__defaults__ or (), tuple((value.__kwdefaults__ or {}).items()))
    closed = tuple(map(_content, value.__closure__ or ()))
    return (value.__module__, value.__qualname__, value.__code__, defaults, closed)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return None


def _type_name(value: Any) -> str:
    return type(value).__qualname__


_PARTS: tuple[tuple[type, Callable[[Any], tuple[Any, ...]]], ...] = (
    (FunctionType, _of_function),
    (CodeType, lambda code: (code.co_code, code.co_names, code.co_varnames, code.co_consts)),
    (functools.partial, lambda made: (made.func, made.args, tuple(made.keywords.items()))),
    (ActionSpec, lambda spec: (spec.id, spec.fn)),
    (type, lambda found: (found.__module__, found.__qualname__)),
    (tuple, tuple),
    (frozenset, lambda found: tuple(sorted(map(repr, found)))),
    (BaseModel, lambda model: (type(model), model.model_dump_json(fallback=_type_name))),
)
