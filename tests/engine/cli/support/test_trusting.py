"""The gate of the command line (exit code 5): naming a file is consent to installed actions, and to no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.actions.registry import Registry
from floworch.actions.secret_sources import _write_names
from floworch.cli.support.trusting import admit
from floworch.errors import NotTrusted, UsageError
from floworch.model.codec import loads_from
from floworch.model.workflow import Workflow
from floworch.trust import TrustStore


@pytest.fixture(autouse=True)
def _own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))


def flow(folder: Path, action: str = "util.log", **params: Any) -> Workflow:
    text = Workflow(id="f", nodes={}).model_dump_json(by_alias=True, exclude_unset=True)
    workflow = loads_from(folder / "f.flow.json", text.encode())
    from floworch.model.workflow import Node

    return workflow.replace(nodes={"n": Node(action=action, params=params)}).placed_as(workflow)


def test_commands_code_and_network_of_built_in_actions_run_when_the_file_is_named(tmp_path: Path) -> None:
    assert admit(flow(tmp_path, "shell.run", command="rm x"), Registry()) == {"secrets": []}


def test_local_actions_ask_for_trust_when_they_are_used(tmp_path: Path) -> None:
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "own.py").write_text("")
    assert admit(flow(tmp_path, "util.log", message="x"), Registry()) == {"secrets": []}
    workflow = flow(tmp_path, "own.act")
    with pytest.raises(NotTrusted, match=r"own\.py") as caught:
        admit(workflow, Registry())
    assert caught.value.exit_code == 5
    assert "floworch inspect" in caught.value.hint
    assert admit(workflow, Registry(), trust=True) == {}
    TrustStore().trust(workflow)
    assert admit(workflow, Registry()) == {}
    with pytest.raises(NotTrusted, match="changed since you trusted it"):
        admit(flow(tmp_path, "own.other"), Registry())


def test_stored_secrets_ask_once_and_those_of_the_environment_never(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflow = flow(tmp_path, message="{{ secrets.TOKEN }}{{ secrets.FREE }}{{ secrets.NOWHERE }}")
    _write_names(frozenset({"TOKEN", "FREE", "UNUSED"}))
    monkeypatch.setenv("FLOWORCH_SECRET_FREE", "x")
    with pytest.raises(NotTrusted, match="your stored secret TOKEN"):
        admit(workflow, Registry())
    TrustStore().trust(workflow, ["TOKEN"])
    assert admit(workflow, Registry()) == {"secrets": ["TOKEN"]}


def test_everything_asks_where_trust_is_required(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workflow = flow(tmp_path, message="x")
    monkeypatch.setenv("FLOWORCH_REQUIRE_TRUST", "1")
    with pytest.raises(NotTrusted, match="FLOWORCH_REQUIRE_TRUST"):
        admit(workflow, Registry())
    monkeypatch.setenv("FLOWORCH_TRUST", TrustStore().verdict(workflow).digest)
    assert admit(workflow, Registry()) == {}
    monkeypatch.setenv("FLOWORCH_REQUIRE_TRUST", "perhaps")
    with pytest.raises(UsageError, match="FLOWORCH_REQUIRE_TRUST"):
        admit(workflow, Registry())
