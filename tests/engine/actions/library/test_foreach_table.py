"""flow.foreach over a table: one row per item, noted once, never in memory together (C10.1)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from floworch import Engine, FlatBuffersStore, JsonStore, MemoryStore, Workflow, WorkflowBuilder
from floworch.actions.item_limit import LIMIT_SETTING
from floworch.actions.library import flow_foreach
from floworch.artifact import PARTS_AT_HAND, Artifact, Parts, add_source
from floworch.model.values import encode
from floworch.store.journal import artifacts as artifact_files
from floworch.store.journal.files import Files
from floworch.testing.actions import FakeHost, call_action

pytest.importorskip("duckdb")


def table(folder: Path, rows: int, text: str = "") -> dict[str, Any]:
    path = folder / "t.ndjson"
    with open(path, "w") as file:
        file.writelines(f'{{"n": {n}, "text": "{text}"}}\n' for n in range(rows))
    return {"path": str(path), "rows": rows, "format": "ndjson"}


def loop(given: Any, **fields: Any) -> Workflow:
    value = fields.pop("value", "{{ item.n }}")
    return (
        WorkflowBuilder("w")
        .node("loop", "flow.foreach", items=given, concurrency=3, **fields)
        .node("body", "util.log", parent="loop", message="x", value=value)
        .build()
    )


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_foreach, "FEW", 10)
    monkeypatch.setattr(flow_foreach, "PART_BYTES", 200)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("kind", [FlatBuffersStore, JsonStore, MemoryStore])
async def test_every_row_is_an_item_in_order(tmp_path: Path, kind: Any) -> None:
    store = kind() if kind is MemoryStore else kind(tmp_path / "store")
    async with Engine(store=store) as engine:
        run = await engine.start(loop(table(tmp_path, 103)), run_id="r")
        node = (await run.result()).nodes["loop"]
        listed = [event async for event in run.events() if event.kind == "items_listed"]
    assert node.output == list(range(103))
    assert node.items == {"total": 103, "completed": 103, "failed": 0}
    assert len(listed[0].payload["items"]["parts"]) > 10
    told = listed[0].to_json()["items"]
    assert set(told[0]) == {"$artifact", "size"}
    assert store.load("r").node("loop").output == list(range(103))


@pytest.mark.usefixtures("small_parts")
async def test_a_retry_runs_the_rows_that_were_noted_although_the_file_is_gone(tmp_path: Path) -> None:  # (C7.9)
    given, here, late = table(tmp_path, 50), tmp_path / "here", tmp_path / "late"
    here.write_text("ok")
    flow = (
        WorkflowBuilder("w")
        .node("loop", "flow.foreach", items=given)
        .node("body", "file.read", parent="loop", path=f"{{{{ '{late}' if item.n == 41 else '{here}' }}}}")
        .build()
    )
    async with Engine(store=FlatBuffersStore(tmp_path / "store")) as engine:
        assert (await (await engine.start(flow, run_id="r")).result()).status == "failed"
    os.remove(given["path"])
    late.write_text("now")
    async with Engine(store=FlatBuffersStore(tmp_path / "store")) as engine:
        result = await (await engine.retry("r")).result()
        state = engine.store.load("r")
        assert isinstance(state.items[state.index["loop"], ()].items, Parts)
    assert result.status == "completed"
    assert [each["content"] for each in result.nodes["loop"].output] == ["ok"] * 41 + ["now"] + ["ok"] * 8
    assert not FlatBuffersStore(tmp_path / "store").sweep()


@pytest.mark.usefixtures("small_parts")
async def test_more_rows_than_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # (C13)
    monkeypatch.setenv(LIMIT_SETTING, "60")
    async with Engine(store=MemoryStore()) as engine:
        result = await (await engine.start(loop(table(tmp_path, 70)))).result()
    assert "at most 60 are allowed" in str(result.error)


@pytest.mark.usefixtures("small_parts")
async def test_nothing_is_left_when_the_store_cannot_take_a_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(artifact_files.ArtifactFiles, "keep", refuse)
    async with Engine(store=FlatBuffersStore(tmp_path / "store")) as engine:
        result = await (await engine.start(loop(table(tmp_path, 70)))).result()
    assert result.status == "failed"
    assert "No space left" in str(result.error)


KILLED = """
    import asyncio, os, sys
    from floworch import Engine, FlatBuffersStore, action
    from floworch.actions.library import flow_foreach
    from floworch.model.codec import loads
    flow_foreach.FEW, flow_foreach.PART_BYTES = 10, 200

    @action("test.mark", effect="idempotent")
    def mark(n: int, folder: str, last: int = -1) -> int:
        if n == last:
            os._exit(9)
        with open(os.path.join(folder, "seen"), "a") as file:
            file.write(f"{n}\\n")
        return n

    async def main(folder, last, again):
        async with Engine(store=FlatBuffersStore(os.path.join(folder, "store"))) as engine:
            if again:
                run = await engine.resume("r")
            else:
                text = open(os.path.join(folder, "w.json")).read()
                run = await engine.start(loads(text), run_id="r")
            print((await run.result()).nodes["loop"].output == list(range(60)))

    asyncio.run(main(sys.argv[1], 0, len(sys.argv) > 2))
