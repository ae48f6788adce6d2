"""Definitions: building, loading, validating and saving them."""

from __future__ import annotations

from collections.abc import Callable

from floworch.actions.builder import WorkflowBuilder
from floworch.actions.registry import registry
from floworch.errors import UsageError
from floworch.model import codec
from floworch.model.validate import is_valid, validate
from floworch.model.workflow import Edge, Input, Node, Workflow
from floworch.testing.bench.measure import Row, Scale, medians
from floworch.testing.bench.shapes import ACTIONS


def large(size: int) -> Workflow:
    """A workflow of ``size`` nodes with two edges and two expressions each."""
    nodes = {}
    edges = []
    for number in range(size):
        name, before = f"n{number:06d}", f"n{number - 1:06d}"
        value = f"{{{{ nodes.{before}.output.total }}}}" if number else "{{ inputs.start }}"
        text = f"step {number} of {{{{ inputs.start + {number} }}}}"
        nodes[name] = Node(action="data.set", title=f"Step {number}", params={"fields": {"total": value, "text": text}})
        edges += [Edge.model_validate({"from": f"n{number - far:06d}", "to": name}) for far in (1, 10) if number >= far]
    view = {"nodes": {name: [index % 100 * 200, index // 100 * 90] for index, name in enumerate(nodes)}}
    inputs = {"start": Input(type="integer", default=1)}
    return Workflow.model_validate({"id": "big", "inputs": inputs, "nodes": nodes, "edges": tuple(edges), "view": view})


def chain(size: int) -> Workflow:
    """A chain, made by the builder."""
    builder = WorkflowBuilder("chain", catalog=ACTIONS)
    for number in range(size):
        builder.node(f"n{number}", "bench.noop", after=f"n{number - 1}" if number else None)
    return builder.build()


def measure(scale: Scale) -> list[Row]:
    """Rows of the suite ``build``.

    Raises:
        UsageError: The measured definition is not valid.
    """
    workflow = large(scale.large)
    text = codec.dumps(workflow)
    if not is_valid(validate(codec.loads(text), registry)):
        raise UsageError("The definition of the benchmark is not valid.")
    plain = {name: Node(action="util.log", params={"message": "x"}) for name in workflow.nodes}
    short = codec.dumps(workflow.replace(nodes=plain))
    works: dict[str, Callable[[], object]] = {
        "load + validate": lambda: validate(codec.loads(short), registry),
        "the same with two expressions per node": lambda: validate(codec.loads(text), registry),
        "save as text": lambda: codec.dumps(workflow),
        "logic hash": lambda: codec.logic_hash(workflow),
    }
    bars = {"load + validate": 1.0}
    size = f"{scale.large} nodes, {len(workflow.edges)} edges"
    spent = medians(works, min(3, scale.rounds))
    rows = [
        Row(f"{name}, {size}", seconds, "s", bars.get(name), scales=name in bars) for name, seconds in spent.items()
    ]
    n = scale.nodes
    built = medians({"build": lambda: chain(n)}, scale.rounds)["build"]
    return [Row(f"build a chain of {n} in Python", built / n * 1e6, "µs/node"), *rows]
