"""Finding the workflows that a definition calls (C10.3)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from run_dialogue import workflow

from floworch import DefinitionError, load, save, validate
from floworch.model.called import calls, find, key_of, locate, references


def test_calls_by_plain_text_are_known_before_a_run() -> None:
    nodes = {
        "a": {"action": "flow.call", "params": {"workflow": "x.flow.json"}},
        "b": {"action": "flow.call", "params": {"workflow": "{{ inputs.file }}"}},
        "c": {"action": "util.log", "params": {"workflow": "y.flow.json"}},
    }
    definition = workflow(nodes)
    assert list(references(definition)) == [("a", "x.flow.json")]
    assert calls(definition)
    assert not calls(workflow({"c": nodes["c"]}))


def test_a_path_starts_in_the_folder_of_the_calling_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(workflow({"a": {"action": "util.log"}}, id="leaf"), tmp_path / "leaf.flow.json")
    (tmp_path / "sub").mkdir()
    save(workflow({"a": {"action": "util.log"}}), tmp_path / "sub" / "main.flow.json")
    main = load(tmp_path / "sub" / "main.flow.json")
    assert locate(main, "../leaf.flow.json") == tmp_path / "leaf.flow.json"
    assert find(main, "../leaf.flow.json").id == "leaf"
    assert find(main, str(tmp_path / "leaf.flow.json")).source == tmp_path / "leaf.flow.json"
    monkeypatch.chdir(tmp_path)
    assert find(workflow({"a": {}}), "leaf.flow.json").id == "leaf", "without a file: the current folder"
    with pytest.raises(DefinitionError, match="There is no file"):
        find(main, "nothing.flow.json")


def test_an_attached_workflow_comes_before_files() -> None:
    leaf = workflow({"a": {}}, id="leaf")
    assert find(workflow({"b": {}}).attach(leaf), "leaf") is leaf


def test_a_key_tells_files_and_contents_apart(tmp_path: Path) -> None:
    one, two = workflow({"a": {}}, id="leaf"), workflow({"b": {}}, id="leaf")
    assert key_of(one) == key_of(workflow({"a": {}}, id="leaf"))
    assert key_of(one) != key_of(two)
    assert key_of(one.attach(two)) != key_of(one)
    assert key_of(one.at(tmp_path / "x" / ".." / "leaf.flow.json")) == str(tmp_path / "leaf.flow.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders on this system")
@pytest.mark.parametrize("reference", ["a\0b.flow.json", "~nobody-here/x.flow.json", "x" * 5000])
def test_what_no_file_can_be_called_is_a_problem_and_raises_nothing(reference: str) -> None:
    """C2.1: never raises on content."""
    definition = workflow({"a": {"action": "flow.call", "params": {"workflow": reference}}})
    with pytest.raises(DefinitionError):
        find(definition, reference)
    assert [(each.code, each.path) for each in validate(definition)] == [("bad_workflow", "nodes.a.params.workflow")]


def test_a_pipe_is_no_definition_to_call(tmp_path: Path) -> None:
    """Reading one would wait for ever: looking at a definition from elsewhere must end."""
    os.mkfifo(tmp_path / "b.flow.json")
    caller = workflow({"call": {"action": "flow.call"}}).at(tmp_path / "a.flow.json")
    with pytest.raises(DefinitionError, match="no file but a pipe"):
        find(caller, "b.flow.json")
