"""A plain function may give back a coroutine: that of the function it was put around."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

import pytest

from floworch import WorkflowBuilder, composite, map_items, retry


def counted(function: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator as people write it, which knows nothing of coroutines."""

    @functools.wraps(function)
    def around(*args: Any, **named: Any) -> Any:
        return function(*args, **named)

    return around


@counted
async def double(value: int) -> list[Any]:
    return [value * 2, threading.current_thread() is threading.main_thread()]


@pytest.mark.parametrize(
    ("action", "given", "expected"),
    [
        (double, {"value": 4}, [8, True]),
        (retry(3, delay=0)(double), {"value": 4}, [8, True]),
        (composite([double]), {"value": 4}, [8, True]),
        (map_items(double), {"items": [1, 2]}, [[2, True], [4, True]]),
    ],
    ids=["function", "retry", "composite", "map_items"],
)
def test_the_coroutine_of_a_decorated_function_is_awaited_on_the_loop(
    action: Callable[..., Any], given: dict[str, Any], expected: Any
) -> None:
    result = WorkflowBuilder("w").node("a", action, params=given).build().run()
    assert result.nodes["a"].output == expected, result.error
