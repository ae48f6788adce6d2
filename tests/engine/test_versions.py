"""One version, the same wherever it is asked for."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

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
