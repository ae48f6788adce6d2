"""The doctor's view of artifacts (C6.3)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from floworch.store.journal.artifacts import marked_runs
from floworch.store.journal.check_artifacts import check_artifacts
from floworch.store.journal.store import FlatBuffersStore
from floworch.testing.store_suite import make_header

BIG = ["seen by a doctor"] * 10_000


def store_with_artifact(path: Path) -> tuple[FlatBuffersStore, Path]:
    store = FlatBuffersStore(path)
    store.create(make_header(inputs={"rows": BIG})).close()
    ((_digest, file),) = store.artifacts.names()
    return store, file


def test_sound_artifacts_are_no_findings(tmp_path: Path) -> None:
    store, _file = store_with_artifact(tmp_path)
    assert list(check_artifacts(tmp_path)) == []
    assert list(check_artifacts(tmp_path / "nowhere")) == []
    store.close()


def test_a_missing_and_a_damaged_one_are_errors_of_their_run(tmp_path: Path) -> None:
    store, file = store_with_artifact(tmp_path)
    file.write_bytes(file.read_bytes()[:-1])
    (finding,) = check_artifacts(tmp_path)
    assert (finding.severity, finding.code, finding.run_id, finding.path) == ("error", "artifact", "run-1", str(file))
    file.unlink()
    (finding,) = check_artifacts(tmp_path)
    assert "found none" in finding.message
    store.close()


def test_what_nothing_refers_to_and_what_is_half_written_is_named(tmp_path: Path) -> None:
    store, file = store_with_artifact(tmp_path)
    (file.parent / f"{'0' * 64}.zst.1-2.new").touch()
    store.artifacts.file(file.parent.name + "0" * 62).touch()
    assert sorted((finding.severity, finding.code) for finding in check_artifacts(tmp_path)) == [
        ("info", "half-artifact"),
        ("info", "unreferenced"),
    ]
    store.sweep()
    assert list(check_artifacts(tmp_path)) == []
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_run_that_cannot_be_looked_into_does_not_end_the_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The doctor says so of the run itself; what it may refer to is not taken for left over by ``prune``."""
    store, file = store_with_artifact(tmp_path)
    exists = Path.exists

    def locked(self: Path, **options: bool) -> bool:
        if self.parent.name == "run-1":
            raise PermissionError(13, "Permission denied", str(self))
        return exists(self, **options)

    monkeypatch.setattr(Path, "exists", locked)
    assert list(marked_runs(tmp_path / "runs")) == [tmp_path / "runs" / "run-1"]
    assert list(check_artifacts(tmp_path)) == []
    assert store.sweep() == []
    assert file.is_file()
    store.close()
