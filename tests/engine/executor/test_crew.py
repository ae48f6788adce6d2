"""Worker coroutines (C2.5, architecture decision 4)."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

from engine_kit import until

from floworch.executor.crew import Crew
from floworch.run.commands import Command, Op


def starts(*nodes: int) -> list[Command]:
    return [Command(Op.START, node) for node in nodes]


async def test_starts_run_side_by_side_up_to_the_limit() -> None:
    running: list[int] = []
    most = 0
    gate = asyncio.Event()

    async def attempt(command: Command) -> None:
        nonlocal most
        running.append(command.node)
        most = max(most, len(running))
        await gate.wait()
        running.remove(command.node)

    crew = Crew(3, attempt, lambda: 0, lambda error: None, "crew")
    crew.give(starts(*range(10)))
    await until(lambda: len(running) == 3)
    gate.set()
    await until(lambda: not running and not crew.todo)
    assert most == 3
    await crew.close()


async def test_what_an_attempt_raises_is_reported_and_others_take_over() -> None:
    """A worker never dies in silence."""
    broke: list[Exception] = []
    ran: list[int] = []

    async def attempt(command: Command) -> None:
        if command.node == 0:
            raise RuntimeError("a bug")
        ran.append(command.node)

    crew = Crew(1, attempt, lambda: 0, broke.append, "crew")
    crew.give(starts(0))
    await until(lambda: broke)
    await asyncio.sleep(0)
    crew.give(starts(1))
    await until(lambda: ran)
    await crew.close()


async def test_close_cancels_what_runs_and_forgets_the_rest() -> None:
    entered: list[int] = []

    async def attempt(command: Command) -> None:
        entered.append(command.node)
        await asyncio.Event().wait()

    crew = Crew(1, attempt, lambda: 0, lambda error: None, "crew")
    crew.give(starts(1, 2))
    await until(lambda: entered)
    await crew.close()
    assert entered == [1]


class Odd:
    """What refuses to be compared, as arrays do."""

    def __eq__(self, other: object) -> bool:
        raise ValueError("truth value is ambiguous")

    __hash__ = None  # type: ignore[assignment]


async def test_what_an_attempt_sets_in_its_context_no_other_one_sees() -> None:
    """C4.6: as with tasks of asyncio; a log context or a span that is not reset stays with its node."""
    var: ContextVar[object] = ContextVar("var", default="nothing")
    seen: list[object] = []
    hers = Odd()

    async def attempt(command: Command) -> None:
        seen.append(var.get())
        if command.node % 2:
            var.set(command.node if command.node % 3 else Odd())
        crew.inline = 1
        if command.node < 9:
            crew.give(starts(command.node + 1))
        crew.inline = 0

    for given in ("the caller's", hers):
        var.set(given)
        seen.clear()
        crew = Crew(1, attempt, lambda: 0, lambda error: None, "crew")
        crew.give(starts(0))
        await until(lambda: len(seen) == 10)
        await crew.close()
        assert [value is given for value in seen] == [True] * 10
