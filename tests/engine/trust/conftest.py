"""A hostile definition: actions beside it that leave a mark when anything of them runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from floworch.model.codec import load
from floworch.model.workflow import Workflow


@pytest.fixture(autouse=True)
def _own_ledger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))


class Place:
    """Writes definitions into a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def __call__(self, nodes: dict[str, Any], name: str = "flow", **fields: Any) -> Workflow:
        path = self.folder / f"{name}.flow.json"
        path.write_text(json.dumps({"id": name, "nodes": nodes, **fields}))
        return load(path)

    def local(self, text: str = "x = 1\n", name: str = "own.py") -> Path:
        path = self.folder / "actions" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "from elsewhere")
