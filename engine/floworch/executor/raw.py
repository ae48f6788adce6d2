"""Raw ``expr[item]`` parameters: compiled once, evaluated for every item (contract C15)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from floworch.expr import Compiled, compile_value


@lru_cache(maxsize=256)
def _compiled(expression: str) -> Compiled:
    text = expression.strip()
    return compile_value(expression if "{{" in text else "{{ " + text + " }}")


def evaluate_raw(expression: str, names: Mapping[str, Any]) -> Any:
    """Evaluate a raw expression, with or without braces.

    Raises:
        ExpressionError: It does not parse or evaluate.
    """
    compiled = _compiled(expression)
    return compiled.value if compiled.constant else compiled.evaluate(names)
