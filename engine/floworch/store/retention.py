"""Which runs a store need not keep any longer, and removing them."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from floworch.errors import RunLocked, RunNotFound, StoreError
from floworch.run.status import RunStatus
from floworch.store.protocol import RunStore, RunSummary

#: Seconds between two times that a store in use lets runs go.
EVERY = 60.0
#: Statuses of runs that have ended: no other run is ever removed.
ENDED = frozenset({RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """What to keep. A run goes when one of the limits says so and it has ended.

    Child runs have no say of their own: they stay with the run that called them, and go with it. One whose caller is no
    longer in the store counts like any other.

    Attributes:
        age: Seconds after their end for which runs are kept, or None for ever.
        count: How many ended runs of each workflow are kept, the newest, or None for all.
        statuses: Only runs with one of these statuses go; paused, waiting and interrupted ones never do.
        workflow: Only runs of this workflow go, or None.
    """

    age: float | None = None
    count: int | None = None
    statuses: frozenset[RunStatus] = ENDED
    workflow: str | None = None

    def expired(self, runs: Iterable[RunSummary], now: float) -> list[RunSummary]:
        """The runs that go, the oldest first.

        Args:
            runs: Every run of the store, in any order.
            now: The time that ages are counted from, epoch seconds.
        """
        found: list[RunSummary] = []
        kept: dict[str, int] = {}
        runs = list(runs)
        children = _by_caller(runs)
        called = {run.run_id for family in children.values() for run in family}
        for run in sorted((run for run in runs if run.run_id not in called), key=_ended, reverse=True):
            fits = run.status in ENDED and run.status in self.statuses
            if not fits or (self.workflow is not None and run.workflow_id != self.workflow):
                continue
            place = kept[run.workflow_id] = kept.get(run.workflow_id, 0) + 1
            too_many = self.count is not None and place > self.count
            too_old = self.age is not None and _ended(run) < now - self.age
            if too_many or too_old:
                found.append(run)
        return [each for run in found[::-1] for each in _family(run, children)]


@dataclass(frozen=True, slots=True)
class Pruned:
    """What became of the runs that were to go.

    Attributes:
        removed: Ids of runs that are gone; in a dry run those that would be.
        kept: ``(id, reason)`` of runs that could not be removed.
        artifacts: How many large values were removed that no run refers to any more.
    """

    removed: Sequence[str] = ()
    kept: Sequence[tuple[str, str]] = field(default=())
    artifacts: int = 0


def prune(store: RunStore, policy: RetentionPolicy, now: float, *, dry_run: bool = False) -> Pruned:
    """Remove the runs that a policy does not keep, one after the other.

    Each run goes whole or not at all, so a crash on the way leaves the rest for the next time. A run that another
    process has locked meanwhile is kept.

    Args:
        store: Where the runs are.
        policy: Which go.
        now: Epoch seconds.
        dry_run: Remove nothing and say what would go.

    Raises:
        StoreError: The store cannot be listed.
    """
    sweep: Callable[[], Sequence[str]] | None = getattr(store, "sweep", None)
    artifacts = getattr(store, "artifacts", None)
    later: AbstractContextManager[None] = artifacts.deferred() if artifacts is not None else nullcontext()
    removed: list[str] = []
    kept: list[tuple[str, str]] = []
    needed: dict[str | None, str] = {}  # callers of runs that stay, with why
    with later:
        for run in policy.expired(store.list(), now):
            try:
                if run.run_id in needed:
                    raise StoreError(needed[run.run_id])
                if not dry_run:
                    store.delete(run.run_id)
            except RunNotFound:
                continue  # somebody else was faster
            except (RunLocked, StoreError) as error:
                kept.append((run.run_id, error.message))
                needed[run.parent] = f"Its child run '{run.run_id}' stays."
                continue
            removed.append(run.run_id)
    if dry_run or sweep is None:
        return Pruned(removed, kept)
    return Pruned(removed, kept, len(sweep()))


class Keeper:
    """Lets runs go while a store is in use, so that one that is never closed does not grow for ever.

    Beginning a run costs it a look at the clock; the work is done in a thread of its own, at most every ``EVERY``
    seconds. A process that ends meanwhile leaves the rest for the next time.

    Args:
        tidy: Applies the policy once.
        clock: Seconds that never go back.
    """

    def __init__(self, tidy: Callable[[], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._tidy = tidy
        self._clock = clock
        self._last = clock()
        self._thread: threading.Thread | None = None
        self._guard = threading.Lock()

    def run_begins(self) -> None:
        """A run begins: apply the policy when it is time for it, without making the run wait."""
        if self._clock() - self._last < EVERY or not self._guard.acquire(blocking=False):
            return
        try:
            self._last = self._clock()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._quietly, name="floworch-retention", daemon=True)
                self._thread.start()
        finally:
            self._guard.release()

    def _quietly(self) -> None:
        with contextlib.suppress(StoreError):  # it will be said by whoever closes the store, if it lasts
            self._tidy()

    def wait(self) -> None:
        """Return once what is under way is done."""
        if self._thread is not None:
            self._thread.join()


def _by_caller(runs: Iterable[RunSummary]) -> dict[str, list[RunSummary]]:
    """Child runs by the run that called them, of callers that are there."""
    runs = list(runs)
    there = {run.run_id for run in runs}
    children: dict[str, list[RunSummary]] = {}
    for run in runs:
        if run.parent is not None and run.parent in there:
            children.setdefault(run.parent, []).append(run)
    return children


def _family(run: RunSummary, children: dict[str, list[RunSummary]]) -> list[RunSummary]:
    """A run after everything it called, directly or further down; nothing of it when a child has not ended."""
    family, todo = [run], [run]
    while todo:
        below = children.get(todo.pop().run_id, [])
        family += below
        todo += below
    return family[::-1] if all(each.status in ENDED for each in family) else []


def families(run: RunSummary, runs: Iterable[RunSummary]) -> list[str]:
    """Ids of everything a run called, directly or further down, and then its own: the order in which they may go."""
    children = _by_caller(runs)
    family, todo = [run.run_id], [run.run_id]
    while todo:
        below = [child.run_id for child in children.get(todo.pop(), ())]
        family += below
        todo += below
    return family[::-1]


def _ended(run: RunSummary) -> float:
    return run.ended_at or run.started_at or run.created_at
