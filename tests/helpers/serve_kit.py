"""Services in tests: workflows that are served by a real engine over stores in memory, with time that skips."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from engine_kit import Kit

from floworch import Engine
from floworch.clock import Clock
from floworch.model.codec import loads
from floworch.serve.ledger import Ledger
from floworch.serve.served import Served, serve_plan
from floworch.serve.service import Service

#: The 1st of January 2026, 12:00 UTC.
NOON = 1_767_268_800.0


async def deaf(path: str, deep: bool, changed: asyncio.Event) -> None:
    """Hears of no change: the service looks again when its time has come."""
    changed.set()  # it listens
    await asyncio.Event().wait()


class ServeKit(Kit):
    """Everything that survives a restart of a service, and what it said.

    Attributes:
        ledger: What the services remember. said: ``(event, facts)`` of every line.
    """

    def __init__(self, **actions: Callable[..., Any]) -> None:
        super().__init__(**actions)
        self.clock._now = NOON - 60
        self.ledger = Ledger(None)
        self.said: list[tuple[str, dict[str, Any]]] = []

    def say(self, event: str, **facts: Any) -> None:
        self.said.append((event, facts))

    def told(self, event: str, fact: str = "run_id") -> list[Any]:
        """One fact of every line about an event."""
        return [facts.get(fact) for each, facts in self.said if each == event]

    def plan(self, nodes: dict[str, Any], *edges: str, folder: Path | None = None, name: str = "w") -> Served:
        """A workflow to serve; an edge is ``a>b``."""
        pairs = [edge.split(">") for edge in edges]
        links = [{"from": source, "to": target} for source, target in pairs]
        made = loads(json.dumps({"id": name, "nodes": nodes, "edges": links}))
        return serve_plan(made.at((folder or Path(tempfile.gettempdir())) / f"{name}.flow.json"), self.registry, {})

    def service(self, engine: Engine, *served: Served, clock: Clock | None = None, **options: Any) -> Service:
        options = {"hear": deaf, "token": "secret", **options}
        return Service(engine, self.ledger, served, self.say, clock or self.clock, **options)

    @asynccontextmanager
    async def serving(self, *served: Served, real: bool = False, **options: Any) -> AsyncIterator[Service]:
        """A service at work; it is stopped in order at the end. ``real``: with the computer's own time."""
        from floworch.clock import SystemClock

        clock: Any = SystemClock() if real else self.clock
        service = self.service(self.engine(clock=clock), *served, clock=clock, **options)
        stop = asyncio.Event()
        task = asyncio.create_task(service.run(stop))
        try:
            await self.until(lambda: len(self.told("serving")) >= sum(len(each.triggers) for each in served), task)
            yield service
        finally:
            stop.set()
            self.left = await task
            self.said = [line for line in self.said if line[0] != "serving"]

    async def until(self, met: Callable[[], bool], task: asyncio.Task[Any] | None = None) -> None:
        """Let the loop go on until something holds."""
        async with asyncio.timeout(20):
            while not met():
                if task is not None and task.done():
                    task.result()
                await asyncio.sleep(0)


def schedule(**params: Any) -> dict[str, Any]:
    """A trigger.schedule, hourly in UTC unless it is said otherwise."""
    return {"action": "trigger.schedule", "params": {"cron": "0 * * * *", "tz": "UTC", **params}}


def webhook(**params: Any) -> dict[str, Any]:
    """A trigger.webhook at ``/x``."""
    return {"action": "trigger.webhook", "params": {"path": "/x", **params}}
