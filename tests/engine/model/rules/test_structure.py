from __future__ import annotations

import pytest


def test_a_good_definition_has_no_problem(codes) -> None:  # type: ignore[no-untyped-def]
    assert codes({"a": None, "b": None}, ["a>b"]) == []


@pytest.mark.parametrize("bad", ["A", "-a", "a b", "é", "a" * 65, "../x", "a.b", "_a", ""])
def test_node_ids_have_one_form(problems, bad: str) -> None:  # type: ignore[no-untyped-def]
    """(C2.1) and the repair is an id that is free"""
    (found,) = problems({bad: None, "a": None} if bad != "a" else {bad: None})
    assert (found.code, found.path) == ("bad_id", f"nodes.{bad}")
    assert found.repair["op"] == "rename_node"
    assert found.repair["value"] != "a"


def test_a_workflow_id_is_no_path(problems, workflow, catalog) -> None:  # type: ignore[no-untyped-def]
    """(C13)"""
    from floworch.model.validate import validate

    for bad in ("../x", "", "a/b", ".hidden", "a" * 101):
        assert [each.path for each in validate(workflow({"a": None}).replace(id=bad), catalog)] == ["id"]


def test_a_workflow_has_at_least_one_node(codes) -> None:  # type: ignore[no-untyped-def]
    assert codes({}) == [("no_nodes", "nodes")]


def test_edges_refer_to_existing_nodes(problems) -> None:  # type: ignore[no-untyped-def]
    first, second = problems({"alpha": None, "beta": None}, ["alpah>beta", "alpha>qqqqq"])
    assert (first.code, first.path, first.fix) == ("unknown_node", "edges[0]", "Did you mean 'alpha'?")
    assert first.repair == {"op": "set_edge", "edge": 0, "field": "from", "value": "alpha"}
    assert (second.path, second.repair) == ("edges[1]", {"op": "remove_edge", "edge": 1})


def test_a_repeated_edge_is_a_warning(problems) -> None:  # type: ignore[no-untyped-def]
    (found,) = problems({"a": None, "b": None}, ["a>b", "a:done>b", "a>b"])
    assert (found.code, found.severity, found.path) == ("duplicate_edge", "warning", "edges[2]")


def test_a_cycle_names_every_node_of_it(problems) -> None:  # type: ignore[no-untyped-def]
    (found,) = problems({"a": None, "b": None, "c": None, "d": None}, ["a>b", "b>c", "c>b", "c>d"])
    assert (found.code, found.path, found.node) == ("cycle", "edges[2]", "b")
    assert "b → c → b" in found.message
    assert "flow.repeat" in found.fix


def test_several_cycles_are_all_found(codes) -> None:  # type: ignore[no-untyped-def]
    found = codes({"a": None, "b": None, "c": None}, ["a>a", "b>c", "c>b"])
    assert [code for code, _ in found] == ["cycle", "cycle"]


def test_parents_are_containers_that_exist(problems) -> None:  # type: ignore[no-untyped-def]
    """(C10.1)"""
    found = {
        each.node: each
        for each in problems(
            {
                "loop": {"action": "flow.foreach"},
                "in": {"parent": "loop"},
                "odd": {"parent": "lop"},
                "bad": {"parent": "in"},
            }
        )
    }
    assert set(found) == {"odd", "bad"}
    assert (found["odd"].code, found["odd"].repair["value"]) == ("unknown_parent", "loop")
    assert (found["bad"].code, found["bad"].repair["op"]) == ("not_a_container", "unset_field")


def test_parents_do_not_go_round(codes) -> None:  # type: ignore[no-untyped-def]
    each = {"action": "flow.foreach"}
    found = codes({"a": {**each, "parent": "b"}, "b": {**each, "parent": "a"}, "c": {**each, "parent": "c"}})
    assert [code for code, _ in found] == ["parent_cycle"] * 3


def test_edges_never_cross_the_border_of_a_container(codes) -> None:  # type: ignore[no-untyped-def]
    """(C10.1)"""
    nodes = {"loop": {"action": "flow.foreach"}, "x": {"parent": "loop"}, "y": {"parent": "loop"}, "z": None}
    assert codes(nodes, ["x>y", "loop>z"]) == []
    assert codes(nodes, ["x>y", "y>z", "z>x"])[:2] == [("crossing_edge", "edges[1]"), ("crossing_edge", "edges[2]")]
    assert codes(nodes, ["loop>x"]) == [("crossing_edge", "edges[0]")]


