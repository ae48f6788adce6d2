"""Waiting for a place counts toward no timeout field (C15)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.workers import CodeJob
from floworch.executor.places import bounded_by, stand_still, waiting_for_place
from floworch.executor.processes import WorkerPool


async def test_time_stands_still_while_a_place_is_waited_for() -> None:
    free = asyncio.Event()
    async with asyncio.timeout(0.01) as limit:
        with bounded_by(limit):
            before = limit.when()
            with waiting_for_place():
                asyncio.get_running_loop().call_later(0.03, free.set)
                await free.wait()
            assert before is not None
            after = limit.when()
            assert after is not None
            assert after - before > 0.019


async def test_it_goes_on_once_and_the_attempt_still_times_out() -> None:
    async def late() -> None:
        async with asyncio.timeout(0.01) as limit:
            with bounded_by(limit):
                go_on = stand_still()
                stand_still()()  # it stands already
                assert limit.when() is None
                go_on()
                due = limit.when()
                go_on()
                assert limit.when() == due
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await late()


async def test_without_a_bound_nothing_happens() -> None:
    stand_still()()
    async with asyncio.timeout(None) as limit:
        with bounded_by(limit), waiting_for_place():
            assert limit.when() is None
            await asyncio.sleep(0)
        assert limit.when() is None


async def test_neither_the_queue_of_workers_nor_imports_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker is a slot, too: what waits for one has not begun."""
    (tmp_path / "slowly_imported.py").write_text("print('imported')\ndef work(): print('works')\n")
    monkeypatch.syspath_prepend(tmp_path)
    stands: dict[str, bool] = {}
    async with WorkerPool(1) as pool, asyncio.timeout(60) as limit:

        def look(kind: str, payload: Any) -> None:
            stands[payload] = limit.when() is None

        def leave() -> None:
            look("", "in the queue")
            pool._slots.release()

        with bounded_by(limit):
            await pool._slots.acquire()
            asyncio.get_running_loop().call_soon(leave)
            await pool.call("slowly_imported:work", {}, look)
            await pool.call(CodeJob("print('runs')"), {}, look)
    assert stands == {"in the queue": True, "imported": True, "works": False, "runs": False}
