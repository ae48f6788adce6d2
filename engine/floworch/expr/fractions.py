"""Which operands of an expression give a fraction, told by the expression itself (contract C6.4).

The template engine knows 2.0 from 2 and hands out 2 for both, also to what stands for its growing operators: what
``2.0 * 3`` gives would be written as 6. So the operands that can be named again without doing anything again, paths
and numbers, tell it: ``a is float``. For what is worked out by a filter or a call nothing is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

#: Conditions that one operation is given at most; a sum of more operands is written as before.
MOST = 32
_FRACTION = re.compile(r"\d[\d_]*(?:\.\d[\d_]*)(?:[eE][+-]?\d+)?|\d[\d_]*[eE][+-]?\d+")
_NAME = re.compile(r"[A-Za-z_]\w*")
_INDEX = re.compile(r"\[\s*(?:\d+|'[^'\\]*'|\"[^\"\\]*\"|[A-Za-z_]\w*)\s*\]")
_NO_PATHS = frozenset({"true", "false", "none", "True", "False", "None", "not", "is", "in", "if", "else", "and", "or"})
ALWAYS = "true"

Split = Callable[[list[str], frozenset[str]], tuple[list[list[str]], list[str]]]


class Group(str):
    """Something in brackets that is rewritten already, with what tells whether it is a fraction."""

    __slots__ = ("fractions", "items")
    fractions: tuple[str, ...]
    items: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, text: str, fractions: Iterable[str], items: Iterable[tuple[str, ...]] = ()) -> Group:
        """A piece of code, with conditions of which one holds when its value is a fraction; ``items`` has those of
        each value between its commas, an object's without the keys."""
        made = cls(text)
        made.fractions = tuple(fractions)
        made.items = tuple(items)
        return made


class Sum:
    """What tells whether the operands that a sum has taken so far make a fraction."""

    def __init__(self, split: Split) -> None:
        self._split = split
        self._text = False
        self._found: dict[str, None] = {}

    def take(self, _operator: str, operand: list[str]) -> None:
        """One more operand, with the operator before it."""
        self._text = self._text or "~" in operand
        self._found |= dict.fromkeys(of_product(operand, self._split))

    def conditions(self) -> tuple[str, ...]:
        """Conditions of which one holds when it is a fraction; none when nothing is known."""
        return () if self._text else _few(self._found)


class Product:
    """The same for a product."""

    def __init__(self, split: Split) -> None:
        self._found: dict[str, None] = {}

    def take(self, operator: str, operand: list[str]) -> None:
        """One more operand, with the operator before it."""
        self._found |= dict.fromkeys([ALWAYS] if operator == "/" else of_operand(operand))

    def conditions(self) -> tuple[str, ...]:
        """Conditions of which one holds when it is a fraction; none when nothing is known."""
        return _few(self._found)


def of_sum(part: list[str], split: Split) -> tuple[str, ...]:
    """Conditions of which one holds when a sum, or a single operand, is a fraction; none when nothing is known."""
    return _of(part, split, Sum(split), frozenset({"+", "-"}))


def of_product(part: list[str], split: Split) -> tuple[str, ...]:
    """The same for a product."""
    return _of(part, split, Product(split), frozenset({"*", "/", "//", "%"}))


def _of(part: list[str], split: Split, known: Sum | Product, between: frozenset[str]) -> tuple[str, ...]:
    operands, operators = split(part, between)
    for operator, operand in zip(["", *operators], operands, strict=True):
        known.take(operator, operand)
    return known.conditions()


def _few(found: dict[str, None]) -> tuple[str, ...]:
    if ALWAYS in found:
        return (ALWAYS,)
    return tuple(found) if len(found) <= MOST else ()


def path_of(part: list[str]) -> str:
    """An operand as it can be named again without doing anything again; empty when it is no path."""
    pieces = [piece for piece in part if not piece.isspace()]
    return "".join(pieces) if _is_path(pieces) else ""


def of_operand(part: list[str]) -> tuple[str, ...]:
    """The same for one operand."""
    pieces = [piece for piece in part if not piece.isspace()]
    while pieces and pieces[0] in {"+", "-"}:
        del pieces[0]
    if len(pieces) == 1 and isinstance(pieces[0], Group):
        return pieces[0].fractions
    if len(pieces) == 1 and _FRACTION.fullmatch(pieces[0]):
        return (ALWAYS,)
    return (f"{''.join(pieces)} is float",) if _is_path(pieces) else ()


def listed(items: Iterable[Iterable[str]]) -> str:
    """Conditions of several values as code."""
    return "[" + ", ".join(f"[{', '.join(each)}]" for each in items) + "]"


def _is_path(pieces: list[str]) -> bool:
    if not pieces or not _NAME.fullmatch(pieces[0]) or pieces[0] in _NO_PATHS:
        return False
    place = 1
    while place < len(pieces):
        if pieces[place] == "." and place + 1 < len(pieces) and _NAME.fullmatch(pieces[place + 1]):
            place += 2
        elif _INDEX.fullmatch(pieces[place]):
            place += 1
        else:
            return False
    return True
