"""The shell around one run's scheduler: it feeds stimuli in and obeys the commands that come out."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from floworch.errors import StoreError, text_of
from floworch.executor.attempts import Attempts
from floworch.executor.bodies import OffLoop
from floworch.executor.children import Children
from floworch.executor.compensations import Compensations
from floworch.executor.crew import Crew
from floworch.executor.environment import Environment
from floworch.executor.gate import DurableGate
from floworch.executor.library import Library
from floworch.executor.outputs import run_outputs
from floworch.executor.prepare import Prepared
from floworch.executor.publisher import Publisher
from floworch.executor.secrets import Secrets
from floworch.executor.services import Services
from floworch.executor.settings import crashes_of, recorded_folder
from floworch.executor.timers import Timers
from floworch.executor.verdicts import break_verdict, verdict_of
from floworch.run.commands import Command, Op
from floworch.run.events import Event, EventKind
from floworch.run.scheduler import Scheduler
from floworch.run.state import RunState, Scope
from floworch.run.status import RunStatus

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from floworch.actions.context import Context
    from floworch.actions.registry import Registry
    from floworch.clock import Clock
    from floworch.executor.children import Runs
    from floworch.store.protocol import RunLog, RunStore


_START = int(Op.START)


@dataclass(frozen=True, slots=True)
class Resources:
    """What an engine lends to its runs."""

    clock: Clock
    registry: Registry
    threads: Callable[[], ThreadPoolExecutor]
    store: RunStore
    runs: Runs | None = None


class RunDriver:
    """Drives one run in this process until it stops.

    Args:
        prepared, state, log: The run: its compiled definition, its fold so far and its open journal.
        limit: Slots (C2.5).
        resources: Clock, actions and threads.
        breakpoints: Whether breakpoints are honoured (C7.7).

    Attributes:
        publisher: Confirmed events for whoever watches.
        folder: The folder that the run was started in, where relative paths of its actions start.
        suspended: Set while everything alive waits for something outside.
        stopped: Set when the run does nothing more in this process and its journal is closed.
        failure: The StoreError that stopped it, or None.
    """

    def __init__(
        self, prepared: Prepared, state: RunState, log: RunLog, limit: int, resources: Resources,
        breakpoints: bool = True,
    ) -> None:  # fmt: skip
        self.plan = plan = prepared.plan
        self.steps = prepared.steps
        self.state = state
        self.log = log
        own = prepared.beside
        self.resources = resources if own is None else replace(resources, registry=own.registry)
        self.now = resources.clock.now
        self.loop = asyncio.get_running_loop()
        self.scheduler = Scheduler(plan, state, limit)
        self.scheduler.core.most_crashes = crashes_of(plan.workflow)
        if not breakpoints:
            self.scheduler.core.watch = None
        self.publisher = Publisher(state.seq)
        self._ended_at = state.seq if state.status.final else -1  # where a run had ended that goes on after all
        self.secrets = Secrets.of(log.header.options)
        self.environment = Environment(plan, state, self.secrets, log.header.options.get("trigger"))
        self.services = Services(self)
        self.attempts = Attempts(self)
        self.compensations = Compensations(self)
        self.timers = Timers(resources.clock, self._due)
        self.folder = recorded_folder(log.header.options)
        self.library = Library(log.header, plan.workflow)
        self.children: Children | None = None
        self.gate = DurableGate(self.scheduler, log, self._perform, self.store_failed)
        self.crew = Crew(
            limit, self.attempts.run, lambda: len(self.attempts.parked), self.broke, f"floworch-{state.run_id}"
        )
        self.stopped = asyncio.Event()
        self.suspended = asyncio.Event()
        self.failure: StoreError | None = None
        self.closed = False
        self._closing: asyncio.Task[None] | None = None

    def tell(self, stimulus: Callable[..., Any], *arguments: Any) -> None:
        """Give the scheduler a stimulus now: ``stimulus(*arguments, at)``, then append and act."""
        stimulus(*arguments, self.now())
        if self.suspended.is_set() and self.state.status is not RunStatus.SUSPENDED:
            self.suspended.clear()
        self.gate.flush()

    def boundary(self) -> None:
        """Make what was appended so far durable on the disk, whatever the run's durability (journal.md section 4)."""
        if self.closed:
            return
        try:
            self.log.boundary()
        except StoreError as error:
            self.store_failed(error)

    def _due(self, node: int, scope: Scope) -> None:
        self.tell(self.scheduler.due, node, scope)

    def _perform(self, events: list[Event], commands: list[Command]) -> None:
        self.publisher.publish(events)
        if len(commands) == 1 and commands[0].op == _START:
            self.crew.give(commands)
            return
        starts = [command for command in commands if command.op == _START]
        if starts:
            self.crew.give(starts)
        if len(starts) < len(commands):
            for command in commands:
                if command.op != _START:
                    self._obey(command)

    def _obey(self, command: Command) -> None:
        key = (command.node, command.scope)
        if command.op == Op.TIMER:
            self.timers.add(command.value, *key)
        elif command.op == Op.INTERRUPT:
            if not self.compensations.stop(key, "pause", command.value is not False):
                self.attempts.stop(key, "interrupted", "pause")
        elif command.op == Op.COMPENSATE:
            self.compensations.start(command)
        elif command.op == Op.CANCEL:
            self.attempts.stop(key, "cancelled", str(command.value))
        elif command.op == Op.DROP:
            self.attempts.drop(key)
        else:
            self._obey_of_run(command)

    def _obey_of_run(self, command: Command) -> None:
        if command.op == Op.FINISH:
            self._finish()
        elif command.op == Op.CHILD:
            self._child(command)
        elif command.op in (Op.VERDICT, Op.BREAK):
            self._verdict(command)
        elif command.op == Op.SUSPENDED:
            if self.state.status is RunStatus.SUSPENDED:  # else it was woken while this became durable
                self.suspended.set()
        else:
            self._stop()

    def _finish(self) -> None:
        outputs, error = run_outputs(self.plan, self.state, self.environment)
        self.tell(self.scheduler.finish, self.secrets.redact_value(outputs), self.secrets.redact_value(error))

    def _child(self, command: Command) -> None:
        if self.children is None:
            assert self.resources.runs is not None
            self.children = Children(self, self.resources.runs)
        self.children.obey(command)

    @property
    def next_due(self) -> float | None:
        """When the earliest timer of the run, or of a child that is suspended here, is due; None without one."""
        dues = (self.timers.next_due, self.children.next_due if self.children is not None else None)
        return min((due for due in dues if due is not None), default=None)

    def _verdict(self, command: Command) -> None:
        if command.op == Op.BREAK:
            met, error = break_verdict(self.environment, command.node, command.scope, command.value)
            error = self.secrets.redact_value(error)
            self.tell(self.scheduler.breakpoint, command.node, command.scope, met, error)
            return
        met, error = verdict_of(self.state, self.environment, command.node, command.scope, command.value)
        self.tell(self.scheduler.verdict, command.node, command.scope, met, self.secrets.redact_value(error))

    def _stop(self) -> None:
        """The run is paused or over: make that durable and let go."""
        try:
            self.log.boundary()
            self.log.snapshot(self.state)
        except StoreError as error:
            self.store_failed(error)
            return
        self.publisher.publish(self.gate.settled())
        self.close()

    def bodies_of(self, ctx: Context) -> OffLoop:
        """Where the body of a context runs."""
        return self.compensations.bodies if ctx.compensating else self.attempts.bodies

    @property
    def stopping(self) -> bool:
        """Whether the run has come to its stop here, though its journal may not be closed yet."""
        return self.closed or self.scheduler.core.mode == "stopped"

    def broke(self, error: BaseException) -> None:
        """The engine itself failed: stop this run, keep what is confirmed, and say so instead of hanging."""
        detail = self.secrets.redact("".join(traceback.format_exception(error)))
        logging.getLogger("floworch").error("run %s: the engine failed\n%s", self.state.run_id, detail)
        self.store_failed(
            StoreError(f"The engine failed in run {self.state.run_id!r}: {self.secrets.redact(text_of(error))}.")
        )

    def store_failed(self, error: StoreError) -> None:
        """The journal cannot be written: stop everything, confirm nothing, say why (journal.md section 4)."""
        if self.closed:
            return
        self.failure = error
        if self.publisher.next_seq != self._ended_at:  # else it stays as it had ended: that can be asked for again
            payload = {"reason": error.message, "kind": "store"}
            self.log.append_final([Event(self.publisher.next_seq, self.now(), EventKind.RUN_PAUSED, payload=payload)])
        self.close()

    def close(self) -> None:
        """Let go of the run; ``stopped`` is set when every coroutine has ended and the journal is closed."""
        if self.closed:
            return
        self.closed = True
        self.gate.close()
        self.publisher.close()
        self.timers.close()
        self.attempts.close()
        if self.children is not None:
            self.children.close()
        self._closing = self.loop.create_task(self._close(), name=f"floworch-close-{self.state.run_id}")

    async def _close(self) -> None:
        try:
            await self.compensations.close()
            await self.crew.close()
        finally:
            self.log.close()
            self.stopped.set()
