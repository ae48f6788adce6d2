"""A definition as a stand-alone Python script on the public API: it builds the same workflow and runs it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from floworch.errors import UsageError
from floworch.exchange.python_literal import block, is_long, is_name, literal, string
from floworch.model.called import CALL, find, references
from floworch.model.codec import to_data
from floworch.model.graph import Plan, plan_of
from floworch.model.workflow import Workflow

#: Names that ``WorkflowBuilder.node`` takes for itself: parameters that are called so go into ``params={}``.
_TAKEN = frozenset({
    "self", "node_id", "action", "after", "params", "retries", "retry", "compensate", "middleware", "version", "title",
    "timeout", "join", "on_error", "effect", "run_on", "tags", "disabled", "cache", "breakpoint", "pin", "parent",
    "notes",
})  # fmt: skip
_FIELDS = (
    "version", "title", "retry", "timeout", "middleware", "join", "on_error", "effect", "compensate", "run_on", "tags",
    "disabled", "cache", "breakpoint", "pin", "parent", "notes",
)  # fmt: skip
_MAIN = '''

def waits(run: str, store: str | None) -> str:
    """What to do about a run that stands still."""
    if not store:
        return "it waits for somebody and was kept in memory, where nobody can answer. Run it with --store DIR instead."
    kept = f"{run} --store {shlex.quote(store)}"
    return f"it waits for somebody. How to answer says: floworch show {kept}\\nThen go on: floworch resume {kept}"


def main() -> int:
    """Run the workflow, print its outputs as JSON and return the exit code."""
    parser = argparse.ArgumentParser(description=flow.name or flow.id)
    parser.add_argument("--inputs", metavar="JSON", default="{}", help="inputs as a JSON object")
    parser.add_argument("--store", metavar="DIR", help="keep the run here, so that it can be answered and resumed")
    options = parser.parse_args()
    store = FlatBuffersStore(options.store) if options.store else MemoryStore()
    try:
        result = flow.run(json.loads(options.inputs), store=store)
    except (FlowError, ValueError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    if result.error:
        print(f"Error: {result.error['message']}", file=sys.stderr)
    print(json.dumps(result.outputs, indent=2, ensure_ascii=False, default=str))
    if result.status in ("paused", "suspended"):
        print(f"Run {result.run_id} is {result.status}: {waits(result.run_id, options.store)}", file=sys.stderr)
    return {"completed": 0, "failed": 1, "cancelled": 130}.get(result.status, 3)


if __name__ == "__main__":
    sys.exit(main())
'''


def to_python(workflow: Workflow) -> str:
    """Return the source of a script that builds the workflow with ``WorkflowBuilder`` and runs it.

    The workflows that it calls are built in the same script. Positions and other things of the canvas, and fields that
    this version does not know, are left out.

    Raises:
        UsageError: Two different workflows of the same id are called, or workflows call each other in a circle.
        DefinitionError: A workflow that it calls cannot be read.
    """
    called = _Called()
    called.gather(workflow, [])
    names = called.names(workflow)
    texts = _Texts()
    built = [_built(each, names, texts) for each in [*called.found.values(), workflow]]
    about = [line for line in (workflow.name or workflow.id, workflow.description) if line]
    uses = ["FlatBuffersStore", "FlowError", "MemoryStore", "WorkflowBuilder"]
    head = [
        _doc(about),
        "",
        "import argparse\nimport json\nimport shlex\nimport sys",
        "",
        f"from floworch import {', '.join(uses)}",
        "",
    ]
    return "\n".join([*head, *texts.lines(), *built]) + _MAIN


def _doc(paragraphs: list[str]) -> str:
    """The doc string of the module, in lines of a readable width."""
    text = "\n\n".join(textwrap.fill(paragraph, 110) for paragraph in paragraphs)
    return (block(text) or f'"""{string(text)[1:-1]}"""').replace('"""\\\n', '"""', 1)


def _call(head: str, words: list[str], indent: int = 4) -> str:
    """A call: on one line when that is short enough, else one argument a line."""
    line = f"{head}({', '.join(words)})"
    if indent + len(line) <= 110 and "\n" not in line:
        return line
    inner = " " * (indent + 4)
    return f"{head}(\n" + "".join(f"{inner}{word},\n" for word in words) + " " * indent + ")"


class _Called:
    """The workflows that a definition calls, those that are called first before their callers."""

    def __init__(self) -> None:
        self.found: dict[str, Workflow] = {}
        self.ids: dict[tuple[int, str], str] = {}

    def gather(self, workflow: Workflow, chain: list[str]) -> None:
        """Take in what a workflow calls."""
        for node, reference in references(workflow):
            called = find(workflow, reference)
            if called.id in chain:
                raise UsageError(
                    f"Workflows call each other in a circle: {' → '.join([*chain, called.id])}.",
                    "Remove one of the calls.",
                )
            known = self.found.get(called.id)
            if known is not None and known != called:
                raise UsageError(
                    f"Node {node!r} calls {reference!r}, and another workflow has the id {called.id!r}, too.",
                    "Give the two different ids.",
                )
            if known is None:
                self.gather(called, [*chain, called.id])
                self.found[called.id] = called

    def names(self, main: Workflow) -> dict[str, str]:
        """The variable of each workflow by its id."""
        names: dict[str, str] = {}
        for workflow_id in self.found:
            name = re.sub(r"\W+", "_", workflow_id.lower(), flags=re.ASCII).strip("_") or "called"
            name = f"{name}_flow"
            while name in names.values():
                name += "_"
            names[workflow_id] = name
        names.setdefault(main.id, "flow")
        return names


class _Texts:
    """Texts of several lines, which become constants above the workflow."""

    def __init__(self) -> None:
        self._constants: dict[str, str] = {}

    def name(self, text: str, wanted: str) -> str | None:
        """The constant of a text; None where it can only be a literal on one line."""
        source = block(text)
        if source is None:
            return None
        name = re.sub(r"\W+", "_", wanted.upper(), flags=re.ASCII).strip("_") or "TEXT"
        name = f"TEXT_{name}" if name[0].isdigit() else name
        while self._constants.get(name, source) != source:
            name += "_"
        self._constants[name] = source
        return name

    def lines(self) -> list[str]:
        """The assignments."""
        return [f"{name} = {source}\n" for name, source in self._constants.items()]


def _built(workflow: Workflow, names: Mapping[str, str], texts: _Texts) -> str:
    data = to_data(workflow)
    given = [string(workflow.id)]
    given += [f"{key}={string(data[key])}" for key in ("name", "description") if data.get(key)]
    plan = plan_of(workflow)
    lines = [_call("WorkflowBuilder", given)]
    lines += (_call(".input", _input(name, each)) for name, each in data.get("inputs", {}).items())
    layers = data.get("middleware", ())
    lines += [_call(".middleware", [literal(_layer(layer), 8) for layer in layers])] if layers else []
    settings = data.get("settings") or {}
    lines += [_call(".settings", [f"{key}={literal(value, 8)}" for key, value in settings.items()])] if settings else []
    lines += (
        _node(workflow, plan, number, data["nodes"][plan.ids[number]], names, texts) for number in _listed(plan, -1)
    )
    lines += (_call(".output", [string(name), literal(each, 8)]) for name, each in data.get("outputs", {}).items())
    name = names.get(workflow.id, "flow")
    return f"{name} = (\n" + "".join(f"    {line}\n" for line in [*lines, ".build()"]) + ")\n"


def _listed(plan: Plan, container: int) -> Iterator[int]:
    """The nodes in the order they run in, each container before its body; those on a cycle last."""
    place = {number: i for i, number in enumerate(plan.order)}
    for number in sorted(plan.children.get(container, ()), key=lambda number: place.get(number, len(place))):
        yield number
        if number in plan.children:
            yield from _listed(plan, number)


def _input(name: str, declared: Mapping[str, Any]) -> list[str]:
    keys = [key for key in ("required", "title", "description", "default") if key in declared]
    words = [string(name), *([string(declared["type"])] if declared.get("type", "any") != "any" else [])]
    return words + [
        f"{key}={literal(declared[key], 4)}" for key in keys if declared[key] is not False or key == "default"
    ]


def _node(
    workflow: Workflow, plan: Plan, number: int, data: Mapping[str, Any], names: Mapping[str, str], texts: _Texts
) -> str:
    node_id = plan.ids[number]
    params = dict(data.get("params", {}))
    reference = params.get("workflow")
    called = None
    if data["action"] == CALL and isinstance(reference, str) and reference and "{{" not in reference:
        called = names[find(workflow, reference).id]
        del params["workflow"]
    words = [string(node_id), called if called is not None else string(data["action"])]
    after = [plan.ids[link.source] + ("" if link.port == "out" else f":{link.port}") for link in plan.incoming[number]]
    if after:
        words.append(f"after={literal(after[0] if len(after) == 1 else after, 8)}")
    fields = [field for field in _FIELDS if field in data]
    words += [f"{field}={literal(_field(field, data[field]), 8, len(field) + 1)}" for field in fields]
    words += _params(node_id, params, texts)
    return _call(".node" if called is None else ".call", words)


def _params(node_id: str, params: Mapping[str, Any], texts: _Texts) -> list[str]:
    direct = {key: value for key, value in params.items() if is_name(key) and key not in _TAKEN}
    rest = {key: value for key, value in params.items() if key not in direct}
    words = []
    for key, value in direct.items():
        constant = texts.name(value, f"{node_id}_{key}") if is_long(value) else None
        words.append(f"{key}={constant or literal(value, 8, len(key) + 1)}")
    return words + ([f"params={literal(rest, 8, 7)}"] if rest else [])


def _field(name: str, value: Any) -> Any:
    return [_layer(layer) for layer in value] if name == "middleware" else value


def _layer(layer: Mapping[str, Any]) -> Any:
    return layer["use"] if set(layer) == {"use"} else dict(layer)
