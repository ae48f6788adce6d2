"""The faults are the faults they claim to be."""

from __future__ import annotations

import errno
import threading
from pathlib import Path

import pytest

from floworch.testing.faults import FaultyFiles, fail_on


@pytest.fixture
def files() -> FaultyFiles:
    return FaultyFiles()


def test_a_full_disk_takes_what_fits(tmp_path: Path, files: FaultyFiles) -> None:
    files.capacity = 3
    fd = files.create(tmp_path / "f")
    assert files.write(fd, b"abcdef") == 3
    with pytest.raises(OSError) as caught:
        files.write(fd, b"def")
    assert caught.value.errno == errno.ENOSPC
    files.close(fd)


def test_a_reserve_that_is_given_back_can_be_written(tmp_path: Path, files: FaultyFiles) -> None:
    for name in ("r", "r2"):
        (tmp_path / name).touch()
    files.capacity = 100
    files.reserve(tmp_path / "r", 60)
    assert files.capacity == 40
    with pytest.raises(OSError, match="No space"):
        files.reserve(tmp_path / "r2", 60)
    files.give_back(tmp_path / "r", 0)
    assert files.capacity == 100


def test_short_writes(tmp_path: Path, files: FaultyFiles) -> None:
    files.short = 2
    fd = files.create(tmp_path / "f")
    assert files.write(fd, memoryview(b"abc")) == 2
    files.close(fd)


@pytest.mark.parametrize(
    ("keep", "zeros", "left"),
    [
        (0.0, False, b"safe"),
        (0.5, False, b"safeab"),
        (1.0, False, b"safeabcd"),
        (0.0, True, b"safe\0\0\0\0"),
    ],
)
def test_a_power_loss_takes_what_was_not_synced(
    tmp_path: Path, files: FaultyFiles, keep: float, zeros: bool, left: bytes
) -> None:
    fd = files.create(tmp_path / "f")
    files.write(fd, b"safe")
    files.sync(fd)
    files.write(fd, b"abcd")
    files.close(fd)
    files.rename(tmp_path / "f", tmp_path / "g")
    files.power_loss(keep, zeros)
    assert (tmp_path / "g").read_bytes() == left


def test_a_power_loss_takes_names_that_were_not_synced(tmp_path: Path, files: FaultyFiles) -> None:
    files.make_directory(tmp_path / "safe" / "deep")
    files.sync_directory(tmp_path)
    files.sync_directory(tmp_path / "safe")
    for name in ("old", "gone"):
        files.close(files.create(tmp_path / "safe" / name))
        if name == "old":
            files.sync_directory(tmp_path / "safe")
    files.rename(tmp_path / "safe" / "old", tmp_path / "safe" / "new")
    files.make_directory(tmp_path / "lost")
    files.close(files.create(tmp_path / "lost" / "f"))
    files.power_loss(names=True)
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == ["safe", "safe/deep", "safe/old"]


def test_names_that_survive_a_power_loss_are_on_the_disk(tmp_path: Path, files: FaultyFiles) -> None:
    files.close(files.create(tmp_path / "f"))
    files.power_loss()
    assert (tmp_path / "f").exists(), "names are safe unless they are asked for"
    files.power_loss(names=True)
    assert (tmp_path / "f").exists()


def test_what_is_cut_was_not_saved(tmp_path: Path, files: FaultyFiles) -> None:
    fd = files.create(tmp_path / "f")
    files.write(fd, b"abcd")
    files.sync(fd)
    files.truncate(fd, 1)
    files.write(fd, b"x")
    files.power_loss()
    assert (tmp_path / "f").read_bytes() == b"a"
    files.close(fd)


def test_a_failing_operation_fails_from_then_on(tmp_path: Path, files: FaultyFiles) -> None:
    files.fail = fail_on("write", errno.EIO, after=1)
    fd = files.create(tmp_path / "f")
    files.write(fd, b"a")
    for _ in range(2):
        with pytest.raises(OSError, match="Input/output"):
            files.write(fd, b"b")
    assert files.calls == ["create", "write", "write", "write"]
    files.close(fd)


def test_threads_may_use_one_of_them(tmp_path: Path, files: FaultyFiles) -> None:
    """The number of a file that one thread closes is that of the next one that another opens."""
    problems: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for i in range(200):
                path = tmp_path / f"{name}{i}"
                fd = files.create(path)
                files.write(fd, b"x")
                files.sync(fd)
                files.close(fd)
                files.rename(path, tmp_path / f"{name}{i}-done")
        except BaseException as error:  # noqa: BLE001 - told below
            problems.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert problems == []
    files.power_loss()
    assert all(path.read_bytes() == b"x" for path in tmp_path.iterdir())
