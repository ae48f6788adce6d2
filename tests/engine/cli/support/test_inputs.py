"""``--set`` and ``--inputs`` under declared types (interfaces.md section 3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.cli.support.inputs import gather_inputs, parse_value, part_options
from floworch.errors import UsageError
from floworch.model.workflow import Input, Node, Workflow


def spec(kind: str) -> Input:
    return Input.model_validate({"type": kind})


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "5", "5"),
        ("string", "", ""),
        ("integer", "42", 42),
        ("integer", "-7", -7),
        ("integer", "9" * 40, int("9" * 40)),
        ("number", "2", 2),
        ("number", "2.5", 2.5),
        ("number", "1e3", 1000.0),
        ("boolean", "true", True),
        ("boolean", "No", False),
        ("boolean", "1", True),
        ("object", '{"a": [1]}', {"a": [1]}),
        ("array", "[1, 2]", [1, 2]),
        ("any", "3", 3),
        ("any", "plain text", "plain text"),
        ("any", '"3"', "3"),
    ],
)
def test_values_by_declared_type(kind: str, text: str, value: Any) -> None:
    found = parse_value("x", text, spec(kind))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "1.5"),
        ("integer", "1_000"),
        ("integer", ""),
        ("integer", "٣"),
        ("number", "nan"),
        ("number", "inf"),
        ("number", "one"),
        ("boolean", "maybe"),
        ("object", "[1]"),
        ("object", "{"),
        ("array", "{}"),
    ],
)
def test_what_does_not_fit_is_said_with_an_example(kind: str, text: str) -> None:
    with pytest.raises(UsageError, match="Input 'x' must be") as caught:
        parse_value("x", text, spec(kind))
    assert caught.value.hint


@pytest.fixture
def workflow() -> Workflow:
    return Workflow(
        id="w",
        inputs={"a": Input(type="integer", required=True), "b": Input(type="string", default="x")},
        nodes={"n": Node(action="util.log")},
    )


def test_file_then_settings(workflow: Workflow, tmp_path: Path) -> None:
    file = tmp_path / "i.json"
    file.write_text('{"a": 1, "b": "file"}')
    assert gather_inputs(workflow, file, ["b=set", "a=2"]) == {"a": 2, "b": "set"}
    assert gather_inputs(workflow, None, ["a=2"]) == {"a": 2}
    assert gather_inputs(workflow, None, ["a=2", "b=k=v"]) == {"a": 2, "b": "k=v"}


@pytest.mark.parametrize(
    ("content", "says"),
    [("{", "is not JSON"), ("[]", "JSON object"), ('{"c": 1}', "no input 'c'"), ('{"a": true}', "type integer")],
)
def test_files_that_do_not_fit(workflow: Workflow, tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "i.json"
    file.write_text(content)
    with pytest.raises(UsageError, match=says):
        gather_inputs(workflow, file, [])


def test_a_file_that_cannot_be_read(workflow: Workflow, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no file"):
        gather_inputs(workflow, tmp_path / "no", [])
    with pytest.raises(UsageError, match="cannot be read"):
        gather_inputs(workflow, tmp_path, [])


def test_missing_and_undeclared(workflow: Workflow) -> None:
    with pytest.raises(UsageError, match="needs the input 'a'"):
        gather_inputs(workflow, None, [])
    with pytest.raises(UsageError, match="no input 'zz'") as caught:
        gather_inputs(workflow, None, ["a=1", "zz=1"])
    assert "'a', 'b'" in caught.value.hint
    with pytest.raises(UsageError, match="NAME=VALUE"):
        gather_inputs(workflow, None, ["=1"])


def test_a_missing_input_may_come_from_an_earlier_run() -> None:
    """(C7.6)"""
    workflow = Workflow(id="w", inputs={"n": Input(type="integer", required=True)})
    assert gather_inputs(workflow, None, [], complete=False) == {}
    with pytest.raises(UsageError):
        gather_inputs(workflow, None, ["m=1"], complete=False)


def test_only_given_options_of_a_part_are_passed_on() -> None:
    """(C7.6)"""
    assert part_options(None, None, None, False) == {}
    assert part_options(["a"], ["b", "c"], "r", True) == {
        "to": ["a"], "from_": ["b", "c"], "reuse": "r", "only_changed": True,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["object", "any", "array"])
def test_a_key_that_stands_twice_is_refused(kind: str) -> None:
    """(C13)"""
    text = '[{"a": 1, "b": 2, "a": 3}]' if kind == "array" else '{"x": {"a": 1, "b": 2, "a": 3}}'
    with pytest.raises(UsageError, match="Input 'n' has the key 'a' twice"):
        parse_value("n", text, Input(type=kind))


def test_a_key_that_stands_twice_in_the_file_is_refused(tmp_path: Path) -> None:
    """(C15)"""
    file = tmp_path / "inputs.json"
    file.write_text('{"n": {"a": 1, "a": 2}}')
    with pytest.raises(UsageError, match=r"inputs\.json has the key 'a' twice"):
        gather_inputs(Workflow(id="t", nodes={"a": Node(action="x")}), file, [])
