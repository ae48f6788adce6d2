"""A run remembers the folder it was started in: relative paths mean the same files wherever it goes on (C7.2)."""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from run_dialogue import workflow

from floworch import Context, Engine, FlatBuffersStore, UsageError, action
from floworch.errors import ErrorKind
from floworch.testing import FakeHost, run_action


@action("tests.folder.where", effect="idempotent")
def where(ctx: Context) -> dict[str, str]:
    """Where this body is, and where it thinks the run is."""
    return {"current": os.getcwd(), "folder": ctx.folder, "path": ctx.path("x")}


@action("tests.folder.told", effect="idempotent")
def told(ctx: Context) -> list[str]:
    """What the run says its folder is."""
    return [ctx.folder, ctx.path("x"), ctx.path(FAR)]


#: An absolute path.
FAR = os.path.abspath("/y")

WORK: dict[str, Any] = {
    "ask": {"action": "human.approve", "params": {"message": "go on?"}},
    "write": {"action": "file.write", "params": {"path": "out/a.txt", "content": "one"}},
    "read": {"action": "file.read", "params": {"path": "out/a.txt"}},
    "list": {"action": "file.list", "params": {"folder": "out", "times": False}},
    "hash": {"action": "util.hash", "params": {"file": "out/a.txt"}},
    "load": {"action": "db.load", "params": {"connection": "r.db", "table": "t", "rows": [{"n": 7}]}},
    "query": {"action": "db.query", "params": {"connection": "sqlite:///r.db", "sql": "select n from t"}},
    "shell": {"action": "shell.run", "params": {"command": ["pwd", "-P"]}},
    "sub": {"action": "shell.run", "params": {"command": ["pwd", "-P"], "cwd": "out"}},
    "code": {"action": "python.code", "params": {"code": "import os\nopen('code.txt', 'w').close()\nos.getcwd()"}},
    "told": {"action": "tests.folder.told"},
    "where": {"action": "tests.folder.where", "run_on": "process"},
    "fails": {
        "action": "flow.fail", "params": {"message": "no"}, "on_error": "continue",
        "middleware": [{"use": "dead_letter", "with": {"path": "dead.jsonl"}}],
    },
}  # fmt: skip
ORDER = list(WORK)
EDGES = [f"{one}:approved>{two}" if one == "ask" else f"{one}>{two}" for one, two in itertools.pairwise(ORDER)]


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders."""
    found = tmp_path.resolve() / "start", tmp_path.resolve() / "elsewhere"
    for folder in found:
        folder.mkdir()
    return found


async def test_every_action_finds_relative_paths_in_the_folder_of_the_run(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started in one folder, resumed by an engine in another one."""
    start, elsewhere = two
    store = start.parent / "store"
    monkeypatch.chdir(start)
    async with Engine(FlatBuffersStore(store)) as engine:
        await (await engine.start(workflow(WORK, *EDGES), run_id="r")).result()
    monkeypatch.chdir(elsewhere)
    async with Engine(FlatBuffersStore(store)) as engine:
        await engine.approve("r", "ask")
        result = await (await engine.resume("r")).result()
    assert result.status == "completed", result.error
    output = {name: node.output for name, node in result.nodes.items()}
    assert output["read"]["path"] == str(start / "out" / "a.txt")
    assert [row["path"] for row in output["list"]["files"]] == [str(start / "out" / "a.txt")]
    assert output["query"]["rows"] == [{"n": 7}]
    assert output["shell"]["stdout"].strip() == str(start)
    assert output["sub"]["stdout"].strip() == str(start / "out")
    assert output["code"] == str(start)
    assert output["told"] == [str(start), str(start / "x"), FAR]
    assert output["where"] == {"current": str(start), "folder": str(start), "path": str(start / "x")}
    assert json.loads((start / "dead.jsonl").read_text())["node"] == "fails"
    assert list(elsewhere.iterdir()) == []
    with closing(sqlite3.connect(start / "r.db")) as database, database:
        assert database.execute("select count(*) from t").fetchone() == (1,)


async def test_two_runs_of_one_engine_keep_to_their_own_folders(two: tuple[Path, Path]) -> None:
    """What ``--detach`` from two shells comes to: one process, two folders."""
    start, elsewhere = two
    definition = workflow({"write": WORK["write"], "code": WORK["code"]})
    async with Engine() as engine:
        runs = [await engine.start(definition, folder=folder) for folder in two]
        for run, folder in zip(runs, two, strict=True):
            result = await run.result()
            assert result.nodes["write"].output["path"] == str(folder / "out" / "a.txt")
            assert result.nodes["code"].output == str(folder)
    assert sorted(os.listdir(start)) == sorted(os.listdir(elsewhere)) == ["code.txt", "out"]


async def test_child_runs_inherit_it(two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """(C10.3) A called file lies relative to its caller; what it does is relative to the folder of the run."""
    start, elsewhere = two
    inner = {
        "id": "inner",
        "nodes": {"told": {"action": "tests.folder.told"}},
        "outputs": {"x": "{{ nodes.told.output }}"},
    }
    (start / "inner.flow.json").write_text(json.dumps(inner))
    monkeypatch.chdir(start)
    async with Engine() as engine:
        definition = workflow({"call": {"action": "flow.call", "params": {"workflow": "inner.flow.json"}}})
        run = await engine.start(definition)
        monkeypatch.chdir(elsewhere)
        result = await run.result()
    assert result.status == "completed", result.error
    assert result.nodes["call"].output["x"][0] == str(start)


async def test_a_folder_that_is_gone_is_named(two: tuple[Path, Path]) -> None:
    """The node that needs it fails and says what to do; one with an absolute path does not need it."""
    start, elsewhere = two
    definition = workflow(
        {
            "relative": {"action": "file.write", "params": {"path": "a.txt", "content": ""}, "on_error": "continue"},
            "shell": {"action": "shell.run", "params": {"command": "true"}, "on_error": "continue"},
            "absolute": {"action": "file.write", "params": {"path": str(elsewhere / "a.txt"), "content": ""}},
        }
    )
    async with Engine() as engine:
        run = await engine.start(definition, folder=start)
        start.rmdir()
        result = await run.result()
    for node in ("relative", "shell"):
        error = result.nodes[node].error
        assert error is not None
        assert error["kind"] == ErrorKind.NOT_FOUND
        assert error["message"] == f"The folder '{start}' that the run was started in does not exist."
        assert "retry" in error["hint"]
    assert result.nodes["absolute"].status == "completed"
    assert not start.exists()


async def test_a_run_cannot_start_in_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    async with Engine() as engine:
        with pytest.raises(UsageError, match="There is no folder"):
            await engine.start(workflow({"a": {"action": "tests.folder.told"}}), folder=tmp_path / "none")
        assert engine.store.list() == []


@pytest.mark.skipif(os.name == "nt", reason="file names are Unicode there")
async def test_a_folder_whose_name_is_no_text_is_kept(tmp_path: Path) -> None:
    folder = os.path.join(os.fsencode(tmp_path), b"caf\xe9")
    os.mkdir(folder)
    definition = workflow({"write": {"action": "file.write", "params": {"path": "a.txt", "content": ""}}})
    async with Engine(FlatBuffersStore(tmp_path / "store")) as engine:
        await (await engine.start(definition, folder=os.fsdecode(folder))).result()
    assert os.listdir(folder) == [b"a.txt"]


def test_an_action_is_tested_with_a_folder(tmp_path: Path) -> None:
    assert run_action(told, FakeHost(folder=str(tmp_path)))[:2] == [str(tmp_path), str(tmp_path / "x")]
