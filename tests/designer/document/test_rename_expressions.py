"""Renaming follows a node into every kind of expression, and touches nothing that only looks like one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch.expr import compile_value
from floworch.model.workflow import Compensation, Layer, Node, Workflow
from floworch_designer.document import edits
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.rename import rename, rewrite, rewrite_edge, rewrite_node

NAMES = {"a": "z"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # paths
        ("{{nodes.a}}", "{{nodes.z}}"),
        ("{{ nodes.a.output.items[0].name }}", "{{ nodes.z.output.items[0].name }}"),
        ("{{ nodes.a.status == 'completed' }}", "{{ nodes.z.status == 'completed' }}"),
        ("{{ nodes.a.error.message }}", "{{ nodes.z.error.message }}"),
        ("{{ nodes . a . output }}", "{{ nodes.z . output }}"),
        ("{{ nodes['a']['output'] }}", "{{ nodes.z['output'] }}"),
        ('{{ nodes[ "a" ].output }}', "{{ nodes.z.output }}"),
        ("{{ nodes.a }}", "{{ nodes.z }}"),
        # operators, calls and filters
        ("{{ nodes.a.output + nodes.a.output }}", "{{ nodes.z.output + nodes.z.output }}"),
        ("{{ (nodes.a.output) }}", "{{ (nodes.z.output) }}"),
        ("{{ -nodes.a.output }}", "{{ -nodes.z.output }}"),
        ("{{ not nodes.a.output }}", "{{ not nodes.z.output }}"),
        ("{{ nodes.a.output|length }}", "{{ nodes.z.output|length }}"),
        ("{{ items|map(attribute=nodes.a.output) }}", "{{ items|map(attribute=nodes.z.output) }}"),
        ("{{ [nodes.a.output, nodes.b.output] }}", "{{ [nodes.z.output, nodes.b.output] }}"),
        ("{{ data[nodes.a.output] }}", "{{ data[nodes.z.output] }}"),
        ("{{ nodes.b.output[nodes.a.output] }}", "{{ nodes.b.output[nodes.z.output] }}"),
        ("{{ 1 if nodes.a.output else 2 }}", "{{ 1 if nodes.z.output else 2 }}"),
        ("{{ nodes.a.output ~ ' of ' ~ nodes.a.status }}", "{{ nodes.z.output ~ ' of ' ~ nodes.z.status }}"),
        # templates
        ("Hi {{ nodes.a.output }}, {{ nodes.a.output }}!", "Hi {{ nodes.z.output }}, {{ nodes.z.output }}!"),
        ("{% if nodes.a.output %}y{% endif %}", "{% if nodes.z.output %}y{% endif %}"),
        ("{% for x in nodes.a.output %}{{ x }}{% endfor %}", "{% for x in nodes.z.output %}{{ x }}{% endfor %}"),
        ("{{\n  nodes.a.output\n}}", "{{\n  nodes.z.output\n}}"),
        ("{{- nodes.a.output -}}", "{{- nodes.z.output -}}"),
    ],
)  # fmt: skip
def test_references_are_followed_in_every_kind_of_expression(text: str, expected: str) -> None:
    assert rewrite(text, NAMES) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nodes.a.output",
        "nodes.a costs {{ inputs.price }}",
        "{{ nodes.ab.output }}",
        "{{ nodes.a_b.output }}",
        "{{ nodes.a1 }}",
        "{{ nodes.b.a }}",
        "{{ nodes.b['a'] }}",
        "{{ outer.nodes.a }}",
        "{{ mynodes.a }}",
        "{{ nodes_a }}",
        "{{ inputs.nodes.a }}",
        "{{ inputs['nodes'].a }}",
        "{{ a.output }}",
        "{{ data.a }}",
        "{{ 'a' }}",
        '{{ "nodes.a" }}',
        "{ nodes.a }",
        "{{ nodes.A.output }}",
        "{{ nodes.aé }}",
        "{{ nodes }}",
        "{{ nodes['ab'] }}",
        "{{ nodes[a] }}",
    ],
)
def test_what_is_no_reference_to_the_node_stays_the_very_same_text(text: str) -> None:
    assert rewrite(text, NAMES) is text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ 'see nodes.a there' }}", "{{ 'see nodes.a there' }}"),
        ('{{ "see nodes.a" ~ nodes.a.output }}', '{{ "see nodes.a" ~ nodes.z.output }}'),
        ("{{ 'it\\'s nodes.a' }}", "{{ 'it\\'s nodes.a' }}"),
        ("{{ data['x nodes.a'] }}", "{{ data['x nodes.a'] }}"),
    ],
)
def test_texts_inside_expressions_are_not_references(text: str, expected: str) -> None:
    assert rewrite(text, NAMES) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ {'k': {'v': 1}}.k.v + nodes.a.output }}", "{{ {'k': {'v': 1}}.k.v + nodes.z.output }}"),
        ("{{ {'k': {'v': nodes.a.output}} }}", "{{ {'k': {'v': nodes.z.output}} }}"),
        ("{{ '}}' ~ nodes.a.output }}", "{{ '}}' ~ nodes.z.output }}"),
        ("{{ '%}' ~ nodes.a.output }} nodes.a", "{{ '%}' ~ nodes.z.output }} nodes.a"),
    ],
)
def test_braces_inside_an_expression_do_not_end_it(text: str, expected: str) -> None:
    assert rewrite(text, NAMES) == expected


@pytest.mark.parametrize("key", ["when", "condition", "breakpoint", "until", "while"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nodes.a.output > 3", "nodes.z.output > 3"),
        ("nodes['a'].status == 'failed'", "nodes.z.status == 'failed'"),
        ("{{ nodes.a.output }}", "{{ nodes.z.output }}"),
        ("'nodes.a' == inputs.x", "'nodes.a' == inputs.x"),
        ("nodes.ab.output", "nodes.ab.output"),
    ],
)
def test_conditions_are_expressions_without_braces(key: str, text: str, expected: str) -> None:
    assert rewrite({key: text}, NAMES) == {key: expected}


def test_the_same_text_under_another_key_is_only_text() -> None:
    value = {"message": "nodes.a.output > 3", "nested": {"label": "nodes.a"}}
    assert rewrite(value, NAMES) is value


@pytest.mark.parametrize("value", [None, True, 3, 2.5, [], {}, [1, [2, {"x": None}]], "plain", {"nodes.a": 1}])
def test_values_without_expressions_are_returned_as_they_are(value: Any) -> None:
    assert rewrite(value, NAMES) is value


def test_only_the_touched_branches_of_a_value_are_new() -> None:
    left, right = {"x": "{{ nodes.a.output }}"}, {"y": ["{{ nodes.b.output }}"]}
    made = rewrite({"left": left, "right": right}, NAMES)
    assert made["left"] == {"x": "{{ nodes.z.output }}"}
    assert made["right"] is right
    assert left == {"x": "{{ nodes.a.output }}"}


@pytest.mark.parametrize(
    ("new", "written"),
    [("z", "nodes.z"), ("_z9", "nodes._z9"), ("z-1", 'nodes["z-1"]'), ("1z", 'nodes["1z"]'), ("z y", 'nodes["z y"]')],
)
def test_ids_that_are_no_names_are_written_in_brackets(new: str, written: str) -> None:
    made = rewrite("{{ nodes.a.output }}", {"a": new})
    assert made == "{{ " + written + ".output }}"
    assert compile_value(made).references == {("nodes", new, "output")}
    assert rewrite(made, {new: "a"}) == "{{ nodes.a.output }}"


def full() -> Workflow:
    """A node named ``a``, and every place from which another can refer to it."""
    reference = "{{ nodes.a.output }}"
    nodes = {
        "a": Node(action="flow.foreach", params={"self": reference}),
        "b": Node(
            action="data.set",
            params={"deep": [{"x": [reference]}], "when": "nodes.a.output"},
            middleware=(
                Layer.model_validate({"use": "log", "with": {"text": reference}, "when": "nodes.a.output == 1"}),
            ),
            compensate=Compensation(action="data.set", params={"undo": reference}),
            breakpoint="nodes.a.output > 2",
            cache={"key": reference},
            notes="nodes.a stays in notes: {{ nodes.a.output }}",
            title="about nodes.a",
        ),
        "x": Node(action="data.set", parent="a"),
        "plain": Node(action="data.set", params={"v": 1}),
    }
    layers = (Layer.model_validate({"use": "cache", "with": {"key": reference}}),)
    return Workflow(
        id="w",
        nodes=nodes,
        edges=(make_edge("a", "out", "b"), make_edge("b", "error", "a"), make_edge("plain", "out", "b")),
        outputs={"result": reference, "list": [reference, 1]},
        middleware=layers,
        view={"nodes": {"a": [1, 2], "b": [3, 4]}, "zoom": 1},
    )  # fmt: skip


def test_a_rename_reaches_every_place_of_a_definition() -> None:
    made = rename(full(), "a", "z")
    reference = "{{ nodes.z.output }}"
    b = made.nodes["b"]
    assert list(made.nodes) == ["z", "b", "x", "plain"]
    assert made.nodes["z"].params == {"self": reference}
    assert b.params == {"deep": [{"x": [reference]}], "when": "nodes.z.output"}
    assert (b.middleware[0].options, b.middleware[0].when) == ({"text": reference}, "nodes.z.output == 1")
    assert b.compensate is not None
    assert b.compensate.params == {"undo": reference}
    assert b.breakpoint == "nodes.z.output > 2"
    assert b.cache == {"key": reference}
    assert made.nodes["x"].parent == "z"
    assert [(edge.source, edge.target) for edge in made.edges] == [("z", "b"), ("b", "z"), ("plain", "b")]
    assert made.outputs == {"result": reference, "list": [reference, 1]}
    assert made.middleware[0].options == {"key": reference}
    assert made.view == {"nodes": {"z": [1, 2], "b": [3, 4]}, "zoom": 1}


def test_notes_and_titles_are_prose_and_stay() -> None:
    b = rename(full(), "a", "z").nodes["b"]
    assert b.notes == "nodes.a stays in notes: {{ nodes.a.output }}"
    assert b.title == "about nodes.a"


def test_what_does_not_refer_to_the_node_is_shared_with_the_old_definition() -> None:
    before = full()
    after = rename(before, "a", "z")
    assert after.nodes["plain"] is before.nodes["plain"]
    assert after.edges[2] is before.edges[2]
    assert rewrite_node(before.nodes["plain"], NAMES) is before.nodes["plain"]
    assert rewrite_edge(before.edges[2], NAMES) is before.edges[2]


def test_renaming_there_and_back_gives_the_same_definition() -> None:
    before = full()
    assert rename(rename(before, "a", "z"), "z", "a") == before
    assert rename(before, "a", "a") is before


@pytest.mark.parametrize(("old", "new"), [("nobody", "x"), ("a", "b"), ("a", "")])
def test_impossible_renames_say_why_and_change_nothing(old: str, new: str) -> None:
    with pytest.raises(ValueError, match=r"no node|empty or belongs"):
        rename(full(), old, new)


def test_boolean_breakpoints_and_missing_caches_are_left_alone() -> None:
    workflow = Workflow(id="w", nodes={"a": Node(action="x", breakpoint=True), "b": Node(action="x", cache=True)})
    made = rename(workflow, "a", "z")
    assert made.nodes["z"] is workflow.nodes["a"]
    assert made.nodes["b"] is workflow.nodes["b"]


IDS = st.sampled_from(["a", "b", "c", "d"])
SHAPES = ["{{{{ nodes.{0}.output }}}}", "{{{{ nodes['{0}'].output + 1 }}}}", "x {{{{ nodes.{0}.output }}}} y",
          "{{{{ [nodes.{0}.output, inputs.q] }}}}"]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(SHAPES), IDS), min_size=1, max_size=6), IDS)
@settings(max_examples=60)
def test_what_the_engine_reads_from_an_expression_is_renamed_and_nothing_else(
    parts: list[tuple[str, str]], old: str
) -> None:
    value = [shape.format(key) for shape, key in parts]
    before, after = compile_value(value).references, compile_value(rewrite(value, {old: "fresh"})).references
    expected = {("nodes", "fresh", *path[2:]) if path[:2] == ("nodes", old) else path for path in before}
    assert after == expected


@given(st.permutations(["a", "b", "c", "d"]))
@settings(max_examples=24)
def test_many_names_are_changed_at_the_same_time_without_chains(order: list[str]) -> None:
    names = dict(zip(["a", "b", "c", "d"], order, strict=True))
    text = "{{ [nodes.a, nodes.b, nodes.c, nodes.d] }}"
    assert rewrite(text, names) == "{{ [" + ", ".join(f"nodes.{names[key]}" for key in "abcd") + "] }}"


def test_a_rename_is_one_undo_step_that_brings_every_reference_back(qapp: object) -> None:
    from floworch_designer.document import Document

    document = Document(validate=lambda _: ())
    document.reset(full())
    before = document.workflow
    document.apply(edits.rename(before, "a", "z"), "Rename")
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.workflow is before
