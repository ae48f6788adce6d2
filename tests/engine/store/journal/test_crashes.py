"""A model of a journal and everything that can happen to it: what was confirmed is never lost, nothing is invented."""

from __future__ import annotations

import errno
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from floworch.errors import RunLocked, RunNotFound, StoreError
from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch.store.journal.log import JournalLog
from floworch.store.journal.store import FlatBuffersStore
from floworch.testing.faults import FaultyFiles, fail_on
from floworch.testing.store_suite import EPOCH, make_header

K = EventKind
SIZES = st.lists(st.integers(0, 400), min_size=1, max_size=4)


@pytest.fixture(autouse=True)
def beginnings_at_once() -> None:
    """Not here: beginnings are synced as in real life."""


class Journal(RuleBasedStateMachine):
    """Contract C7.4 against one run under one durability, with crashes, power losses and failing disks.

    With ``process`` the run's beginning is synced while it goes on: until that is reported, a loss of power may take
    the whole run back, which then counts as never begun. When the syncing thread gets to it is left to chance, as in
    real life; so no rule may end in another state, as far as preconditions tell, whichever of the two was first.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.files = FaultyFiles()
        self.accepted: list[Event] = []
        self.by_ticket: dict[int, int] = {}
        self.in_system = 0  # survive kill -9
        self.on_disk = 0  # survive a power loss
        self.log: JournalLog | None = None
        self.healthy = True

    @initialize(durability=st.sampled_from(["power", "process", "none"]), segment=st.sampled_from([300, 3000, 10**6]))
    def begin(self, durability: str, segment: int) -> None:
        self.durability, self.segment, self.healthy = durability, segment, True
        self.header = make_header(options={"durability": durability})
        self.store = FlatBuffersStore(self.folder, files=self.files, segment_size=segment)
        self.log = self.store.create(self.header)

    def teardown(self) -> None:
        self.files.fail = lambda _operation: None
        self.files.capacity = None
        if self.log is not None:
            self.log.abandon()
        if hasattr(self, "store"):
            self.store.close()
        shutil.rmtree(self.folder)

    def note(self) -> None:
        """Take what the log calls durable as a promise."""
        assert self.log is not None
        promised = self.by_ticket.get(self.log.durable, 0)
        if self.durability != "none":
            self.in_system = max(self.in_system, promised)
        if self.durability == "power":
            self.on_disk = max(self.on_disk, promised)

    @precondition(lambda self: self.log is not None and self.healthy)
    @rule(sizes=SIZES)
    def append(self, sizes: list[int]) -> None:
        assert self.log is not None
        first = len(self.accepted)
        batch = [
            Event(first + i, EPOCH, int(K.NODE_LOGGED), 0, 1, (), {"m": "x" * size}) for i, size in enumerate(sizes)
        ]
        self.accepted += batch
        ticket = self.log.append(batch)
        self.by_ticket[ticket] = len(self.accepted)
        self.note()

    @precondition(lambda self: self.log is not None and self.healthy and any(self.by_ticket))
    @rule()
    def the_beginning_is_reported(self) -> None:
        """Something was appended, so the thread is on its way; from then on no loss of power takes the run."""
        assert self.log is not None
        if self.log.begun is not None:
            self.log.begun.result(30)

    @precondition(lambda self: self.log is not None and self.healthy)
    @rule()
    def boundary(self) -> None:
        assert self.log is not None
        self.log.boundary()
        self.in_system = self.on_disk = len(self.accepted)
        self.note()

    @precondition(lambda self: self.log is not None and self.healthy)
    @rule()
    def snapshot(self) -> None:
        assert self.log is not None
        state = RunState.of(self.header)
        for event in [*self.accepted, Event(len(self.accepted), EPOCH, int(K.RUN_PAUSED))]:
            state.apply(event)
        self.accepted.append(Event(len(self.accepted), EPOCH, int(K.RUN_PAUSED)))
        self.by_ticket[self.log.append(self.accepted[-1:])] = len(self.accepted)
        self.log.snapshot(state)
        self.note()

    @precondition(lambda self: self.log is not None and self.healthy)
    @rule(operation=st.sampled_from(["write", "sync"]), sizes=SIZES)
    def disk_fails(self, operation: str, sizes: list[int]) -> None:
        """One batch meets a broken disk, which then works again for the final record."""
        assert self.log is not None
        self.files.fail = fail_on(operation, errno.EIO)
        before = list(self.accepted)
        try:
            self.append(sizes)
            self.log.boundary()
        except StoreError:
            self.healthy = False
        else:
            raise AssertionError("the failure was not noticed")
        finally:
            self.files.fail = lambda _operation: None
        self.log.append_final([Event(0, EPOCH, int(K.RUN_PAUSED), payload={"reason": "disk"})])
        stored = list(self.store.events("run-1"))
        confirmed = max(self.in_system, self.on_disk)
        assert stored[:confirmed] == before[:confirmed] or stored[:confirmed] == self.accepted[:confirmed]
        assert stored[-1].payload == {"reason": "disk"}
        assert stored[:-1] == self.accepted[: len(stored) - 1]
        self.accepted = stored
        self.in_system = self.on_disk = len(stored)

    @precondition(lambda self: self.log is not None)
    @rule()
    def close(self) -> None:
        assert self.log is not None
        self.log.close()
        self.log = None
        if self.healthy:
            self.in_system = self.on_disk = len(self.accepted)

    @precondition(lambda self: self.log is not None)
    @rule()
    def killed(self) -> None:
        assert self.log is not None
        self.log.abandon()
        self.log = None
        self.recovered(self.in_system)

    @precondition(lambda self: self.log is not None)
    @rule(keep=st.sampled_from([0.0, 0.2, 0.7, 1.0]), zeros=st.booleans(), names=st.booleans())
    def power_lost(self, keep: float, zeros: bool, names: bool) -> None:
        assert self.log is not None
        begun = self.log.begun is None or self.log.begun.done()
        self.log.abandon()
        self.log = None
        self.files.power_loss(keep, zeros, names)
        if not begun and not self.on_disk and self.never_began():
            self.begin(self.durability, self.segment)
        else:
            self.recovered(self.on_disk)
            self.state_is_the_fold()
            self.acquire()  # as ``begin``: the run goes on, whichever it was

    def never_began(self) -> bool:
        try:
            self.store.load("run-1")
        except RunNotFound:
            assert self.store.list() == []
            self.store.close()
            self.accepted, self.in_system, self.by_ticket = [], 0, {}
            return True
        return False

    def recovered(self, promised: int) -> None:
        stored = list(self.store.events("run-1"))
        assert len(stored) >= promised, "something confirmed was lost"
        assert stored == self.accepted[: len(stored)]
        self.accepted = stored
        self.in_system = len(stored)
        self.on_disk = min(self.on_disk, len(stored))

    @precondition(lambda self: self.log is None)
    @rule()
    def acquire(self) -> None:
        self.log = self.store.acquire("run-1")
        self.by_ticket = {0: 0}
        self.healthy = True

    @precondition(lambda self: self.log is not None)
    @rule()
    def nobody_else_gets_in(self) -> None:
        try:
            self.store.acquire("run-1")
        except RunLocked:
            return
        raise AssertionError("two owners")

    @invariant()
    def state_is_the_fold(self) -> None:
        if self.log is not None or not hasattr(self, "store"):
            return
        state = RunState.of(self.header)
        for event in self.accepted:
            state.apply(event)
        loaded = self.store.load("run-1")
        assert loaded.seq == state.seq == len(self.accepted)
        assert loaded.status in {state.status, "interrupted"}


TestJournal = Journal.TestCase
TestJournal.settings = settings(
    max_examples=60, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
