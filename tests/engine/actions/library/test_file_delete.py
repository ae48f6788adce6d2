"""file.delete: what was named and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and permissions of POSIX")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The run's folder, with a home and a trash of its own beside it."""
    work = tmp_path / "work"
    for name in ("a.tmp", "keep.txt", "sub/b.tmp", "sub/deep/c.tmp"):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(name)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").write_text("")
    (work / "link").symlink_to(tmp_path / "elsewhere")
    monkeypatch.chdir(work)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return work


def left(place: Path) -> list[str]:
    return sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if not path.is_dir())


@pytest.mark.parametrize("to_trash", [True, False])
@pytest.mark.parametrize(
    ("paths", "kind", "gone"),
    [
        ("a.tmp", "file", ["a.tmp"]),
        ("**/*.tmp", "file", ["a.tmp", "sub/b.tmp", "sub/deep/c.tmp"]),
        ("*", "file", ["a.tmp", "keep.txt", "link"]),
        ("*", "dir", ["sub/b.tmp", "sub/deep/c.tmp"]),
        ("**/*", "any", ["a.tmp", "keep.txt", "link", "sub/b.tmp", "sub/deep/c.tmp"]),
        ("link", "file", ["link"]),
        (["sub", "sub/b.tmp", "gone"], "file", ["sub/b.tmp", "sub/deep/c.tmp"]),
        ("gone/*", "file", []),
    ],
)
async def test_what_is_named_goes_and_nothing_else(
    act: Any, place: Path, to_trash: bool, paths: Any, kind: str, gone: list[str]
) -> None:
    before = left(place)
    output = await act("file.delete", paths=paths, to_trash=to_trash, type=kind)
    assert left(place) == [name for name in before if name not in gone]
    assert bool(output["count"]) == bool(gone)
    assert (place.parent / "elsewhere" / "precious").exists()
    assert (await act("file.delete", paths=paths, to_trash=to_trash, type=kind))["count"] == 0  # safe to repeat
    thrown = place.parent / "data" / "Trash" / "files"
    assert thrown.exists() is (to_trash and bool(gone))


@pytest.mark.parametrize("target", ["home", "work", ".", "data"])
async def test_what_nobody_means_to_delete_is_refused(act: Any, place: Path, target: str) -> None:
    (place.parent / "home").mkdir()
    paths = {"home": "~", "work": str(place), ".": "..", "data": "/"}[target]
    error = await act.error("file.delete", paths=paths, to_trash=False)
    assert error.kind == "validation_error"
    assert "is not deleted" in str(error)
    assert left(place)


@pytest.mark.parametrize("to_trash", [True, False])
async def test_a_cancel_stops_before_the_next_file(act: Any, place: Path, to_trash: bool) -> None:
    """(C4.5)"""
    before = left(place)
    act.reason = "the run was cancelled"
    assert (await act.error("file.delete", paths="sub", to_trash=to_trash)).kind == "cancelled"
    assert left(place) == before


async def test_a_large_folder_goes_with_progress(act: Any, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(2000):
        (place / "sub" / str(number)).touch()
    monkeypatch.setattr("floworch.actions.library.file_delete._REPORT_EVERY", -1)
    await act("file.delete", paths="sub", to_trash=False)
    assert len(act.progressed) > 2000
    assert not (place / "sub").exists()


@pytest.mark.parametrize(
    ("params", "kind", "message"),
    [
        ({"paths": "gone", "missing_ok": False}, "not_found_error", "The file or folder 'gone' does not exist."),
        ({"paths": "*.pdf", "missing_ok": False}, "not_found_error", "Nothing fits the pattern '*.pdf'."),
        ({"paths": ""}, "validation_error", "paths"),
        ({"paths": " "}, "validation_error", "'paths' holds an empty path."),
    ],
)
async def test_bad_input(act: Any, place: Path, params: dict[str, Any], kind: str, message: str) -> None:
    error = await act.error("file.delete", **params)
    assert (error.kind, message in str(error)) == (kind, True)
