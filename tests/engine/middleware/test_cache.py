from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from engine_kit import door
from layer_kit import Inner, bytes_in, foreach_with, kit_of, nodes_with, through, use

from floworch import Outcome, UsageError, Wait, cache, idempotency
from floworch.actions.context import Context
from floworch.middleware.cache import chip
from floworch.middleware.kept import FILE
from floworch.testing import FakeHost


async def test_the_same_parameters_give_the_kept_result_others_run() -> None:
    """(C5.3)"""
    host, inner, layer = FakeHost(), Inner([1], [2], [3]), cache()
    assert await through(layer, inner, host, params={"x": 1}) == [1]
    assert await through(layer, inner, host, params={"x": 1}) == [1]
    assert await through(layer, inner, host, params={"x": 2}) == [2]
    assert await through(layer, inner, host, params={"x": 1}, node="other") == [3]
    assert inner.calls == 3


async def test_a_key_decides_what_is_the_same() -> None:
    host, inner, layer = FakeHost(inputs={"day": 1}), Inner("a", "b"), cache("{{ inputs.day }}-{{ params.x }}")
    assert await through(layer, inner, host, params={"x": 1, "noise": 1}) == "a"
    assert await through(layer, inner, host, params={"x": 1, "noise": 2}) == "a"
    assert await through(layer, inner, host, params={"x": 2}) == "b"


async def test_a_result_is_good_for_its_lifetime() -> None:
    host, inner, layer = FakeHost(now=0), Inner("old", "new"), cache(ttl="1m")
    for now, result in ((0, "old"), (59, "old"), (60, "new")):
        host.time = now
        assert await through(layer, inner, host) == result


async def test_another_run_has_a_cache_of_its_own() -> None:
    inner, layer = Inner("one", "two"), cache()
    assert await through(layer, inner, FakeHost()) == "one"
    assert await through(layer, inner, FakeHost()) == "two"


async def test_ports_and_written_data_come_with_the_result() -> None:
    def writes(ctx: Context) -> Outcome:
        ctx.data.set("seen", True)
        return Outcome(1, "yes")

    host, layer = FakeHost(), cache()
    assert await through(layer, Inner(writes), host) == Outcome(1, "yes")
    host.workflow_data.delete("seen")
    assert await through(layer, Inner("never"), host) == Outcome(1, "yes")
    assert host.workflow_data.get("seen") is True


@pytest.mark.parametrize("first", [ConnectionError("down"), Wait("timer"), {1, 2}])
async def test_only_successful_json_outputs_are_kept(first: Any) -> None:
    host, inner, layer = FakeHost(), Inner(first, "second"), cache()
    try:
        await through(layer, inner, host)
    except ConnectionError:
        pass
    assert await through(layer, inner, host) == "second"


async def test_whoever_comes_while_the_first_runs_waits_for_its_result() -> None:
    it, inner = door()
    host, layer = FakeHost(), cache()
    tasks = [asyncio.create_task(through(layer, inner, host)) for _ in range(3)]
    await it.wait_for()
    tasks[2].cancel()
    it.open()
    assert await asyncio.gather(*tasks[:2]) == ["through", "through"]
    assert it.entered == 1


async def test_the_stores_results_are_on_disk_under_hashed_keys(tmp_path: Path) -> None:
    layer, inner = cache("{{ params.card }}", scope="store"), Inner("kept")
    for _ in range(2):
        assert await through(layer, inner, FakeHost(path=tmp_path), params={"card": "4111-1111"}) == "kept"
    assert inner.calls == 1
    assert b"4111" not in bytes_in(tmp_path)


async def test_the_results_of_a_store_in_memory_are_its_own() -> None:
    """A program finds nothing of another one, and nothing of a store that has gone."""
    host, layer, inner = FakeHost(), cache("k", scope="store"), Inner("first", "second")
    found = [await through(layer, inner, each) for each in (host, host, FakeHost())]
    assert found == ["first", "first", "second"]


async def test_idempotency_and_cache_keep_their_results_apart() -> None:
    host = FakeHost()
    await through(idempotency("k"), Inner("once"), host)
    assert await through(cache("k", scope="store"), Inner("kept"), host) == "kept"


async def test_a_result_with_a_secret_never_reaches_the_disk(tmp_path: Path) -> None:
    """(C6.5)"""
    host, inner = FakeHost(path=tmp_path, secrets={"T": "hunter2"}), Inner({"token": "hunter2"})
    for _ in range(2):
        await through(cache(scope="store"), inner, host)
    assert inner.calls == 2
    assert b"hunter2" not in bytes_in(tmp_path)


async def test_a_cache_that_does_not_work_is_left_out(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, just some text that stands here" * 10)
    host = FakeHost(path=tmp_path)
    assert await through(cache(scope="store"), Inner(1), host) == 1
    assert [(level, text.split(":")[0]) for level, text in host.logs] == [
        ("warning", "the cache could not be read"), ("warning", "the result could not be kept in the cache"),
    ]  # fmt: skip


async def test_equal_items_of_a_real_run_run_once() -> None:
    async def act(ctx: Context, n: int = 0) -> int:
        ran.append(n)
        await asyncio.sleep(0)
        return n * n

    ran: list[int] = []
    definition = foreach_with([use("cache", key="{{ params.n }}")], [2, 3, 2, 2], params={"n": "{{ item }}"})
    result = await kit_of(act).run(definition)
    assert result.nodes["loop"].output == [4, 9, 4, 4]
    assert sorted(ran) == [2, 3]


async def test_a_second_run_of_the_store_finds_the_first_ones(tmp_path: Path) -> None:
    async def act(ctx: Context) -> str:
        return ctx.run_id

    kit = kit_of(act)
    kit.store.path = tmp_path  # type: ignore[attr-defined]
    async with kit.engine() as engine:
        for run_id in ("one", "two"):
            run = await engine.start(nodes_with([use("cache", scope="store", ttl="1h")]), run_id=run_id)
            assert (await run.result()).nodes["a"].output == "one"


def test_options_and_chip() -> None:
    for wrong in ({"ttl": 0}, {"ttl": "soon"}, {"scope": "world"}):
        with pytest.raises(UsageError):
            cache(**wrong)  # type: ignore[arg-type]
    assert [chip({}), chip({"ttl": "5m"}), chip({"ttl": 2, "scope": "store"})] == ["", "5m", "2s, store"]
