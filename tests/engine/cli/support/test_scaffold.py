"""``floworch actions new``: what it writes works as it stands, as a file and as an installed package."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from floworch.cli.support.scaffold import scaffold
from floworch.errors import UsageError


def python(folder: Path, *arguments: str, path: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "FLOWORCH_ACTIONS": str(folder / "none"),
           "PYTHONPATH": os.pathsep.join(filter(None, (path, *sys.path)))}  # fmt: skip
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=folder, env=env, check=False, capture_output=True, text=True)


def test_the_new_action_passes_the_test_it_comes_with(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    files = scaffold("orders.repeat_it", folder, package=True)
    assert all(file.is_file() for file in files)
    done = python(folder, "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", ".", path=str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_the_package_is_found_by_its_entry_point_when_it_is_installed(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    scaffold("orders.repeat_it", folder, package=True)
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    installed = folder / "floworch_orders-0.1.0.dist-info"  # what an installer writes, without a network
    installed.mkdir()
    (installed / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 0.1.0\n")
    points = project["entry-points"]["floworch.actions"]
    lines = [f"{name} = {value}" for name, value in points.items()]
    (installed / "entry_points.txt").write_text("[floworch.actions]\n" + "\n".join(lines) + "\n")
    done = python(tmp_path, "floworch", "actions", "test", "orders.repeat_it", "--set", "times=3", path=str(folder))
    assert done.returncode == 0, done.stderr
    assert '"Hello Hello Hello"' in done.stdout


@pytest.mark.parametrize(("wrong", "said"), [("Orders", "cannot be the id"), ("util.log", "built-in action")])
def test_an_id_that_cannot_be_is_refused(tmp_path: Path, wrong: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        scaffold(wrong, tmp_path)


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    first = scaffold("a.b", tmp_path)[0]
    first.write_text("mine")
    with pytest.raises(UsageError, match="already there"):
        scaffold("a.b", tmp_path)
    assert first.read_text() == "mine"
    scaffold("a.b", tmp_path, force=True)
    assert first.read_text() != "mine"
