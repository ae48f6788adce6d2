"""A small engine whose runs do exactly what a test says, for everything that stands around an engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from floworch.actions.registry import registry
from floworch.errors import UsageError
from floworch.model import codec
from floworch.model.workflow import Workflow
from floworch.run.events import Event, EventKind
from floworch.run.explanation import Choice, Explanation, Form, Plan
from floworch.run.state import RunState
from floworch.run.status import RunStatus
from floworch.store.memory import MemoryStore
from floworch.store.protocol import RunHeader

AT = 1_700_000_000.0


class FakeRun:
    """A run handle driven by ``emit``."""

    def __init__(self, engine: FakeEngine, header: RunHeader, log: Any) -> None:
        self.run_id = header.run_id
        self.header = header
        self.fold = RunState.of(header)
        self.calls: list[tuple[Any, ...]] = []
        self.registry = registry
        self._engine = engine
        self._log = log
        self._subscribers: list[Callable[[list[Event]], None]] = []
        self._stopped = asyncio.Event()

    def emit(self, *kinds: EventKind | tuple[EventKind, int, dict[str, Any] | None]) -> None:
        """Journal and publish one batch; a tuple is ``(kind, node, payload)``."""
        batch = []
        for spec in kinds:
            kind, node, payload = spec if isinstance(spec, tuple) else (spec, -1, None)
            event = Event(self.fold.seq, AT + self.fold.seq, int(kind), node, int(node >= 0), (), payload)
            self.fold.apply(event)
            batch.append(event)
        self._log.append(batch)
        for callback in list(self._subscribers):
            callback(batch)

    @property
    def subscribers(self) -> int:
        return len(self._subscribers)

    def subscribe(self, callback: Callable[[list[Event]], None], from_seq: int = 0) -> Callable[[], None]:
        past = list(self._engine.store.events(self.run_id, from_seq))
        if past:
            callback(past)
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    async def stopped(self) -> None:
        await self._stopped.wait()

    def release(self) -> None:
        """The engine lets go of the run."""
        self._log.close()
        self._engine.running.pop(self.run_id, None)
        for hook in list(self._engine.on_released):
            hook(self)
        self._stopped.set()


class FakeEngine:
    """The part of Engine that hosts use."""

    def __init__(self, store: Any = None) -> None:
        self.store = store if store is not None else MemoryStore()
        self.running: dict[str, FakeRun] = {}
        self.on_owned: list[Callable[[Any], None]] = []
        self.on_released: list[Callable[[Any], None]] = []
        self.calls: list[tuple[Any, ...]] = []
        self.registry = registry
        self.closed = False

    async def start(
        self, workflow: Workflow, inputs: dict[str, Any] | None = None, run_id: str | None = None, **options: Any
    ) -> Any:
        self.calls.append(("start", run_id, options))
        if options.get("explain"):
            form = Form(tuple(options.get("to", ())), (), bool(options.get("only_changed")))
            return Explanation(workflow.id, form, "one", {"a": Choice(Plan.RUNS, "because")})
        text = codec.dumps(workflow).encode()
        header = RunHeader(
            run_id or "r-1",
            workflow.id,
            text,
            "hash",
            dict(inputs or {}),
            tuple(workflow.nodes),
            AT,
            "1",
            dict(options),
        )
        run = FakeRun(self, header, self.store.create(header))
        self.running[run.run_id] = run
        for hook in list(self.on_owned):
            hook(run)
        run.emit((EventKind.RUN_CREATED, -1, {"workflow": workflow.id, "inputs": header.inputs}), EventKind.RUN_STARTED)
        return run

    def live(self, run_id: str) -> FakeRun | None:
        return self.running.get(run_id)

    def handles(self) -> list[FakeRun]:
        return list(self.running.values())

    async def resume(self, run_id: str, workflow: Any = None, *, in_doubt: str | None = None) -> None:
        self.calls.append(("resume", run_id, in_doubt))
        if run_id in self.running:
            raise UsageError(f"Run '{run_id}' is already running.", "Pause it first.")

    async def retry(self, run_id: str) -> None:
        self.calls.append(("retry", run_id))

    async def step(self, run_id: str, node: str | None = None, *, item: int | None = None) -> None:
        self.calls.append(("step", run_id, node, item))

    async def pause(self, run_id: str, now: bool = False) -> None:
        self.calls.append(("pause", run_id, now))

    async def cancel(self, run_id: str, compensate: bool = True) -> None:
        self.calls.append(("cancel", run_id, compensate))

    async def signal(self, run_id: str, name: str, payload: Any = None) -> None:
        self.calls.append(("signal", run_id, name, payload))

    async def approve(self, run_id: str, node: str, comment: str = "", by: str = "", item: Any = None) -> None:
        self.calls.append(("approve", run_id, node, comment, item))

    async def reject(self, run_id: str, node: str, comment: str = "", by: str = "", item: Any = None) -> None:
        self.calls.append(("reject", run_id, node, comment, item))

    async def submit(self, run_id: str, node: str, values: Any, by: str = "", item: Any = None) -> None:
        self.calls.append(("submit", run_id, node, values, item))

    async def close(self) -> None:
        self.closed = True
        for run in list(self.running.values()):
            if run.fold.status is RunStatus.RUNNING:
                run.emit(EventKind.RUN_PAUSING, EventKind.RUN_PAUSED)
            run.release()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def make_engine() -> type[FakeEngine]:
    return FakeEngine


@pytest.fixture
def workflow() -> Workflow:
    return codec.loads('{"id": "w", "nodes": {"a": {"action": "util.log"}, "b": {"action": "util.log"}}, "edges": []}')
