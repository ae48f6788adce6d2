"""The files that trust is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.model.workflow import Workflow
from floworch.trust.places import local_files, module_beside, modules_beside, trust_folder


def test_every_python_file_of_the_actions_beside_a_definition_counts(place: Any) -> None:
    workflow = place({})
    assert local_files(workflow) == []
    files = [place.local(), place.local(name="_hidden.py"), place.local(name="test_own.py")]
    place.local(name="notes.txt")
    assert local_files(workflow) == sorted(files)
    assert local_files(Workflow(id="nowhere")) == []


def test_the_users_files_lie_where_the_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert trust_folder() == tmp_path / "config"
    monkeypatch.delenv("FLOWORCH_CONFIG_DIR")
    assert trust_folder().name == "floworch"


def test_a_module_beside_the_definition_is_found_without_importing_it(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflow = place({})
    (place.folder / "beside.py").write_text("raise SystemExit('it ran')")
    assert module_beside(workflow, "py:beside:go") is None  # Python would not find it
    monkeypatch.syspath_prepend(place.folder)
    assert module_beside(workflow, "py:beside.deeper:go") == place.folder / "beside.py"
    assert module_beside(workflow, "py:json:loads") is None
    assert module_beside(workflow, "util.log") is None


def test_modules_beside_a_definition_are_those_of_every_function_it_names(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(place.folder)
    (place.folder / "beside.py").write_text("raise SystemExit('it ran')")
    (place.folder / "undone.py").write_text("raise SystemExit('it ran')")
    (place.folder / "idle.py").write_text("")
    package = place.folder / "pack"
    package.mkdir()
    for name in ("__init__.py", "layer.py"):
        (package / name).write_text("raise SystemExit('it ran')")
    workflow = place(
        {
            "a": {"action": "py:beside:go", "compensate": {"action": "py:undone:go"}},
            "b": {"action": "util.log", "middleware": [{"use": "py:pack.layer:stamp"}]},
            "c": {"action": "py:json:loads"},
        }
    )
    assert list(modules_beside(workflow)) == ["beside.py", "pack/__init__.py", "pack/layer.py", "undone.py"]
    assert modules_beside(workflow)["pack/layer.py"] == package / "layer.py"
    assert modules_beside(place({"a": {"action": "util.log"}})) == modules_beside(Workflow(id="nowhere")) == {}
