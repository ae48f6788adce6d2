"""Requests to stop that are swallowed (C4.5, C7.3)."""

from __future__ import annotations

import asyncio

import pytest
from engine_kit import until

from floworch.actions import asking
from floworch.actions.asking import Reminder, ask_again


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 0.001)


async def swallow(over: asyncio.Event, requests: list[str]) -> None:
    while not over.is_set():
        try:
            await over.wait()
        except asyncio.CancelledError:
            requests.append("stop")


async def test_a_task_is_given_up_after_so_many_requests() -> None:
    over, requests, given_up = asyncio.Event(), list[str](), asyncio.Event()
    task = asyncio.create_task(swallow(over, requests), name="deaf")
    await asyncio.sleep(0)
    task.cancel()
    async with asyncio.timeout(30):
        ask_again(task, lambda: True, given_up.set)
        await given_up.wait()
        await asyncio.sleep(0)
    assert len(requests) == asking.MOST_ASKED
    over.set()
    await task


async def test_nobody_asks_when_it_has_ended_or_is_wanted_no_more() -> None:
    over, requests = asyncio.Event(), list[str]()
    task = asyncio.create_task(swallow(over, requests), name="deaf")
    await asyncio.sleep(0)
    looked: list[bool] = []
    ask_again(task, lambda: bool(looked.append(True)), requests.clear)
    await until(lambda: looked)
    assert requests == []
    over.set()
    await task


async def test_a_reminder_leaves_the_task_as_the_timeout_left_it() -> None:
    over, requests, given_up = asyncio.Event(), list[str](), list[str]()

    def give_up() -> None:
        given_up.append("once")
        over.set()

    task = asyncio.current_task()
    assert task is not None

    async def bounded() -> None:
        async with asyncio.timeout(0.001) as limit:
            reminder = Reminder(limit, 0.001, give_up)
            try:
                await swallow(over, requests)
                await asyncio.Event().wait()
            finally:
                reminder.end()

    with pytest.raises(TimeoutError):
        await bounded()
    assert given_up == ["once"]
    assert not task.cancelling()
