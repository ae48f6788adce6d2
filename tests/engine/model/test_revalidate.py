"""Validation after edits finds what validation of the whole finds, and looks at what changed (designer.md 5.8)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_edits import EDITS, Shelf, start

from floworch.actions.registry import registry
from floworch.model.graph import plan_of
from floworch.model.revalidate import Revalidation
from floworch.model.rules import expressions
from floworch.model.validate import validate
from floworch.model.workflow import Edge, Input, Layer, Node, Workflow


def fresh(workflow: Workflow) -> Workflow:
    """The same definition, of which nothing is known."""
    copy = workflow.model_copy()
    vars(copy).pop("_plan", None)
    return copy


def walk(data: st.DataObject, most: int) -> None:
    shelf, again, states = Shelf(), Revalidation(), [start()]
    catalog: Any = shelf
    now = states[0]
    steps = st.lists(st.sampled_from([*EDITS, "undo", "undo", "around"]), min_size=1, max_size=most)
    assert again(now, catalog) == validate(now, catalog)
    for name in data.draw(steps):
        if name == "around":
            shelf.change(data.draw)
            continue  # the next edit finds it so
        if name == "undo":
            now = data.draw(st.sampled_from(states))
        else:
            now = EDITS[name](data.draw, now)
        states.append(now)
        if data.draw(st.booleans()):
            plan_of(now)  # somebody else looked at the graph of this state meanwhile
        expected = validate(fresh(now), catalog)
        assert again(now, catalog) == expected, name


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_after_every_edit_the_problems_are_those_of_the_whole_definition(data: st.DataObject) -> None:
    """designer.md 5.8: incremental; C2.1: every problem at once, in the same order."""
    walk(data, 12)


@pytest.mark.proof
@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_after_many_edits_the_problems_are_those_of_the_whole_definition(data: st.DataObject) -> None:
    walk(data, 40)


def other(node_id: str, **fields: Any) -> Callable[[Workflow], Workflow]:
    return lambda now: now.replace(nodes={**now.nodes, node_id: now.nodes[node_id].replace(**fields)})


def without(node_id: str) -> Callable[[Workflow], Workflow]:
    return lambda now: now.replace(nodes={name: node for name, node in now.nodes.items() if name != node_id})


def edges(*kept: str) -> Callable[[Workflow], Workflow]:
    return lambda now: now.replace(edges=tuple(each for each in now.edges if each.target in kept))


#: What is another, and the step that it makes wrong, which is the same as before.
FAR: dict[str, tuple[Callable[[Workflow], Workflow], str]] = {
    "a step that is named is gone": (without("my-node"), "last"),
    "the first of two that say the same is gone": (without("once"), "twice"),
    "a wire is gone": (edges("my-node", "last"), "b"),
    "a wire is gone, and its end is another, too": (lambda now: other("b", title="B")(edges("last")(now)), "b"),
    "a step gives something else": (other("read", action="human.approve"), "sort"),
    "a container has no items": (other("box", action="flow.try"), "in"),
    "a container far around has no items": (other("box", action="flow.try"), "deep"),
    "a container is no container": (other("box", action="util.log"), "in"),
    "a container is gone": (without("inner"), "deep"),
    "a container lies elsewhere": (other("inner", parent=None), "deep"),
    "a step that is named lies in a container": (other("a", parent="box"), "own"),
    "a branch is awaited that is not taken": (other("both", join="all"), "both"),
    "an input is gone": (lambda now: now.replace(inputs={"n": now.inputs["n"]}), "last"),
    "an input is text": (lambda now: now.replace(inputs={**now.inputs, "n": Input(type="string")}), "shell"),
    "layers of the workflow": (lambda now: now.replace(middleware=(Layer(use="circuit_breaker"),)), "tried"),
}


@pytest.mark.parametrize("what", FAR)
def test_an_edit_is_noticed_at_a_step_that_is_the_same_as_before(what: str) -> None:
    again, catalog, (edit, node) = Revalidation(), cast("Any", Shelf()), FAR[what]
    now = start()
    before = again(now, catalog)
    found = again(edit(now), catalog)
    assert [problem for problem in found if problem.node == node and problem not in before]
    assert found == validate(fresh(edit(now)), catalog)
    assert again(now, catalog) == before, "and mended again"


def around(shelf: Shelf, what: str) -> None:
    if what == "secret":
        shelf.secrets.clear()
    elif what == "action":
        shelf.own = replace(shelf.own, own_item=False)
    elif what == "names":
        shelf.names = frozenset()


@pytest.mark.parametrize(("what", "node"), [("secret", "b"), ("action", "own-in"), ("names", "named")])
def test_what_changed_beside_the_definition_is_noticed_with_the_next_edit(what: str, node: str) -> None:
    shelf = Shelf()
    again, catalog = Revalidation(), cast("Any", shelf)
    now = start()
    before = again(now, catalog)
    around(shelf, what)
    found = again(now.replace(name="Other"), catalog)
    assert [problem for problem in found if problem.node == node and problem not in before]
    assert found == validate(fresh(now), catalog)


class Looks:
    """Counts what a validation looks at: parameters by their action, and the texts of expressions."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.params: list[Any] = []
        self.texts: list[str] = []
        compile_text = expressions.compile_text
        monkeypatch.setattr(expressions, "compile_text", lambda text: self.texts.append(text) or compile_text(text))
        found = registry.find_action("util.log")
        assert found is not None
        self.log = replace(found, check=lambda params: self.params.append(params) or ())

    def __getattr__(self, name: str) -> Any:
        return getattr(registry, name)

    def find_action(self, action_id: str) -> Any:
        return self.log if action_id == "util.log" else registry.find_action(action_id)

    def taken(self) -> tuple[int, list[str]]:
        """How many parameters and which texts were looked at since this was asked last."""
        found = len(self.params), sorted(self.texts)
        self.params.clear()
        self.texts.clear()
        return found


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    return Looks(monkeypatch)


