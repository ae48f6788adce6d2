"""The marker of a store."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from floworch.store.journal.files import Files
from floworch.store.journal.formats import BINARY, JSON
from floworch.store.journal.kind import MARKER, mark_store


def test_only_a_store_of_another_format_than_the_default_is_marked_and_only_once(tmp_path: Path) -> None:
    mark_store(tmp_path, BINARY, Files())
    assert list(tmp_path.iterdir()) == []
    mark_store(tmp_path, JSON, Files())
    mark_store(tmp_path, JSON, Files())
    assert (tmp_path / MARKER).read_text() == "json\n"
    assert (tmp_path / MARKER).stat().st_mode & 0o077 == 0


class _Together(Files):
    """Everybody has seen that there is no marker before the first one makes it."""

    def __init__(self, gate: threading.Barrier) -> None:
        super().__init__()
        self.gate = gate

    def create(self, path: Path) -> int:
        self.gate.wait(10)
        return super().create(path)


def test_several_that_begin_a_store_at_the_same_time_all_do(tmp_path: Path) -> None:
    """(C13.1)"""
    failures: list[BaseException] = []
    files = _Together(threading.Barrier(3))

    def begin() -> None:
        try:
            mark_store(tmp_path, JSON, files)
        except BaseException as error:  # noqa: BLE001 - of any kind
            failures.append(error)

    threads = [threading.Thread(target=begin) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [(MARKER, "json\n")]


def test_a_marker_that_could_not_be_written_is_not_there(tmp_path: Path) -> None:
    class Full(Files):
        def write(self, fd: int, data: bytes | memoryview) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        mark_store(tmp_path, JSON, Full())
    assert not (tmp_path / MARKER).exists()
