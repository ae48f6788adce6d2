"""What a copy is to do, before it does it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from floworch.actions.library.file_plan import plan
from floworch.testing import FakeHost


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links of POSIX")
def test_folders_come_before_what_is_in_them_and_pipes_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "sub" / "file").write_text("123")
    (tmp_path / "in" / "link").symlink_to("sub")
    os.mkfifo(tmp_path / "in" / "pipe")
    host = FakeHost(folder=str(tmp_path))
    jobs = plan(host.context(), "in", "out", "copy", False)
    assert [(os.path.relpath(job.target, tmp_path), job.kind, job.size) for job in jobs] == [
        ("out", "dir", 0),
        ("out/link", "link", 0),
        ("out/sub", "dir", 0),
        ("out/sub/file", "file", 3),
    ]
    assert host.logs[0][1].endswith("pipe, socket or device: left out.")


def test_what_is_in_the_target_already_is_not_copied_into_itself(tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "old.txt").touch()
    (tmp_path / "new.txt").touch()
    jobs = plan(FakeHost(folder=str(tmp_path)).context(), "**/*.txt", "backup", "copy", False)
    assert [os.path.relpath(job.target, tmp_path) for job in jobs] == ["backup/new.txt"]
