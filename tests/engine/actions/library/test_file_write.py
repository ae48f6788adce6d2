"""file.write: completely or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.library import file_write as module

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions and links of POSIX")


@pytest.mark.parametrize(
    ("content", "written"),
    [
        ("é\n", "é\n".encode()),
        (b"\x00\xff", b"\x00\xff"),
        ("", b""),
        ({"b": [1, "é"], "a": None}, '{\n  "b": [\n    1,\n    "é"\n  ],\n  "a": null\n}\n'.encode()),
        (5, b"5\n"),
        (None, b"null\n"),
    ],
)
async def test_content_becomes_bytes(act: Any, tmp_path: Path, content: Any, written: bytes) -> None:
    path = tmp_path / "new" / "folder" / "file"
    assert await act("file.write", path=str(path), content=content) == {"path": str(path), "bytes": len(written)}
    assert path.read_bytes() == written
    assert os.listdir(path.parent) == ["file"]


async def test_append_adds_and_create_refuses_what_exists(act: Any, tmp_path: Path) -> None:
    path = tmp_path / "log"
    for line in ("a\n", "b\n"):
        await act("file.write", path=str(path), content=line, mode="append")
    assert path.read_text() == "a\nb\n"
    error = await act.error("file.write", path=str(path), content="x", mode="create")
    assert str(error) == f"'{path}' exists already."
    assert path.read_text() == "a\nb\n"
    await act("file.write", path=str(tmp_path / "new"), content="x", mode="create")
    assert sorted(os.listdir(tmp_path)) == ["log", "new"]


@posix
async def test_a_replaced_file_keeps_permissions_and_a_link_stays_a_link(act: Any, tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to("target")
    await act("file.write", path=str(link), content="new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.parametrize("mode", ["replace", "append"])
async def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    act: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    error = await act.error("file.write", path=str(path), content="new", mode=mode)
    assert str(error) == f"The disk is full: '{path}' was not written."
    assert "what was there before is unchanged" in error.hint
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("mode", ["replace", "append", "create"])
async def test_stopping_leaves_the_old_file_and_nothing_else(act: Any, tmp_path: Path, mode: str) -> None:
    path = tmp_path / "file"
    if mode != "create":
        path.write_text("old")
    before = sorted(os.listdir(tmp_path))
    act.reason = "the run was cancelled"
    assert (await act.error("file.write", path=str(path), content="new", mode=mode)).kind == "cancelled"
    if mode == "append" or path.exists():
        assert path.read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == before


async def test_a_large_file_shows_progress(act: Any, tmp_path: Path) -> None:
    data = os.urandom(3 << 20)
    await act("file.write", path=str(tmp_path / "big"), content=data)
    assert (tmp_path / "big").read_bytes() == data
    assert [fraction for fraction, _ in act.progressed][-1] == 1.0


@posix
@pytest.mark.parametrize(
    ("params", "kind", "message"),
    [
        ({"path": "dir"}, "validation_error", "'dir' is a folder, not a file."),
        ({"path": "file/x"}, "validation_error", "A part of 'file/x' is a file, not a folder."),
        ({"path": "no/x", "mkdirs": False}, "not_found_error", "The folder of 'no/x' does not exist."),
        ({"path": "/dev/full"}, "validation_error", "'/dev/full' is not a regular file and cannot be replaced."),
        ({"path": "/dev/full", "mode": "append"}, "processing_error", "The disk is full: '/dev/full' was not written."),
        ({"path": "x" * 300}, "validation_error", "The name is too long"),
        (
            {"path": "a", "content": "é", "encoding": "ascii"},
            "validation_error",
            "The character 'é' at position 0 does not exist in ascii.",
        ),
        ({"path": "a", "encoding": "klingon"}, "validation_error", "There is no encoding named 'klingon'."),
        ({"path": ""}, "validation_error", "path"),
    ],
)
async def test_bad_input(
    act: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, params: dict[str, Any], kind: str, message: str
) -> None:
    if "full" in params["path"] and not os.path.exists("/dev/full"):  # noqa: ASYNC240
        pytest.skip("no /dev/full here")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dir").mkdir()
    (tmp_path / "file").write_text("")
    error = await act.error("file.write", **{"content": "x", **params})
    assert error.kind == kind
    assert message in str(error)
    assert sorted(os.listdir(tmp_path)) == ["dir", "file"]
