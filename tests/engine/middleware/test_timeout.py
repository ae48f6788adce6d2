"""The timeout layer (C4.5, C15)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from layer_kit import kit_of, nodes_with, use

from floworch import ActionError, UsageError, timeout
from floworch.middleware.timeout import chip
from floworch.testing import FakeHost


async def call(layer: Any, inner: Any) -> Any:
    return await layer(inner, FakeHost().context())


async def test_what_is_in_time_passes() -> None:
    async def quick(ctx: Any) -> int:
        return 1

    assert await call(timeout("5s"), quick) == 1


async def test_what_is_late_is_cancelled_and_reported() -> None:
    stopped = []

    async def slow(ctx: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(True)

    with pytest.raises(ActionError, match="it took longer") as caught:
        await call(timeout(0.01), slow)
    assert caught.value.kind == "timeout_error"
    assert stopped


async def test_the_insides_own_timeout_error_is_its_own() -> None:
    """C4.5"""

    async def own(ctx: Any) -> None:
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        await call(timeout(60), own)


async def test_a_late_result_is_never_a_success() -> None:
    """C4.5"""

    async def swallows(ctx: Any) -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "late"
        return "never"

    with pytest.raises(ActionError):
        await call(timeout(0.01), swallows)


def test_bad_durations_and_chips() -> None:
    with pytest.raises(UsageError, match="soon"):
        timeout("soon")
    assert (chip({}), chip({"after": "5m"}), chip({"after": 2.5})) == ("30s", "5m", "2.5s")


async def test_a_timeout_around_a_retry_tells_the_error_whose_back_off_it_cut_short() -> None:
    """C4.5: it never hides the attempt's own error."""

    async def bad(ctx: Any) -> None:
        raise ConnectionError("refused")

    async def waits(ctx: Any) -> Any:
        try:
            return await bad(ctx)
        except ConnectionError:
            await asyncio.Event().wait()

    with pytest.raises(ActionError, match=r"it took longer than 0\.01 s; the error before that: refused") as caught:
        await call(timeout(0.01), waits)
    assert caught.value.kind == "timeout_error"
    assert isinstance(caught.value.__cause__, ConnectionError)


async def test_a_timeout_around_a_retry_counts_waits_that_a_clock_of_tests_skips() -> None:
    """C15: outside retry it bounds the whole."""

    async def act() -> None:
        raise ConnectionError("refused")

    kit = kit_of(act)
    zero = kit.clock.now()
    retry = {"max_attempts": 50, "delay": "30s", "backoff": 1, "jitter": 0}
    result = await kit.run(nodes_with([use("timeout", after="100s")], retry=retry))
    assert result.error is not None
    assert result.error["message"] == "it took longer than 100 s; the error before that: refused (connection_error)"
    assert (kit.clock.now() - zero, result.nodes["a"].attempts) == (100, 4)
    result = await kit_of(act).run(nodes_with([use("timeout", after="100s")], retry={**retry, "max_attempts": 3}))
    assert result.error is not None
    assert result.error["kind"] == "connection_error"
