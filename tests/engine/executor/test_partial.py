"""Runs of a part of a workflow, through the engine and a store (C7.6)."""

from __future__ import annotations

from typing import Any

import pytest
from part_runs import go, line, parts, plans, says, why
from run_dialogue import workflow

from floworch import RunNotFound, UsageError
from floworch.model.workflow import Workflow


async def test_a_run_to_a_node_runs_what_leads_to_it_and_nothing_else() -> None:
    """C7.6, C15: the others end bypassed and outputs that name them are null."""
    kit = parts()
    run = await go(kit, line(), "r", to="b")
    assert run.ran == ["a", "b"]
    assert run.nodes == {"a": "completed", "b": "completed", "c": "bypassed", "d": "bypassed"}
    assert (run.status, run.outputs) == ("completed", {"c": None, "d": None})


async def test_a_run_from_a_node_takes_over_the_others() -> None:
    """C7.6"""
    kit = parts()
    await go(kit, line(), "one")
    run = await go(kit, line(middle="B"), "two", from_="b", reuse="one")
    assert run.ran == ["b", "c"]
    assert run.nodes == {"a": "reused", "b": "completed", "c": "completed", "d": "reused"}
    assert run.outputs == {"c": "aBc", "d": "d"}
    assert run.result.nodes["a"].reused_from == "one"
    assert run.result.nodes["b"].reused_from is None


async def test_one_node_runs_alone() -> None:
    """C7.6"""
    kit = parts()
    await go(kit, line(), "one")
    run = await go(kit, line(middle="B"), "two", from_="b", to="b", reuse="one")
    assert run.ran == ["b"]
    assert run.nodes == {"a": "reused", "b": "completed", "c": "bypassed", "d": "bypassed"}
    assert run.outputs == {"c": None, "d": None}


async def test_only_what_changed_runs_and_what_lies_below_it() -> None:
    """C7.6"""
    kit = parts()
    await go(kit, line(), "one")
    run = await go(kit, line(middle="B"), "two", only_changed=True)
    assert run.ran == ["b", "c"]
    assert run.nodes == {"a": "reused", "b": "completed", "c": "completed", "d": "reused"}
    assert run.outputs == {"c": "aBc", "d": "d"}
    again = await go(kit, line(middle="B"), "three", only_changed=True)
    assert again.ran == []
    assert set(again.nodes.values()) == {"reused"}
    assert again.outputs == {"c": "aBc", "d": "d"}
    assert again.result.nodes["a"].reused_from == "two"


async def test_deleting_the_earlier_run_harms_nothing() -> None:
    """C7.6: what is taken over stands in the run's own journal."""
    kit = parts()
    await go(kit, line(), "one")
    await go(kit, line(middle="B"), "two", only_changed=True)
    kit.store.delete("one")
    assert kit.store.load("two").node("a").output == "a"
    assert (await go(kit, line(middle="B"), "three", only_changed=True)).ran == []


async def test_every_form_can_be_explained_without_running_anything() -> None:
    """C7.6"""
    kit = parts()
    await go(kit, line(), "one")
    kit.ran.clear()
    changed = await why(kit, line(middle="B"), only_changed=True)
    assert {node: (str(choice.plan), choice.reason) for node, choice in changed.nodes.items()} == {
        "a": ("reused", "nothing changed since one"),
        "b": ("runs", "parameter text changed"),
        "c": ("runs", "upstream b runs again"),
        "d": ("reused", "nothing changed since one"),
    }
    assert (changed.reuse, changed.counts) == ("one", {"runs": 2, "reused": 2, "pinned": 0, "out": 0})
    assert plans(await why(kit, line())) == dict.fromkeys("abcd", "runs")
    assert plans(await why(kit, line(), to=["b"])) == {"a": "runs", "b": "runs", "c": "out", "d": "out"}
    assert plans(await why(kit, line(), from_=["c"])) == {"a": "reused", "b": "reused", "c": "runs", "d": "reused"}
    assert kit.ran == []
    assert [summary.run_id for summary in kit.store.list()] == ["one"]


