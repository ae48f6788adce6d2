"""A run that is asked for once has the definition that it has now (contract C7.5)."""

from __future__ import annotations

from floworch.model.codec import logic_hash
from floworch.model.workflow import Node, Workflow
from floworch_designer.runs.controller import RunController
from floworch_designer.runs.stored import stored


def flow(*names):
    return Workflow(id="demo", nodes={name: Node(action="data.set") for name in names})


def test_the_header_follows_a_run_over_to_another_definition(qapp, host, loop):
    controller = RunController(lambda: host)
    run_id = host.add(flow("a"))
    header, state = loop.run_until_complete(stored(controller, run_id))
    assert (header.definition_hash, header.node_ids) == (logic_hash(flow("a")), ("a",))
    host.go_over(run_id, flow("a", "b"))
    header, state = loop.run_until_complete(stored(controller, run_id))
    assert (header.definition_hash, header.node_ids) == (logic_hash(flow("a", "b")), ("a", "b"))
    assert state.index == {"a": 0, "b": 1}
