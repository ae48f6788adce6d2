"""Expressions: compiling them once, evaluating them for every node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from floworch.expr import compile_condition, compile_value
from floworch.testing.bench.measure import Row, Scale, medians

_VALUES: dict[str, Any] = {
    "inputs": {"order": {"id": "o-1", "amount": 12, "lines": [{"price": 3}, {"price": 4}]}, "limit": 10},
    "data": {"total": 5},
    "nodes": {"pay": {"output": {"id": 7}, "status": "completed", "error": None}},
}
EXPRESSIONS = {
    "a plain path": "{{ nodes.pay.output.id }}",
    "arithmetic": "{{ inputs.order.amount * 2 + data.total }}",
    "text with two places": "order {{ inputs.order.id }} of {{ inputs.order.amount }}",
    "a filter": "{{ inputs.order.lines | length }}",
}


def measure(scale: Scale) -> list[Row]:
    """Rows of the suite ``expression``."""
    works: dict[str, Callable[[], object]] = {}
    turns = max(1, scale.turns // 10)
    for name, text in EXPRESSIONS.items():
        compiled = compile_value(text)
        works[f"evaluate {name}"] = _many(lambda compiled=compiled: compiled.evaluate(_VALUES), turns)  # type: ignore[misc]
    condition = compile_condition("{{ inputs.order.amount > inputs.limit }}")
    works["evaluate a condition"] = _many(lambda: condition.evaluate(_VALUES), turns)
    numbers = iter(range(10**9))
    works["compile arithmetic"] = _many(lambda: compile_value(f"{{{{ inputs.limit + {next(numbers)} }}}}"), turns)
    return [Row(name, spent / turns * 1e6, "µs") for name, spent in medians(works, scale.rounds).items()]


def _many(work: Callable[[], object], turns: int) -> Callable[[], object]:
    def repeat() -> None:
        for _ in range(turns):
            work()

    return repeat
