"""The small files that lead to an engine process."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from floworch.host.control_file import ControlInfo, read_control, remove_control, write_control

INFO = ControlInfo("unix:/tmp/x/s", "ab" * 32, os.getpid(), "0.1.0")


def test_round_trip_private_and_without_leftovers(tmp_path: Path) -> None:
    path = tmp_path / "control"
    write_control(path, ControlInfo("tcp:127.0.0.1:1", "cd", 1))
    write_control(path, INFO)
    assert read_control(path) == INFO
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["control"]


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"address": 1}', b"{" * 10_000])
def test_anything_else_is_no_control_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "control"
    path.write_bytes(content)
    assert read_control(path) is None


def test_missing_is_none(tmp_path: Path) -> None:
    assert read_control(tmp_path / "control") is None


def test_only_the_own_file_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "control"
    write_control(path, INFO)
    remove_control(path, "00")
    assert path.exists()
    remove_control(path, INFO.token)
    remove_control(path, INFO.token)
    assert not path.exists()


def test_a_directory_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        write_control(tmp_path / "nowhere" / "control", INFO)
