from __future__ import annotations

import pytest
from layer_kit import Inner, RetryingHost, retrying

from floworch.actions.context import Context
from floworch.middleware.backoff import between_attempts


async def test_a_layer_leaves_before_the_wait_and_is_back_before_the_next_attempt() -> None:
    story: list[str] = []

    async def back() -> None:
        story.append("back")

    async def inner(ctx: Context) -> str:
        story.append(f"attempt {ctx.attempt}")
        if ctx.attempt == 1:
            raise ConnectionError("gone")
        return "done"

    ctx = RetryingHost(1, between=lambda: story.append("waiting")).context()
    with between_attempts(ctx, lambda error: story.append(f"leave: {error}"), back) as held:
        assert await retrying(inner)(ctx) == "done"
        assert held()
    assert story == ["attempt 1", "leave: gone", "waiting", "back", "attempt 2"]


async def test_after_the_last_attempt_it_is_not_back() -> None:
    ctx = RetryingHost(0).context()
    with between_attempts(ctx, None, None) as held:
        with pytest.raises(ConnectionError):
            await retrying(Inner(ConnectionError("gone")))(ctx)
        assert not held()


async def test_the_attempt_reaches_the_context_of_a_layer_whose_inner_one_calls_on_with_a_copy() -> None:
    ctx = RetryingHost(1).context()
    with between_attempts(ctx, None, None):
        await retrying(Inner(ConnectionError("gone"), "done"))(ctx.replace(params={"x": 1}))
    assert ctx.attempt == 2


async def test_afterwards_the_context_has_its_own_host_again() -> None:
    host = RetryingHost(1, secrets={"TOKEN": "t"})
    ctx = host.context()
    with between_attempts(ctx, None, None), between_attempts(ctx, None, None):
        assert ctx.secret("TOKEN") == "t"
        assert ctx.home("run") is host
    assert ctx._host is host