def chain(count: int) -> Workflow:
    """Steps of which each reads the one before it."""
    read = ["{{ inputs.n }}", *(f"{{{{ nodes.n{number}.output }}}}" for number in range(count - 1))]
    nodes = {f"n{number}": Node(action="util.log", params={"message": text}) for number, text in enumerate(read)}
    edges = tuple(Edge(source=f"n{number}", target=f"n{number + 1}") for number in range(count - 1))
    return Workflow(id="w", inputs={"n": Input(required=True)}, nodes=nodes, edges=edges)


def test_an_edit_of_a_step_looks_at_that_step_alone(looks: Any) -> None:
    """designer.md 5.8."""
    again, now = Revalidation(), chain(20)
    assert again(now, looks) == []
    assert looks.taken()[0] == 20
    now = now.replace(nodes={**now.nodes, "n7": Node(action="util.log", params={"message": "{{ nodes.n3.output }}"})})
    assert again(now, looks) == []
    assert looks.taken() == (1, ["{{ nodes.n3.output }}"])
    now = now.replace(view={"nodes": {"n7": [4, 5]}})
    assert again(now, looks) == []
    assert looks.taken() == (0, [])


def test_a_step_that_went_is_missed_by_those_that_name_it(looks: Any) -> None:
    again, now = Revalidation(), chain(20)
    again(now, looks)
    looks.taken()
    fewer = now.replace(
        nodes={name: node for name, node in now.nodes.items() if name != "n7"},
        edges=(*(each for each in now.edges if "n7" not in (each.source, each.target)), Edge(source="n6", target="n8")),
    )
    assert [problem.path for problem in again(fewer, looks)] == ["nodes.n8.params.message"]
    assert looks.taken() == (0, ["{{ nodes.n7.output }}"])
    assert again(now, looks) == []
    assert looks.taken() == (1, ["{{ nodes.n6.output }}", "{{ nodes.n7.output }}"])


def test_a_wire_that_went_is_missed_however_far_below_it_the_expression_stands(looks: Any) -> None:
    """Interference from far upstream: ``n19`` reads ``n0``, and the wire between ``n9`` and ``n10`` is cut."""
    again, now = Revalidation(), chain(20)
    far = {**now.nodes, "n19": Node(action="util.log", params={"message": "{{ nodes.n0.output }}"})}
    now = now.replace(nodes=far)
    again(now, looks)
    looks.taken()
    cut = now.replace(edges=tuple(each for each in now.edges if each.source != "n9"))
    assert {problem.node for problem in again(cut, looks)} == {"n10", "n19"}
    assert looks.taken() == (0, ["{{ nodes.n0.output }}", "{{ nodes.n9.output }}"])
    assert again(now, looks) == []


def test_an_input_is_missed_by_those_that_name_it(looks: Any) -> None:
    again, now = Revalidation(), chain(20)
    again(now, looks)
    looks.taken()
    assert [problem.node for problem in again(now.replace(inputs={}), looks)] == ["n0"]
    assert looks.taken() == (0, ["{{ inputs.n }}"])


@pytest.mark.parametrize("what", ["asked again", "read anew", "another catalogue"])
def test_what_is_no_edit_is_looked_at_as_a_whole(looks: Any, what: str) -> None:
    again, now = Revalidation(), chain(20)
    again(now, looks if what != "another catalogue" else registry)
    looks.taken()
    again(Workflow.model_validate(now.model_dump(by_alias=True)) if what == "read anew" else now, looks)
    count, texts = looks.taken()
    assert (count, len(texts)) == (20, 20)


def test_several_threads_may_ask_at_once() -> None:
    """The window asks at once before a run, also while a thread validates the edit before."""
    again, states = Revalidation(), [chain(30)]
    for number in range(30):
        node = Node(action="util.log", params={"message": "{{ nodes.gone }}"} if number % 2 else {"mesage": "x"})
        states.append(states[-1].replace(nodes={**states[-1].nodes, f"n{number}": node}))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda state: again(state, registry), states * 3))
    assert found == [validate(fresh(state), registry) for state in states] * 3
