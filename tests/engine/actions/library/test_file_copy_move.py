"""file.copy_move: whole files, nothing lost, and safe to repeat (C7.8, C11)."""

from __future__ import annotations

import errno
import os
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.context import Context
from floworch.actions.library import file_copy_move as module
from floworch.actions.registry import registry
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, call_action

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and holes of POSIX")


def tree(root: Path) -> dict[str, str]:
    """Every path below a folder with its content; links as ``-> where``, folders as empty text."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        found[name] = f"-> {os.readlink(path)}" if path.is_symlink() else "" if path.is_dir() else path.read_text()
    return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the run: ``in`` holds a.csv, b.txt and deep/c.csv."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("a.csv", "b.txt", "deep/c.csv"):
        (tmp_path / "in" / name).write_text(name)
    return tmp_path


@pytest.mark.parametrize("op", ["copy", "move"])
@pytest.mark.parametrize(
    ("source", "target", "made"),
    [
        ("in/a.csv", "new.csv", {"new.csv": "a.csv"}),
        ("in/a.csv", "out/", {"out": "", "out/a.csv": "a.csv"}),
        ("in/**/*.csv", "out", {"out": "", "out/a.csv": "a.csv", "out/deep": "", "out/deep/c.csv": "deep/c.csv"}),
        ("in/*", "out", {"out": "", "out/a.csv": "a.csv", "out/b.txt": "b.txt"}),
        (["in/b.txt", "in/deep"], "o", {"o": "", "o/b.txt": "b.txt", "o/deep": "", "o/deep/c.csv": "deep/c.csv"}),
        (["in/b.txt"], "out", {"out": "", "out/b.txt": "b.txt"}),
        ("in/deep", "out", {"out": "", "out/c.csv": "deep/c.csv"}),
    ],
)  # fmt: skip
async def test_what_is_named_gets_its_place(
    act: Any, place: Path, op: str, source: Any, target: str, made: Any
) -> None:
    before = tree(place)
    output = await act("file.copy_move", source=source, target=target, op=op)
    after = tree(place)
    assert {name: after[name] for name in after if name not in before} == made
    contents = [made[name] for name in made if made[name]]
    targets = {Path(row["target"]).relative_to(place).as_posix() for row in output["files"]}
    assert sorted(after[name] for name in targets) == sorted(contents)
    assert {row["action"] for row in output["files"]} == {"copied" if op == "copy" else "moved"}
    assert output["count"] == len(contents)
    assert output["bytes"] == sum(map(len, contents))
    for row in output["files"]:
        assert (Path(row["source"]).relative_to(place).as_posix() in after) is (op == "copy")
    if op == "move" and source == "in/deep":
        assert not (place / "in" / "deep").exists()


@posix
async def test_permissions_times_links_and_holes_stay(act: Any, place: Path) -> None:
    (place / "in" / "a.csv").chmod(0o750)
    os.utime(place / "in" / "a.csv", (1e9, 1e9))
    (place / "in" / "link").symlink_to("a.csv")
    (place / "in" / "lost").symlink_to("nowhere")
    with open(place / "in" / "holes", "wb") as file:  # noqa: ASYNC230
        file.seek(8 << 20)
        file.write(b"x")
        file.truncate(16 << 20)
    await act("file.copy_move", source="in", target="out")
    status = (place / "out" / "a.csv").stat()
    assert (status.st_mode & 0o777, status.st_mtime) == (0o750, 1e9)
    assert os.readlink(place / "out" / "link") == "a.csv"
    assert os.readlink(place / "out" / "lost") == "nowhere"
    holes = place / "out" / "holes"
    assert holes.read_bytes() == (place / "in" / "holes").read_bytes()
    assert holes.stat().st_blocks <= (place / "in" / "holes").stat().st_blocks + 16
    output = await act("file.copy_move", source="in/link", target="out/real")  # a link that is named is followed
    assert (place / "out" / "real").read_text() == "a.csv"
    assert not (place / "out" / "real").is_symlink()
    assert output["files"][0]["action"] == "copied"


@pytest.mark.parametrize("op", ["copy", "move"])
@pytest.mark.parametrize(
    ("exists", "content", "made", "done"),
    [
        ("replace", "other", {"x.csv": "a.csv"}, "copied"),
        ("skip", "other", {"x.csv": "other"}, "skipped"),
        ("rename", "other", {"x.csv": "other", "x (1).csv": "a.csv"}, "copied"),
        ("error", "a.csv", {"x.csv": "a.csv"}, "unchanged"),
        ("rename", "a.csv", {"x.csv": "a.csv"}, "unchanged"),
    ],
)
async def test_what_is_there_already(
    act: Any, place: Path, op: str, exists: str, content: str, made: dict[str, str], done: str
) -> None:
    (place / "out").mkdir()
    (place / "out" / "x.csv").write_text(content)
    output = await act("file.copy_move", source="in/a.csv", target="out/x.csv", op=op, exists=exists)
    assert tree(place / "out") == made
    expected = done if op == "copy" or done == "skipped" else "moved"
    assert [row["action"] for row in output["files"]] == [expected]
    assert (place / "in" / "a.csv").exists() is (op == "copy" or done == "skipped")


async def test_by_default_nothing_is_touched_when_something_is_in_the_way(act: Any, place: Path) -> None:
    (place / "out" / "deep").mkdir(parents=True)
    (place / "out" / "deep" / "c.csv").write_text("precious")
    before = tree(place)
    error = await act.error("file.copy_move", source="in", target="out", op="move")
    assert error.kind is ErrorKind.VALIDATION
    assert str(error) == f"'{place / 'out' / 'deep' / 'c.csv'}' exists already and is different."
    assert tree(place) == before


async def test_a_file_never_loses_itself(act: Any, place: Path) -> None:
    for source, target in (("in/a.csv", "in/a.csv"), ("in", "in"), ("in/a.csv", "in"), ("in/*", "in")):
        output = await act("file.copy_move", source=source, target=target, op="move", exists="replace")
        assert {row["action"] for row in output["files"]} <= {"unchanged"}
    assert tree(place / "in") == {"a.csv": "a.csv", "b.txt": "b.txt", "deep": "", "deep/c.csv": "deep/c.csv"}


@posix
async def test_two_names_of_one_file_become_one(act: Any, place: Path) -> None:
    os.link(place / "in" / "a.csv", place / "other.csv")
    await act("file.copy_move", source="in/a.csv", target="other.csv", op="move")
    assert not (place / "in" / "a.csv").exists()
    assert (place / "other.csv").read_text() == "a.csv"


async def test_a_move_to_another_file_system_copies_then_removes(
    act: Any, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*names: str) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(module, "link_new", refuse)
    output = await act("file.copy_move", source="in", target="out", op="move")
    assert not (place / "in").exists()
    assert tree(place / "out") == {"a.csv": "a.csv", "b.txt": "b.txt", "deep": "", "deep/c.csv": "deep/c.csv"}
    assert {row["action"] for row in output["files"]} == {"moved"}


async def test_a_move_that_died_goes_on_and_gives_what_it_would_have_given(place: Path) -> None:
    """(C7.8, C11)"""

    class Dying(FakeHost):
        def progress(self, ctx: Context, fraction: float | None, message: str) -> None:
            raise KeyboardInterrupt  # the process is gone after the first file

    params = {"source": "in/**/*.csv", "target": "out", "op": "move"}
    whole = await call_action("file.copy_move", {**params, "op": "copy", "target": "copy"}, FakeHost())
    whole = [Path(row["source"]).name for row in whole["files"]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("floworch.actions.library.file_copying._REPORT_EVERY", -1)
        spec = registry.resolve("file.copy_move")
        with pytest.raises(KeyboardInterrupt):
            spec.fn(Dying().context(run_id="run-a"), **spec.prepare(params))
    assert (place / "out" / "a.csv").exists()
    assert (place / "in" / "deep" / "c.csv").exists()
    for _ in range(2):  # also when only the record of its completion was lost
        again = await call_action("file.copy_move", params, FakeHost(), run_id="run-a", attempt=2)
        assert [Path(row["source"]).name for row in again["files"]] == whole
        assert {row["action"] for row in again["files"]} == {"moved"}
    assert tree(place / "out") == {"a.csv": "a.csv", "deep": "", "deep/c.csv": "deep/c.csv"}
    with pytest.raises(ActionError, match="Nothing fits the pattern"):  # another run does not know of it
        await call_action("file.copy_move", params, FakeHost(), run_id="run-b", attempt=2)


@pytest.mark.parametrize("op", ["copy", "move"])
async def test_a_cancel_leaves_whole_files_only(act: Any, place: Path, op: str) -> None:
    """(C4.5)"""
    act.reason = "the run was cancelled"
    before = tree(place)
    assert (await act.error("file.copy_move", source="in", target="out", op=op)).kind == "cancelled"
    assert {name: text for name, text in tree(place).items() if not name.startswith("out")} == before


async def test_a_cancel_stops_within_a_piece(act: Any, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """(C4.5)"""
    monkeypatch.setattr("floworch.actions.library.file_copying._REPORT_EVERY", -1)
    (place / "big").write_bytes(b"x" * (8 << 20))
    seen: list[float | None] = []

    def stop(ctx: Context, fraction: float | None, message: str) -> None:
        seen.append(fraction)
        act.reason = "the run was cancelled"

    monkeypatch.setattr(act, "progress", stop)
    assert (await act.error("file.copy_move", source="big", target="copy")).kind == "cancelled"
    assert seen == [1 / 8]
    assert sorted(os.listdir(place)) == ["big", "in"]


async def test_a_full_disk_leaves_the_old_file(act: Any, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "out").write_text("old")

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("floworch.actions.library.file_copying.os.fsync", full)
    error = await act.error("file.copy_move", source="in/a.csv", target="out", exists="replace")
    assert "The disk is full" in str(error)
    assert (place / "out").read_text() == "old"
    assert sorted(os.listdir(place)) == ["in", "out"]


@posix
@pytest.mark.parametrize(
    ("params", "kind", "message"),
    [
        ({"source": "gone"}, "not_found_error", "The file or folder 'gone' does not exist."),
        ({"source": "in/*.pdf"}, "not_found_error", "Nothing fits the pattern 'in/*.pdf'."),
        ({"source": ["in/*.csv"]}, "not_found_error", "There is no file 'in/*.csv'."),
        ({"source": " "}, "validation_error", "'source' holds an empty path."),
        ({"source": "in", "target": "in/deep/x"}, "validation_error", "lies inside the source"),
        ({"source": "in/a.csv", "target": "dir", "exists": "replace"}, "validation_error", "is a folder, so no file"),
        ({"source": ["in/a.csv", "dir/a.csv"]}, "validation_error", "would both become"),
        ({"source": "pipe"}, "validation_error", "is a pipe, socket or device and cannot be copied."),
        ({"source": "in/a.csv", "target": "in/b.txt/x"}, "validation_error", "is a file, not a folder"),
    ],
)
async def test_bad_input(act: Any, place: Path, params: dict[str, Any], kind: str, message: str) -> None:
    (place / "dir" / "a.csv").mkdir(parents=True)
    os.mkfifo(place / "pipe")
    error = await act.error("file.copy_move", **{"target": "out/", **params})
    assert (error.kind, message in str(error)) == (kind, True), str(error)


async def test_nothing_to_do_is_fine_when_asked_for(act: Any, place: Path) -> None:
    for source in ("gone", "in/*.pdf", ["gone"], []):
        output = await act("file.copy_move", source=source or ["gone"], target="out", missing_ok=True)
        assert output == {"files": [], "count": 0, "bytes": 0}


def copied_flat(place: Path, size: int) -> int:
    """Copy a sparse file with data at both ends; the peak of traced memory in bytes."""
    with open(place / "large", "wb") as file:
        file.write(b"begin")
        file.seek(size - 3)
        file.write(b"end")
    spec = registry.resolve("file.copy_move")
    tracemalloc.start()
    try:
        output = spec.fn(FakeHost().context(), **spec.prepare({"source": "large", "target": "copy"}))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert output["bytes"] == size == (place / "copy").stat().st_size
    with open(place / "copy", "rb") as file:
        assert file.read(5) == b"begin"
        file.seek(size - 3)
        assert file.read() == b"end"
    return peak


@pytest.mark.parametrize("holes", [True, False])
def test_a_large_file_needs_little_memory(place: Path, monkeypatch: pytest.MonkeyPatch, holes: bool) -> None:
    if not holes:
        monkeypatch.delattr(os, "SEEK_DATA", raising=False)
    assert copied_flat(place, 64 << 20) < 6 << 20


@pytest.mark.proof
def test_a_gibibyte_needs_no_more(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "SEEK_DATA", raising=False)
    assert copied_flat(place, 1 << 30) < 6 << 20
