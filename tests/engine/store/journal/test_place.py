"""Where runs are."""

from __future__ import annotations

from pathlib import Path

import pytest

from floworch.errors import RunExists, RunNotFound, StoreError, UsageError
from floworch.store.journal.place import StorePlace


@pytest.fixture
def place(tmp_path: Path) -> StorePlace:
    return StorePlace(tmp_path)


def test_a_run_id_never_leads_out_of_the_store(place: StorePlace) -> None:
    """(C13)"""
    assert place.directory("run-1") == place.runs / "run-1"
    for run_id in ("../x", "..", "a/b"):
        with pytest.raises(UsageError):
            place.directory(run_id)


def test_a_run_is_there_when_it_has_a_segment(place: StorePlace) -> None:
    directory = place.runs / "run-1"
    with pytest.raises(RunNotFound, match="run-1"):
        place.existing("run-1")
    directory.mkdir(parents=True)
    with pytest.raises(RunNotFound):
        place.existing("run-1")
    (directory / "journal-000002.fbj").touch()
    assert place.existing("run-1") == directory
    (directory / "journal-000001.fbj").touch()
    assert place.existing("run-1") == directory


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("nightly-1", "2 runs begin so, the last of them is 'nightly-11'."),
        ("nightly-10x", "Did you mean 'nightly-10'?"),
        ("ord", "Did you mean 'order-7'?"),
        ("zzz", "List the runs with"),
    ],
)
def test_a_run_that_may_be_meant_is_named(place: StorePlace, asked: str, hint: str) -> None:
    for run_id in ("nightly-10", "nightly-11", "order-7"):
        (place.runs / run_id).mkdir(parents=True)
    assert place.missing(asked).hint.startswith(hint)


def test_a_store_that_is_not_there_is_told_from_one_without_the_run(tmp_path: Path) -> None:
    assert "There is no store" in StorePlace(tmp_path / "none").missing("r").hint


def test_a_file_where_a_run_should_be_is_no_run(place: StorePlace) -> None:
    place.runs.mkdir()
    (place.runs / "run-1").write_text("x")
    with pytest.raises(RunNotFound):
        place.existing("run-1")


def test_the_stamp_changes_with_the_journal(place: StorePlace) -> None:
    directory = place.runs / "run-1"
    directory.mkdir(parents=True)
    stamps = [place.stamp("nowhere"), place.stamp("run-1")]
    for name, data in (("journal-000001.fbj", b"a"), ("journal-000001.fbj", b"ab"), ("journal-000002.fbj", b"a")):
        (directory / name).write_bytes(data)
        stamps.append(place.stamp("run-1"))
    assert stamps[:2] == [0, 0]
    assert stamps[1:] == sorted(set(stamps[1:]))


def test_errors_say_where_and_what_to_do(place: StorePlace) -> None:
    assert isinstance(place.taken("r"), RunExists)
    error = place.trouble(PermissionError(13, "Permission denied"))
    assert isinstance(error, StoreError)
    assert str(place.path) in error.message
    assert error.hint
    other = KeyError()
    assert place.trouble(other) is other


def test_a_file_where_the_store_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    wrong = StorePlace(tmp_path / "file")
    with pytest.raises(StoreError, match="Not a directory"):
        wrong.existing("run-1")
    with pytest.raises(StoreError):
        wrong.check()
    StorePlace(tmp_path / "nothing").check()
