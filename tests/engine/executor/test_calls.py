"""What a call is about to run (C10.3, C13)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engine_kit import Kit
from run_dialogue import workflow

from floworch import Workflow, load, save


def calls(reference: Any, inputs: Any = None, **fields: Any) -> Workflow:
    params = {"workflow": reference, "inputs": inputs if inputs is not None else {}}
    return workflow({"c": {"action": "flow.call", "params": params}}, **fields)


def in_file(folder: Path, name: str, definition: Workflow) -> Workflow:
    save(definition, folder / f"{name}.flow.json")
    return load(folder / f"{name}.flow.json")


def empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


async def failure(definition: Workflow, **inputs: Any) -> dict[str, Any]:
    result = await Kit().run(definition, inputs)
    assert result.status == "failed"
    error = result.nodes["c"].error
    assert error is not None
    return error


FILE = {"file": {"required": True}}


async def test_a_file_that_is_missing_when_an_expression_names_it(tmp_path: Path) -> None:
    main = in_file(tmp_path, "main", calls("{{ inputs.file }}", inputs=None).replace(inputs={}))
    main = in_file(tmp_path, "main", workflow(main.nodes and {"c": _plain(main)}, inputs=FILE))
    error = await failure(main, file="none.flow.json")
    assert error["kind"] == "not_found_error"
    assert str(tmp_path / "none.flow.json") in error["message"]


def _plain(definition: Workflow) -> dict[str, Any]:
    node = definition.nodes["c"]
    return {"action": node.action, "params": node.params}


@pytest.mark.parametrize("text", ["", "{", '{"id": "x"}', '{"id": "x", "nodes": {"a": {"action": "no.such"}}}', "\0"])
async def test_a_bad_file_is_a_validation_error_of_the_call(tmp_path: Path, text: str) -> None:
    """(C13)"""
    (tmp_path / "bad.flow.json").write_text(text)
    main = in_file(tmp_path, "main", workflow({"c": _plain(calls("{{ inputs.file }}"))}, inputs=FILE))
    error = await failure(main, file="bad.flow.json")
    assert error["kind"] == "validation_error"
    assert "bad.flow.json" in error["message"]


async def test_inputs_that_do_not_fit_fail_the_call(tmp_path: Path) -> None:
    """(C10.3)"""
    in_file(tmp_path, "sub", workflow({"a": {"action": "util.log", "params": {"message": "x"}}}, id="sub",
                                      inputs={"n": {"type": "integer", "required": True}}))  # fmt: skip
    given = {"type": "object", "required": True}
    main = in_file(tmp_path, "main", workflow({"c": _plain(calls("sub.flow.json", "{{ inputs.given }}"))},
                                              inputs={"given": given}))  # fmt: skip
    for wrong, message in (
        ({}, "'n' is required"),
        ({"n": "x"}, "of type integer"),
        ({"n": 1, "m": 2}, "no input 'm'"),
    ):
        error = await failure(main, given=wrong)
        assert (error["kind"], message in error["message"]) == ("validation_error", True)


async def test_a_circle_is_refused_when_it_is_met(tmp_path: Path) -> None:
    """The guard while a run goes on, for calls that only an expression names."""
    main = in_file(tmp_path, "main", workflow({"c": _plain(calls("{{ inputs.file }}"))}, inputs=FILE))
    error = await failure(main, file="main.flow.json")
    assert error["kind"] == "validation_error"
    assert "calls itself" in error["message"]


async def test_the_seventeenth_call_is_too_deep(tmp_path: Path) -> None:
    """(C10.3)"""
    last = workflow({"a": {"action": "util.log", "params": {"message": "x"}}}, id="w18")
    in_file(tmp_path, "w18", last)
    for number in range(17, 0, -1):
        name = f"{{{{ 'w{number + 1}.flow.json' }}}}"  # an expression: nothing is known before the run
        top = in_file(tmp_path, f"w{number}", calls(name, id=f"w{number}"))
    kit = Kit()
    assert (await kit.run(load(tmp_path / "w2.flow.json"))).status == "completed"
    assert len(kit.store.list()) == 17
    error = await failure(top)
    assert error["kind"] == "validation_error"
    assert "17 calls deep; at most 16" in error["message"]


async def test_secrets_do_not_reach_the_journals_as_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """(C6.5)"""
    monkeypatch.setenv("FLOWORCH_SECRET_TOKEN", "hunter2-hunter2")
    leaf = workflow({"a": {"action": "util.log", "params": {"message": "x"}}}, id="leaf", inputs={"t": {}})
    kit = Kit()
    await kit.run(calls("leaf", {"t": "{{ secrets.TOKEN }}"}).attach(leaf))
    assert "hunter2" not in str([*kit.store.events("r"), *kit.store.events("r.c"), kit.store.header("r.c")])


async def test_files_that_are_gone_since_the_run_began_are_not_missed(tmp_path: Path) -> None:
    """(C7.5): a run keeps what it began with, down to the last call."""
    in_file(tmp_path, "leaf", workflow({"a": {"action": "util.log", "params": {"message": "x"}}}, id="leaf"))
    in_file(tmp_path, "middle", calls("leaf.flow.json", id="middle"))
    nodes = {"wait": {"action": "flow.signal", "params": {"name": "go"}}, "c": _plain(calls("middle.flow.json"))}
    main = in_file(tmp_path, "main", workflow(nodes, "wait>c", id="main"))
    kit = Kit()
    async with kit.running(main) as (_, handle):
        await handle.result()
    empty(tmp_path)
    async with kit.engine() as engine:
        await engine.signal("r", "go")
        assert (await (await engine.resume("r")).result()).status == "completed"
    assert kit.store.load("r.c.c").status == "completed"