async def test_a_pin_stands_for_a_node_in_a_part_and_is_nothing_to_a_whole_run() -> None:
    """C7.6, interfaces.md section 1"""
    kit = parts()
    pinned = line(b={"pin": "pinned"})
    whole = await go(kit, pinned, "one")
    assert (whole.ran, whole.outputs["c"]) == (["a", "b", "c", "d"], "abc")
    run = await go(kit, pinned, "two", to="c")
    assert run.ran == ["c"]
    assert run.nodes == {"a": "bypassed", "b": "reused", "c": "completed", "d": "bypassed"}
    assert run.outputs == {"c": "pinnedc", "d": None}
    assert run.result.nodes["b"].reused_from is None
    explained = await why(kit, pinned, to="c")
    assert plans(explained) == {"a": "out", "b": "pinned", "c": "runs", "d": "out"}
    assert "pin" in explained.nodes["b"].reason


async def test_a_node_to_run_from_runs_although_it_is_pinned() -> None:
    kit = parts()
    await go(kit, line(), "one")
    run = await go(kit, line(b={"pin": "pinned"}), "two", from_="b")
    assert run.ran == ["b", "c"]
    assert run.outputs["c"] == "abc"


async def test_what_is_below_a_pin_runs_again_when_its_output_is_another() -> None:
    """C7.6: the hash of an upstream output is part of the content key."""
    kit = parts()
    await go(kit, line(), "one")
    other = await go(kit, line(b={"pin": "pinned"}), "two", only_changed=True)
    assert (other.ran, other.outputs["c"]) == (["c"], "pinnedc")
    same = await go(kit, line(b={"pin": "ab"}), "three", only_changed=True, reuse="one")
    assert (same.ran, same.outputs["c"]) == ([], "abc")
    after = await go(kit, line(), "four", only_changed=True, reuse="two")
    assert after.ran == ["b", "c"]  # what was pinned is no result of the node


async def test_data_ports_and_expressions_are_what_they_were() -> None:
    """C7.6, C6.1: a node below sees what it would have seen."""
    kit = parts()

    def build(text: str) -> Workflow:
        seen = "{{ data.x }} {{ nodes.w.status }} {{ nodes.other.output }} " + text
        return workflow(
            {
                "w": {"action": "t.tell", "params": {"key": "x", "value": 7}},
                "choice": {"action": "flow.if", "params": {"condition": "{{ data.x == 7 }}"}},
                "yes": says("yes"),
                "no": says("no"),
                "other": says("{{ nodes.w.output }}"),
                "end": says(seen, join="any"),
            },
            "w>choice", "choice:true>yes", "choice:false>no", "yes>end", "no>end", "w>other", "other>end",
            outputs={"end": "{{ nodes.end.output }}"},
        )  # fmt: skip

    one = await go(kit, build("first"), "one")
    assert one.outputs == {"end": "7 completed 7 first"}
    for form in ({"only_changed": True}, {"from_": "end"}, {"from_": "end", "to": "end"}):
        run = await go(kit, build("again"), f"r{len(form)}{'only_changed' in form}", reuse="one", **form)
        assert run.ran == ["end"]
        assert run.outputs == {"end": "7 completed 7 again"}
        assert run.nodes == {
            "w": "reused", "choice": "reused", "yes": "reused", "no": "bypassed", "other": "reused", "end": "completed",
        }  # fmt: skip
        assert run.result.state.data == {"x": 7}


