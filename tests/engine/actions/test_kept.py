"""``Context.state`` and ``Context.heartbeat``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from engine_kit import Kit, chain

from floworch.actions.context import Context
from floworch.actions.library.util_state import util_state
from floworch.errors import ActionError
from floworch.testing import FakeHost, run_action
from floworch.testing.actions import call_action


def test_values_are_read_kept_counted_and_removed() -> None:
    host = FakeHost()

    def act(ctx: Context) -> list[Any]:
        state = ctx.state
        state.set("cursor", {"page": 3})
        counts = [state.increment("n"), state.increment("n", 5), state.increment("n", scope="global")]
        state.delete("gone")
        found = [state.get("cursor"), state.get("gone", "nothing"), state.get("n")]
        state.delete("cursor")
        return [*counts, *found, state.get("cursor")]

    assert run_action(act, host) == [1, 6, 1, {"page": 3}, "nothing", 6, None]
    assert run_action(util_state, host, key="n") == {"value": 6, "existed": True}, "the values of util.state"


def test_an_increment_counts_once_however_often_its_attempt_is_repeated() -> None:
    host, tried = FakeHost(), []

    def act(ctx: Context) -> list[float]:
        tried.append(ctx.attempt)
        ctx.state.set("last", ctx.attempt)
        return [ctx.state.increment("n"), ctx.state.increment("n")]

    assert asyncio.run(call_action(act, {}, host, attempt=1)) == [1, 2]
    assert asyncio.run(call_action(act, {}, host, attempt=2)) == [1, 2]
    assert run_action(util_state, host, key="n")["value"] == 2
    assert run_action(util_state, host, key="last")["value"] == 2, "what is set again is set again"


@pytest.mark.parametrize("place", ["loop", "thread", "process"])
async def test_they_outlive_the_run_wherever_the_body_runs(place: str, tmp_path: Path) -> None:
    from floworch.store.journal.opening import open_directory

    kit = Kit()
    if place == "loop":

        async def act(ctx: Context) -> float:
            return ctx.state.increment("n", 2)

        kit.add("act", act)
    else:
        kit.add("act", count_by_two, run_on=place)
    store = open_directory(tmp_path)
    for number in (1, 2):
        async with kit.engine(store=store) as engine:
            result = await (await engine.start(chain("act"), run_id=f"r{number}")).result()
        assert result.nodes["a"].output == 2 * number


def count_by_two(ctx: Context) -> float:
    """A body for a worker process."""
    return ctx.state.increment("n", 2)


def test_a_secret_is_not_kept() -> None:
    def act(ctx: Context) -> None:
        ctx.state.set("token", ctx.secret("TOKEN"))

    with pytest.raises(ActionError, match="holds a secret"):
        run_action(act, FakeHost(secrets={"TOKEN": "s3cret-value"}))


def test_a_heartbeat_shows_where_the_body_is_and_ends_one_that_is_asked_to_stop() -> None:
    host = FakeHost()

    def act(ctx: Context) -> str:
        ctx.heartbeat()
        ctx.heartbeat("half way")
        host.cancel_reason = "the run was cancelled"
        ctx.heartbeat()
        return "never"

    with pytest.raises(ActionError, match="asked to stop: the run was cancelled") as caught:
        run_action(act, host)
    assert caught.value.kind == "cancelled"
    assert host.progressed == [(None, "half way")]
