"""What every store of runs must do, as tests: subclass ``StoreConformance`` and say how a store is made.

Example:
    >>> class TestMyStore(StoreConformance):
    ...     def make_store(self, path):
    ...         return MyStore(path)
"""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest

from floworch.artifact import Artifact, forget_values, loaded
from floworch.errors import RunExists, RunLocked, RunNotFound, StoreError, UsageError
from floworch.model.values import encode
from floworch.run.events import Event, EventKind
from floworch.run.status import RunStatus
from floworch.store.protocol import RunLog, RunStore
from floworch.testing.store_case import EPOCH, StoreCase, fold, make_header, story

_K = EventKind
#: Run ids that every store refuses (C13).
BAD_IDS = ("", ".", "..", "../x", "a/b", "a\\b", "a b", "a\n", "-a", "é", "x" * 129, "a\0")


class StoreReading(StoreCase):
    """What is written is read."""

    def test_a_header_is_read_as_it_was_written(self, store: RunStore) -> None:
        header = make_header()
        store.create(header).close()
        assert store.header("run-1") == header

    def test_events_are_read_in_order_as_they_were_written(self, store: RunStore) -> None:
        """(C12)"""
        self.keep(store, make_header(), story())
        assert list(store.events("run-1")) == story()

    def test_events_of_nested_items_keep_their_scope(self, store: RunStore) -> None:
        """(C10.1)"""
        event = Event(0, EPOCH, int(_K.NODE_STARTED), 1, 3, (4, 0, 99_999), {"x": 1})
        self.keep(store, make_header(), [event])
        assert list(store.events("run-1")) == [event]

    def test_reading_from_a_number_leaves_out_what_is_before_it(self, store: RunStore) -> None:
        self.keep(store, make_header(), story())
        assert [event.seq for event in store.events("run-1", 6)] == [6, 7, 8]
        assert list(store.events("run-1", 99)) == []

    def test_events_can_be_read_while_the_run_is_owned(self, store: RunStore) -> None:
        log = store.create(make_header())
        log.append(story()[:3])
        log.boundary()
        assert list(store.events("run-1")) == story()[:3]
        log.append(story()[3:])
        log.boundary()
        assert list(store.events("run-1")) == story()
        log.close()

    def test_a_run_goes_on_where_it_ended_after_it_is_acquired(self, store: RunStore) -> None:
        """(C7.2)"""
        self.keep(store, make_header(), story()[:4])
        log = store.acquire("run-1")
        assert log.header == make_header()
        log.append(story()[4:])
        log.close()
        assert list(store.events("run-1")) == story()


class StoreTickets(StoreCase):
    """Batches, tickets and durability."""

    def test_tickets_count_batches_from_one_and_become_durable(self, store: RunStore) -> None:
        log = store.create(make_header())
        assert [log.append([event]) for event in story()[:3]] == [1, 2, 3]
        log.boundary()
        assert log.durable == 3
        log.close()

    def test_a_batch_that_is_not_durable_at_once_is_called_back(self, store: RunStore) -> None:
        header = make_header(options={"durability": "power"})
        log = store.create(header)
        seen: list[tuple[int, StoreError | None]] = []
        arrived = threading.Event()

        def note(ticket: int, error: StoreError | None) -> None:
            seen.append((ticket, error))
            if ticket == 2:
                arrived.set()

        log.on_durable(note)
        log.append(story()[:2])
        last = log.append(story()[2:4])
        assert log.durable >= last or arrived.wait(10)
        assert all(error is None for _ticket, error in seen)
        assert [ticket for ticket, _error in seen] == sorted({ticket for ticket, _error in seen})
        log.close()

    def test_a_batch_out_of_sequence_is_refused_and_nothing_of_it_kept(self, store: RunStore) -> None:
        """(C12)"""
        log = store.create(make_header())
        log.append(story()[:2])
        with pytest.raises(UsageError, match="2"):
            log.append([story()[3]])
        log.append([story()[2]])
        log.close()
        assert list(store.events("run-1")) == story()[:3]

    def test_a_closed_log_takes_nothing(self, store: RunStore) -> None:
        log = store.create(make_header())
        log.close()
        log.close()
        with pytest.raises(StoreError):
            log.append(story()[:1])

    def test_final_events_are_numbered_on(self, store: RunStore) -> None:
        log = store.create(make_header())
        log.append(story()[:2])
        log.append_final([Event(77, EPOCH, int(_K.RUN_PAUSED), payload={"reason": "disk full"})])
        log.close()
        last = list(store.events("run-1"))[-1]
        assert (last.seq, last.kind, last.payload) == (2, _K.RUN_PAUSED, {"reason": "disk full"})


