"""Resuming with an edited definition (C7.5): durable, explicit, and after any crash whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engine_kit import Kit, chain, story
from run_dialogue import workflow

from floworch import DefinitionError, UsageError, Wait
from floworch.errors import MigrationRefused
from floworch.model.workflow import Workflow
from floworch.run.events import EventKind
from floworch.store.journal.store import FlatBuffersStore
from floworch.store.memory import MemoryStore


async def waits() -> Wait:
    return Wait("signal", "go")


async def says(text: str = "old") -> str:
    return text


def kit() -> Kit:
    return Kit(waits=waits, says=says)


def flow(text: str = "old", *more: str, **fields: Any) -> Workflow:
    """a waits, b says something, c has nothing to do with them; ``more`` come after b."""
    nodes = {"a": {"action": "t.waits"}, "b": {"action": "t.says", "params": {"text": text}}, "c": {"action": "t.any"}}
    edges = ["a>b"]
    for name in more:
        nodes[name] = {"action": "t.says", "params": {"text": name}}
        edges.append(f"b>{name}")
    return workflow(nodes, *edges, **fields)


async def suspended(it: Kit, definition: Workflow, **options: Any) -> None:
    async with it.engine() as engine:
        await (await engine.start(definition, run_id="r", **options)).result()


async def test_the_run_goes_on_with_the_edited_definition_and_keeps_it() -> None:
    """C7.5"""
    it = kit()
    await suspended(it, flow())
    async with it.engine() as engine:
        run = await engine.resume(
            "r", workflow=flow("new", "d", outputs={"x": "{{ nodes.d.output + nodes.b.output }}"})
        )
        assert "d" in [name for name, node in (await run.result()).nodes.items()]
    async with it.engine() as engine:  # another process, without the definition
        run = await engine.resume("r")
        await run.signal("go")
        result = await run.result()
    assert (result.status, result.outputs) == ("completed", {"x": "dnew"})
    assert [word for word in story(it.store) if word.startswith("run_migrated")] == ["run_migrated"]
    assert run.header.definition_hash != it.store.header("r").definition_hash


async def test_a_plain_resume_never_migrates() -> None:
    it = kit()
    await suspended(it, flow())
    async with it.engine() as engine:
        run = await engine.resume("r")
        await run.signal("go")
        assert (await run.result()).nodes["b"].output == "old"


async def test_a_dry_run_tells_and_changes_nothing() -> None:
    it = kit()
    await suspended(it, flow())
    before = list(it.store.events("r"))
    async with it.engine() as engine:
        migration = await engine.resume("r", workflow=flow("new", "d"), dry_run=True)
        refused = await engine.resume("r", workflow=workflow({"a": {"action": "t.waits"}}), dry_run=True)
    assert {fate.node: fate.what for fate in migration.nodes} == {"a": "kept", "b": "runs", "c": "kept", "d": "new"}
    assert refused.refused == (
        "c: it has completed and would be taken out: allow that with allow_removed (--allow-removed)",
    )
    assert list(it.store.events("r")) == before


async def test_a_refusal_changes_nothing_and_says_every_reason() -> None:
    it = kit()
    await suspended(it, flow())
    before = list(it.store.events("r"))
    async with it.engine() as engine:
        with pytest.raises(MigrationRefused, match="c: it has completed") as caught:
            await engine.resume("r", workflow=workflow({"a": {"action": "t.waits"}}))
        assert caught.value.migration["nodes"][2]["what"] == "refused"
        with pytest.raises(DefinitionError):
            await engine.resume("r", workflow=workflow({"a": {"action": "t.nothing"}}))
        assert it.store.owner("r") is None
    assert list(it.store.events("r")) == before


async def test_a_dry_run_tells_of_a_run_that_waits_in_its_process() -> None:
    """C7.5: the difference can be shown before the run is paused for it."""
    it = kit()
    async with it.engine() as engine:
        handle = await engine.start(flow(), run_id="r")
        await handle.result()
        assert it.store.owner("r") is not None
        before = list(it.store.events("r"))
        migration = await engine.resume("r", workflow=flow("new"), dry_run=True)
        assert migration.possible
        assert migration.needed
        assert list(it.store.events("r")) == before
        with pytest.raises(UsageError, match="worked on now"):
            await engine.resume("r", workflow=flow("new"))
        await handle.pause()
        run = await engine.resume("r", workflow=flow("new"))
        await run.signal("go")
        assert (await run.result()).nodes["b"].output == "new"


async def test_a_run_that_is_worked_on_must_be_paused_first() -> None:
    it = kit()
    async with it.running(flow()) as (engine, handle):
        with pytest.raises(UsageError, match="worked on now"):
            await engine.resume("r", workflow=flow("new"))
        await handle.pause()
        await handle.stopped()
        run = await engine.resume("r", workflow=flow("new"))
        await run.signal("go")
        assert (await run.result()).nodes["b"].output == "new"


async def test_the_same_definition_writes_nothing_and_goes_on() -> None:
    it = kit()
    await suspended(it, flow())
    async with it.engine() as engine:
        run = await engine.resume("r", workflow=flow())
        await run.signal("go")
        assert (await run.result()).status == "completed"
    assert "run_migrated" not in story(it.store)


async def test_a_failed_run_is_retried_with_the_mended_definition() -> None:
    """C7.5, C7.9"""
    it = kit()
    await suspended(it, workflow({"a": {"action": "t.says", "params": {"text": "{{ 1 / 0 }}"}}, "b": {}}, "a>b"))
    async with it.engine() as engine:
        run = await engine.resume("r", workflow=workflow({"a": {"action": "t.says"}, "b": {}}, "a>b"))
        assert (await run.result()).status == "completed"
        with pytest.raises(MigrationRefused, match="it has completed"):
            await engine.resume("r", workflow=workflow({"a": {"action": "t.says"}}, allow=1))
    assert story(it.store)[6:9] == ["run_migrated", "run_retried", "node_started a"]


def inputs(**declared: dict[str, Any]) -> Workflow:
    return flow("{{ inputs.n }}", inputs=declared)


async def test_inputs_keep_their_values_and_new_ones_need_a_default() -> None:
    it = kit()
    await suspended(it, inputs(n={"type": "string"}, old={"type": "string"}), inputs={"n": "one", "old": "x"})
    async with it.engine() as engine:
        migration = await engine.resume("r", workflow=inputs(n={"type": "integer"}), dry_run=True)
        assert migration.refused == ("the input 'n' must be of type integer, not str",)
        needs = inputs(n={"type": "string"}, more={"type": "string", "required": True})
        assert "'more' is required" in (await engine.resume("r", workflow=needs, dry_run=True)).refused[0]
        run = await engine.resume(
            "r", workflow=inputs(n={"type": "string"}, more={"type": "string", "default": "y"}), dry_run=False
        )
        assert run.state.inputs == {"n": "one", "more": "y"}
        await run.signal("go")
        assert (await run.result()).nodes["b"].output == "one"
    assert it.store.load("r").inputs == {"n": "one", "more": "y"}


async def test_slots_follow_the_definition_unless_they_were_given_at_the_start() -> None:
    for given, expected in ((None, 3), (5, 5)):
        it = kit()
        await suspended(it, flow(), max_concurrency=given)
        async with it.engine() as engine:
            run = await engine.resume("r", workflow=flow("new", settings={"max_concurrency": 3}))
            assert run.header.options["max_concurrency"] == expected


async def test_every_prefix_of_a_run_that_went_over_twice_ends_as_the_whole_one(tmp_path: Path) -> None:
    """C7.4: the process died after any event, right before and right after each of the two as well."""
    it = kit()
    first, second, third = flow("one"), flow("two", "d"), flow("three", "d", "e")
    await suspended(it, first)
    async with it.engine() as engine:
        await (await engine.resume("r", workflow=second)).result()
    async with it.engine() as engine:
        run = await engine.resume("r", workflow=third)
        await run.signal("go")
        whole = await run.result()
    assert whole.status == "completed"
    events = list(it.store.events("r"))
    marks = [event.seq for event in events if event.kind == EventKind.RUN_MIGRATED]
    assert len(marks) == 2
    for cut in range(2, len(events)):
        other = MemoryStore() if cut % 2 else FlatBuffersStore(tmp_path / str(cut))
        log = other.create(it.store.header("r"))
        log.append(events[:cut])
        log.boundary()
        log.abandon()
        copy = kit()
        copy.store = other  # type: ignore[assignment]
        async with copy.engine(store=other) as engine:
            # the person resumes with the last edit until it is taken over: nothing of it can be there by half
            options: dict[str, Any] = {} if cut > marks[1] else {"workflow": third}
            run = await engine.resume("r", **options)
            if all(event.kind != EventKind.SIGNAL_RECEIVED for event in events[:cut]):
                await run.signal("go")
            result = await run.result()
        assert {name: str(node.status) for name, node in result.nodes.items()} == dict.fromkeys("abcde", "completed"), (
            cut
        )
        assert result.nodes["b"].output == "three", cut
        assert [node.output for node in result.nodes.values()] == [node.output for node in whole.nodes.values()]


async def test_a_chain_is_cut_short_and_grows_again() -> None:
    it = kit()
    await suspended(it, chain("waits", "says", "says", "says"))
    async with it.engine() as engine:
        await (await engine.resume("r", workflow=chain("waits", "says"))).result()
    async with it.engine() as engine:
        run = await engine.resume("r", workflow=chain("waits", "says", "says"))
        await run.signal("go")
        result = await run.result()
    assert {name: str(node.status) for name, node in result.nodes.items()} == dict.fromkeys("abc", "completed")
    assert run.state.node_ids == ("a", "b", "c", "d")
