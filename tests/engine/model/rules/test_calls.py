"""Problems of calls (C2.1, C10.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from run_dialogue import workflow

from floworch import Problem, Workflow, load, save, validate
from floworch.model.repair import apply_repair

LOG = {"action": "util.log", "params": {"message": "x"}}


def calls(reference: str, inputs: Any = None, **fields: Any) -> Workflow:
    params = {"workflow": reference, **({"inputs": inputs} if inputs is not None else {})}
    return workflow({"c": {"action": "flow.call", "params": params}}, **fields)


def write(folder: Path, name: str, definition: Workflow) -> Workflow:
    save(definition, folder / f"{name}.flow.json")
    return load(folder / f"{name}.flow.json")


def problems(definition: Workflow) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in validate(definition)]


def one(definition: Workflow) -> Problem:
    (found,) = validate(definition)
    return found


def test_a_call_of_a_valid_workflow_is_no_problem(tmp_path: Path) -> None:
    write(tmp_path, "leaf", workflow({"a": LOG}, id="leaf", inputs={"n": {"type": "integer", "required": True}}))
    main = write(tmp_path, "main", calls("leaf.flow.json", {"n": 3}))
    assert validate(main) == []
    assert validate(calls("leaf", {"n": 1}).attach(load(tmp_path / "leaf.flow.json"))) == []


def test_a_missing_file_is_a_problem_that_names_it(tmp_path: Path) -> None:
    found = one(write(tmp_path, "main", calls("none.flow.json")))
    assert (found.code, found.severity, found.path, found.node) == (
        "unknown_workflow", "error", "nodes.c.params.workflow", "c")  # fmt: skip
    assert str(tmp_path / "none.flow.json") in found.message


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b'{"id": 3}', b'{"id": "x", "nodes": {}}'])
def test_a_bad_file_is_a_problem_and_never_raises(tmp_path: Path, text: bytes) -> None:
    """(C2.1)"""
    (tmp_path / "bad.flow.json").write_bytes(text)
    assert problems(write(tmp_path, "main", calls("bad.flow.json"))) == [("bad_workflow", "nodes.c.params.workflow")]


def test_a_folder_instead_of_a_file_is_a_problem(tmp_path: Path) -> None:
    assert problems(write(tmp_path, "main", calls("."))) == [("bad_workflow", "nodes.c.params.workflow")]


def test_an_invalid_called_workflow_is_told_with_its_first_error(tmp_path: Path) -> None:
    write(tmp_path, "leaf", workflow({"a": {"action": "no.such"}}, id="leaf"))
    found = one(write(tmp_path, "main", calls("leaf.flow.json")))
    assert found.code == "bad_workflow"
    assert "There is no action 'no.such'" in found.message
    assert "floworch validate" in found.fix


def test_a_repaired_file_is_read_again(tmp_path: Path) -> None:
    write(tmp_path, "leaf", workflow({"a": {"action": "no.such"}}, id="leaf"))
    main = write(tmp_path, "main", calls("leaf.flow.json"))
    assert problems(main)
    write(tmp_path, "leaf", workflow({"a": LOG}, id="leaf"))
    assert problems(main) == []


def test_inputs_are_compared_with_what_the_called_workflow_declares(tmp_path: Path) -> None:
    """(C10.3)"""
    declared = {
        "n": {"type": "integer", "required": True},
        "city": {"type": "string"},
        "limit": {"type": "number", "required": True, "default": 3},
    }
    write(tmp_path, "leaf", workflow({"a": LOG}, id="leaf", inputs=declared))
    main = write(tmp_path, "main", calls("leaf.flow.json", {"city": 3, "limt": 1, "limit": "{{ 1 }}"}))
    found = {problem.path: problem.message for problem in validate(main)}
    assert found == {
        "nodes.c.params.inputs.city": "The input 'city' of 'leaf' must be of type string.",
        "nodes.c.params.inputs.limt": "The workflow 'leaf' has no input 'limt'.",
        "nodes.c.params.inputs": "The workflow 'leaf' needs the input n.",
    }
    assert problems(write(tmp_path, "main", calls("leaf.flow.json", {"n": "{{ 1 }}", "city": None}))) == []


def test_a_misspelt_input_can_be_renamed(tmp_path: Path) -> None:
    write(tmp_path, "leaf", workflow({"a": LOG}, id="leaf", inputs={"limit": {}}))
    main = write(tmp_path, "main", calls("leaf.flow.json", {"limt": 1}))
    repair = one(main).repair
    assert repair is not None
    mended = apply_repair(main, repair)
    assert mended.nodes["c"].params["inputs"] == {"limit": 1}
    assert validate(mended) == []


def test_a_circle_is_a_problem_that_names_the_way(tmp_path: Path) -> None:
    """(C10.3)"""
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        save(calls(f"{other}.flow.json", id=name), tmp_path / f"{name}.flow.json")
    found = one(load(tmp_path / "a.flow.json"))
    assert found.code == "call_cycle"
    assert "a.flow.json → b.flow.json → c.flow.json → a.flow.json" in found.message
    save(calls("self.flow.json", id="self"), tmp_path / "self.flow.json")
    assert one(load(tmp_path / "self.flow.json")).code == "call_cycle"
    in_memory = calls(str(tmp_path / "a.flow.json"))
    assert one(in_memory).code == "call_cycle"


def test_a_workflow_that_is_called_on_two_ways_is_no_circle(tmp_path: Path) -> None:
    write(tmp_path, "leaf", workflow({"a": LOG}, id="leaf"))
    write(tmp_path, "left", calls("leaf.flow.json", id="left"))
    nodes = {name: {"action": "flow.call", "params": {"workflow": f"{name}.flow.json"}} for name in ("left", "leaf")}
    assert validate(write(tmp_path, "main", workflow(nodes))) == []


def test_seventeen_calls_deep_is_a_problem_and_sixteen_is_none(tmp_path: Path) -> None:
    """(C10.3)"""
    write(tmp_path, "w0", workflow({"a": LOG}, id="w0"))
    tops = [write(tmp_path, f"w{n}", calls(f"w{n - 1}.flow.json", id=f"w{n}")) for n in range(1, 18)]
    assert validate(tops[15]) == []
    found = one(tops[16])
    assert (found.code, "17 calls deep" in found.message) == ("calls_too_deep", True)
    assert validate(calls(str(tmp_path / "w15.flow.json"))) == []
    assert one(calls(str(tmp_path / "w16.flow.json"))).code == "calls_too_deep"


def test_many_ways_through_few_workflows_take_no_time(tmp_path: Path) -> None:
    """2 ** 15 ways, each looked at once per depth."""
    write(tmp_path, "w0", workflow({"a": LOG}, id="w0"))
    for n in range(1, 16):
        node = {"action": "flow.call", "params": {"workflow": f"w{n - 1}.flow.json"}}
        write(tmp_path, f"w{n}", workflow({"p": node, "q": node}, id=f"w{n}"))
    assert validate(load(tmp_path / "w15.flow.json")) == []


def test_what_an_expression_names_is_left_to_the_run() -> None:
    assert validate(calls("{{ inputs.file }}", inputs=None).replace(inputs=calls("x", n=1).inputs)) != []
    assert validate(workflow({"c": {"action": "flow.call", "params": {"workflow": "{{ data.file }}"}}})) == []