def test_an_empty_container_is_a_warning(problems) -> None:  # type: ignore[no-untyped-def]
    (found,) = problems({"loop": {"action": "flow.foreach"}})
    assert (found.code, found.severity) == ("empty_container", "warning")


@pytest.mark.parametrize(
    "key", ["x-owner", "x_owner", "_id", "$comment", "//", "#", "meta", "metadata", "ui", "comment"]
)
def test_what_is_somebodys_own_is_no_problem(problems, key: str) -> None:  # type: ignore[no-untyped-def]
    """interfaces.md 1: unknown keys are kept; these say themselves that they are for somebody else."""
    own = {key: {"any": "thing"}}
    nodes = {"a": {**own, "retry": own, "middleware": [{"use": "logging", **own}]}, "b": {}}
    assert problems(nodes, [{"from": "a", "to": "b", **own}], inputs={"n": own}, settings=own, **own) == []


def test_a_key_that_nobody_knows_is_a_warning_with_what_is_known_there(problems) -> None:  # type: ignore[no-untyped-def]
    found = problems({"a": {"colour": "red"}, "b": {}}, [{"from": "a", "to": "b", "weight": 3}], owner="me")
    assert [(each.path, each.severity, each.repair) for each in found] == [
        ("owner", "warning", None), ("edges[0]", "warning", None), ("nodes.a.colour", "warning", None),
    ]  # fmt: skip
    assert found[1].message == "edges[0].weight is not a field and does nothing."
    assert found[1].fix == "Known there: from, port, to. A key of your own begins with 'x-'."


@pytest.mark.parametrize("key", ["after", "depends_on", "needs", "next"])
def test_an_order_that_a_step_names_itself_leads_to_edges(problems, key: str) -> None:  # type: ignore[no-untyped-def]
    (found,) = problems({"a": {}, "b": {key: ["a"]}}, [])
    assert (found.code, found.node, found.repair) == ("unknown_key", "b", None)
    assert "in 'edges'" in found.fix


def test_a_misspelt_field_is_a_warning_with_the_field(problems) -> None:  # type: ignore[no-untyped-def]
    inputs = {"n": {"type": "any", "requird": True}}
    nodes = {"a": {"timout": 5, "x-owner": "me", "retry": {"max_atempts": 2}}}
    found = problems(nodes, [], setings={}, inputs=inputs)
    assert sorted((each.code, each.path, each.repair["value"]) for each in found) == [
        ("unknown_key", "inputs.n.requird", "required"),
        ("unknown_key", "nodes.a.retry.max_atempts", "max_attempts"),
        ("unknown_key", "nodes.a.timout", "timeout"),
        ("unknown_key", "setings", "settings"),
    ]
    assert {each.severity for each in found} == {"warning"}


def test_a_misspelt_key_of_a_layer_or_a_compensation_is_found_and_mended(problems) -> None:  # type: ignore[no-untyped-def]
    layer = {"use": "logging", "whith": {"level": "info"}}
    undo = {"action": "x.y", "timout": 5}
    found = problems(
        {"a": {"middleware": [layer], "compensate": undo}}, [], middleware=[{"use": "logging", "wen": "x"}]
    )
    wrong = {each.path: each.repair["value"] for each in found if each.code == "unknown_key"}
    assert wrong == {
        "middleware[0].wen": "when",
        "nodes.a.middleware[0].whith": "with",
        "nodes.a.compensate.timout": "timeout",
    }


def test_containers_lie_inside_each_other_only_so_deep(codes) -> None:  # type: ignore[no-untyped-def]
    """(C13)"""
    nest = {f"n{level:03}": {"action": "flow.foreach", "parent": f"n{level - 1:03}"} for level in range(1, 300)}
    found = codes({"n000": {"action": "flow.foreach"}, **nest, "leaf": {"parent": "n299"}})
    assert {code for code, _ in found} == {"too_deep"}


def test_keys_near_a_field_are_warned_of_with_the_field(problems) -> None:  # type: ignore[no-untyped-def]
    found = problems({"a": {"retires": 1, "retries": 2, "paramters": {}, "type": "x", "with": {}, "description": "d"}})
    assert {each.path.rpartition(".")[2]: each.fix for each in found if each.code == "unknown_key"} == {
        "retires": "Did you mean 'retry'?",
        "retries": "Did you mean 'retry'?",
        "paramters": "Did you mean 'params'?",
        "type": "Did you mean 'action'?",
        "with": "Did you mean 'params'?",
        "description": "Did you mean 'notes'?",
    }