class StoreNames(StoreCase):
    """Ids that are malformed, unknown or taken."""

    @pytest.mark.parametrize("run_id", BAD_IDS)
    def test_a_malformed_run_id_is_refused_everywhere(self, store: RunStore, run_id: str) -> None:
        """(C13)"""
        for call in (store.acquire, store.header, store.events, store.load, store.owner, store.delete):
            with pytest.raises(UsageError):
                call(run_id)
        with pytest.raises(UsageError):
            store.create(make_header(run_id))

    def test_the_longest_and_strangest_good_run_id_works(self, store: RunStore) -> None:
        run_id = "A" + "._-z" * 31 + "..."
        self.keep(store, make_header(run_id), story())
        assert len(list(store.events(run_id))) == len(story())

    def test_an_unknown_run_is_named(self, store: RunStore) -> None:
        for call in (store.acquire, store.header, store.events, store.load, store.owner, store.delete):
            with pytest.raises(RunNotFound, match="nowhere"):
                call("nowhere")

    def test_a_run_id_is_used_once(self, store: RunStore) -> None:
        log = store.create(make_header())
        with pytest.raises(RunExists):
            store.create(make_header())
        log.close()
        with pytest.raises(RunExists):
            store.create(make_header())


class StoreOwners(StoreCase):
    """One owner per run."""

    def test_one_owner_at_a_time_and_the_second_is_told_who(self, store: RunStore) -> None:
        """(C7.4)"""
        log = store.create(make_header())
        with pytest.raises(RunLocked) as caught:
            store.acquire("run-1")
        assert caught.value.owner["pid"] == (store.owner("run-1") or {})["pid"]
        log.close()
        assert store.owner("run-1") is None
        store.acquire("run-1").close()

    def test_a_lock_is_released_for_another_thread(self, store: RunStore) -> None:
        store.create(make_header()).close()
        logs: list[RunLog] = []
        thread = threading.Thread(target=lambda: logs.append(store.acquire("run-1")))
        thread.start()
        thread.join()
        with pytest.raises(RunLocked):
            store.acquire("run-1")
        logs[0].close()


class StoreStates(StoreCase):
    """Loading: the fold, snapshots and the derived status."""

    def test_the_state_is_the_fold_of_the_events(self, store: RunStore) -> None:
        """(C12)"""
        self.keep(store, make_header(), story())
        assert store.load("run-1").to_json() == fold(make_header(), story()).to_json()

    def test_a_snapshot_changes_nothing_that_is_read(self, store: RunStore) -> None:
        log = store.create(make_header())
        log.append(story())
        log.snapshot(fold(make_header(), story()))
        log.close()
        assert store.load("run-1").to_json() == fold(make_header(), story()).to_json()
        assert list(store.events("run-1")) == story()

    def test_a_run_goes_on_after_a_snapshot(self, store: RunStore) -> None:
        paused = [*story(None)[:4], Event(4, EPOCH, int(_K.RUN_PAUSED))]
        log = store.create(make_header())
        log.append(paused)
        log.snapshot(fold(make_header(), paused))
        log.close()
        log = store.acquire("run-1")
        more = [Event(5, EPOCH, int(_K.RUN_RESUMED)), Event(6, EPOCH, int(_K.NODE_STARTED), 1, 1)]
        log.append(more)
        log.close()
        state = store.load("run-1")
        assert (state.seq, str(state.status_of("b"))) == (7, "running")
        assert list(store.events("run-1")) == [*paused, *more]

    @pytest.mark.parametrize(
        ("end", "status"),
        [
            (None, RunStatus.INTERRUPTED),
            (_K.RUN_PAUSING, RunStatus.INTERRUPTED),
            (_K.RUN_CANCELLING, RunStatus.INTERRUPTED),
            (_K.RUN_PAUSED, RunStatus.PAUSED),
            (_K.RUN_SUSPENDED, RunStatus.SUSPENDED),
            (_K.RUN_COMPLETED, RunStatus.COMPLETED),
            (_K.RUN_FAILED, RunStatus.FAILED),
            (_K.RUN_CANCELLED, RunStatus.CANCELLED),
        ],
    )
    def test_a_live_run_that_nobody_owns_is_interrupted(
        self, store: RunStore, end: EventKind | None, status: RunStatus
    ) -> None:
        """(C7.3)"""
        log = store.create(make_header())
        log.append(story(end))
        log.boundary()
        owned = {None: RunStatus.RUNNING, _K.RUN_PAUSING: RunStatus.PAUSING, _K.RUN_CANCELLING: RunStatus.CANCELLING}
        assert store.load("run-1").status == owned.get(end, status)
        log.close()
        assert store.load("run-1").status == status
        assert [run.status for run in store.list()] == [str(status)]

    def test_a_run_that_was_created_and_never_started_is_interrupted(self, store: RunStore) -> None:
        """(C7.3)"""
        log = store.create(make_header())
        assert store.load("run-1").status is RunStatus.CREATED
        log.append(story()[:1])
        log.close()
        assert store.load("run-1").status is RunStatus.INTERRUPTED
        assert [run.status for run in store.list(status="interrupted")] == ["interrupted"]