"""


@pytest.mark.proof
def test_after_a_crash_the_rows_that_are_left_run_although_the_file_has_changed(tmp_path: Path) -> None:  # (C7.4)
    given = table(tmp_path, 60)
    last = "{{ ('FLOWORCH_TEST_LAST' | env('-1')) | int }}"
    params = {"n": "{{ item.n }}", "folder": str(tmp_path), "last": last}
    body = {"action": "test.mark", "parent": "loop", "params": params}
    nodes = {"loop": {"action": "flow.foreach", "params": {"items": given, "concurrency": 1}}, "body": body}
    (tmp_path / "w.json").write_text(json.dumps({"id": "w", "nodes": nodes, "edges": []}))
    code = [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)]
    dead = subprocess.run(code, env={**os.environ, "FLOWORCH_TEST_LAST": "37"}, capture_output=True, check=False)
    assert dead.returncode == 9, dead.stderr
    Path(given["path"]).write_text('{"n": 999}\n')
    done = subprocess.run([*code, "again"], capture_output=True, check=False)
    assert done.stdout.split() == [b"True"], done.stderr
    seen = [int(line) for line in (tmp_path / "seen").read_text().split()]
    assert sorted(set(seen)) == list(range(60))
    assert len(seen) <= 61


def test_parts_behave_as_their_list() -> None:
    parts = [Artifact.of(encode(some)) for some in ([0, 1, 2], [3], [4, 5], [6], [7])]
    found = Parts(parts, [0, 3, 4, 6, 7], 8)
    assert (len(found), list(found), found[-1], found[3], found[1:5]) == (8, list(range(8)), 7, 3, [1, 2, 3, 4])
    assert len(found._loaded) == PARTS_AT_HAND
    assert found == Parts(parts, [0, 3, 4, 6, 7], 8)
    for wrong in (8, -9):
        with pytest.raises(IndexError):
            found[wrong]


MEASURED = """
    import asyncio, resource, sys
    from floworch import Engine, FlatBuffersStore, WorkflowBuilder

    async def main(folder, rows):
        flow = (WorkflowBuilder("w").settings(durability="none")
                .node("loop", "flow.foreach", items={"path": folder + "/t.parquet", "format": "parquet"}, concurrency=8)
                .node("body", "util.log", parent="loop", message="x", level="debug", value="{{ item.n }}").build())
        async with Engine(store=FlatBuffersStore(folder + "/store")) as engine:
            result = await (await engine.start(flow)).result()
        print(result.status, len(result.nodes["loop"].output), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    asyncio.run(main(sys.argv[1], 0))
"""


def measured(folder: Path, rows: int, wide: int) -> int:
    """The most memory, in KiB, of a process that runs a body for so many rows of so many characters."""
    import duckdb

    folder.mkdir()
    duckdb.sql(
        f"COPY (SELECT range n, repeat('x', {wide}) || range AS text FROM range({rows})) TO '{folder}/t.parquet'"
    )
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MEASURED), str(folder)], capture_output=True, check=False, text=True
    )
    assert done.stdout.split()[:2] == ["completed", str(rows)], done.stderr
    return int(done.stdout.split()[2])


async def test_rows_are_not_in_memory_together(tmp_path: Path) -> None:
    """40 MB of rows, of which those that were read at a time and a part are in memory."""
    import duckdb

    duckdb.sql(f"COPY (SELECT range n, repeat('x', 4000) || range t FROM range(10000)) TO '{tmp_path}/t.parquet'")
    files = artifact_files.ArtifactFiles(tmp_path / "artifacts", Files())
    add_source("test", files.read)

    class Host(FakeHost):
        async def keep(self, artifact: Artifact) -> None:
            with files.keeping((artifact,), tmp_path):
                pass

    tracemalloc.start()
    try:
        found = await call_action("flow.foreach", {"items": {"path": str(tmp_path / "t.parquet")}}, Host())
        largest = tracemalloc.get_traced_memory()[1]
        assert [item["n"] for item in found.items] == list(range(10000))
        read = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        add_source("test", lambda *_: None)
    assert max(largest, read) < 30 << 20


@pytest.mark.proof
def test_a_million_rows_need_no_more_memory_than_their_results(tmp_path: Path) -> None:
    """As a list of objects, a million such rows need about 400 MB; their results, whole numbers, need about 50."""
    few, many = measured(tmp_path / "a", 20_000, 100), measured(tmp_path / "b", 1_000_000, 100)
    assert many - few < 200 * 1024
