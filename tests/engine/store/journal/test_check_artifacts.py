"""The doctor's view of artifacts (C6.3)."""

from __future__ import annotations

from pathlib import Path

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
