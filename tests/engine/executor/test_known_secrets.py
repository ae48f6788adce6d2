"""A run that would read a secret which is not set is refused before anything of it runs (C6.5)."""

from __future__ import annotations

from pathlib import Path

import pytest
from run_dialogue import workflow

from floworch import Engine, MemoryStore
from floworch.actions import secret_sources
from floworch.errors import ActionError, DefinitionError, ErrorKind

LOG = {"action": "util.log", "params": {"message": "x"}}
READS = {"action": "util.log", "params": {"message": "{{ secrets.api_key }}"}}
VARIABLE = "FLOWORCH_SECRET_API_KEY"


@pytest.fixture(autouse=True)
def _own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("floworch.executor.known_secrets.find_secret", lambda name: None)


async def test_nothing_is_written_and_the_message_names_secret_place_and_remedy() -> None:
    store = MemoryStore()
    async with Engine(store=store) as engine:
        with pytest.raises(DefinitionError, match="The secret 'api_key' is not set on this machine") as caught:
            await engine.start(workflow({"first": LOG, "second": READS}, "first>second"))
    assert [each.path for each in caught.value.problems] == ["nodes.second.params.message"]
    assert "floworch secrets set api_key" in caught.value.hint
    assert VARIABLE in caught.value.hint
    assert (caught.value.exit_code, list(store.list())) == (2, [])


async def test_one_that_is_set_or_that_the_keyring_keeps_closed_does_not_hinder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def closed(name: str) -> str:
        raise ActionError("locked", ErrorKind.PERMISSION)

    async with Engine() as engine:
        monkeypatch.setattr("floworch.executor.known_secrets.find_secret", closed)
        await (await engine.start(workflow({"n": READS}))).result()
        monkeypatch.setenv(VARIABLE, "")
        assert (await (await engine.start(workflow({"n": READS}))).result()).status == "completed"
    assert secret_sources.is_known("api_key")


async def test_what_takes_no_part_asks_for_none() -> None:
    """(C7.6)"""
    flow = workflow({"first": LOG, "second": READS}, "first>second")
    async with Engine() as engine:
        assert (await (await engine.start(flow, to="first")).result()).status == "completed"
        assert await engine.start(flow, explain=True)


async def test_what_only_another_trigger_reaches_asks_for_none() -> None:
    nodes = {
        "hand": {"action": "trigger.manual"},
        "nightly": {"action": "trigger.schedule", "params": {"cron": "0 0 * * *"}},
        "by-hand": LOG,
        "by-night": READS,
    }
    flow = workflow(nodes, "hand>by-hand", "nightly>by-night")
    async with Engine() as engine:
        assert (await (await engine.start(flow)).result()).status == "completed"
        with pytest.raises(DefinitionError, match="'api_key' is not set"):
            await engine.start(flow, trigger="nightly")


async def test_a_workflow_that_is_called_counts() -> None:
    called = workflow({"n": READS}).replace(id="called")
    caller = workflow({"c": {"action": "flow.call", "params": {"workflow": "called"}}}).attach(called)
    by_run = workflow({"c": {"action": "flow.call", "params": {"workflow": "{{ 'called' }}"}}}).attach(called)
    async with Engine() as engine:
        with pytest.raises(DefinitionError, match="'called' cannot run on this machine: The secret 'api_key'"):
            await engine.start(caller)
        result = await (await engine.start(by_run)).result()
    assert result.error is not None
    assert "The secret 'api_key' is not set on this machine" in result.error["message"]


async def test_a_workflow_that_only_a_branch_calls_does_not() -> None:
    called = workflow({"n": READS}).replace(id="called")
    nodes = {
        "ask": {"action": "flow.if", "params": {"condition": "false"}},
        "c": {"action": "flow.call", "params": {"workflow": "called"}},
    }
    async with Engine() as engine:
        run = await engine.start(workflow(nodes, "ask:true>c").attach(called))
        assert (await run.result()).status == "completed"
