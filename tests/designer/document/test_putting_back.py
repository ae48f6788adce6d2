"""A called workflow is put back into its caller: it does the same, or it is refused with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from floworch import validate
from floworch.model.workflow import Input, Layer, Node, RetryPolicy, Settings, Workflow
from floworch_designer.document import edits
from floworch_designer.document.decor import add_group, groups
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.positions import positions, with_positions
from floworch_designer.document.putting_back import code_of, put_back
from floworch_designer.document.subflow import NotPossibleError, make_subflow


def sample() -> Workflow:
    """ask > add > twice > tell: ``add`` reads an input and ``ask``, ``tell`` reads ``twice``."""
    nodes = {
        "ask": Node(action="data.set", params={"fields": {"n": 2}}),
        "add": Node(action="data.set", params={"fields": {"n": "{{ nodes.ask.output.n + inputs.more }}"}}),
        "twice": Node(action="data.set", params={"fields": {"n": "{{ nodes.add.output.n * 2 }}"}}),
        "tell": Node(action="data.set", params={"fields": {"text": "got {{ nodes.twice.output.n }}"}}),
    }
    edges = (make_edge("ask", "out", "add"), make_edge("add", "out", "twice"), make_edge("twice", "out", "tell"))
    flow = Workflow(
        id="w", nodes=nodes, edges=edges, inputs={"more": {"type": "number", "default": 3}},
        outputs={"text": "{{ nodes.tell.output.text }}", "n": "{{ nodes.twice.output.n }}"},
    )  # fmt: skip
    return with_positions(flow, {"ask": (0, 0), "add": (300, 0), "twice": (600, 40), "tell": (900, 0)})


def logic(flow: Workflow) -> tuple[Any, ...]:
    return flow.nodes, {(edge.source, edge.port, edge.target) for edge in flow.edges}, flow.outputs, flow.inputs


def test_there_and_back_is_the_same_workflow() -> None:
    made, child, call = make_subflow(sample(), ["twice", "add"], "part", "p.flow.json")
    back, inside = put_back(made, call, child)
    assert set(inside) == {"add", "twice"}
    assert logic(back)[1:] == logic(sample())[1:]
    assert {key: node.params for key, node in back.nodes.items()} == {
        key: node.params for key, node in sample().nodes.items()
    }
    assert [group.nodes for group in groups(back).values()] == [("add", "twice")], "they stand in a frame"
    assert positions(back)["twice"][0] - positions(back)["add"][0] == 300


def called(**changes: Any) -> tuple[Workflow, Workflow]:
    """A caller whose ids the called workflow has too, and literal, mixed and expression inputs."""
    child = Workflow(
        id="part",
        inputs={"n": {"type": "integer"}, "word": {}, "list": {"default": [1, "x"]}},
        outputs={"total": "{{ nodes.ask.output.n }}", "say": "{{ nodes.tell.output.s }} of {{ inputs.word }}"},
        nodes={
            "ask": Node(action="data.set", params={"fields": {"n": "{{ inputs.n + (inputs.list | length) }}"}}),
            "tell": Node(action="data.set", params={"fields": {"s": "{{ inputs['word'] }}!{{ nodes.ask.output.n }}"}}),
        },
        edges=(make_edge("ask", "out", "tell"),),
    )
    call = Node(action="flow.call", params={"workflow": "part", "inputs": {
        "n": "{{ nodes.ask.output.n * 10 }}", "word": "so {{ nodes.ask.output.n }} \"x\""}}, **changes)  # fmt: skip
    nodes = {
        "ask": Node(action="data.set", params={"fields": {"n": 2}}),
        "call": call,
        "end": Node(action="data.set", params={"fields": {"all": "{{ nodes.call.output }}",
                                                          "one": "{{ nodes.call.output.total + 1 }}"}}),
    }  # fmt: skip
    edges = (make_edge("ask", "out", "call"), make_edge("call", "out", "end"))
    flow = Workflow(id="w", nodes=nodes, edges=edges, outputs={"end": "{{ nodes.end.output }}"})
    return flow, child


def test_taken_ids_are_made_anew_and_it_runs_as_before() -> None:
    flow, child = called()
    back, inside = put_back(flow, "call", child)
    assert inside == ("ask_2", "tell")
    assert back.nodes["ask_2"].params["fields"]["n"] == '{{ (nodes.ask.output.n * 10) + ([1, "x"] | length) }}'
    whole = flow.attach(named={"part": child})
    assert not [problem for problem in validate(back) if problem.severity == "error"]
    assert whole.run().outputs == back.run().outputs
    assert back.run().outputs["end"] == {"all": {"total": 22, "say": 'so 2 "x"!22 of so 2 "x"'}, "one": 23}


def test_layers_calls_frames_and_joins_come_along() -> None:
    flow, child = called(join="any")
    child = child.replace(
        middleware=(Layer(use="logging"), Layer(use="metrics")),
        nodes={**child.nodes, "more": Node(action="flow.call", params={"workflow": "deep.flow.json"})},
    )
    child, _ = add_group(child, list(child.nodes), "Own")
    back, _ = put_back(flow.replace(middleware=(Layer(use="metrics"),)), "call", child, lambda name: f"parts/{name}")
    assert back.nodes["more"].params["workflow"] == "parts/deep.flow.json"
    assert back.nodes["tell"].middleware == (Layer(use="logging"),)
    assert back.nodes["ask_2"].join == "any"
    assert [group.title for group in groups(back).values()] == ["Own"]
    assert {(edge.source, edge.target) for edge in back.edges if edge.target == "end"} == {
        ("tell", "end"), ("more", "end"),
    }  # fmt: skip


def test_the_error_of_the_call_is_the_error_of_any_of_its_nodes() -> None:
    flow, child = called()
    flow = flow.replace(nodes={**flow.nodes, "mend": Node(action="util.log", params={"message": "x"})})
    back, _ = put_back(edits.connect(flow, "call", "error", "mend"), "call", child)
    assert {edge.source for edge in back.edges if edge.target == "mend"} == {"ask_2", "tell"}
    assert back.nodes["mend"].join == "any"


def branching(join: str) -> Workflow:
    _, child = called()
    nodes = {"ask": child.nodes["ask"], "if": Node(action="flow.if", params={"condition": "{{ true }}"}),
             "tell": child.nodes["tell"].replace(join=join)}  # fmt: skip
    edges = (make_edge("ask", "out", "if"), make_edge("if", "true", "tell"), make_edge("if", "false", "tell"))
    return child.replace(nodes=nodes, edges=edges)


def test_branches_that_meet_again_are_no_obstacle() -> None:
    flow, _ = called()
    assert put_back(flow, "call", branching("any"))[0].nodes["end"].join == "all"


def child_with(**changes: Any) -> tuple[Workflow, Workflow]:
    flow, child = called()
    return flow, child.replace(**changes)


def reading(text: str) -> tuple[Workflow, Workflow]:
    flow, child = called()
    return edits.set_param(flow, "end", "fields", {"x": text}), child


def not_waited_for() -> tuple[Workflow, Workflow]:
    caller, child = called()
    node = caller.nodes["call"]
    begin = node.replace(params={**node.params, "wait": False})
    return caller.replace(nodes={**caller.nodes, "call": begin}), child


@pytest.mark.parametrize(
    ("pair", "word"),
    [
        (called(retry=RetryPolicy()), "a retry policy"),
        (called(disabled=True), "been disabled"),
        (not_waited_for(), "does not wait"),
        (called(on_error="continue"), "goes on when the call fails"),
        (child_with(nodes={}, edges=()), "no nodes"),
        (child_with(nodes={"t": Node(action="trigger.manual")}, edges=()), "trigger"),
        (child_with(settings=Settings(timeout=5)), "timeout"),
        (child_with(inputs={"z": Input(required=True)}), "'z'"),
        (child_with(inputs={"n": Input()}), "does not declare"),
        (child_with(outputs={}), "does not give"),
        ((called()[0], branching("all")), "different branches"),
        (reading("{{ nodes.call.status }}"), "reads the status"),
        (reading("{{ nodes.call.output.other }}"), "'other'"),
    ],
)
def test_what_would_not_do_the_same_is_refused(pair: tuple[Workflow, Workflow], word: str) -> None:
    with pytest.raises(NotPossibleError, match=word):
        put_back(pair[0], "call", pair[1])


@pytest.mark.parametrize(
    ("value", "code"),
    [("", '""'), ("{{ inputs.n }}", "inputs.n"), ("{{ a + b }}", "(a + b)"), ("x {{ a }}", '("x " ~ a)'),
     (None, "none"), ({"k": ["{{ a }}", True]}, '{"k": [a, true]}')],
)  # fmt: skip
def test_values_become_code(value: Any, code: str) -> None:
    assert code_of(value) == code
