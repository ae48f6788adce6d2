"""The sans-IO scheduler: stimuli in, events and commands out (architecture decision 1).

Every stimulus carries the time at which it happened; nothing here reads a clock, draws a random number or waits. The
shell appends ``take()``'s events, waits for their durability, then obeys the commands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from floworch.model.workflow import RetryPolicy
from floworch.run import attempts, breaks, children, control, partial, recover, rollback, rounds, waiting
from floworch.run.commands import Command
from floworch.run.core import Core
from floworch.run.deadline import expire
from floworch.run.events import Event, EventKind
from floworch.run.plan import Plan
from floworch.run.progress import advance
from floworch.run.state import RunState, Scope

if TYPE_CHECKING:
    from floworch.run.part import Replay


class Scheduler:
    """Decides what happens in one run.

    Args:
        plan: The compiled definition.
        state: The fold so far; fresh for a new run. The scheduler folds every event it makes into it.
        limit: Largest number of attempts that hold a slot (C2.5).
    """

    def __init__(self, plan: Plan, state: RunState, limit: int) -> None:
        self.core = Core(plan, state, limit)

    def take(self) -> tuple[list[Event], list[Command]]:
        """The events and commands since the last call."""
        core = self.core
        batch, commands = core.batch, core.commands
        core.batch, core.commands = [], []
        return batch, commands

    @property
    def busy(self) -> int:
        """Attempts that run now: the n of "pausing, n left"."""
        return self.core.busy

    def start(self, at: float) -> None:
        """Begin a fresh run."""
        self.core.now = at
        control.start(self.core)
        advance(self.core)

    def start_halted(self, at: float) -> None:
        """Begin a fresh run and pause it before its first node (C7.7)."""
        self.core.now = at
        control.start(self.core, step=True)
        advance(self.core)

    def start_part(self, replays: Sequence[Replay], step: bool, at: float) -> None:
        """Begin a run of a part (C7.6): what it takes over and leaves out is in the journal before anything runs.

        Also goes on with one whose process died before it had begun, given the same replays. ``step`` pauses it before
        its first node (C7.7).
        """
        self.core.now = at
        partial.start(self.core, replays, step)
        advance(self.core)

    def go_on(self, reason: str, in_doubt: str | None, at: float) -> None:
        """Continue a run folded from a journal.

        ``reason`` says why attempts in flight were lost; ``in_doubt`` settles nodes in doubt: ``rerun``, ``done`` (the
        output is null) or ``fail`` (C7.8), None leaves them for a person.
        """
        self.core.now = at
        recover.go_on(self.core, reason, in_doubt)
        advance(self.core)

    def step(self, reason: str, key: tuple[int, Scope] | None, at: float) -> None:
        """Continue a run folded from a journal with one node only, the first that can start when none is named, and
        pause again (C7.7)."""
        self.core.now = at
        recover.go_on(self.core, reason, step=True)
        breaks.begin_step(self.core, key)
        advance(self.core)

    def breakpoint(self, node: int, scope: Scope, holds: bool, error: dict[str, Any] | None, at: float) -> None:
        """The condition of a breakpoint was evaluated, or could not be (C7.7)."""
        self.core.now = at
        breaks.verdict(self.core, node, scope, holds, error)
        advance(self.core)

    def retry(self, at: float) -> None:
        """Run the failed, skipped and cancelled nodes of an ended run again (C7.9)."""
        self.core.now = at
        control.retry(self.core)
        self.core.mode = "running"
        recover.rebuild(self.core)
        advance(self.core)

    def completed(self, node: int, scope: Scope, attempt: int, payload: dict[str, Any] | None, at: float) -> None:
        """An attempt returned an output."""
        core = self.core
        core.now = at
        core.busy -= 1
        attempts.finish_node(core, node, scope, attempt, payload)
        advance(core)

    def failed(
        self, node: int, scope: Scope, error: dict[str, Any], policy: RetryPolicy | None, random: float, at: float
    ) -> bool:
        """An attempt raised; ``random`` in [0, 1) places a retry in its jitter. True when it will be retried."""
        self.core.now = at
        again = attempts.failed(self.core, node, scope, error, policy, random)
        advance(self.core)
        return again

    def ended_otherwise(self, how: str, node: int, scope: Scope, detail: Any, at: float) -> None:
        """An attempt ended in another way.

        ``how`` is ``waiting`` (detail: the wait), ``expanded`` (detail: items, concurrency, on_item_error
        and perhaps rounds),
        ``cancelled``, ``interrupted`` or ``in_doubt`` (detail: the reason).
        """
        self.core.now = at
        if how == "waiting":
            waiting.waiting(self.core, node, scope, detail)
        elif how == "expanded":
            attempts.expanded(self.core, node, scope, *detail)
        elif how == "cancelled":
            attempts.cancelled(self.core, node, scope, detail)
        elif how == "in_doubt":
            attempts.doubted(self.core, node, scope, detail)
        else:
            attempts.interrupted(self.core, node, scope, detail)
        advance(self.core)

    def parked(self, node: int, scope: Scope) -> None:
        """A layer's retry was journaled by ``attempts.try_again``: its slot is free now."""
        self.core.busy -= 1
        advance(self.core)

    def unparked(self, node: int, scope: Scope, at: float) -> None:
        """A parked attempt is awake before its moment, because a layer around it gave up: it holds a slot again."""
        core = self.core
        core.now = at
        if (node, scope) in core.ready:
            core.ready.remove((node, scope))
        core.busy += 1
        attempt, _ = core.state.attempt_of(node, scope)
        core.emit(EventKind.NODE_RESUMED, node, attempt, scope)

    def due(self, node: int, scope: Scope, at: float) -> None:
        """A timer this scheduler asked for has come; that of the whole run has node -1."""
        self.core.now = at
        if node < 0:
            expire(self.core)
        else:
            waiting.due(self.core, node, scope)
        advance(self.core)

    def child(self, node: int, scope: Scope, how: str, detail: dict[str, Any], random: float, at: float) -> None:
        """The child run of a call stands differently, or has ended (C10.3); see ``floworch.run.children``."""
        self.core.now = at
        children.child(self.core, node, scope, how, detail, random)
        advance(self.core)

    def verdict(self, node: int, scope: Scope, met: bool, error: dict[str, Any] | None, at: float) -> None:
        """The condition of a repeat was evaluated after the round ``scope``, or could not be (C10.2)."""
        self.core.now = at
        rounds.verdict(self.core, node, scope, met, error)
        advance(self.core)

    def signal(self, name: str, payload: Any, at: float) -> None:
        """A named signal arrived (C8.2)."""
        self.core.now = at
        waiting.signal(self.core, name, payload)
        advance(self.core)

    def answer(self, node: int, scope: Scope, approved: bool, by: str, comment: str, at: float) -> None:
        """A person answered an approval (C8.1)."""
        self.core.now = at
        waiting.answer(self.core, node, scope, approved, by, comment)
        advance(self.core)

    def submit(self, node: int, scope: Scope, output: dict[str, Any], at: float) -> None:
        """A person filled in a form (C8.1)."""
        self.core.now = at
        waiting.submit(self.core, node, scope, output)
        advance(self.core)

    def pause(self, now: bool, reason: str | None, at: float) -> None:
        """Pause the run (C7.1)."""
        self.core.now = at
        control.pause(self.core, now, reason)
        advance(self.core)

    def resume(self, at: float) -> None:
        """Continue a run that this scheduler paused."""
        self.core.now = at
        control.resume(self.core)
        advance(self.core)

    def cancel(self, reason: str, at: float, compensate: bool = True) -> None:
        """Cancel the run for good (C7.3), and compensate what completed unless told not to (C9)."""
        self.core.now = at
        control.cancel(self.core, reason, compensate)
        advance(self.core)

    def compensated(self, node: int, scope: Scope, payload: dict[str, Any] | None, at: float) -> None:
        """A compensation took effect (C9)."""
        self.core.now = at
        rollback.ended_well(self.core, node, scope, payload)
        advance(self.core)

    def compensation_failed(
        self, node: int, scope: Scope, error: dict[str, Any], policy: RetryPolicy | None, random: float, at: float
    ) -> None:
        """An attempt of a compensation raised; ``random`` in [0, 1) places a retry in its jitter."""
        self.core.now = at
        rollback.failed(self.core, node, scope, error, policy, random)
        advance(self.core)

    def compensation_interrupted(self, node: int, scope: Scope, reason: str, at: float) -> None:
        """An attempt of a compensation was stopped by *pause now*."""
        self.core.now = at
        rollback.interrupted(self.core, node, scope, reason)
        advance(self.core)

    def roll_back(self, reason: str, at: float) -> None:
        """Compensate a completed run as if it were cancelled now: how the saga around a child run undoes it (C15)."""
        self.core.now = at
        rollback.undo_completed(self.core, reason)
        advance(self.core)

    def pause_idle(self, at: float) -> None:
        """Record a pause of a run that nobody works on: attempts that died with their process are accounted for."""
        core = self.core
        core.now = at
        if core.state.status in ("paused", "cancelling") or core.state.timed_out is not None:
            return  # cancel wins over pause (C7.3), and so does the end of the run's time
        recover.pause_idle(core)
        control.pause(core, now=False)
        advance(core)

    def cancel_idle(self, reason: str, at: float, compensate: bool = True) -> None:
        """Cancel a run that nobody works on; its rollback is left to whoever resumes it."""
        core = self.core
        core.now = at
        recover.cancel_idle(core, reason, compensate)
        advance(core)

    def note(self, kind: EventKind, node: int, scope: Scope, payload: dict[str, Any], at: float) -> None:
        """Record a log line or progress of a node."""
        self.core.now = at
        attempt, _ = self.core.state.attempt_of(node, scope)
        self.core.emit(kind, node, attempt, scope, payload)

    def finish(self, outputs: dict[str, Any] | None, error: dict[str, Any] | None, at: float) -> None:
        """The run's outputs were evaluated, or could not be."""
        self.core.now = at
        control.finish(self.core, outputs, error)
