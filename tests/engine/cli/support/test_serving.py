from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from floworch.cli.support.serving import TOKEN_FILE, TOKEN_VARIABLE, definitions, token_of
from floworch.errors import DefinitionError, NotTrusted, StoreError, UsageError
from floworch.serve.served import Hook, Schedule

NIGHTLY = {"action": "trigger.schedule", "params": {"cron": "{{ inputs.cron }}", "tz": "UTC"}}
INPUTS = {"cron": {"type": "string", "required": True}}


@pytest.fixture(autouse=True)
def _own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)


def write(folder: Path, name: str = "w", **more: Any) -> Path:
    path = folder / f"{name}.flow.json"
    path.write_text(json.dumps({"id": name, "nodes": {"t": NIGHTLY}, "inputs": INPUTS, **more}))
    return path


def plans(paths: list[Path], *, trust: bool) -> list[Any]:
    """What is served at first."""
    return definitions(paths, None, trust, lambda *_args, **_facts: None)[1]


def hook(auth: str) -> Any:
    return {"t": {"action": "trigger.webhook", "params": {"path": "/x", "auth": auth}}}


def test_inputs_come_from_the_file_beside_the_definition(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "w.inputs.json").write_text('{"cron": "5 4 * * *"}')
    (served,) = plans([path], trust=False)
    (schedule,) = served.triggers
    assert isinstance(schedule, Schedule)
    assert (schedule.rule.cron, served.options) == ("5 4 * * *", {"secrets": []})
    (tmp_path / "w.inputs.json").unlink()
    with pytest.raises(UsageError, match="needs the input 'cron'"):
        plans([path], trust=False)


def test_a_folder_gives_what_has_triggers_and_asks_for_trust(tmp_path: Path) -> None:
    write(tmp_path, "a", nodes=hook("token"), inputs={})
    write(tmp_path, "by-hand", nodes={"t": {"action": "trigger.manual"}}, inputs={})
    with pytest.raises(NotTrusted, match="found in a folder"):
        plans([tmp_path], trust=False)
    (served,) = plans([tmp_path], trust=True)
    assert isinstance(served.triggers[0], Hook)


def test_a_copy_in_the_folder_is_named_and_not_served_until_it_has_its_own_id(tmp_path: Path) -> None:
    write(tmp_path, "a", nodes=hook("none"), inputs={})
    (tmp_path / "b.flow.json").write_bytes((tmp_path / "a.flow.json").read_bytes())
    said: list[Any] = []
    made, first = definitions([tmp_path], None, True, lambda event, **facts: said.append((event, facts["message"])))
    assert [each.workflow.source for each in first] == [tmp_path / "a.flow.json"]
    ((event, message),) = said
    assert event == "error"
    assert f"b.flow.json has the id 'a' of {tmp_path / 'a.flow.json'}." in message
    (tmp_path / "a.flow.json").unlink()
    assert [each.workflow.source for each in made.look() or ()] == [tmp_path / "b.flow.json"]


def test_what_is_invalid_or_has_nothing_to_serve_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no trigger to serve"):
        plans([write(tmp_path, nodes={"t": {"action": "trigger.manual"}}, inputs={})], trust=False)
    with pytest.raises(DefinitionError):
        plans([write(tmp_path, nodes={"t": {"action": "trigger.sundial"}}, inputs={})], trust=False)


def test_the_token_is_made_once_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []

    def say(event: str, **facts: Any) -> None:
        said.append(facts)

    served = plans([write(tmp_path, nodes=hook("token"), inputs={})], trust=True)
    store = tmp_path / "store"
    token = token_of(served, store, say)
    assert token == token_of(served, store, say)
    assert len(token) == 48
    assert said[0]["what"].endswith(str(store / TOKEN_FILE))
    if sys.platform != "win32":
        assert (store / TOKEN_FILE).stat().st_mode & 0o777 == 0o600
    (store / TOKEN_FILE).write_text("\n")
    with pytest.raises(StoreError, match="is empty"):
        token_of(served, store, say)
    monkeypatch.setenv(TOKEN_VARIABLE, "mine")
    assert token_of(served, store, say) == "mine"


def test_no_token_is_kept_where_nobody_asks_for_one(tmp_path: Path) -> None:
    served = plans([write(tmp_path, nodes=hook("none"), inputs={})], trust=True)
    assert token_of(served, tmp_path / "store", print) != token_of(served, tmp_path / "store", print)
    assert not (tmp_path / "store").exists()
