"""The Context inside a worker process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from floworch.actions.context import Host
from floworch.errors import ActionError
from floworch.executor.worker_context import MessageHost, make_context


def tell(message: Mapping[str, Any]) -> None:
    """Drop a message."""


def test_it_is_a_host() -> None:
    assert isinstance(MessageHost(tell, lambda kind, payload: None), Host)


def test_fields_become_the_context() -> None:
    ctx = make_context(
        {
            "run_id": "r",
            "workflow_id": "w",
            "node": "n",
            "attempt": 3,
            "params": {"a": 1},
            "scope": [4, 2],
            "item": "x",
            "index": 2,
            "data": {"k": 1},
        },
        tell,
        lambda kind, payload: None,
    )
    assert (ctx.run_id, ctx.workflow_id, ctx.node, ctx.attempt) == ("r", "w", "n", 3)
    assert (ctx.scope, ctx.item, ctx.index, ctx.params) == ((4, 2), "x", 2, {"a": 1})
    assert ctx.data.get_int("k") == 1


def test_missing_fields_have_defaults() -> None:
    ctx = make_context({"run_id": "r", "workflow_id": "w", "node": "n"}, tell, lambda kind, payload: None)
    assert (ctx.attempt, ctx.scope, list(ctx.data.keys())) == (1, (), [])


def test_what_it_cannot_know_it_asks() -> None:
    asked: list[tuple[str, Any]] = []

    def ask(kind: str, payload: Any) -> Any:
        asked.append((kind, payload))
        return 12

    ctx = make_context({"run_id": "r", "workflow_id": "w", "node": "n"}, tell, ask)
    assert ctx.secret("TOKEN") == "12"
    assert ctx.evaluate("item.a", {"a": 1}) == 12
    assert ctx.render("{{ x }}", {"x": 1}) == "12"
    assert ctx.now() == 12.0
    assert ctx.upstream() == 12
    assert MessageHost(tell, ask).condition(ctx, "a > 1") is True
    assert asked == [
        ("secret", "TOKEN"),
        ("evaluate", {"expression": "item.a", "item": {"a": 1}}),
        ("render", {"template": "{{ x }}", "values": {"x": 1}, "autoescape": False}),
        ("now", None),
        ("upstream", None),
        ("condition", "a > 1"),
    ]


async def test_another_attempt_is_not_a_bodys_business() -> None:
    ctx = make_context({"run_id": "r", "workflow_id": "w", "node": "n"}, tell, lambda kind, payload: None)
    with pytest.raises(ActionError, match="cannot ask for another attempt"):
        await ctx.retry(ValueError(), None)
