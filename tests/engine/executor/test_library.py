"""Called definitions travel with a run (C7.5, C10.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from run_dialogue import workflow

from floworch import DefinitionError, Workflow, load, save
from floworch.executor.library import Library, called_options
from floworch.store.protocol import RunHeader


def calls(reference: str, **fields: Any) -> Workflow:
    return workflow({"c": {"action": "flow.call", "params": {"workflow": reference}}}, **fields)


def header(options: dict[str, Any]) -> RunHeader:
    return RunHeader("r", "t", b"", "", {}, ("c",), 0.0, "", options)


def chain(folder: Path) -> Workflow:
    """main calls sub/middle, which calls ../leaf."""
    (folder / "sub").mkdir()
    save(workflow({"a": {"action": "util.log"}}, id="leaf"), folder / "leaf.flow.json")
    save(calls("../leaf.flow.json", id="middle"), folder / "sub" / "middle.flow.json")
    save(calls("sub/middle.flow.json", id="main"), folder / "main.flow.json")
    return load(folder / "main.flow.json")


def test_what_is_called_further_down_is_found_without_its_files(tmp_path: Path) -> None:
    """(C7.5): a run keeps what it began with."""
    main = chain(tmp_path)
    options = called_options(main)
    for file in tmp_path.rglob("*.json"):
        file.unlink()
    middle = Library(header(options), main).find("sub/middle.flow.json")
    assert (middle.workflow.id, middle.key) == ("middle", str(tmp_path / "sub" / "middle.flow.json"))
    leaf = Library(header(middle.options), middle.workflow).find("../leaf.flow.json")
    assert (leaf.workflow.id, leaf.options) == ("leaf", {"source": str(tmp_path / "leaf.flow.json")})
    assert "sub" not in str(list(middle.options["called"]["definitions"])), "only what it reaches itself"


def test_an_edited_file_does_not_change_a_run_that_has_begun(tmp_path: Path) -> None:
    """(C7.5)"""
    main = chain(tmp_path)
    library = Library(header(called_options(main)), main)
    (tmp_path / "sub" / "middle.flow.json").write_text("broken")
    assert library.find("sub/middle.flow.json").workflow.id == "middle"
    assert library.find("sub/middle.flow.json") is library.find("sub/middle.flow.json"), "read once"


def test_what_only_an_expression_names_is_read_at_the_call(tmp_path: Path) -> None:
    main = chain(tmp_path).replace(nodes={})
    library = Library(header(called_options(main)), main)
    assert library.find("leaf.flow.json").workflow.id == "leaf"
    with pytest.raises(DefinitionError):
        library.find("none.flow.json")


def test_attached_workflows_travel_too() -> None:
    leaf = workflow({"a": {}}, id="leaf")
    main = calls("middle", id="main").attach(calls("leaf", id="middle").attach(leaf))
    library = Library(header(called_options(main)), main.at(None))
    middle = library.find("middle")
    assert Library(header(middle.options), middle.workflow).find("leaf").workflow.id == "leaf"


def test_the_chain_names_every_workflow_from_the_first_to_this_one(tmp_path: Path) -> None:
    main = chain(tmp_path)
    assert Library(header(called_options(main)), main).chain == [str(tmp_path / "main.flow.json")]
    options = {"chain": ["a"], "key": "b"}
    assert Library(header(options), main).chain == ["a", "b"]


def test_a_workflow_that_calls_nothing_needs_nothing() -> None:
    assert called_options(workflow({"a": {}})) == {}
