"""Values in the text of a command that a shell could run: said before the run, with a repair (C2.1, C15)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.registry import registry
from floworch.model.codec import from_data
from floworch.model.problem import Problem
from floworch.model.repair import apply_repair
from floworch.model.validate import validate
from floworch.model.workflow import Workflow

INPUTS = {"name": {"type": "string"}, "number": {"type": "integer"}, "anything": {}}


def flow(command: Any, action: str = "shell.run", **params: Any) -> Workflow:
    host = {"host": "h"} if action == "ssh.run" else {}
    run = {"action": action, "params": {"command": command, **host, **params}, "parent": "each"}
    nodes = {"each": {"action": "flow.foreach", "params": {"items": [1]}}, "run": run}
    workflow, problems = from_data({"format": 1, "id": "w", "inputs": INPUTS, "nodes": nodes})
    assert workflow is not None, problems
    return workflow


def loose(workflow: Workflow) -> list[Problem]:
    return [problem for problem in validate(workflow, registry) if problem.code == "unquoted_value"]


@pytest.mark.parametrize("action", ["shell.run", "ssh.run"])
def test_a_cell_in_a_command_is_said_and_the_repair_quotes_it(action: str) -> None:
    workflow = flow("echo order of {{ item.customer }} | wc", action)
    (found,) = loose(workflow)
    assert (found.severity, found.path, found.node) == ("warning", "nodes.run.params.command", "run")
    assert found.message == (
        "What comes from {{ item.customer }} is put into the command as it is: the shell would run commands in it."
    )
    assert found.fix.startswith("Close each with '| quote'")
    mended = apply_repair(workflow, found.repair or {})
    assert mended.nodes["run"].params["command"] == "echo order of {{ item.customer | quote }} | wc"
    assert not validate(mended, registry)


@pytest.mark.parametrize(
    ("command", "mended"),
    [
        ("a {{ item.a }} {{ item.b | quote }} {{inputs.name}}",
         "a {{ item.a | quote }} {{ item.b | quote }} {{ inputs.name | quote }}"),
        ("a '{{ item.a }}'", "a {{ item.a | quote }}"),
        ('a "Hello {{ item.a }}"', 'a "Hello "{{ item.a | quote }}'),
        ('a "{{ item.a }}/{{ item.b }}" b', 'a {{ item.a | quote }}"/"{{ item.b | quote }} b'),
        ('a "x{{ item.a }}{{ item.b }}y"', 'a "x"{{ item.a | quote }}{{ item.b | quote }}"y"'),
        ("a \\' {{ item.a }} '\\' {{ item.b }}", "a \\' {{ item.a | quote }} '\\' {{ item.b | quote }}"),
        ("a 'b' # don't\nc {{ item.a }}", "a 'b' # don't\nc {{ item.a | quote }}"),
        ("a {# {{ item.c }} #}{% if item.b %}{{ item.a }}{% endif %}",
         "a {# {{ item.c }} #}{% if item.b %}{{ item.a | quote }}{% endif %}"),
        ("a {% raw %}{{ item.c }}{% endraw %} {{ '}}' ~ item.a }}",
         "a {% raw %}{{ item.c }}{% endraw %} {{ '}}' ~ item.a | quote }}"),
        ("{{ 'echo ' ~ item.a }}", "{{ 'echo ' ~ item.a | quote }}"),
        ("a {{ inputs.anything }}", "a {{ inputs.anything | quote }}"),
    ],
)  # fmt: skip
def test_what_the_repair_writes(command: str, mended: str) -> None:
    workflow = flow(command)
    (found,) = loose(workflow)
    made = apply_repair(workflow, found.repair or {})
    assert made.nodes["run"].params["command"] == mended
    assert not loose(made)


def test_quotes_around_undo_what_is_quoted() -> None:
    workflow = flow("echo 'of {{ item.a | quote }}'")
    (found,) = loose(workflow)
    assert "is within quotes, which undo '| quote'" in found.message
    assert found.fix == "Remove the quotes around it."
    assert apply_repair(workflow, found.repair or {}).nodes["run"].params["command"] == "echo 'of '{{ item.a | quote }}"


@pytest.mark.parametrize(
    "command", ["echo \"$(cat '{{ item.a }}')\"", "cat <<END\n{{ item.a }}\nEND", "ls # {{ item.a }}"]
)
def test_where_quotes_begin_and_end_is_not_certain_there_is_no_repair(command: str) -> None:
    (found,) = loose(flow(command))
    assert found.repair is None
    assert "'env'" in found.fix


def test_other_shells_have_other_quotes() -> None:
    (found,) = loose(flow("echo {{ item.a }}", shell="C:\\Windows\\powershell.exe"))
    assert found.repair is None
    assert "is for sh, bash and zsh" in found.fix
    assert loose(flow("echo {{ item.a }}", shell="/bin/bash"))[0].repair is not None


def test_a_compensation_runs_commands_too() -> None:
    undo = {"action": "shell.run", "params": {"command": "undo {{ output.stdout }}"}}
    node = {"action": "shell.run", "params": {"command": "do"}, "compensate": undo}
    workflow, _ = from_data({"format": 1, "id": "w", "nodes": {"a": node}})
    assert workflow is not None
    (found,) = loose(workflow)
    assert found.path == "nodes.a.compensate.params.command"
    assert not loose(apply_repair(workflow, found.repair or {}))


@pytest.mark.parametrize("command", [
    "echo hello",
    "echo {{ item.a | quote }}",
    "echo {{ '--all' if item.a else '' }} {{ 'a b' }}",
    "head -n {{ inputs.number }} {{ index }}",
    "echo '{{ inputs.number }}'",
    "{{ item.command }}",
    " {{ inputs.anything }} ",
    ["echo", "{{ item.a }}"],
    "echo {{ item. }}",
])  # fmt: skip
def test_what_a_shell_cannot_run_is_left_alone(command: Any) -> None:
    assert loose(flow(command)) == []


def test_other_actions_take_texts_as_they_are() -> None:
    node = {"action": "util.log", "params": {"message": "{{ inputs.name }}!"}}
    workflow, _ = from_data({"format": 1, "id": "w", "inputs": INPUTS, "nodes": {"a": node}})
    assert workflow is not None
    assert loose(workflow) == []
