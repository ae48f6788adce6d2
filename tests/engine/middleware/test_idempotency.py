from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from engine_kit import door
from layer_kit import Inner, bytes_in, foreach_with, kit_of, nodes_with, through, use

from floworch import ActionError, StoreError, UsageError, idempotency
from floworch.actions.context import Context
from floworch.middleware.idempotency import chip
from floworch.middleware.kept import FILE
from floworch.testing import FakeHost


async def test_work_that_was_completed_is_not_done_again_whichever_run_asks(tmp_path: Path) -> None:
    """(C5.3)"""
    inner, layer = Inner("paid", "again"), idempotency("{{ inputs.order }}")
    for run_id in ("one", "two"):
        host = FakeHost(path=tmp_path, inputs={"order": "o-1"})
        assert await through(layer, inner, host, run_id=run_id) == "paid"
    assert await through(layer, inner, FakeHost(path=tmp_path, inputs={"order": "o-2"})) == "again"
    assert await through(layer, inner, FakeHost(path=tmp_path, inputs={"order": "o-1"}), node="other") == "again"


async def test_failed_work_is_done_again(tmp_path: Path) -> None:
    host, inner, layer = FakeHost(path=tmp_path), Inner(ConnectionError("down"), "done"), idempotency("k")
    with pytest.raises(ConnectionError):
        await through(layer, inner, host)
    assert await through(layer, inner, host) == "done"


async def test_without_a_key_it_is_that_of_the_node_in_its_run() -> None:
    host, inner, layer = FakeHost(), Inner(1, 2, 3), idempotency()
    assert [await through(layer, inner, host, attempt=n) for n in (1, 2)] == [1, 1]
    assert await through(layer, inner, host, run_id="other") == 2
    assert await through(layer, inner, host, scope=(1,)) == 3


@pytest.mark.parametrize("empty", [None, ""])
async def test_an_empty_key_is_refused(empty: str | None) -> None:
    inner = Inner(1)
    with pytest.raises(ActionError, match="key is empty") as caught:
        await through(idempotency("{{ inputs.order }}"), inner, FakeHost(inputs={"order": empty}))
    assert (caught.value.kind, inner.calls) == ("validation_error", 0)


async def test_a_result_is_remembered_for_its_lifetime() -> None:
    host, inner, layer = FakeHost(now=0), Inner("old", "new"), idempotency("k", "1d")
    for now, result in ((0, "old"), (86_399, "old"), (86_400, "new")):
        host.time = now
        assert await through(layer, inner, host) == result


async def test_two_at_the_same_time_run_once_and_a_cancelled_one_lets_the_next_go() -> None:
    it, inner = door()
    host, layer = FakeHost(), idempotency("k")
    tasks = [asyncio.create_task(through(layer, inner, host)) for _ in range(3)]
    await it.wait_for()
    tasks[0].cancel()
    await it.wait_for(2)
    it.open()
    assert await asyncio.gather(*tasks[1:]) == ["through", "through"]
    assert (it.entered, it.stopped) == (2, 1)


async def test_results_are_kept_without_secrets(tmp_path: Path) -> None:
    host = FakeHost(path=tmp_path, secrets={"T": "hunter2"})
    layer = idempotency("hunter2")
    await through(layer, Inner({"token": "hunter2"}), host)
    assert b"hunter2" not in bytes_in(tmp_path)
    assert await through(layer, Inner(1), host) == {"token": "•••"}


async def test_when_earlier_results_cannot_be_read_nothing_runs(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, just some text that stands here" * 10)
    inner = Inner(1)
    with pytest.raises(StoreError, match="cannot be read"):
        await through(idempotency("k"), inner, FakeHost(path=tmp_path))
    assert inner.calls == 0


async def test_done_work_does_not_fail_because_its_result_could_not_be_kept() -> None:
    host = FakeHost()
    result = {1, 2}
    assert await through(idempotency("k"), Inner(result), host) is result
    assert "may be done again" in host.logs[0][1]


async def test_runs_and_items_of_a_real_engine() -> None:
    async def act(ctx: Context, n: int = 0) -> str:
        ran.append(ctx.run_id)
        return f"{ctx.run_id} {n}"

    ran: list[str] = []
    kit = kit_of(act)
    async with kit.engine() as engine:
        for run_id in ("one", "two"):
            run = await engine.start(nodes_with([use("idempotency", key="order-1", ttl="7d")]), run_id=run_id)
            assert (await run.result()).nodes["a"].output == "one 0"
        loop = foreach_with([use("idempotency", key="{{ params.n }}")], [1, 1, 2], params={"n": "{{ item }}"})
        result = await (await engine.start(loop, run_id="loop")).result()
    assert result.nodes["loop"].output == ["loop 1", "loop 1", "loop 2"]
    assert ran == ["one", "loop", "loop"]


def test_options_and_chip() -> None:
    with pytest.raises(UsageError):
        idempotency(ttl=0)
    assert [chip({}), chip({"ttl": "7d"}), chip({"ttl": 60})] == ["", "7d", "60s"]
