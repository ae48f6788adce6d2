"""One version, the same wherever it is asked for."""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import floworch
from floworch.versions import VERSION, pip_line

#: interfaces.md section 2.
PROMISED = [
    "Engine",
    "Workflow",
    "WorkflowBuilder",
    "WorkflowData",
    "Key",
    "RunHandle",
    "RunResult",
    "RunState",
    "Event",
    "NodeStatus",
    "RunStatus",
    "Problem",
    "RetryPolicy",
    "Context",
    "ActionError",
    "FlowError",
    "action",
    "middleware",
    "registry",
    "load",
    "loads",
    "save",
    "dumps",
    "validate",
    "FlatBuffersStore",
    "JsonStore",
    "MemoryStore",
    "RunStore",
    "EngineHost",
    "compose",
    "composite",
    "map_items",
    "validate_with",
    "benchmark",
    "Arena",
    "StringPool",
    "BufferPool",
    "retry",
    "timeout",
    "logging",
    "metrics",
    "circuit_breaker",
    "rate_limit",
    "concurrency",
    "validation",
    "tracing",
    "cache",
    "fallback",
    "dead_letter",
    "idempotency",
    "conditional",
]


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project.get("version", VERSION) == VERSION
    assert floworch.__version__ == VERSION


@pytest.mark.parametrize("name", PROMISED)
def test_every_promised_name_is_there_after_a_plain_import(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """interfaces.md section 2: also when nothing has loaded its home before."""
    monkeypatch.delitem(vars(floworch), name, raising=False)
    assert getattr(floworch, name) is not None
    assert name in floworch.__all__


def test_type_checkers_and_editors_are_told_every_name_and_where_it_is() -> None:
    """They do not run ``__getattr__``; ``floworch.middleware`` was a module to them, which cannot be called."""
    tree = ast.parse(Path(floworch.__file__ or "").read_text(encoding="utf-8"))
    told = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    assert len(told) == 1
    found: dict[str, Any] = {}
    exec(compile(ast.Module(told[0].body, []), "TYPE_CHECKING", "exec"), found)
    del found["__builtins__"]
    assert sorted({*found, "__version__"}) == sorted(floworch.__all__)
    decorator = found.pop("middleware")
    assert decorator.__name__ == "middleware"
    assert callable(floworch.middleware)
    assert {name: value for name, value in found.items() if value is not getattr(floworch, name)} == {}


@pytest.mark.parametrize(
    ("activated", "marker", "line"),
    [
        ("VIRTUAL_ENV", "", "pip install 'floworch[data]'"),
        ("CONDA_PREFIX", "", "pip install 'floworch[data]'"),
        ("", "", "'/opt/my python' -m pip install 'floworch[data]'"),
        ("VIRTUAL_ENV", "pipx_metadata.json", "pipx runpip floworch install 'floworch[data]'"),
    ],
)
def test_the_line_that_installs_reaches_this_very_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, activated: str, marker: str, line: str
) -> None:
    """A bare ``pip`` belongs to another Python wherever the environment is not activated."""
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    monkeypatch.setattr("sys.executable", "/opt/my python")
    if marker:
        (tmp_path / marker).touch()
    assert pip_line("floworch[data]", {activated: str(tmp_path)} if activated else {}) == line


def test_the_packaged_program_gets_nothing_added_but_can_be_installed_as_a_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert pip_line("floworch[data]", {"VIRTUAL_ENV": str(tmp_path)}) == "pipx install 'floworch[data]'"
    assert pip_line("pytest", {}) == "pipx install floworch && pipx inject floworch 'pytest'"
