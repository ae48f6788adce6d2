"""What is wrong with a store; nothing is changed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from floworch.run.events import Event, EventKind
from floworch.store.journal.doctor import check
from floworch.store.journal.findings import Finding
from floworch.store.journal.segment import segment_path
from floworch.store.journal.store import FlatBuffersStore
from floworch.testing.store_suite import EPOCH, make_header, story


@pytest.fixture
def root(tmp_path: Path) -> Path:
    store = FlatBuffersStore(tmp_path / "store")
    for run_id in ("run-1", "run-2"):
        log = store.create(make_header(run_id))
        log.append(story())
        log.close()
    store.close()
    return tmp_path / "store"


def codes(root: Path) -> list[tuple[str, str, str | None]]:
    return [(finding.severity, finding.code, finding.run_id) for finding in check(root)]


def test_a_healthy_store_has_no_findings(root: Path) -> None:
    assert check(root) == []


def test_damage_is_told_with_its_place_and_what_can_be_recovered(root: Path) -> None:
    path = segment_path(root / "runs" / "run-1", 1)
    data = bytearray(path.read_bytes())
    at = data.index(b'"half"')
    data[at] ^= 1
    path.write_bytes(data)
    (finding,) = check(str(root))
    assert (finding.severity, finding.code, finding.run_id, finding.path) == ("error", "corrupt", "run-1", str(path))
    assert finding.offset is not None
    assert finding.offset < at
    assert finding.recoverable == 5
    assert "5 events" in finding.hint
    assert path.read_bytes() == data


def test_a_torn_tail_is_a_warning_and_its_copy_an_information(root: Path) -> None:
    path = segment_path(root / "runs" / "run-1", 1)
    path.write_bytes(path.read_bytes() + b"tail")
    assert codes(root) == [("warning", "torn-tail", "run-1")]
    store = FlatBuffersStore(root)
    log = store.acquire("run-1")
    log.append([Event(len(story()), EPOCH, int(EventKind.RUN_RETRIED))])
    assert codes(root) == [("info", "torn-copy", "run-1")]
    log.close()
    store.close()


def test_strangers_and_leftovers_are_named(root: Path) -> None:
    for name in ("half made", "run-0", ".deleted-run-9-1-2"):
        (root / "runs" / name).mkdir()
    assert codes(root) == [
        ("info", "half-deleted", None),
        ("warning", "stranger", None),
        ("info", "no-journal", "run-0"),
    ]


def test_an_event_about_a_node_that_is_not_there_is_an_error(root: Path) -> None:
    store = FlatBuffersStore(root)
    log = store.create(make_header("run-3"))
    log.append([Event(0, EPOCH, int(EventKind.NODE_STARTED), 99, 1)])
    log.close()
    store.close()
    assert codes(root) == [("error", "strange-event", "run-3")]


@pytest.mark.skipif(sys.platform == "win32", reason="modes are a POSIX notion")
def test_a_store_that_others_can_read_is_a_warning(root: Path) -> None:
    """(C13)"""
    os.chmod(root / "runs", 0o755)
    (finding,) = check(root)
    assert (finding.code, "chmod 700" in finding.hint) == ("open-mode", True)


def test_no_store_is_a_finding(tmp_path: Path) -> None:
    assert [finding.code for finding in check(tmp_path / "none")] == ["no-store"]
    assert check(tmp_path) == [] or all(isinstance(finding, Finding) for finding in check(tmp_path))
    (tmp_path / "runs").write_text("x")
    assert "unreadable" in [finding.code for finding in check(tmp_path)]


def test_a_run_that_cannot_be_read_is_an_error(root: Path) -> None:
    path = segment_path(root / "runs" / "run-1", 1)
    path.unlink()
    path.mkdir()
    assert codes(root) == [("error", "unreadable", "run-1")]
