"""Time to read and validate a definition of 10 000 nodes and 20 000 edges.

Run it with ``python tests/benchmarks/validate_bench.py [NODES]``.

Prints medians of five; nothing is asserted, since times belong to a machine and not to a test suite.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from floworch.actions.registry import registry
from floworch.model import codec
from floworch.model.validate import validate
from floworch.model.workflow import Edge, Input, Node, Workflow


def definition(size: int) -> Workflow:
    """A workflow of ``size`` nodes with two edges and two expressions each."""
    nodes = {}
    edges = []
    for number in range(size):
        name = f"n{number:06d}"
        before = f"n{number - 1:06d}"
        value = f"{{{{ nodes.{before}.output.total }}}}" if number else "{{ inputs.start }}"
        text = f"step {number} of {{{{ inputs.start + {number} }}}}"
        nodes[name] = Node(action="data.set", title=f"Step {number}", params={"fields": {"total": value, "text": text}})
        if number:
            edges.append(Edge(source=before, target=name))
        if number > 10:
            edges.append(Edge(source=f"n{number - 10:06d}", target=name))
    view = {"nodes": {name: [index % 100 * 200, index // 100 * 90] for index, name in enumerate(nodes)}}
    inputs = {"start": Input(type="integer", default=1)}
    return Workflow(id="big", inputs=inputs, nodes=nodes, edges=tuple(edges), view=view)


def median(work: Callable[[], object], times: int = 5) -> float:
    """Median seconds of one call."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main(size: int = 10_000) -> None:
    """Print the table."""
    text = codec.dumps(definition(size))
    workflow = codec.loads(text)
    problems = validate(workflow, registry)
    print(f"{size} nodes, {len(workflow.edges)} edges, {len(text) / 1e6:.1f} MB, {len(problems)} problems")
    rows: dict[str, Callable[[], object]] = {
        "load": lambda: codec.loads(text),
        "validate": lambda: validate(workflow.replace(nodes=dict(workflow.nodes)), registry),
        "load + validate": lambda: validate(codec.loads(text), registry),
        "save as text": lambda: codec.dumps(workflow),
        "logic hash": lambda: codec.logic_hash(workflow),
    }
    for name, work in rows.items():
        print(f"{name:16} {median(work) * 1000:8.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