class StoreLists(StoreCase):
    """Listing and deleting."""

    def test_an_empty_store_lists_nothing(self, store: RunStore) -> None:
        assert store.list() == []

    def test_runs_are_listed_newest_first_with_their_times(self, store: RunStore) -> None:
        for number in (2, 1, 3):
            self.keep(store, make_header(f"run-{number}", EPOCH + number), story())
        listed = store.list()
        assert [run.run_id for run in listed] == ["run-3", "run-2", "run-1"]
        assert listed[0].workflow_id == "orders"
        assert (listed[0].started_at, listed[0].ended_at) == (EPOCH + 0.5, EPOCH + 4.0)
        assert [run.run_id for run in store.list(limit=2)] == ["run-3", "run-2"]
        assert store.list(limit=0) == []

    def test_lists_are_filtered(self, store: RunStore) -> None:
        self.keep(store, make_header("done-1", EPOCH + 1), story())
        self.keep(store, make_header("done-2", EPOCH + 2, workflow_id="billing"), story())
        self.keep(store, make_header("broken", EPOCH + 3, options={"durability": "process"}), story(_K.RUN_FAILED))

        def ids(**filters: Any) -> list[str]:
            return [run.run_id for run in store.list(**filters)]

        assert ids(workflow="billing") == ["done-2"]
        assert ids(status="completed") == ["done-2", "done-1"]
        assert ids(status="failed", workflow="billing") == []
        assert ids(since=EPOCH + 2) == ["broken", "done-2"]
        assert ids(text="DONE") == ["done-2", "done-1"]
        assert ids(text="nightly", status="completed", limit=1) == ["done-2"]
        assert ids(text="%") == []

    def test_a_list_follows_a_run(self, store: RunStore) -> None:
        log = store.create(make_header())
        log.append(story()[:2])
        log.boundary()
        assert [run.status for run in store.list()] == ["running"]
        log.append([Event(2, EPOCH, int(_K.RUN_PAUSED))])
        log.close()
        assert [run.status for run in store.list()] == ["paused"]
        log = store.acquire("run-1")
        log.append([Event(3, EPOCH, int(_K.RUN_RESUMED))])
        log.boundary()
        assert [run.status for run in store.list()] == ["running"]
        log.append([Event(4, EPOCH + 9, int(_K.RUN_CANCELLED))])
        log.close()
        assert [(run.status, run.ended_at) for run in store.list()] == [("cancelled", EPOCH + 9)]

    def test_a_deleted_run_is_gone_and_its_id_is_free(self, store: RunStore) -> None:
        self.keep(store, make_header(), story())
        log = store.acquire("run-1")
        with pytest.raises(RunLocked):
            store.delete("run-1")
        log.close()
        store.delete("run-1")
        assert store.list() == []
        with pytest.raises(RunNotFound):
            store.header("run-1")
        self.keep(store, make_header(), story()[:2])
        assert len(list(store.events("run-1"))) == 2


