"""``human.form`` and ``human.choose`` (C8.1)."""

from __future__ import annotations

from typing import Any

import pytest
from engine_kit import Kit
from run_dialogue import workflow

from floworch.actions.outcome import Wait
from floworch.errors import ActionError, UsageError
from floworch.testing.actions import FakeHost, run_action

FORM = {
    "action": "human.form",
    "params": {"message": "Where to?", "schema": {"city": {"required": True}, "n": {"type": "integer", "default": 2}}},
}


def test_the_fields_are_journaled_with_the_wait() -> None:
    wait = run_action("human.form", schema={"city": {"title": "City"}}, timeout="1m")
    assert isinstance(wait, Wait)
    assert (wait.kind, wait.on_timeout) == ("form", "fail")
    assert wait.due is not None
    assert wait.details["fields"]["city"] == {
        "type": "string", "title": "City", "description": "", "required": False, "default": None, "choices": []
    }  # fmt: skip


def test_the_json_schema_of_an_object_stands_for_its_fields() -> None:
    """(actions.md: schema:fields; the word means JSON Schema to most)"""
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string", "enum": ["Bern", "Basel"]}, "n": {"type": "integer", "default": 2}},
        "required": ["city"],
    }
    fields = {"city": {"choices": ["Bern", "Basel"], "required": True}, "n": {"type": "integer", "default": 2}}
    assert run_action("human.form", schema=schema).details == run_action("human.form", schema=fields).details


@pytest.mark.parametrize(
    "schema", [{"type": "object", "properties": {}}, {"type": "object"}, {"type": "object", "properties": {"n": 5}}]
)
def test_a_json_schema_without_fields_is_refused(schema: Any) -> None:
    with pytest.raises(ActionError, match="schema"):
        run_action("human.form", schema=schema)


def test_labels_are_made_of_each_item() -> None:
    host = FakeHost(nodes={"search": [{"name": "Ann"}, {"name": "Bob"}]})
    wait = run_action("human.choose", host, items="{{ nodes.search.output }}", label="{{ item.name }}!")
    assert (wait.details["labels"], wait.details["multiple"]) == (["Ann!", "Bob!"], False)
    assert run_action("human.choose", items=[3, "x"]).details["labels"] == ["3", "x"]


def test_there_must_be_something_to_choose_from() -> None:
    with pytest.raises(ActionError, match="nothing to choose from"):
        run_action("human.choose", items=[])
    assert run_action("human.choose", items=[], multiple=True).details["items"] == []


async def test_a_form_is_answered_in_a_live_run() -> None:
    """C8.1"""
    definition = workflow(
        {"ask": FORM,
         "use": {"action": "data.set", "params": {"fields": {"to": "{{ nodes.ask.output.values.city ~ '!' }}"}}}},
        "ask>use", outputs={"to": "{{ nodes.use.output.to }}"},
    )  # fmt: skip
    async with Kit().running(definition) as (_, run):
        assert (await run.result()).status == "suspended"
        with pytest.raises(UsageError, match="The field 'city' is required"):
            await run.submit("ask", {})
        with pytest.raises(UsageError, match="does not wait for an approval"):
            await run.approve("ask")
        with pytest.raises(UsageError, match="does not wait for a form"):
            await run.submit("use", {})
        await run.submit("ask", {"city": "Ulm"}, by="ann")
        result = await run.result()
    assert result.nodes["ask"].output == {"values": {"city": "Ulm", "n": 2}, "by": "ann"}
    assert result.outputs == {"to": "Ulm!"}


async def test_an_answer_given_while_nobody_works_on_the_run_is_kept() -> None:
    """C7.1, C8.1"""
    kit = Kit()
    async with kit.running(workflow({"ask": FORM})) as (_, run):
        await run.result()
    async with kit.engine() as engine:
        with pytest.raises(UsageError, match="The form has no field 'x'"):
            await engine.submit("r", "ask", {"x": 1})
        await engine.submit("r", "ask", {"city": "Ulm"}, by="ann")
        with pytest.raises(UsageError, match="was answered already by ann"):
            await engine.submit("r", "ask", {"city": "Ulm"})
        assert kit.store.load("r").status_of("ask") == "waiting"
        result = await (await engine.resume("r")).result()
    assert result.status == "completed"
    assert result.nodes["ask"].output == {"values": {"city": "Ulm", "n": 2}, "by": "ann"}


async def test_a_choice_inside_a_loop_is_answered_by_item() -> None:
    """C8.1, C10.1"""
    definition = workflow(
        {"loop": {"action": "flow.foreach", "params": {"items": ["a", "b"]}},
         "ask": {"action": "human.choose", "parent": "loop",
                 "params": {"items": [1, 2], "label": "{{ outer.item }}{{ item }}"}}}
    )  # fmt: skip
    async with Kit().running(definition) as (_, run):
        await run.result()
        await run.submit("ask", "b2", item=1)
        await run.submit("ask", 1)
        result = await run.result()
    assert result.nodes["loop"].output == [{"chosen": 1, "by": ""}, {"chosen": 2, "by": ""}]


async def test_a_form_that_nobody_answers_fails_in_time() -> None:
    definition: Any = workflow({"ask": {**FORM, "params": {**FORM["params"], "timeout": "10s"}}})  # type: ignore[dict-item]
    result = await Kit().run(definition)
    assert result.error == {"kind": "timeout_error", "message": "no form arrived in time", "node": "ask"}