async def test_a_handled_failure_is_taken_over_with_its_way() -> None:
    """C7.6, C4.2: the error branch is the one that was taken, and expressions see the error."""
    kit = parts()

    def build(text: str) -> Workflow:
        return workflow(
            {
                "bad": {"action": "t.broken"},
                "then": says("then"),
                "rescue": says("{{ nodes.bad.status }} {{ nodes.bad.error.message }}"),
                "end": says("{{ nodes.rescue.output }} " + text, join="any"),
            },
            "bad>then", "bad:error>rescue", "rescue>end", "then>end", outputs={"end": "{{ nodes.end.output }}"},
        )  # fmt: skip

    one = await go(kit, build("first"), "one")
    assert (one.status, one.outputs) == ("completed", {"end": "failed no first"})
    run = await go(kit, build("again"), "two", only_changed=True)
    assert (run.ran, run.outputs) == (["end"], {"end": "failed no again"})
    assert run.nodes == {"bad": "reused", "then": "skipped", "rescue": "reused", "end": "completed"}
    assert run.result.nodes["bad"].error["message"] == "no"
    third = await go(kit, build("more"), "three", from_="rescue", reuse="two")
    assert (third.ran, third.outputs) == (["end", "rescue"], {"end": "failed no more"})


async def test_an_unhandled_failure_is_no_result() -> None:
    """C7.6: a failed run can be gone on with from the node that failed, edited or not."""
    kit = parts()
    broken = workflow({"a": says("a"), "b": {"action": "t.broken"}, "c": says("c")}, "a>b", "b>c")
    assert (await go(kit, broken, "one")).status == "failed"
    mended = workflow({"a": says("a"), "b": says("b"), "c": says("c")}, "a>b", "b>c")
    assert (await go(kit, mended, "two", from_="b", reuse="one")).ran == ["b", "c"]
    assert (await go(kit, mended, "three", only_changed=True, reuse="one")).ran == ["b", "c"]
    same = await why(kit, broken, only_changed=True, reuse="one")
    assert same.nodes["b"].reason == "it failed in one"
    with pytest.raises(UsageError) as caught:
        await go(kit, mended, "four", from_="c", reuse="one")
    assert "b" in caught.value.message
    assert "Run from b as well" in caught.value.hint


async def test_a_container_is_taken_over_as_a_whole() -> None:
    """C7.6, C10.1: also what its body wrote."""
    kit = parts()

    def build(text: str, inner: str = "x") -> Workflow:
        return workflow(
            {
                "loop": {"action": "flow.foreach", "params": {"items": [1, 2], "concurrency": 1}},
                "w": {"action": "t.tell", "params": {"key": "last", "value": "{{ item }}"},
                      "parent": "loop"},
                "x": says("{{ item }}" + inner, parent="loop"),
                "end": says("{{ nodes.loop.output }} {{ data.last }} " + text),
            },
            "loop>end", "w>x", outputs={"end": "{{ nodes.end.output }}"},
        )  # fmt: skip

    one = await go(kit, build("first"), "one")
    run = await go(kit, build("again"), "two", only_changed=True)
    assert run.ran == ["end"]
    assert run.outputs["end"] == one.outputs["end"].replace("first", "again")
    assert run.nodes == {"loop": "reused", "w": "reused", "x": "reused", "end": "completed"}
    assert run.result.nodes["x"].reused_from == "one"
    changed = await why(kit, build("again", inner="y"), only_changed=True)
    assert changed.nodes["loop"].reason == "x inside it: parameter text changed"
    assert plans(changed) == {"loop": "runs", "w": "runs", "x": "runs", "end": "runs"}


async def test_a_reader_of_data_runs_again_when_a_writer_beside_it_does() -> None:
    """C7.6: the conservative rule for data; a node that the writer lies below cannot have seen it."""
    kit = parts()

    def build(value: int) -> Workflow:
        return workflow(
            {
                "first": says("{{ data.x is defined }}"),
                "w": {"action": "t.tell", "params": {"key": "x", "value": value}},
                "beside": says("{{ data.x is defined }}"),
                "elsewhere": says("{{ data.y is defined }}"),
            },
            "first>w",
        )  # fmt: skip

    await go(kit, build(1), "one")
    found = await why(kit, build(2), only_changed=True)
    assert plans(found) == {"first": "reused", "w": "runs", "beside": "runs", "elsewhere": "reused"}
    assert found.nodes["beside"].reason == "it reads data that w wrote, and w runs again"


