"""The operating system's files."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from floworch.store.journal.files import Files


@pytest.fixture
def files() -> Files:
    return Files()


def test_a_file_is_written_synced_cut_and_read(tmp_path: Path, files: Files) -> None:
    path = tmp_path / "f"
    fd = files.create(path)
    assert files.write(fd, b"hello world") == 11
    files.sync(fd)
    files.truncate(fd, 5)
    assert files.write(fd, memoryview(b"!")) == 1
    files.close(fd)
    assert files.read(path) == b"hello!"
    fd = files.open(path)
    assert files.seek_end(fd) == 6
    files.close(fd)
    with pytest.raises(FileExistsError):
        files.create(path)
    with pytest.raises(FileNotFoundError):
        files.open(tmp_path / "none")


def test_names_are_changed_and_removed(tmp_path: Path, files: Files) -> None:
    (tmp_path / "a").write_text("new")
    (tmp_path / "b").write_text("old")
    files.rename(tmp_path / "a", tmp_path / "b")
    files.sync_directory(tmp_path)
    assert (tmp_path / "b").read_text() == "new"
    files.remove(tmp_path / "b")
    files.remove(tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="modes are a POSIX notion")
def test_only_the_owner_may_read(tmp_path: Path, files: Files) -> None:
    """(C13)"""
    before = os.umask(0)
    try:
        files.make_directory(tmp_path / "d")
        files.make_directory(tmp_path / "d")
        os.close(files.create(tmp_path / "d" / "f"))
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "d", tmp_path / "d" / "f")]
    assert modes == [0o700, 0o600]


def test_a_reserve_takes_its_size_on_the_disk(tmp_path: Path, files: Files) -> None:
    path = tmp_path / "lock"
    path.write_bytes(b"words")
    files.reserve(path, 65536)
    files.reserve(path, 65536)
    assert path.read_bytes() == b"words" + bytes(65536 - 5)
    if sys.platform == "linux":
        assert path.stat().st_blocks * 512 >= 65536
    files.give_back(path, 5)
    assert path.read_bytes() == b"words"
    if sys.platform == "linux":
        assert path.stat().st_blocks * 512 < 65536
