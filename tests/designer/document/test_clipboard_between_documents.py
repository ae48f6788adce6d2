"""Copied nodes arrive in another document whole: ids that clash, references, bodies, places and foreign text."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch.model import codec
from floworch.model.workflow import Compensation, Layer, Node, RetryPolicy, Workflow
from floworch_designer.document import edits
from floworch_designer.document.clipboard import Fragment, duplicate, insert
from floworch_designer.document.nodes import descendants, make_edge
from floworch_designer.document.positions import positions, with_positions


def here() -> Workflow:
    """Where nodes are copied: fetch > each(each body: step > check) > send; send refers to all."""
    nodes = {
        "fetch": Node(action="http.request", params={"url": "https://example.org"}, retry=RetryPolicy(max_attempts=4)),
        "each": Node(action="flow.foreach", params={"items": "{{ nodes.fetch.output }}"}),
        "step": Node(action="data.set", params={"v": "{{ item }}"}, parent="each"),
        "check": Node(action="flow.if", params={"condition": "nodes.step.output > 1"}, parent="each"),
        "send": Node(
            action="data.set",
            params={"a": "{{ nodes.fetch.output }}", "b": "{{ nodes['each'].output }}", "c": "{{ nodes.far.output }}"},
            middleware=(Layer.model_validate({"use": "cache", "with": {"key": "{{ nodes.fetch.output.id }}"}}),),
            compensate=Compensation(action="data.set", params={"of": "{{ nodes.fetch.output }}"}),
        ),
        "far": Node(action="data.set"),
    }
    edges = (
        make_edge("fetch", "out", "each"),
        make_edge("step", "out", "check"),
        make_edge("each", "done", "send"),
        make_edge("fetch", "error", "send"),
        make_edge("far", "out", "send"),
    )
    places = {"fetch": (0, 0), "each": (300, -40), "step": (324, 20), "check": (600, 20), "send": (1000, 0)}
    return with_positions(Workflow(id="here", nodes=nodes, edges=edges), {k: (float(x), float(y)) for k, (x, y) in
                                                                         places.items()})  # fmt: skip


def there() -> Workflow:
    """Where they are pasted: a fetch, a step and a box exist already."""
    nodes = {"fetch": Node(action="data.set", title="mine"), "step": Node(action="data.set"),
             "box": Node(action="flow.foreach")}  # fmt: skip
    workflow = Workflow(id="there", nodes=nodes, edges=(make_edge("fetch", "out", "step"),))
    return with_positions(workflow, {"fetch": (50, 50), "step": (400, 50), "box": (0, 500)})


def travel(nodes: list[str]) -> Fragment:
    """Copy as text and read it back, as between two windows."""
    found = Fragment.from_text(Fragment.of(here(), nodes).to_text())
    assert found is not None
    return found


def arrows(workflow: Workflow) -> set[str]:
    return {f"{edge.source}.{edge.port}>{edge.target}" for edge in workflow.edges}


def test_ids_that_clash_get_a_number_and_the_others_keep_theirs() -> None:
    made, names = insert(there(), travel(["fetch", "each", "send"]))
    assert names == {"fetch": "fetch_2", "each": "each", "step": "step_2", "check": "check", "send": "send"}
    assert set(made.nodes) == set(there().nodes) | set(names.values())
    assert made.nodes["fetch"].title == "mine"


def test_references_inside_the_copy_follow_it_and_others_stay() -> None:
    made, _ = insert(there(), travel(["fetch", "each", "send"]))
    send = made.nodes["send"]
    assert send.params == {
        "a": "{{ nodes.fetch_2.output }}",
        "b": "{{ nodes['each'].output }}",
        "c": "{{ nodes.far.output }}",
    }
    assert send.middleware[0].options == {"key": "{{ nodes.fetch_2.output.id }}"}
    assert send.compensate is not None
    assert send.compensate.params == {"of": "{{ nodes.fetch_2.output }}"}
    assert made.nodes["check"].params == {"condition": "nodes.step_2.output > 1"}
    assert made.nodes["each"].params == {"items": "{{ nodes.fetch_2.output }}"}


def test_edges_inside_the_copy_come_along_and_edges_to_outside_do_not() -> None:
    made, _ = insert(there(), travel(["fetch", "each", "send"]))
    assert arrows(made) == {
        "fetch.out>step", "fetch_2.out>each", "step_2.out>check", "each.done>send", "fetch_2.error>send",
    }  # fmt: skip


def test_bodies_stay_in_their_containers_under_the_new_names() -> None:
    once, _ = insert(there(), travel(["each"]))
    twice, names = insert(once, travel(["each"]))
    assert names == {"each": "each_2", "step": "step_3", "check": "check_2"}
    assert twice.nodes["step_2"].parent == "each"
    assert twice.nodes["step_3"].parent == twice.nodes["check_2"].parent == "each_2"
    assert descendants(twice, ["each_2"]) == {"each_2", "step_3", "check_2"}


@pytest.mark.parametrize(
    ("copied", "parent", "expected"),
    [
        (["step"], None, None),  # its container is unknown there: it comes to the top level
        (["step"], "box", "box"),
        (["fetch"], "box", "box"),
        (["fetch"], None, None),
    ],
)
def test_a_member_copied_without_its_container_finds_a_home(
    copied: list[str], parent: str | None, expected: str | None
) -> None:
    made, names = insert(there(), travel(copied), parent=parent)
    assert made.nodes[names[copied[0]]].parent == expected


def test_a_member_pasted_where_its_container_exists_stays_in_it() -> None:
    made, names = insert(here(), travel(["step"]))
    assert made.nodes[names["step"]].parent == "each"


def test_the_top_left_corner_of_the_whole_lands_at_the_point() -> None:
    made, names = insert(there(), travel(["fetch", "each"]), at=(1000.0, 2000.0))
    places = positions(made)
    assert places[names["fetch"]] == (1000, 2040)
    assert places[names["each"]] == (1300, 2000)
    assert places["fetch"] == (50, 50)


def test_pasting_leaves_both_documents_valid_files() -> None:
    made, _ = insert(there(), travel(["fetch", "each", "send"]), at=(0, 900))
    back = codec.loads(codec.dumps(made))
    assert set(back.nodes) == set(made.nodes)
    assert arrows(back) == arrows(made)


def test_a_whole_definition_file_can_be_pasted() -> None:
    fragment = Fragment.from_text(codec.dumps(here()))
    assert fragment is not None
    made, names = insert(Workflow(id="empty"), fragment)
    assert names == {key: key for key in here().nodes}
    assert arrows(made) == arrows(here())
    assert made.nodes == here().nodes
    assert {key: positions(made)[key] for key in ("fetch", "send")} == {"fetch": (0, 0), "send": (1000, 0)}


@pytest.mark.parametrize("key", ["Fetch", "pay-now", "Über", "x.y", "9lives", "a b"])
def test_ids_as_a_person_wrote_them_are_kept_where_they_are_free(key: str) -> None:
    text = json.dumps({"nodes": {key: {"action": "data.set"}, "n": {"action": "x", "params": {
        "v": '{{ nodes["' + key + '"].output }}'}}}, "edges": [{"from": key, "to": "n"}]})  # fmt: skip
    fragment = Fragment.from_text(text)
    assert fragment is not None
    made, names = insert(Workflow(id="w"), fragment)
    assert names[key] == key
    assert arrows(made) == {f"{key}.out>n"}
    again, names = insert(made, fragment)
    assert names[key] not in {key, "n"}
    assert len(again.nodes) == 4


@pytest.mark.parametrize(
    "text",
    [
        "null",
        '{"nodes": null}',
        '{"nodes": {"a": 5}}',
        '{"nodes": {"a": {"action": 7}}}',
        '{"nodes": {"a": {"action": "x"}}, "edges": 5}',
        '{"nodes": {"a": {"action": "x"}}, "edges": [{"from": 3}]}',
        '{"nodes": {"a": {"action": "x", "params": []}}}',
        '{"nodes": {"a": {"action": "x"}}',
        '{"nodes": ' + "[" * 100_000,
        '"nodes"' * 10,
    ],
)
def test_damaged_text_is_refused_and_never_raises(text: str) -> None:
    assert Fragment.from_text(text) is None


@pytest.mark.parametrize(
    "view",
    [5, None, [], {"nodes": 5}, {"nodes": []}, {"nodes": None}, {"nodes": {"a": "x"}}, {"nodes": {"a": [1]}},
     {"nodes": {"a": [1, "y"]}}, {"nodes": {"zz": [1, 2]}}],
)  # fmt: skip
def test_odd_places_do_not_keep_the_nodes_out(view: Any) -> None:
    fragment = Fragment.from_text(json.dumps({"nodes": {"a": {"action": "x"}}, "view": view}))
    assert fragment is not None
    made, names = insert(there(), fragment, at=(10, 10))
    assert names == {"a": "a"}
    assert "a" in positions(made)


def test_edges_with_unknown_ends_are_left_out() -> None:
    text = {"nodes": {"a": {"action": "x"}}, "edges": [{"from": "a", "to": "gone"}, {"from": "gone", "to": "a"}]}
    fragment = Fragment.from_text(json.dumps(text))
    assert fragment is not None
    assert fragment.edges == ()


def test_unknown_actions_and_keys_travel_unharmed() -> None:
    node = Node.model_validate({"action": "acme.odd", "x-note": {"k": [1]}, "params": {"ü": "🎉", "n": 1.0}})
    fragment = Fragment.from_text(Fragment.of(Workflow(id="w", nodes={"a": node}), ["a"]).to_text())
    assert fragment is not None
    assert fragment.nodes["a"] == node
    assert edits.same(fragment.nodes["a"].params, node.params)


def test_the_copied_text_is_readable_and_says_what_it_is() -> None:
    data = json.loads(Fragment.of(here(), ["fetch"]).to_text())
    assert data["$schema"] == "floworch:nodes/1"
    assert data["nodes"]["fetch"]["retry"] == {"max_attempts": 4}
    assert "middleware" not in data["nodes"]["fetch"]
    assert data["edges"] == []
    assert data["view"] == {"nodes": {"fetch": [0.0, 0.0]}}


def test_a_container_and_its_member_selected_together_are_copied_once() -> None:
    fragment = Fragment.of(here(), ["each", "step"])
    assert list(fragment.nodes) == ["each", "step", "check"]
    made, names = duplicate(here(), ["each", "step"])
    assert len(made.nodes) == len(here().nodes) + 3
    assert set(names.values()) == {"each_2", "step_2", "check_2"}


def test_duplicates_with_inputs_get_the_edges_that_lead_in_and_none_that_lead_out() -> None:
    made, names = duplicate(here(), ["each"], inputs=True)
    assert set(names.values()) == {"each_2", "step_2", "check_2"}
    assert arrows(made) - arrows(here()) == {"fetch.out>each_2", "step_2.out>check_2"}
    plain, _ = duplicate(here(), ["each"])
    assert arrows(plain) - arrows(here()) == {"step_2.out>check_2"}


KEYS = st.lists(st.sampled_from(["fetch", "each", "step", "check", "send", "far"]), min_size=1, max_size=6, unique=True)


@given(KEYS, st.integers(1, 3))
@settings(max_examples=40)
def test_however_often_it_is_pasted_ids_are_unique_and_everything_refers_to_its_own_copy(
    keys: list[str], times: int
) -> None:
    made = there()
    for _ in range(times):
        before = made
        made, names = insert(made, travel(keys))
        assert not set(names.values()) & set(before.nodes)
        assert len(set(names.values())) == len(names)
        for old, new in names.items():
            parent = here().nodes[old].parent
            assert made.nodes[new].parent == (names.get(parent) if parent is not None else None)
            if old == "send" and "fetch" in names:
                assert made.nodes[new].params["a"] == "{{ nodes." + names["fetch"] + ".output }}"
        for edge in made.edges[len(before.edges) :]:
            assert {edge.source, edge.target} <= set(names.values())


def test_two_thousand_nodes_are_pasted_within_the_time_of_a_glance() -> None:
    nodes = {f"n{i}": Node(action="data.set") for i in range(2000)}
    fragment = Fragment(nodes, (), dict.fromkeys(nodes, (0.0, 0.0)))
    begin = process_time()
    made, _ = insert(Workflow(id="w", nodes=nodes), fragment)
    assert len(made.nodes) == 4000
    assert process_time() - begin < 1.5
