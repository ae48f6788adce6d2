"""Definitions as Python scripts: each is executed, and gives what the definition gives."""

from __future__ import annotations

import io
import json
import re
import runpy
import shlex
import sys
from contextlib import redirect_stderr, redirect_stdout
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from floworch import DefinitionError, UsageError, Workflow, WorkflowBuilder, dumps, load, loads, save
from floworch.cli.app import app
from floworch.exchange.python_script import to_python
from floworch.model.codec import to_data

EXAMPLES = sorted(
    entry.name
    for entry in files("floworch_resources").joinpath("examples").iterdir()
    if entry.name.endswith(".json") and entry.name != "api-polling.flow.json"  # it needs a server
)
#: Inputs by which an example runs without a person and on little: name -> inputs; FOLDER is the test's own.
INPUTS: dict[str, dict[str, Any]] = {
    "folder-audit.flow.json": {"folder": "FOLDER/tree", "output": "FOLDER/out", "auto_approve": True},
    "image-thumbnails.flow.json": {"count": 1},
}
FULL: dict[str, Any] = {
    "id": "full",
    "name": 'Full "of" everything',
    "description": "Two\nlines",
    "inputs": {
        "n": {"type": "integer", "default": 4},
        "any": {"title": "Anything"},
        "list": {"type": "array", "default": [1, 2, 3], "description": "Numbers"},
    },
    "outputs": {"all": "{{ nodes.each.output }}", "kind": "{{ nodes.kind.output.kind }}"},
    "settings": {"max_concurrency": 2, "timeout": "5m"},
    "middleware": [{"use": "logging", "with": {"level": "debug"}}, {"use": "metrics"}],
    "nodes": {
        "each": {"action": "flow.foreach", "params": {"items": "{{ inputs.list }}"}, "title": "Each"},
        "code": {
            "action": "python.code",
            "parent": "each",
            "params": {"code": 'x = n * 2\ny = """q"""\nresult = x\n', "inputs": {"n": "{{ item }}"}},
            "retry": {"max_attempts": 2, "on": ["transient"]},
            "middleware": [{"use": "timeout", "with": {"after": "30s"}}],
        },
        "route": {
            "action": "flow.switch",
            "params": {"cases": [{"when": "{{ inputs.n > 3 }}", "port": "big"}], "default": "small"},
        },
        "kind": {"action": "data.set", "params": {"fields": {"kind": "big", "class": None}}, "notes": "A note"},
        "other": {"action": "data.set", "params": {"fields": {"kind": "small"}}, "disabled": True},
        "ask": {
            "action": "human.approve",
            "params": {"message": "Sure?", "timeout": "1s", "auto": True},
            "compensate": {"action": "util.log", "params": {"message": "undone"}},
        },
    },
    "edges": [
        {"from": "route", "port": "big", "to": "kind"},
        {"from": "route", "port": "small", "to": "other"},
        {"from": "each", "to": "route"},
        {"from": "each", "to": "ask"},
    ],
    "view": {"nodes": {"each": [0, 0]}},
}


def executed(script: Path, *arguments: str) -> tuple[int, str, str]:
    """Exit code and both outputs of a script, executed as a program in this process."""
    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = [str(script), *arguments]
    try:
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as end:
            runpy.run_path(str(script), run_name="__main__")
    finally:
        sys.argv = before
    return int(end.value.code or 0), out.getvalue(), err.getvalue()


def built(source: str) -> Workflow:
    space: dict[str, Any] = {"__name__": "script"}
    exec(compile(source, "script.py", "exec"), space)
    found: Workflow = space["flow"]
    return found


def edges_of(workflow: Workflow) -> set[tuple[str, str, str]]:
    return {(edge.source, edge.port, edge.target) for edge in workflow.edges}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_script_of_an_example_gives_the_outputs_of_the_example(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    for file, text in (("a.txt", "same"), ("b.txt", "same"), ("c.md", "other")):
        (tree / file).write_text(text)
    inputs = json.loads(json.dumps(INPUTS.get(name, {})).replace("FOLDER", str(tmp_path)))
    source = Path(str(files("floworch_resources").joinpath("examples", name)))
    workflow = loads(source.read_text(encoding="utf-8")).at(source)  # it may call another one beside it
    script = tmp_path / "script.py"
    script.write_text(to_python(workflow), encoding="utf-8")
    for folder in ("one", "other"):  # each begins without what the other one left
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "one")
    code, out, err = executed(script, "--inputs", json.dumps(inputs), "--store", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path / "other")
    result = workflow.run(inputs)
    if result.status == "suspended":  # it waits for a person, and the script says so
        assert code == 3
        assert "is suspended: it waits for somebody" in err
        return
    assert (code, err) == (0, "")
    assert json.loads(out) == json.loads(json.dumps(result.outputs, default=str))
    assert result.outputs, "it gives something to compare"


