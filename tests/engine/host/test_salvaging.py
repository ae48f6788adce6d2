"""A damaged run made whole again, as the window and the command line do it."""

from __future__ import annotations

import pytest

from floworch.errors import CorruptJournal, RunNotFound
from floworch.host.salvaging import salvage_run
from floworch.store.journal.store import FlatBuffersStore
from floworch.testing.store_suite import make_header, story


def test_the_list_hears_of_what_was_salvaged(tmp_path):
    """C12: until then it calls the run damaged."""
    store = FlatBuffersStore(tmp_path)
    log = store.create(make_header())
    for event in story():
        log.append([event])
        log.boundary()
    log.close()
    (journal,) = (tmp_path / "runs/run-1").glob("journal-*")
    data = bytearray(journal.read_bytes())
    data[data.find(b'"half"')] ^= 1
    journal.write_bytes(data)
    with pytest.raises(CorruptJournal):
        list(store.events("run-1"))
    store.close()
    done = salvage_run(tmp_path, "run-1")
    assert (done.run_id, done.events) == ("run-1", 5)
    again = FlatBuffersStore(tmp_path)
    assert [run.status for run in again.list()] == ["interrupted"]
    again.close()


def test_a_run_that_is_not_there_is_refused(tmp_path):
    FlatBuffersStore(tmp_path).close()
    with pytest.raises(RunNotFound):
        salvage_run(tmp_path, "nobody")
