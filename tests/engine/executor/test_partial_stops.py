"""Runs of a part that stop, are stepped, retried, compensated or migrated (C7.6)."""

from __future__ import annotations

from typing import Any

import pytest
from engine_kit import Kit, story
from part_runs import go, line, parts, plans, says, why
from run_dialogue import workflow

from floworch import UsageError
from floworch.actions.context import Context
from floworch.executor.partial import form_of
from floworch.run.explanation import Form


async def test_a_run_of_a_part_keeps_its_form_when_its_process_dies() -> None:
    """C7.4, C7.6: with only the first events of its journal, in another engine, whatever the moment."""
    kit = parts()
    await go(kit, line(), "one")
    form = {"from_": "b", "reuse": "one"}
    whole = await go(kit, line(middle="B", b={"pin": "x"}), "two", **form)
    header, events = kit.store.header("two"), list(kit.store.events("two"))
    assert story(kit.store, "two").index("node_reused a") < story(kit.store, "two").index("run_started")
    for cut in range(len(events)):
        kit.store.delete("two")
        log = kit.store.create(header)
        if cut:
            log.append(events[:cut])
        log.close()
        kit.ran.clear()
        async with kit.engine() as engine:
            result = await (await engine.resume("two")).result()
        assert (str(result.status), result.outputs) == (whole.status, whole.outputs), cut
        assert {node: str(view.status) for node, view in result.nodes.items()} == whole.nodes, cut
        assert "a" not in {node for node, _, _ in kit.ran}


async def test_a_run_that_was_cut_off_before_it_had_taken_over_and_cannot_says_so() -> None:
    """C7.6: nothing of it has run, so it can be started anew."""
    kit = parts()
    await go(kit, line(), "one")
    await go(kit, line(), "two", from_="b", reuse="one")
    header, events = kit.store.header("two"), list(kit.store.events("two"))
    kit.store.delete("two")
    log = kit.store.create(header)
    log.append(events[:1])
    log.close()
    kit.store.delete("one")
    async with kit.engine() as engine:
        with pytest.raises(UsageError, match="cut off before"):
            await engine.resume("two")
        assert kit.store.owner("two") is None


def test_a_form_takes_one_node_or_several() -> None:
    assert form_of("a", ["b", "c", "b"], False) == Form(("a",), ("b", "c"), False)
    assert not form_of((), (), False).partial


async def test_a_run_that_ended_before_it_had_taken_over_cannot_be_retried() -> None:
    """C7.9, C7.6: it would run what it was to take over."""
    kit = parts()
    await go(kit, line(), "one")
    await go(kit, line(), "two", from_="b", reuse="one")
    header, events = kit.store.header("two"), list(kit.store.events("two"))
    kit.store.delete("two")
    log = kit.store.create(header)
    log.append(events[:1])
    log.close()
    async with kit.engine() as engine:
        await engine.cancel("two")
        with pytest.raises(UsageError, match="before it had taken over"):
            await engine.retry("two")


async def test_a_part_can_be_stepped_through() -> None:
    """C7.6, C7.7"""
    kit = parts()
    await go(kit, line(), "one")
    kit.ran.clear()
    async with kit.engine() as engine:
        run = await engine.start(line(middle="B"), run_id="two", from_="b", reuse="one", step=True)
        assert str((await run.result()).status) == "paused"
        assert kit.ran == []
        await (await engine.step("two")).result()
        assert [node for node, _, _ in kit.ran] == ["b"]
        result = await (await engine.resume("two")).result()
    assert result.outputs == {"c": "aBc", "d": "d"}
    assert [node for node, _, _ in kit.ran] == ["b", "c"]


async def test_the_field_cache_is_the_layer_inside_the_listed_ones() -> None:
    """C15: a result is kept for the run; retries lie inside it."""
    kit = Kit()
    calls = []

    async def count(ctx: Context, key: str) -> int:
        calls.append(key)
        return len(calls)

    kit.add("count", count)
    loop = {"action": "flow.foreach", "params": {"items": ["x", "x", "y"], "concurrency": 1}}
    inner = {"action": "t.count", "params": {"key": "{{ item }}"}, "parent": "loop"}
    for cache, results in ((True, [1, 1, 2]), ({"key": "same"}, [1, 1, 1]), (False, [1, 2, 3]), (None, [1, 2, 3])):
        calls.clear()
        definition = workflow(
            {"loop": loop, "in": {**inner, "cache": cache}}, outputs={"all": "{{ nodes.loop.output }}"}
        )
        run = await go(kit, definition, f"r{len(kit.store.list())}")
        assert run.outputs == {"all": results}


async def test_what_was_taken_over_is_not_compensated() -> None:
    """C9, C7.6: it completed in another run, which answers for it."""
    kit = parts()
    undo = {"compensate": {"action": "t.say", "params": {"text": "undone"}}}
    nodes = {"a": says("a", **undo), "b": says("b", **undo), "c": says("c")}
    await go(kit, workflow(nodes, "a>b", "b>c"), "one")
    failing = workflow({**nodes, "c": {"action": "t.broken"}}, "a>b", "b>c")
    run = await go(kit, failing, "two", from_="b", reuse="one")
    assert run.status == "failed"
    assert run.nodes == {"a": "reused", "b": "compensated", "c": "failed"}
    assert run.result.compensation["compensated"] == ["b"]
    assert (await why(kit, workflow(nodes, "a>b", "b>c"), only_changed=True, reuse="two")).nodes["b"].reason == (
        "it was undone in two"
    )


async def test_an_earlier_run_that_went_over_to_another_definition_counts_with_that_one() -> None:
    """C7.5, C7.6: its node table is longer and in another order, and kept results of changed nodes are stale."""
    kit = parts()
    broken = workflow({"b": says("b"), "c": {"action": "t.broken"}, "d": says("d")}, "b>c", "c>d")
    mended = workflow(
        {"a": says("a"), "b": says("B"), "c": says("{{ nodes.b.output }}c"), "d": says("d")}, "a>c", "b>c", "c>d",
        outputs={"c": "{{ nodes.c.output }}"},
    )  # fmt: skip
    assert (await go(kit, broken, "one")).status == "failed"
    async with kit.engine() as engine:
        result = await (await engine.resume("one", workflow=mended)).result()
    assert (str(result.status), result.outputs) == ("completed", {"c": "bc"})
    found = await why(kit, mended, only_changed=True, reuse="one")
    assert plans(found) == {"a": "reused", "b": "runs", "c": "runs", "d": "runs"}
    assert found.nodes["b"].reason == "one kept its result from an earlier form of it"
    run = await go(kit, mended, "two", from_="d", reuse="one")
    assert (run.ran, run.outputs) == (["d"], {"c": "bc"})
    assert run.nodes == {"a": "reused", "b": "reused", "c": "reused", "d": "completed"}


async def test_a_new_version_of_an_action_runs_again() -> None:
    """C7.6: versions are in the header of a run, those that are not 1."""
    kit = parts()
    await go(kit, line(), "one")

    async def say(ctx: Context, text: Any = None) -> Any:
        return text

    say.__module__ = parts.__module__  # another version of that action, not another one of its name
    kit.add("say", say, effect="pure", version=2)
    found = await why(kit, line(), only_changed=True)
    assert {choice.reason for choice in found.nodes.values()} == {"action version 1 → 2"}
    await go(kit, line(), "two")
    assert kit.store.header("two").options["versions"] == {"t.say": 2}
    assert (await why(kit, line(), only_changed=True)).counts["reused"] == 4
