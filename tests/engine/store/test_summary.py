"""The line of a run list, from run-level events alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from floworch import FlatBuffersStore, JsonStore, MemoryStore, RunStore, UsageError
from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch.run.status import RunStatus
from floworch.store.protocol import RunSummary
from floworch.store.summary import LAST_RUN_KIND, STATUS_AFTER, RunFacts, derive, matches, orphaned, searchable
from floworch.testing.store_suite import EPOCH, make_header, story

K = EventKind


def test_a_status_that_no_run_has_is_refused(tmp_path: Path) -> None:
    stores: list[RunStore] = [MemoryStore(), FlatBuffersStore(tmp_path / "new"), JsonStore(tmp_path / "json")]
    for store in stores:
        with pytest.raises(UsageError, match="'faild' is not a status") as caught:
            store.list(status="faild")
        assert caught.value.hint.startswith("Did you mean 'failed'?")
        assert store.list(status=RunStatus.FAILED) == store.list(status="interrupted") == store.list(limit=-1) == []


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind <= LAST_RUN_KIND])
def test_every_run_level_event_gives_the_status_that_the_fold_gives(kind: EventKind) -> None:
    state, facts = RunState.of(make_header()), RunFacts()
    table = {"nodes": list(state.node_ids), "gone": [], "parents": [], "definition": "{}", "definition_hash": ""}
    payload = table if kind is K.RUN_MIGRATED else None
    for event in (Event(0, EPOCH, int(K.RUN_CREATED)), Event(1, EPOCH + 1, int(K.RUN_STARTED)),
                  Event(2, EPOCH + 2, int(kind), payload=payload)):  # fmt: skip
        state.apply(event)
        facts.apply(event)
    assert (facts.status, facts.started_at, facts.ended_at) == (state.status, state.started_at, state.ended_at)


def test_events_about_nodes_change_nothing() -> None:
    facts = RunFacts()
    assert not facts.apply_all(event for event in story() if event.kind > LAST_RUN_KIND)
    assert facts == RunFacts()
    assert facts.apply_all(story())
    assert (facts.status, facts.started_at, facts.ended_at) == (RunStatus.COMPLETED, EPOCH + 0.5, EPOCH + 4)


def test_a_retried_run_has_not_ended() -> None:
    """(C7.9)"""
    facts = RunFacts(RunStatus.FAILED, 1.0, 2.0)
    facts.apply(Event(0, 3.0, int(K.RUN_RETRIED)))
    assert (facts.status, facts.started_at, facts.ended_at) == (RunStatus.RUNNING, 1.0, None)


def test_only_a_run_that_ought_to_be_worked_on_is_interrupted() -> None:
    """(C7.3)"""
    live = {"created", "running", "pausing", "cancelling", "rolling_back"}
    assert {str(status) for status in RunStatus if orphaned(status)} == live
    summary = RunSummary("r", "w", "running", EPOCH)
    assert derive(summary, owned=True).status == "running"
    assert derive(summary, owned=False).status == "interrupted"
    assert set(STATUS_AFTER.values()) == set(RunStatus) - {RunStatus.INTERRUPTED}


def test_a_line_of_the_list_is_copied_with_other_fields() -> None:
    summary = RunSummary("r", "w", "running", EPOCH)
    assert summary.replace(status="failed", tags=("a",)) == RunSummary("r", "w", "failed", EPOCH, tags=("a",))
    with pytest.raises(TypeError):
        summary.replace(state="failed")


def test_filters_are_all_to_match() -> None:
    header = make_header()
    summary, words = RunFacts().summary(header), searchable(header)
    everything = {"workflow": None, "status": None, "text": None, "since": None}
    assert matches(summary, words, **everything)
    for wrong in ({"workflow": "x"}, {"status": "failed"}, {"text": "zzz"}, {"since": EPOCH + 1}):
        assert not matches(summary, words, **{**everything, **wrong})
    for text in ("RUN-1", "order", "NIGHTLY"):
        assert matches(summary, words, **{**everything, "text": text})
