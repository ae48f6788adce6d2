"""Random sequences of commands: undo leads back through every state to the file's own text, redo forward again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from floworch.actions.registry import registry
from floworch.model import codec
from floworch.model.validate import validate
from floworch.model.workflow import Input, Node, RetryPolicy, Workflow
from floworch_designer.document import Document, edits
from floworch_designer.document.clipboard import Fragment, insert
from floworch_designer.document.decor import add_group, add_note, notes, remove_decor, set_decor
from floworch_designer.document.nodes import make_edge, may_connect
from floworch_designer.document.picture import picture
from floworch_designer.document.putting_back import put_back
from floworch_designer.document.subflow import NotPossibleError, make_subflow
from floworch_designer.document.variables import rename_variable, variables

Draw = Callable[[Any], Any]


def start() -> Workflow:
    nodes = {
        "a": Node(action="data.set", params={"fields": {"x": 1}}),
        "b": Node(action="util.log", params={"message": "{{ nodes.a.output }}"}),
        "box": Node(action="flow.foreach"),
        "in": Node(action="data.set", parent="box"),
    }
    return Workflow(id="w", nodes=nodes, edges=(make_edge("a", "out", "b"),), view={"nodes": {"a": [0, 0]}})


def node(draw: Draw, workflow: Workflow) -> str:
    found: str = draw(st.sampled_from(sorted(workflow.nodes)))
    return found


def some(draw: Draw, workflow: Workflow) -> list[str]:
    found: list[str] = draw(st.lists(st.sampled_from(sorted(workflow.nodes)), min_size=1, max_size=3, unique=True))
    return found


POINTS = st.tuples(st.integers(-500, 500), st.integers(-500, 500)).map(lambda pair: (float(pair[0]), float(pair[1])))
WORDS = st.sampled_from(["x", "Straße", "a b", "{{ nodes.a.output }}", ""])


def connected(draw: Draw, workflow: Workflow) -> Workflow:
    source, target = node(draw, workflow), node(draw, workflow)
    return workflow if may_connect(workflow, source, target, "out") else edits.connect(workflow, source, "out", target)


def renamed(draw: Draw, workflow: Workflow) -> Workflow:
    try:
        return edits.rename(workflow, node(draw, workflow), draw(st.sampled_from(["n1", "n2", "with space", "a"])))
    except ValueError:  # a name that is taken or impossible: the window says so and does nothing
        return workflow


def pasted(draw: Draw, workflow: Workflow) -> Workflow:
    fragment = Fragment.of(workflow, some(draw, workflow))
    return insert(workflow, fragment, at=draw(POINTS))[0]


def rewritten_note(draw: Draw, workflow: Workflow) -> Workflow:
    found = notes(workflow)
    if not found:
        return add_note(workflow, draw(WORDS), draw(POINTS))[0]
    key = draw(st.sampled_from(sorted(found)))
    if draw(st.booleans()):
        return remove_decor(workflow, {key})
    return set_decor(workflow, key, text=draw(WORDS))


def there_and_back(draw: Draw, workflow: Workflow) -> Workflow:
    """Nodes become a workflow of their own, and that is put back."""
    try:
        made, child, call = make_subflow(workflow, some(draw, workflow), "part", "part.flow.json")
        return put_back(made, call, child)[0] if draw(st.booleans()) else made
    except NotPossibleError:  # the window says so and does nothing
        return workflow


def restored(draw: Draw, workflow: Workflow) -> Workflow:
    """An earlier version takes the place of this one, after both were compared."""
    found = picture(start(), workflow)
    assert set(found.workflow.nodes) == {*start().nodes, *workflow.nodes}
    return start() if draw(st.booleans()) else workflow


def renamed_variable(draw: Draw, workflow: Workflow) -> Workflow:
    found = variables(workflow)
    if not found:
        return edits.set_meta(workflow, inputs={"x": Input()})
    row = draw(st.sampled_from(found))
    try:
        return rename_variable(workflow, row.kind, row.name, draw(st.sampled_from(["x", "y", "a b"])))
    except ValueError:  # the window says so and does nothing
        return workflow


COMMANDS: dict[str, Callable[[Draw, Workflow], Workflow]] = {
    "add": lambda draw, wf: edits.add_node(wf, "data.set", {"fields": {}}, draw(POINTS))[0],
    "remove": lambda draw, wf: edits.remove(wf, some(draw, wf), reconnect=draw(st.booleans())),
    "connect": connected,
    "disconnect": lambda draw, wf: edits.disconnect(wf, [draw(st.integers(0, 3))]),
    "move": lambda draw, wf: edits.move(wf, {key: draw(POINTS) for key in some(draw, wf)}),
    "parameter": lambda draw, wf: edits.set_param(wf, node(draw, wf), "message", draw(WORDS)),
    "title": lambda draw, wf: edits.set_field(wf, node(draw, wf), "title", draw(WORDS)),
    "retry": lambda draw, wf: edits.set_field(
        wf, node(draw, wf), "retry", RetryPolicy(max_attempts=draw(st.integers(1, 5)))
    ),
    "disable": lambda draw, wf: edits.set_disabled(wf, some(draw, wf)),
    "layer": lambda draw, wf: edits.add_layer(wf, draw(st.sampled_from([None, *sorted(wf.nodes)])), "log"),
    "rename": renamed,
    "duplicate": lambda draw, wf: edits.duplicate(wf, some(draw, wf), inputs=draw(st.booleans()))[0],
    "paste": pasted,
    "frame": lambda draw, wf: add_group(wf, some(draw, wf), draw(WORDS))[0],
    "note": rewritten_note,
    "subflow": there_and_back,
    "restore": restored,
    "variable": renamed_variable,
}


def walk(draw: Draw, most: int) -> None:
    document = Document(validate=lambda _: ())
    document.reset(start())
    states = [document.workflow]
    for name in draw(st.lists(st.sampled_from(sorted(COMMANDS)), max_size=most)):
        if not document.workflow.nodes and name != "add":
            continue
        before = document.undo_stack.count()
        merge = f"merge {name}" if draw(st.booleans()) else None
        document.apply(COMMANDS[name](draw, document.workflow), name, merge=merge)
        if document.undo_stack.count() > before:
            states.append(document.workflow)
        else:  # nothing changed, or it went into the step before
            states[-1] = document.workflow
    texts = [codec.dumps(state) for state in states]
    assert document.undo_stack.count() == len(states) - 1
    for text in reversed(texts[:-1]):
        document.undo_stack.undo()
        assert codec.dumps(document.workflow) == text
    assert not document.undo_stack.can_undo()
    assert not document.dirty
    for text in texts[1:]:
        document.undo_stack.redo()
        assert codec.dumps(document.workflow) == text
    assert codec.dumps(codec.loads(texts[-1])) == texts[-1], "what was edited is a file that can be read"
    assert codec.logic_hash(document.workflow) == codec.logic_hash(states[-1])


@pytest.mark.usefixtures("qapp")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_random_commands_are_undone_and_done_again(data: st.DataObject) -> None:
    walk(data.draw, 12)


@pytest.mark.proof
@pytest.mark.usefixtures("qapp")
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_long_random_commands_are_undone_and_done_again(data: st.DataObject) -> None:
    walk(data.draw, 40)


def walk_and_check(draw: Draw, most: int) -> None:
    """Every edit, undo and redo of a document: its problems are those of the definition as a whole."""
    document = Document()
    document.reset(start())
    moves = [*COMMANDS, *COMMANDS, "undo", "redo"]
    for name in draw(st.lists(st.sampled_from(moves), max_size=most)):
        if name in ("undo", "redo"):
            getattr(document.undo_stack, name)()
        elif document.workflow.nodes or name == "add":
            document.apply(COMMANDS[name](draw, document.workflow), name)
        whole = Workflow.model_validate(document.workflow.model_dump(by_alias=True, exclude_unset=True))
        assert document.check_now() == validate(whole, registry)


@pytest.mark.usefixtures("qapp")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_after_random_commands_the_problems_are_those_of_the_whole_definition(data: st.DataObject) -> None:
    """designer.md 5.8: validation after an edit is incremental."""
    walk_and_check(data.draw, 12)
