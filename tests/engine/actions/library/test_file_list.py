"""file.list: deterministic, complete, and honest about what it could not read."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.library import file_list as module
from floworch.actions.registry import registry


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Six files in three folders."""
    for name, size in {
        "b.txt": 3,
        "a.TXT": 5,
        "sub/c.txt": 1,
        "sub/deep/d.py": 9,
        "__pycache__/e.pyc": 2,
        ".hidden": 4,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
        os.utime(path, (1_000_000_000 + size, 1_000_000_000 + size))
    return tmp_path


def names(output: dict[str, Any]) -> list[str]:
    return [row["relative"] for row in output["files"]]


async def test_every_file_with_its_facts_in_one_order(act: Any, tree: Path) -> None:
    output = await act("file.list", folder=str(tree))
    assert names(output) == [".hidden", "__pycache__/e.pyc", "a.TXT", "b.txt", "sub/c.txt", "sub/deep/d.py"]
    assert (output["count"], output["total_bytes"], output["errors"]) == (6, 24, [])
    assert output["files"][2] == {
        "path": str(tree / "a.TXT"),
        "name": "a.TXT",
        "relative": "a.TXT",
        "extension": ".txt",
        "type": "file",
        "size": 5,
        "mtime": 1_000_000_005.0,
    }


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"pattern": "*"}, [".hidden", "a.TXT", "b.txt"]),
        ({"pattern": "**/*.txt"}, ["b.txt", "sub/c.txt"]),
        ({"exclude": ["__pycache__", "sub/deep"]}, [".hidden", "a.TXT", "b.txt", "sub/c.txt"]),
        ({"hidden": False, "pattern": "*"}, ["a.TXT", "b.txt"]),
        ({"type": "dir"}, ["__pycache__", "sub", "sub/deep"]),
        ({"type": "any", "pattern": "*"}, [".hidden", "__pycache__", "a.TXT", "b.txt", "sub"]),
        ({"sort": "size", "pattern": "*"}, ["a.TXT", ".hidden", "b.txt"]),
        ({"sort": "mtime", "pattern": "*"}, ["a.TXT", ".hidden", "b.txt"]),
        ({"newer_than": "1h"}, []),
    ],
)
async def test_choices(act: Any, tree: Path, params: dict[str, Any], expected: list[str]) -> None:
    assert names(await act("file.list", folder=str(tree), **params)) == expected


async def test_newer_than_takes_what_was_changed_lately(act: Any, tree: Path) -> None:
    (tree / "fresh").write_text("")
    assert names(await act("file.list", folder=str(tree), newer_than="1d")) == ["fresh"]


async def test_without_times_the_output_does_not_change_with_them(act: Any, tree: Path) -> None:
    before = await act("file.list", folder=str(tree), times=False)
    os.utime(tree / "b.txt", (5, 5))
    assert await act("file.list", folder=str(tree), times=False) == before


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
async def test_links_are_followed_only_when_asked_and_never_in_circles(act: Any, tree: Path) -> None:
    (tree / "sub" / "up").symlink_to(tree)
    (tree / "sub" / "lost").symlink_to(tree / "nowhere")
    (tree / "sub" / "self").symlink_to("self")
    plain = await act("file.list", folder=str(tree / "sub"), type="any")
    assert names(plain) == ["c.txt", "deep", "deep/d.py", "lost", "self", "up"]
    followed = await act("file.list", folder=str(tree / "sub"), follow_symlinks=True, type="any")
    assert "up/b.txt" in names(followed)
    assert not any(name.count("up/") > 2 for name in names(followed))
    assert "lost" in names(followed)
    assert followed["errors"] == []


async def test_what_vanishes_or_cannot_be_read_is_reported(
    act: Any, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module.os.scandir

    def scandir(path: str) -> Any:
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied")
        if str(path).endswith("sub"):
            raise FileNotFoundError(2, "No such file")
        return real(path)

    monkeypatch.setattr(module.os, "scandir", scandir)
    output = await act("file.list", folder=str(tree))
    assert output["errors"] == [{"path": str(tree / "sub"), "message": "It vanished while the folder was listed."}]
    assert output["count"] == 4
    output = await act("file.list", folder=str(tree / "."), exclude=["x"], pattern="*")
    assert output["errors"] == []


async def test_a_name_that_is_no_unicode_is_shown(act: Any, tmp_path: Path) -> None:
    try:
        (Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff"))).write_text("")  # noqa: ASYNC240
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    assert names(await act("file.list", folder=str(tmp_path))) == ["a\\xff"]


@pytest.mark.parametrize(
    ("params", "kind", "message"),
    [
        ({"folder": "/no/such"}, "not_found_error", "The folder '/no/such' does not exist."),
        ({"folder": sys.executable}, "validation_error", "is not a folder."),
        ({"folder": "/", "pattern": "/x"}, "validation_error", "'pattern' must be a pattern below the folder"),
        ({"folder": "/", "newer_than": "soon"}, "validation_error", "'soon' is not a duration"),
    ],
)
async def test_bad_input(act: Any, params: dict[str, Any], kind: str, message: str) -> None:
    error = await act.error("file.list", **params)
    assert error.kind == kind
    assert message in str(error)


async def test_it_stops_when_it_is_asked_to(act: Any, tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / str(number)).touch()
    act.reason = "the run was cancelled"
    assert (await act.error("file.list", folder=str(tmp_path))).kind == "cancelled"


def test_the_spec() -> None:
    spec = registry.find_action("file.list")
    assert spec is not None
    assert (spec.run_on, spec.effect, spec.capabilities) == ("thread", "idempotent", frozenset({"files"}))
    assert set(spec.output_schema["properties"]) == {"files", "count", "total_bytes", "errors"}
    assert spec.check_params(spec.example) == []
