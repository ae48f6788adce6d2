"""An edge carries its value into the first empty required field."""

from __future__ import annotations

from typing import Any

from floworch_designer.canvas.wiring import first_empty, free_end, main_port, reference, rewire, wire_up
from floworch_designer.document import edits


def test_only_an_empty_required_field_is_filled_and_only_by_success(view: Any) -> None:
    workflow, catalogue = view.document.workflow, view.registry
    assert wire_up(workflow, catalogue, "a", "out", "n").nodes["n"].params == {"value": "{{ nodes.a.output }}"}
    assert wire_up(workflow, catalogue, "a", "error", "n").nodes["n"].params == {}
    taken = edits.set_param(workflow, "n", "value", 5)
    assert wire_up(taken, catalogue, "a", "out", "n").nodes["n"].params == {"value": 5}
    assert first_empty(workflow, catalogue, "u") is None
    assert first_empty(workflow, None, "n") is None


def test_ids_that_are_no_words_are_quoted() -> None:
    assert reference("a") == "{{ nodes.a.output }}"
    assert reference("a-b") == '{{ nodes["a-b"].output }}'


def test_the_main_port_is_the_first_free_one(view: Any) -> None:
    workflow = view.document.workflow
    assert main_port(workflow, view.registry, "d") == "true"
    assert main_port(edits.connect(workflow, "d", "true", "u"), view.registry, "d") == "false"
    assert main_port(workflow, view.registry, "a") == "out"


def test_nothing_is_written_into_commands_code_queries_and_paths() -> None:
    """An output run as a command, or opened as a file, would be dangerous."""
    from floworch.actions.registry import registry
    from floworch.model.workflow import Workflow

    wanted = {
        "shell.run": None,
        "python.code": None,
        "db.query": None,
        "data.template": None,
        "file.read": None,
        "file.list": None,
        "flow.switch": None,
        "human.approve": None,
        "flow.signal": None,
        "flow.foreach": "items",
        "data.group": "items",
        "db.load": "rows",
        "file.write": "content",
        "util.log": "message",
    }
    for action, field in wanted.items():
        workflow, node = edits.add_node(Workflow(id="demo"), action, None, (0, 0))
        assert first_empty(workflow, registry, node) == field, action


def test_a_free_end_is_the_one_selected_node_that_nothing_follows(view: Any) -> None:
    workflow, catalogue = view.document.workflow, view.registry
    ends = {edge.source for edge in workflow.edges}
    free = next(key for key in workflow.nodes if key not in ends and key != "u")
    assert free_end(workflow, catalogue, {free}, free) == (free, main_port(workflow, catalogue, free))
    assert free_end(workflow, catalogue, {free, "a"}, free) is None
    assert free_end(workflow, catalogue, set(), None) is None
    assert free_end(workflow, catalogue, {"gone"}, "gone") is None
    followed = edits.connect(workflow, free, "done", next(key for key in workflow.nodes if key != free))
    assert free_end(followed, catalogue, {free}, free) is None


def test_the_key_for_a_new_node_goes_on_from_the_selected_one(view: Any, qtbot: Any) -> None:
    asked: list[Any] = []
    view.quick_add_requested.connect(lambda place, scene, source: asked.append((scene, source)))
    ends = {edge.source for edge in view.document.workflow.edges}
    free = next(key for key in view.document.workflow.nodes if key not in ends and key != "u")
    view.selection.set([free])
    view.request_quick_add()
    box = view.graph.boxes[free]
    assert asked[0][1] == (free, main_port(view.document.workflow, view.registry, free))
    assert asked[0][0].x() > box.x + box.shape.width
    view.selection.clear()
    view.request_quick_add()
    assert asked[1][1] is None


def two(first: str, second: str) -> tuple[Any, str, str]:
    """A definition of two steps that are not connected, and their ids."""
    from floworch.model.workflow import Workflow

    workflow, source = edits.add_node(Workflow(id="demo"), first, None, (0, 0))
    workflow, target = edits.add_node(workflow, second, None, (300, 0))
    return workflow, source, target


def test_the_one_list_of_an_output_goes_where_a_list_is_wanted() -> None:
    from floworch.actions.registry import registry

    wanted = {
        ("file.list", "flow.foreach"): "{{ nodes.list.output.files }}",
        ("mail.read", "data.filter"): "{{ nodes.read.output.messages }}",
        ("trigger.file", "flow.foreach"): "{{ nodes.file.output.paths }}",
        ("data.filter", "flow.foreach"): "{{ nodes.filter.output }}",  # two: the problem offers both
        ("db.query", "data.filter"): "{{ nodes.query.output }}",  # rows are found in it
        ("data.group", "flow.foreach"): "{{ nodes.group.output }}",
        ("mail.read", "util.log"): "{{ nodes.read.output }}",
    }
    for (first, second), text in wanted.items():
        workflow, source, target = two(first, second)
        made = wire_up(workflow, registry, source, main_port(workflow, registry, source), target)
        assert text in made.nodes[target].params.values(), (first, second)


def test_what_the_last_run_gave_tells_the_list_that_no_schema_does() -> None:
    from floworch.actions.registry import registry

    workflow, source, target = two("python.code", "flow.foreach")
    outputs: dict[str, Any] = {source: {"orders": [1], "count": 1}}
    made = wire_up(workflow, registry, source, "out", target, outputs.get)
    assert made.nodes[target].params["items"] == "{{ nodes.code.output.orders }}"
    assert wire_up(workflow, registry, source, "out", target, {}.get).nodes[target].params["items"] == (
        "{{ nodes.code.output }}"
    )


def test_a_wire_in_the_place_of_another_takes_the_list_of_the_new_one() -> None:
    from floworch.actions.registry import registry

    workflow, source, target = two("mail.read", "flow.foreach")
    workflow = wire_up(workflow, registry, source, "out", target)
    workflow, other = edits.add_node(workflow, "file.list", None, (0, 200))
    made = rewire(workflow, registry, other, "out", target)
    assert made.nodes[target].params["items"] == "{{ nodes.list.output.files }}"
    assert [(edge.source, edge.target) for edge in made.edges] == [(other, target)]


def test_a_port_that_is_called_as_a_list_of_the_output_carries_that_list() -> None:
    from floworch.actions.registry import registry

    wanted = {
        ("data.filter", "kept", "flow.foreach"): "{{ nodes.filter.output.kept }}",
        ("data.filter", "dropped", "flow.foreach"): "{{ nodes.filter.output.dropped }}",
        ("data.filter", "dropped", "util.log"): "{{ nodes.filter.output.dropped }}",
        ("data.filter", "out", "flow.foreach"): "{{ nodes.filter.output }}",
        ("data.validate", "invalid", "flow.foreach"): "{{ nodes.validate.output.invalid }}",
    }
    for (first, port, second), text in wanted.items():
        workflow, source, target = two(first, second)
        made = wire_up(workflow, registry, source, port, target)
        assert text in made.nodes[target].params.values(), (first, port, second)


def test_a_wire_in_the_place_of_one_from_a_named_port_takes_over_what_it_carried() -> None:
    from floworch.actions.registry import registry

    workflow, source, target = two("data.filter", "flow.foreach")
    workflow = wire_up(workflow, registry, source, "kept", target)
    workflow, other = edits.add_node(workflow, "file.list", None, (0, 200))
    made = rewire(workflow, registry, other, "out", target)
    assert made.nodes[target].params["items"] == "{{ nodes.list.output.files }}"
