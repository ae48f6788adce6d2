"""Nodes become a workflow of their own: values, edges and frames cross the border, and what cannot is said."""

from __future__ import annotations

import pytest

from floworch import validate
from floworch.model.workflow import Layer, Node, Workflow
from floworch_designer.document import edits
from floworch_designer.document.decor import add_group, groups
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.positions import positions, with_positions
from floworch_designer.document.subflow import NotPossibleError, make_subflow


def sample() -> Workflow:
    """ask > add > twice > tell: ``add`` reads an input and ``ask``, ``tell`` reads ``twice``."""
    nodes = {
        "ask": Node(action="data.set", params={"fields": {"n": 2}}),
        "add": Node(action="data.set", params={"fields": {"n": "{{ nodes.ask.output.n + inputs.more }}"}}),
        "twice": Node(action="data.set", params={"fields": {"n": "{{ nodes.add.output.n * 2 }}"}}),
        "tell": Node(action="data.set", join="any", params={"fields": {"text": "got {{ nodes.twice.output.n }}"}}),
    }
    edges = (make_edge("ask", "out", "add"), make_edge("add", "out", "twice"), make_edge("twice", "out", "tell"),
             make_edge("add", "error", "tell"))  # fmt: skip
    flow = Workflow(
        id="w",
        nodes=nodes,
        edges=edges,
        inputs={"more": {"type": "number", "default": 3}},
        outputs={"text": "{{ nodes.tell.output.text }}", "n": "{{ nodes['twice'].output.n }}"},
    )
    return with_positions(flow, {"ask": (0, 0), "add": (300, 0), "twice": (600, 40), "tell": (900, 0)})


def test_values_and_edges_cross_the_border() -> None:
    made, child, call = make_subflow(sample(), ["twice", "add"], "sum-up", "sum-up.flow.json")
    assert call == "sum_up"
    assert made.nodes[call].action == "flow.call"
    assert made.nodes[call].params == {
        "workflow": "sum-up.flow.json",
        "inputs": {"more": "{{ inputs.more }}", "ask": "{{ nodes.ask.output }}"},
    }
    assert made.nodes["tell"].params["fields"]["text"] == "got {{ nodes.sum_up.output.twice.n }}"
    assert made.outputs["n"] == "{{ nodes.sum_up.output.twice.n }}"
    ends = {(edge.source, edge.port, edge.target) for edge in made.edges}
    assert ends == {("ask", "out", call), (call, "out", "tell"), (call, "error", "tell")}
    assert positions(made)[call] == (450, 20)
    assert child.nodes["add"].params["fields"]["n"] == "{{ inputs.ask.n + inputs.more }}"
    assert child.inputs["more"] == sample().inputs["more"]
    assert child.inputs["ask"].title == "ask"
    assert child.outputs == {"twice": "{{ nodes.twice.output }}"}
    assert [(edge.source, edge.target) for edge in child.edges] == [("add", "twice")]
    assert positions(child) == {"add": (0, 0), "twice": (300, 40)}


def test_it_runs_as_before() -> None:
    flow = sample()
    made, child, _ = make_subflow(flow, ["add", "twice"], "part", "part")
    whole = made.attach(named={"part": child})
    assert not [problem for problem in validate(whole) if problem.severity == "error"]
    before, after = flow.run(inputs={"more": 5}), whole.run(inputs={"more": 5})
    assert before.outputs == after.outputs == {"text": "got 14", "n": 14}


def test_states_that_are_read_become_inputs_of_their_own_and_odd_names_are_spelt_well() -> None:
    flow = sample().replace(edges=())
    flow = edits.rename(flow, "ask", "ask-me")
    text = "{{ nodes['ask-me'].status }} {{ nodes['ask-me'].output.n }} {{ 'nodes.ask' }}"
    flow = edits.set_param(flow, "add", "fields", {"t": text})
    made, child, call = make_subflow(flow, ["add"], "part", "p")
    assert (
        child.nodes["add"].params["fields"]["t"] == "{{ inputs.ask_me_status }} {{ inputs.ask_me.n }} {{ 'nodes.ask' }}"
    )
    assert made.nodes[call].params["inputs"] == {
        "ask_me_status": '{{ nodes["ask-me"].status }}',
        "ask_me": '{{ nodes["ask-me"].output }}',
    }


def test_containers_go_with_their_bodies_and_frames_and_layers_too() -> None:
    flow = sample()
    flow = flow.replace(
        nodes={
            **flow.nodes,
            "each": Node(action="flow.foreach", params={"items": "{{ nodes.ask.output.list }}"}),
            "body": Node(action="util.log", params={"message": "{{ item }}"}, parent="each"),
        },
        middleware=(Layer(use="logging"),),
    )
    flow, _ = add_group(flow, ["each"], "Loop")
    flow, _ = add_group(flow, ["each", "add", "ask"], "All")
    made, child, call = make_subflow(flow, ["each"], "part", "p")
    assert set(child.nodes) == {"each", "body"}
    assert child.nodes["body"].parent == "each"
    assert child.nodes["body"].params["message"] == "{{ item }}", "its own item"
    assert child.middleware == flow.middleware
    assert [group.title for group in groups(child).values()] == ["Loop"]
    assert [(group.title, group.nodes) for group in groups(made).values()] == [("All", ("ask", "add", call))]


def odd(**changes: Node) -> Workflow:
    flow = sample()
    return flow.replace(nodes={**flow.nodes, **changes})


@pytest.mark.parametrize(
    ("flow", "nodes", "word"),
    [
        (sample(), [], "Select"),
        (sample(), ["ask", "twice"], "'add' runs between"),
        (odd(add=Node(action="data.set", params={"fields": {"n": "{{ data.x }}"}})), ["add"], "data of the run"),
        (odd(add=Node(action="data.set", params={"target": "data"})), ["add"], "data of the run"),
        (odd(tell=Node(action="util.log", params={"message": "{{ nodes.add.error.message }}"})), ["add"], "the error"),
        (odd(ask=Node(action="trigger.manual")), ["ask"], "trigger"),
        (odd(e=Node(action="flow.foreach"), x=Node(action="util.log", parent="e", params={"message": "{{ item }}"})),
         ["x"], "the loop itself"),
        (odd(e=Node(action="flow.foreach"), x=Node(action="util.log", parent="e")), ["x", "add"],
         "different containers"),
        (edits.connect(odd(ask=Node(action="flow.if")), "ask", "true", "add"), ["ask"], "port 'true'"),
        (edits.connect(edits.connect(odd(ask=Node(action="flow.if")), "ask", "true", "twice"), "ask", "false", "add"),
         ["add", "twice"], "different branches"),
    ],
)  # fmt: skip
def test_what_a_called_workflow_cannot_have_is_refused_with_the_reason(
    flow: Workflow, nodes: list[str], word: str
) -> None:
    with pytest.raises(NotPossibleError, match=word):
        make_subflow(flow, nodes, "part", "p")
