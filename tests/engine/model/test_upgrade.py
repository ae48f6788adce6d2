"""Parameters of earlier versions of an action are brought to the version that is here."""

from __future__ import annotations

from typing import Any

import pytest

from floworch import Engine, MemoryStore, WorkflowBuilder, validate
from floworch.actions.decorators import action
from floworch.actions.registry import Registry, registry
from floworch.model.codec import dumps, loads
from floworch.model.upgrade import upgraded
from floworch.model.workflow import Compensation, Node, Workflow


def rename(params: dict[str, Any]) -> dict[str, Any]:
    params["text"] = params.pop("words")
    return params


def known(version: int = 3) -> Registry:
    catalog = registry.copy()

    def say(text: str, loud: bool = False) -> str:
        return text.upper() if loud else text

    older = {1: rename, 2: lambda params: {"loud": True, **params}}
    action("my.say", version=version, migrate={n: fn for n, fn in older.items() if n < version}, into=catalog)(say)
    return catalog


def flow(version: int | None = None, **params: Any) -> Workflow:
    return Workflow(id="w", nodes={"say": Node(action="my.say", version=version, params=params)})


@pytest.mark.parametrize(
    ("version", "params", "expected"),
    [
        (None, {"words": "{{ inputs.a }}"}, {"text": "{{ inputs.a }}", "loud": True}),
        (2, {"text": "a", "loud": False}, {"text": "a", "loud": False}),
        (3, {"text": "a"}, {"text": "a"}),
    ],
)
def test_parameters_pass_through_every_version_between(version: Any, params: Any, expected: Any) -> None:
    before = flow(version, **params)
    after, problems = upgraded(before, known())
    assert problems == []
    assert after.nodes["say"].params == expected
    assert after.nodes["say"].version == 3
    assert (after is before) is (version == 3)
    assert before.nodes["say"].params == params, "the definition that was given stays as it is"


@pytest.mark.parametrize(
    ("version", "params", "code", "path"),
    [
        (4, {"text": "a"}, "unknown_version", "nodes.say.version"),
        (0, {"text": "a"}, "unknown_version", "nodes.say.version"),
        (1, {"other": "a"}, "bad_migration", "nodes.say.params"),
        (1, {"words": 1, "more": 2}, "bad_param", "nodes.say.params.more"),
    ],
)
def test_what_cannot_be_taken_over_is_a_problem(version: int, params: Any, code: str, path: str) -> None:
    found = [(problem.code, problem.path) for problem in validate(flow(version, **params), known())]
    assert (code, path) in found


async def test_a_run_uses_the_parameters_of_today_and_its_file_stays() -> None:
    before = flow(words="hello")
    text = dumps(before)
    async with Engine(actions=known()) as engine:
        result = await (await engine.start(before)).result()
    assert result.nodes["say"].output == "HELLO"
    assert dumps(before) == text


async def test_a_stored_run_goes_on_with_a_newer_version_of_its_action() -> None:
    store = MemoryStore()
    async with Engine(store=store, actions=known(2)) as engine:
        handle = await engine.start(flow(2, text="later"), step=True, run_id="r")
        assert (await handle.result()).status.value == "paused"
    async with Engine(store=store, actions=known(3)) as engine:
        result = await (await engine.resume("r")).result()
    assert result.nodes["say"].output == "LATER"


def test_the_builder_writes_the_version_it_was_written_for() -> None:
    built = WorkflowBuilder("w", catalog=known()).node("say", "my.say", text="a").node("log", "util.log", message="b")
    nodes = built.build().nodes
    assert (nodes["say"].version, nodes["log"].version) == (3, None)


def test_a_node_of_a_missing_action_loses_nothing_when_it_is_saved() -> None:
    text = dumps(loads(
        '{"format": 1, "id": "w", "nodes": {"a": {"action": "gone.away", "version": 7, "params": {"z": 1.50,'
        ' "a": [null]}, "own": {"key": "value"}}, "b": {"action": "util.log", "params": {"message": "b"}}},'
        ' "edges": [{"from": "a", "port": "unheard_of", "to": "b", "colour": "red"}], "view": {"nodes": {"a": [1, 2]}}}'
    ))  # fmt: skip
    workflow = loads(text)
    assert upgraded(workflow, registry) == (workflow, [])
    assert [problem.code for problem in validate(workflow) if problem.severity == "error"] == ["unknown_action"]
    assert dumps(workflow) == text
    assert all(piece in text for piece in ('"own"', "1.50", "unheard_of", "colour", '"version": 7'))


def test_a_compensation_has_a_version_of_its_own() -> None:
    catalog = known()
    undo = Compensation(action="my.say", params={"words": "back"})
    before = Workflow(id="w", nodes={"a": Node(action="util.log", params={"message": "x"}, compensate=undo)})
    after, problems = upgraded(before, catalog)
    assert problems == []
    made = after.nodes["a"].compensate
    assert made is not None
    assert (made.version, made.params) == (3, {"text": "back", "loud": True})
    assert upgraded(after, catalog) == (after, [])
    assert loads(dumps(after)).nodes["a"].compensate == made
    newer = before.replace(nodes={"a": before.nodes["a"].replace(compensate=undo.replace(version=9))})
    found = [(each.code, each.path) for each in validate(newer, catalog)]
    assert ("unknown_version", "nodes.a.compensate.version") in found
