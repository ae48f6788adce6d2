"""Runs that cannot be opened are found and can be put aside; nothing is thrown away (C13)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from run_dialogue import workflow

from floworch import Engine, FlatBuffersStore, RunNotFound, UsageError
from floworch.errors import RunLost
from floworch.store.journal.damaged import put_aside, unreadable
from floworch.store.journal.doctor import check


@pytest.fixture
async def store(tmp_path: Path) -> FlatBuffersStore:
    """A store of three runs: one well, one whose header is damaged, one whose journal is gone."""
    found = FlatBuffersStore(tmp_path / "the store")
    async with Engine(found) as engine:
        for run_id in ("well", "bad", "lost"):
            definition = workflow({"a": {"action": "util.log", "params": {"message": "m"}}})
            await (await engine.start(definition, run_id=run_id)).result()
    found.close()
    journal = found.path / "runs" / "bad" / "journal-000001.fbj"
    data = bytearray(journal.read_bytes())
    data[60] ^= 1
    journal.write_bytes(data)
    (found.path / "runs" / "lost" / "journal-000001.fbj").unlink()
    return found


async def test_what_cannot_be_opened_is_named(store: FlatBuffersStore) -> None:
    assert unreadable(store.path, ["well", "bad", "lost"]) == ["bad", "lost"]
    assert unreadable(store.path, ["well"], whole=False) == []
    assert unreadable(store.path / "none", []) == []


async def test_a_directory_without_a_journal_that_no_list_knows_was_never_created(store: FlatBuffersStore) -> None:
    assert unreadable(store.path, []) == ["bad"]


async def test_doctor_says_the_same_and_names_the_command_for_this_store(store: FlatBuffersStore) -> None:
    errors = {finding.run_id: finding for finding in check(store.path) if finding.severity == "error"}
    assert set(errors) == {"bad", "lost"}
    for run_id, finding in errors.items():
        assert f"floworch doctor --remove {run_id} --store '{store.path}'" in finding.hint


async def test_a_run_without_its_journal_is_not_simply_unknown(store: FlatBuffersStore) -> None:
    with pytest.raises(RunLost, match="has no journal") as caught:
        store.load("lost")
    assert caught.value.exit_code == 4
    assert f"--store '{store.path}'" in caught.value.hint
    with pytest.raises(RunNotFound) as unknown:
        store.load("never")
    assert unknown.value.exit_code == 2


async def test_a_damaged_run_is_put_aside_with_its_files(store: FlatBuffersStore) -> None:
    for run_id in ("bad", "lost"):
        target = put_aside(store.path, run_id)
        assert target == store.path / "salvaged" / f"{run_id}-1"
        assert target.is_dir()
    assert (store.path / "salvaged" / "bad-1" / "journal-000001.fbj").exists()
    assert [run.run_id for run in store.list()] == ["well"]
    assert not [finding for finding in check(store.path) if finding.severity == "error"]


async def test_a_sound_run_is_left_alone(store: FlatBuffersStore) -> None:
    with pytest.raises(UsageError, match="not damaged"):
        put_aside(store.path, "well")
    with pytest.raises(RunNotFound):
        put_aside(store.path, "never")
    shutil.rmtree(store.path / "runs" / "bad")
    assert store.load("well").status == "completed"
