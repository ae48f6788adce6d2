"""A run that needs a connection which is not on this machine is refused before anything of it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from run_dialogue import workflow

from floworch import Engine, MemoryStore
from floworch.actions import connections as kept
from floworch.errors import DefinitionError
from floworch.model.workflow import Workflow

LOG = {"action": "util.log", "params": {"message": "x"}}


@pytest.fixture(autouse=True)
def _own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    kept.save_connection(kept.checked("shop", "sql", {"url": str(tmp_path / "shop.db")}))


def query(connection: str) -> dict[str, Any]:
    return {"action": "db.query", "params": {"connection": connection, "sql": "SELECT 1 AS one"}}


def named(flow: Workflow, name: str) -> Workflow:
    return flow.replace(id=name)


async def test_nothing_is_written_for_it_and_the_message_says_what_there_is() -> None:
    store = MemoryStore()
    async with Engine(store=store) as engine:
        with pytest.raises(DefinitionError) as caught:
            await engine.start(workflow({"first": LOG, "second": query("shp")}, "first>second"))
    assert "There is no connection 'shp' on this machine." in caught.value.message
    assert caught.value.hint == "Did you mean 'shop'? Connections of the type sql: shop."
    assert [each.path for each in caught.value.problems] == ["nodes.second.params.connection"]
    assert list(store.list()) == []


async def test_what_takes_no_part_asks_for_none(tmp_path: Path) -> None:
    flow = workflow({"first": LOG, "second": query("shp")}, "first>second")
    async with Engine() as engine:
        run = await engine.start(flow, to="first")
        assert (await run.result()).status == "completed"
        assert await engine.start(flow, explain=True)


async def test_a_file_in_the_folder_of_the_run_is_none(tmp_path: Path) -> None:
    (tmp_path / "books").touch()
    async with Engine() as engine:
        result = await (await engine.start(workflow({"q": query("books")}), folder=tmp_path)).result()
    assert result.status == "completed"


async def test_a_workflow_that_is_called_counts(tmp_path: Path) -> None:
    called = named(workflow({"q": query("shp")}), "called")
    caller = workflow({"c": {"action": "flow.call", "params": {"workflow": "called"}}}).attach(called)
    async with Engine() as engine:
        with pytest.raises(DefinitionError, match="'called' cannot run on this machine: There is no connection 'shp'"):
            await engine.start(caller)


async def test_one_that_only_the_run_names_fails_its_call(tmp_path: Path) -> None:
    called = named(workflow({"q": query("shp")}), "called")
    caller = workflow({"c": {"action": "flow.call", "params": {"workflow": "{{ 'called' }}"}}}).attach(called)
    async with Engine() as engine:
        result = await (await engine.start(caller)).result()
    assert result.status == "failed"
    assert result.error is not None
    assert "There is no connection 'shp' on this machine" in result.error["message"]
