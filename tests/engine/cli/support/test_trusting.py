"""The gate of the command line (exit code 5): naming a file is consent to installed actions, and to no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.actions.connections import checked, save_connection
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


def test_a_file_that_was_put_beside_it_is_named_and_not_the_definition(tmp_path: Path) -> None:
    folder = tmp_path / "actions"
    folder.mkdir()
    (folder / "own.py").write_text("")
    TrustStore().trust(flow(tmp_path, "own.act"))
    (folder / "added.py").write_text("")
    with pytest.raises(NotTrusted, match=r"is as you trusted it, but .*actions/added\.py \(new\)"):
        admit(flow(tmp_path, "own.act"), Registry())


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


def test_a_connection_with_a_stored_secret_is_asked_for_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, kind, fields in (
        ("shop", "sql", {"url": "postgresql://u@h/x", "password": "PW"}),
        ("box", "ssh", {"host": "h", "key_file": "id"}),
        ("open", "sql", {"url": "x.db"}),
        ("free", "ai", {"url": "http://h", "key": "FREE"}),
    ):
        save_connection(checked(name, kind, fields))
    _write_names(frozenset({"PW", "FREE"}))
    monkeypatch.setenv("FLOWORCH_SECRET_FREE", "x")
    for name in ("open", "free"):
        assert admit(flow(tmp_path, "db.query", connection=name, sql="SELECT 1"), Registry()) == {"secrets": []}
    for name, secrets in (("shop", ["PW"]), ("box", [])):
        workflow = flow(tmp_path, "db.query", connection=name, sql="SELECT 1")
        with pytest.raises(NotTrusted, match=f"log in with your connection {name}"):
            admit(workflow, Registry())
        TrustStore().trust(workflow, connections=[name])
        assert admit(workflow, Registry()) == {"secrets": secrets}


def test_consent_to_a_connection_is_none_to_name_its_secret(tmp_path: Path) -> None:
    save_connection(checked("shop", "sql", {"url": "postgresql://u@h/x", "password": "PW"}))
    _write_names(frozenset({"PW"}))
    workflow = flow(tmp_path, "db.query", connection="shop", sql="SELECT '{{ secrets.PW }}'")
    TrustStore().trust(workflow, connections=["shop"])
    with pytest.raises(NotTrusted, match="your stored secret PW"):
        admit(workflow, Registry())
    TrustStore().trust(workflow, secrets=["PW"])
    assert admit(workflow, Registry()) == {"secrets": ["PW"]}