async def test_inputs_that_are_not_given_are_those_of_the_earlier_run() -> None:
    """C7.6: and a node whose expressions name one that changed runs again."""
    kit = parts()
    definition = workflow(
        {"a": says("{{ inputs.n }}"), "b": says("{{ inputs.m }}")},
        inputs={"n": {"type": "integer", "required": True}, "m": {"type": "integer", "default": 0}},
        outputs={"a": "{{ nodes.a.output }}", "b": "{{ nodes.b.output }}"},
    )
    await go(kit, definition, "one", {"n": 1, "m": 2})
    run = await go(kit, definition, "two", {"m": 3}, only_changed=True)
    assert (run.ran, run.outputs) == (["b"], {"a": 1, "b": 3})
    found = await why(kit, definition, {"n": 5}, only_changed=True, reuse="one")
    assert found.nodes["a"].reason == "input n changed"
    assert plans(found) == {"a": "runs", "b": "reused"}


async def test_the_latest_whole_run_is_taken_when_none_is_named() -> None:
    """C7.6: not one in which nodes were left out, and not one that failed."""
    kit = parts()
    await go(kit, line(), "one")
    await go(kit, line(), "two", to="a")
    assert (await why(kit, line(), only_changed=True)).reuse == "one"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"to": "nope"}, "no node 'nope'"),
        ({"from_": ["nope"], "reuse": "one"}, "no node 'nope'"),
        ({"from_": "d", "to": "c", "reuse": "one"}, "does not lead to 'c'"),
        ({"reuse": "one"}, "is not said"),
        ({"to": "b", "reuse": "one"}, "is not said"),
        ({"only_changed": True, "reuse": "other"}, "of the workflow 'other'"),
        ({"only_changed": True, "reuse": "open"}, "has not ended"),
    ],
)
async def test_what_cannot_be_done_is_said_with_what_to_do(form: dict[str, Any], said: str) -> None:
    """C7.6, interfaces.md section 3: exit 2 with a hint."""
    kit = parts()
    await go(kit, line(), "one")
    await go(kit, line().replace(id="other"), "other")
    waiting = workflow({"a": {"action": "flow.signal", "params": {"name": "go"}}})
    async with kit.engine() as engine:
        await (await engine.start(waiting, run_id="open")).result()
    with pytest.raises(UsageError) as caught:
        await go(kit, line(), "two", **form)
    assert said in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == 2


async def test_without_an_earlier_run_there_is_nothing_to_take_over() -> None:
    """C7.6"""
    kit = parts()
    for form in ({"only_changed": True}, {"from_": "b"}):
        with pytest.raises(UsageError, match="no completed run"):
            await go(kit, line(), "r", **form)
    with pytest.raises(RunNotFound):
        await go(kit, line(), "r", from_="b", reuse="nope")
    assert (await go(kit, line(), "whole", from_=["a", "d"])).ran == ["a", "b", "c", "d"]
    assert (await go(kit, line(a={"pin": "A"}), "pinned", from_="b", to="c", reuse="whole")).outputs["c"] == "Abc"


async def test_a_node_that_the_earlier_run_lacks_must_run() -> None:
    """C7.6"""
    kit = parts()
    await go(kit, workflow({"a": says("a")}), "one")
    definition = workflow({"a": says("a"), "b": says("b"), "c": says("c")}, "a>b", "b>c")
    with pytest.raises(UsageError, match="one did not have it"):
        await go(kit, definition, "two", from_="c", reuse="one")
    assert (await go(kit, definition, "two", only_changed=True)).ran == ["b", "c"]