def test_a_run_that_waits_says_how_to_answer_it_and_where_nobody_can(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(to_python(WorkflowBuilder("ask").node("ok", "human.approve", message="Go on?").build()), "utf-8")
    code, _, err = executed(script)
    assert code == 3
    assert "is suspended: it waits for somebody and was kept in memory, where nobody can answer" in err
    assert "Run it with --store DIR" in err
    store = tmp_path / "my runs"
    code, _, err = executed(script, "--store", str(store))
    assert code == 3
    lines = [line.partition("floworch ")[2] for line in err.splitlines() if "floworch " in line]
    show, resume = map(shlex.split, lines)
    shown = CliRunner().invoke(app, show)
    answer = re.search(r"floworch (approve .+?)   or ", shown.stdout)
    assert answer is not None, shown.stdout
    assert CliRunner().invoke(app, shlex.split(answer[1])).exit_code == 0
    assert CliRunner().invoke(app, resume).exit_code == 0


def test_everything_a_definition_says_is_in_the_script() -> None:
    workflow = loads(json.dumps(FULL))
    made = built(to_python(workflow))
    first, second = to_data(workflow), to_data(made)
    for field in ("id", "name", "description", "outputs", "settings", "middleware", "nodes"):
        assert second.get(field) == first.get(field), field
    assert made.inputs == workflow.inputs
    assert edges_of(made) == edges_of(workflow)
    assert made.run().outputs == workflow.run().outputs == {"all": [2, 4, 6], "kind": "big"}


def test_called_workflows_are_in_the_script(tmp_path: Path) -> None:
    """C10.3: the script needs no other file."""
    child = {
        "id": "child", "inputs": {"n": {}}, "outputs": {"twice": "{{ inputs.n * 2 }}"},
        "nodes": {"a": {"action": "util.log", "params": {"message": "{{ inputs.n }}"}}},
    }  # fmt: skip
    call = {"action": "flow.call", "params": {"workflow": "parts/child.flow.json", "inputs": {"n": 21}}}
    parent = {"id": "parent", "outputs": {"x": "{{ nodes.c.output.twice }}"}, "nodes": {"c": call, "d": call}}
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "child.flow.json").write_text(json.dumps(child))
    (tmp_path / "parent.flow.json").write_text(json.dumps(parent))
    source = to_python(load(tmp_path / "parent.flow.json"))
    (tmp_path / "parts" / "child.flow.json").unlink()
    assert built(source).run().outputs == {"x": 42}
    assert source.count('WorkflowBuilder("child")') == 1
    with pytest.raises(DefinitionError, match="no file"):
        to_python(load(tmp_path / "parent.flow.json"))


def test_workflows_that_cannot_be_told_apart_are_refused(tmp_path: Path) -> None:
    for name, message in (("one", "1"), ("two", "2")):
        node = {"action": "util.log", "params": {"message": message}}
        (tmp_path / f"{name}.flow.json").write_text(json.dumps({"id": "same", "nodes": {"a": node}}))
    calls = {name: {"action": "flow.call", "params": {"workflow": f"{name}.flow.json"}} for name in ("one", "two")}
    with pytest.raises(UsageError, match="another workflow has the id 'same'"):
        to_python(loads(json.dumps({"id": "p", "nodes": calls})).at(tmp_path / "p.flow.json"))
    circle = {"id": "round", "nodes": {"c": {"action": "flow.call", "params": {"workflow": "round.flow.json"}}}}
    save(loads(json.dumps(circle)), tmp_path / "round.flow.json")
    with pytest.raises(UsageError, match="circle"):
        to_python(load(tmp_path / "round.flow.json"))


def test_a_script_tells_what_went_wrong_and_no_traceback(tmp_path: Path) -> None:
    node = {"action": "flow.fail", "params": {"message": "{{ inputs.why }}"}}
    flow = loads(json.dumps({"id": "f", "inputs": {"why": {"required": True}}, "nodes": {"a": node}}))
    script = tmp_path / "script.py"
    script.write_text(to_python(flow), encoding="utf-8")
    assert executed(script, "--inputs", '{"why": "broken"}')[::2] == (1, "Error: broken\n")
    code, out, err = executed(script)
    assert (code, out) == (2, "")
    assert "why" in err
    assert executed(script, "--inputs", "{")[0] == 2


def test_texts_cannot_leave_their_quotes() -> None:
    hostile = '"""\nimport os; os._exit(7)\n"""\\'
    node = {"action": "util.log", "title": hostile, "params": {"message": hostile + "\n\n", "a b": 1}}
    flow = loads(json.dumps({"id": "f", "name": hostile, "description": hostile, "nodes": {"x-1": node}}))
    with pytest.raises(DefinitionError, match="a b"):  # only the builder's own finding: nothing was executed
        built(to_python(flow))
    del node["params"]["a b"]  # type: ignore[attr-defined]
    flow = loads(json.dumps({"id": "f", "name": hostile, "description": hostile, "nodes": {"x-1": node}}))
    assert loads(dumps(built(to_python(flow)))) == flow
