"""A folder from elsewhere: whatever lies in it, looking at its definition runs none of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

#: Libraries that the command line imports, and packages that seem to be installed there.
FALSE = ["pydantic", "typer", "networkx", "yaml", "sqlalchemy", "keyring", "evil", "usercustomize"]
ENTRY_POINTS = "[floworch.actions]\nevil.act = evil:act\n[floworch.middleware]\nevil = evil:layer\n"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    folder = tmp_path / "from elsewhere"
    package = folder / "evil-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(ENTRY_POINTS)
    mark = f"import pathlib\npathlib.Path({str(tmp_path / 'it ran')!r}).touch()\n"
    text = f"{mark}from floworch import action\n\n@action('own.act')\ndef act(ctx):\n    pass\n"
    (folder / "actions").mkdir()
    for name in ("own.py", "__init__.py", "conftest.py"):
        (folder / "actions" / name).write_text(text)
    for name in FALSE:
        (folder / f"{name}.py").write_text(mark)
    nodes = {
        "a": {"action": "own.act", "middleware": [{"use": "evil"}]},
        "b": {"action": "evil.act"},
        "c": {"action": "py:evil:act"},
    }
    (folder / "f.flow.json").write_text(json.dumps({"id": "f", "nodes": nodes}))
    return folder


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["run", "f.flow.json"], 5),
        (["inspect", "f.flow.json", "--json"], 0),
        (["validate", "f.flow.json"], 2),
        (["actions", "list"], 0),
    ],
)
def test_nothing_of_it_runs(hostile: Path, tmp_path: Path, words: list[str], code: int) -> None:
    paths = os.pathsep.join(path for path in sys.path if path)
    env = {**os.environ, "PYTHONPATH": paths, "FLOWORCH_CONFIG_DIR": str(tmp_path / "config"),
           "FLOWORCH_STORE": str(tmp_path / "store")}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "floworch", *words], cwd=hostile, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "it ran").exists()
    assert "evil.act" not in done.stdout or words[0] != "actions"
