"""What a definition needs before it can run (C2.1)."""

from __future__ import annotations

import json
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
from engine_kit import Kit, chain
from run_dialogue import workflow

from floworch import DefinitionError, Engine, UsageError, WorkflowBuilder, loads, save, validate
from floworch.actions.registry import registry
from floworch.executor import prepare as preparing
from floworch.executor.prepare import prepare


def test_the_same_value_is_prepared_once_per_registry() -> None:
    one, two = Kit(), Kit()
    definition = chain("any")
    assert prepare(definition, one.registry) is prepare(definition, one.registry)
    assert prepare(definition, two.registry) is not prepare(definition, one.registry)


def test_what_another_thread_drops_meanwhile_is_given_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large definitions are made ready on a thread while the loop makes others ready (C2.1)."""

    class Dropping(OrderedDict[Any, Any]):
        def get(self, key: Any, default: Any = None) -> Any:
            return self.pop(key, default)

    monkeypatch.setattr(preparing, "_REMEMBERED", Dropping())
    kit, definition = Kit(), chain("any")
    assert prepare(definition, kit.registry) is prepare(definition, kit.registry)


def test_every_problem_is_told() -> None:
    bad = workflow({"a": {"action": "no.such"}, "b": {"action": "no.other"}})
    with pytest.raises(DefinitionError) as caught:
        prepare(bad, Kit().registry)
    assert {problem.node for problem in caught.value.problems} >= {"a", "b"}
    assert validate(bad)


@pytest.mark.parametrize(("given", "told"), [
    (WorkflowBuilder("w").node("a", "util.log", message="x"), "not a WorkflowBuilder. Give what build() returns."),
    ("w.flow.json", "not a str. Read a file with floworch.load"), ({"id": "w"}, "not a dict. Read a file"),
])  # fmt: skip
async def test_what_is_no_workflow_says_how_to_get_one(given: Any, told: str, tmp_path: Path) -> None:
    async with Engine() as engine:
        with pytest.raises(UsageError) as caught:
            await engine.start(given)
    assert told in f"{caught.value.message} {caught.value.hint}"
    with pytest.raises(UsageError, match="A Workflow is wanted here"):
        save(given, tmp_path / "w.flow.json")
    if not isinstance(given, str):
        with pytest.raises(UsageError, match="A Workflow is wanted here"):
            WorkflowBuilder("caller").call("c", given)


def test_the_dict_of_a_definition_is_validated_like_the_workflow() -> None:
    """C2.1"""
    good = {"id": "w", "nodes": {"a": {"action": "data.set", "params": {"fields": {}}}}}
    assert validate(good) == validate(loads(json.dumps(good))) == []
    bad = {"id": "w", "nodes": {"a": {"action": "no.such"}}}
    assert [problem.path for problem in validate(bad)] == ["nodes.a.action"]
    assert [problem.severity for problem in validate({"id": "w", "nodes": 5})] == ["error"]
    assert validate({})[0].severity == "error"
    assert validate({1: 2, "nodes": {2: object()}})[0].severity == "error"  # pyright: ignore[reportArgumentType] - no JSON


@pytest.mark.parametrize("edge", ['{"from": "a", "to": "zz"}', '{"from": "a", "to": "zz"'])
def test_text_and_a_file_have_the_problems_that_the_command_line_shows(tmp_path: Path, edge: str) -> None:
    """C2.1: the same code everywhere, also for text that cannot be read at all."""
    text = '{"id": "w", "nodes": {"a": {"action": "no.such"}, "a": {"action": "no.such"}}, "edges": [' + edge + "]}"
    file = tmp_path / "w.flow.json"
    file.write_text(text, encoding="utf-8")
    found = validate(text)
    assert found == validate(text.encode()) == validate(f"\ufeff{text}") == validate(file)
    expected = {"duplicate_key", "unknown_action", "unknown_node"} if edge.endswith("}") else {"malformed_json"}
    assert {problem.code for problem in found} == expected
    with pytest.raises(DefinitionError, match="no file"):
        validate(tmp_path / "none.flow.json")


def test_a_broken_field_of_a_dict_hides_no_other_problem() -> None:
    """C2.1: every problem at once, the same as the command line shows for the file."""
    bad = {"nodes": {"a": {"action": "no.such"}, "b": 5}, "edges": [{"from": "a", "to": "zz"}]}
    found = {(problem.code, problem.path) for problem in validate(bad)}
    assert found == {
        ("missing_field", "id"), ("unknown_action", "nodes.a.action"), ("wrong_type", "nodes.b"),
        ("unknown_node", "edges[0]"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "word"), [(None, "null"), (5, "a number"), (True, "a boolean"), ([], "a list"), ("flow.json", "a text")]
)
def test_json_that_is_no_definition_is_a_problem_and_raises_nothing(given: Any, word: str) -> None:
    """C2.1: never raises on content."""
    (problem,) = validate(given)
    assert (problem.code, problem.severity, problem.path) == ("not_an_object", "error", "")
    assert problem.message == f"A definition is a JSON object, not {word}."
    assert ("floworch.load" in problem.fix) == isinstance(given, str)


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [(object(), "not object", "floworch.load"), (WorkflowBuilder("w"), "not a WorkflowBuilder", "build()")],
)
def test_what_is_no_definition_is_named(given: Any, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        validate(given)
    assert hint in caught.value.hint


def test_the_actions_that_it_runs_are_worked_out_once_those_of_compensations_and_fallbacks_too() -> None:
    sets, logs = {"action": "data.set", "params": {"fields": {}}}, {"action": "util.log", "params": {"message": "x"}}
    fails = {"action": "flow.fail", "params": {"message": "x"}}
    definition = workflow({
        "a": {**sets, "compensate": logs},
        "b": {**sets, "middleware": [{"use": "fallback", "with": fails}]},
    })  # fmt: skip
    assert prepare(definition, registry).uses == {"data.set", "util.log", "flow.fail"}