class StoreLargeValues(StoreCase):
    """Values over 64 KiB: wherever a store keeps them, they come back whole (C6.3)."""

    def test_large_outputs_data_items_and_signals_come_back_whole(self, store: RunStore) -> None:
        big = {"rows": ["a row"] * 20_000, "price": Decimal("1.10")}
        facts: list[tuple[EventKind, int, dict[str, Any]]] = [
            (_K.NODE_STARTED, 0, {}),
            (_K.NODE_COMPLETED, 0, {"output": big, "data": {"set": {"big": big, "small": 1}, "delete": []}}),
            (_K.SIGNAL_RECEIVED, -1, {"name": "s", "payload": big}),
            (_K.NODE_STARTED, 1, {}),
            (_K.ITEMS_LISTED, 1, {"items": big["rows"], "concurrency": 2, "on_item_error": "stop"}),
        ]
        events = [Event(seq, EPOCH, int(kind), node, 1, (), payload) for seq, (kind, node, payload) in enumerate(facts)]
        self.keep(store, make_header(), events)
        forget_values()
        read = [loaded(event.payload) for event in store.events("run-1")]
        assert [{**(found or {}), "total": 0} for found in read] == [{**fact[2], "total": 0} for fact in facts]
        state = store.load("run-1")
        assert (state.node("a").output, loaded(state.data)) == (big, {"big": big, "small": 1})
        assert list(state.items[1, ()].items) == big["rows"]

    def test_large_inputs_come_back_whole(self, store: RunStore) -> None:
        inputs = {"rows": ["an input"] * 20_000, "n": 1}
        store.create(make_header(inputs=inputs)).close()
        forget_values()
        assert loaded(store.header("run-1").inputs) == inputs
        assert loaded(store.load("run-1").inputs) == inputs

    def test_a_reference_in_a_payload_is_kept_with_its_value(self, store: RunStore) -> None:
        """An action may have made one with ``ctx.artifact``."""
        value = ["kept apart", store.__class__.__name__]
        self.keep(store, make_header(), [Event(0, EPOCH, 50, payload={"name": "s", "payload": {"part": _away(value)}})])
        forget_values()
        (event,) = store.events("run-1")
        assert loaded(event.payload) == {"name": "s", "payload": {"part": value}}

    def test_deleting_a_run_leaves_the_values_of_the_others(self, store: RunStore) -> None:
        big = ["shared"] * 20_000
        for name in ("one", "two"):
            self.keep(store, make_header(name), [Event(0, EPOCH, 50, payload={"name": "s", "payload": big})])
        store.delete("one")
        forget_values()
        (event,) = store.events("two")
        assert loaded(event.payload)["payload"] == big


def _away(value: Any) -> Artifact:
    return Artifact.of(encode(value))


class StoreThreads(StoreCase):
    """A store is used from many threads, an open log from one."""

    def test_many_threads_work_on_runs_of_their_own(self, store: RunStore) -> None:
        failures: list[BaseException] = []

        def work(name: str) -> None:
            try:
                for number in range(4):
                    run_id = f"{name}-{number}"
                    self.keep(store, make_header(run_id), story())
                    assert list(store.events(run_id)) == story()
                    assert str(store.load(run_id).status) == "completed"
                    assert run_id in {run.run_id for run in store.list(text=name)}
                    if number % 2:
                        store.delete(run_id)
            except BaseException as error:  # noqa: BLE001 - of any kind
                failures.append(error)

        threads = [threading.Thread(target=work, args=(name,)) for name in ("t-a", "t-b", "t-c", "t-d")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len(store.list(status="completed")) == 8

    def test_one_of_many_threads_gets_a_run(self, store: RunStore) -> None:
        """(C7.4)"""
        store.create(make_header()).close()
        logs: list[RunLog] = []
        refused: list[RunLocked] = []
        gate = threading.Barrier(6)

        def take() -> None:
            gate.wait()
            try:
                logs.append(store.acquire("run-1"))
            except RunLocked as error:
                refused.append(error)

        threads = [threading.Thread(target=take) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(logs), len(refused)) == (1, 5)
        logs[0].close()


class StoreDurabilities(StoreCase):
    """What a header asks for is kept by every store that can lose anything."""

    @pytest.mark.parametrize("durability", ["power", "process", "none"])
    def test_what_is_appended_before_a_boundary_is_read_by_another_reader(
        self, store: RunStore, durability: str
    ) -> None:
        log = store.create(make_header(options={"durability": durability}))
        log.append(story()[:2])
        log.append(story()[2:4], sync=False)
        log.boundary()
        assert log.durable == 2
        assert list(store.events("run-1")) == story()[:4]
        log.close()


class StoreConformance(
    StoreReading,
    StoreTickets,
    StoreNames,
    StoreOwners,
    StoreStates,
    StoreLists,
    StoreLargeValues,
    StoreThreads,
    StoreDurabilities,
):
    """Behaviour that every RunStore shares: subclass it, define ``make_store``, and pytest does the rest."""
