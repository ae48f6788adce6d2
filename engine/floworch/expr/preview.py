"""Evaluating an expression while it is typed: as in a run, but stopped after a few milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from floworch.expr.compiled import Compiled, _Dynamic, compile_text

#: Steps that a preview may take.
FUEL = 200_000


class _Short(_Dynamic):
    """An expression or a template that is stopped early."""

    __slots__ = ()
    fuel = FUEL


def compile_preview(text: str, bare: bool = False) -> Compiled:
    """Compile one text for previews.

    Args:
        text: A text with expressions in braces.
        bare: It is an expression without braces.

    Raises:
        ExpressionError: It does not parse; ``offset`` is the place in ``source``.
    """
    found = compile_text("{{ " + text + " }}" if bare else text)
    return _Short(found.source, found.whole) if isinstance(found, _Dynamic) else found


def evaluate_short(text: str, context: Mapping[str, Any], bare: bool = False) -> Any:
    """The value of a text in a context.

    Raises:
        ExpressionError: It does not parse, something is missing, or it takes too long.
    """
    return compile_preview(text, bare).evaluate(context)
