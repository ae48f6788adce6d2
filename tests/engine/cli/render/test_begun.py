"""Runs that stand still and that nobody takes along (C7.3, C10.3)."""

from __future__ import annotations

from typing import Any

from engine_kit import Kit, chain
from run_dialogue import workflow

from floworch.cli.render.begun import begun_lines, cut_off_text


def test_few_are_named_and_the_rest_is_counted() -> None:
    assert cut_off_text([]) == ""
    assert cut_off_text(["a"], " --store s").endswith("it: a. Go on with: floworch resume a --store s")
    many = cut_off_text([f"r{n}" for n in range(7)])
    assert "r4 and 2 more. Go on with: floworch resume RUN" in many


async def test_only_what_a_run_began_and_nobody_works_on_is_named() -> None:
    asks: dict[str, Any] = {"ask": {"action": "human.approve", "params": {"message": "Go?"}}}
    leaf = workflow(asks, id="leaf")
    kit = Kit()
    begin = {"action": "flow.call", "params": {"workflow": "leaf", "wait": False}}
    waits = {"action": "flow.call", "params": {"workflow": "t"}}
    called = chain("any")
    definition = workflow({"begin": begin, "waits": waits}, id="parent").attach(leaf, called)
    async with kit.running(definition) as (_, handle):
        await handle.result()
        assert begun_lines(kit.store, kit.store.load("r")) == []  # this process works on it
    lines = begun_lines(kit.store, kit.store.load("r"), " --store s")
    assert lines[0].startswith("Run r.begin, which it began, is ")
    assert lines[1] == "Resume with: floworch resume r.begin --store s"
    assert len(lines) == 2
    kit.store.delete("r.begin")
    assert begun_lines(kit.store, kit.store.load("r")) == []
