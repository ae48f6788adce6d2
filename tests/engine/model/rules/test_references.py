from __future__ import annotations

from typing import Any


def reads(text: str, **more: Any) -> dict[str, Any]:
    return {"params": {"fields": {"x": text}}, **more}


def test_a_node_reads_what_is_upstream(codes) -> None:  # type: ignore[no-untyped-def]
    """(C6.4)"""
    nodes = {"a": None, "b": None, "c": reads("{{ nodes.a.output.x }}")}
    assert codes(nodes, ["a>b", "b:error>c"]) == []
    assert codes(nodes, ["a>b"]) == [("not_upstream", "nodes.c.params.fields.x")]
    assert codes(nodes, ["c>a"]) == [("not_upstream", "nodes.c.params.fields.x")]


def test_a_node_does_not_read_itself(problems) -> None:  # type: ignore[no-untyped-def]
    (found,) = problems({"a": reads("{{ nodes.a.output }}")})
    assert "which is itself" in found.message


def test_a_body_sees_what_is_upstream_of_its_container(codes) -> None:  # type: ignore[no-untyped-def]
    """(C10.1)"""
    nodes = {
        "before": None,
        "loop": {"action": "flow.foreach"},
        "first": {"parent": "loop"},
        "x": reads("{{ nodes.before.output }} {{ nodes.first.output }} {{ item }}", parent="loop"),
    }
    assert codes(nodes, ["before>loop", "first>x"]) == []
    assert [code for code, _ in codes(nodes, ["first>x"])] == ["not_upstream"]


def test_nobody_outside_reads_a_body_node(problems) -> None:  # type: ignore[no-untyped-def]
    nodes = {"loop": {"action": "flow.foreach"}, "x": {"parent": "loop"}, "after": reads("{{ nodes.x.output }}")}
    inside, at_end = problems(nodes, ["loop>after"], outputs={"o": "{{ nodes.x.output }}"})
    assert inside.code == at_end.code == "not_upstream"
    assert inside.fix == "Use the results: nodes.loop.output."
    assert at_end.path == "outputs.o" or inside.path == "outputs.o"


def test_a_body_does_not_read_its_own_container(problems) -> None:  # type: ignore[no-untyped-def]
    nodes = {"loop": {"action": "flow.foreach"}, "x": reads("{{ nodes.loop.output }}", parent="loop")}
    (found,) = problems(nodes)
    assert "which is the container it is in" in found.message


def test_outputs_may_read_every_node(codes) -> None:  # type: ignore[no-untyped-def]
    """(C2.7)"""
    assert (
        codes({"a": None, "b": None}, [], outputs={"x": "{{ nodes.a.output }}", "y": {"z": ["{{ nodes.b.status }}"]}})
        == []
    )


def test_unknown_nodes_inputs_and_fields_offer_a_repair(problems) -> None:  # type: ignore[no-untyped-def]
    found = problems(
        {"alpha": None, "b": reads("{{ nodes.alhpa.output }} {{ inputs.oder }} {{ nodes.alpha.outptu.x }}")},
        ["alpha>b"],
        inputs={"order": {}},
    )
    assert {(each.code, each.repair["old"], each.repair["new"]) for each in found} == {
        ("unknown_node", "alhpa", "alpha"),
        ("unknown_input", "oder", "order"),
        ("unknown_field", "nodes.alpha.outptu.x", "nodes.alpha.output.x"),
    }


def test_status_and_error_can_be_read(codes) -> None:  # type: ignore[no-untyped-def]
    nodes = {"a": None, "b": reads("{{ nodes.a.error.message }} {{ nodes.a.status }} {{ nodes['a']['output'] }}")}
    assert codes(nodes, ["a:error>b"]) == []


def test_a_secret_that_is_not_set_here_is_a_warning_once_per_name(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """(C6.5) The values are not looked at: the keyring may be locked, and another machine may run it."""
    from run_dialogue import workflow

    from floworch import validate

    monkeypatch.setenv("FLOWORCH_SECRET_THERE", "value")
    monkeypatch.setattr("floworch.actions.secret_sources.stored_names", lambda: frozenset({"kept"}))
    text = "{{ secrets.THERE }}{{ secrets.kept }}{{ secrets.MISSING }}{{ secrets['not-there'] }}"
    found = validate(
        workflow({
            "a": {"action": "util.log", "params": {"message": text}},
            "b": {"action": "util.log", "params": {"message": text}},
            "c": {"action": "util.hash", "params": {"value": "x", "hmac_key": "SIGNING"}},
            "d": {"action": "util.hash", "params": {"value": "x", "hmac_key": "{{ secrets.kept }}"}},
        })
    )  # fmt: skip
    assert [(each.code, each.severity, each.path) for each in found] == [
        ("secret_not_set", "warning", "nodes.a.params.message"),
        ("secret_not_set", "warning", "nodes.a.params.message"),
        ("secret_not_set", "warning", "nodes.c.params.hmac_key"),
    ]
    assert "floworch secrets set SIGNING" in found[2].fix
    assert "variable FLOWORCH_SECRET_SIGNING, or" in found[2].fix  # also where no keyring works


def test_two_nodes_that_read_each_other_are_not_both_told_to_be_connected(problems) -> None:  # type: ignore[no-untyped-def]
    """(C2.1) Who follows every fix must not end with a circle."""
    nodes = {"a": reads("{{ nodes.b.output }}"), "b": reads("{{ nodes.a.output }}")}
    fixes = {each.node: each.fix for each in problems(nodes)}
    assert fixes["b"] == "Connect a → b, directly or through others."
    assert fixes["a"] == "Read a node that runs before 'a': an edge b → a would close a circle."


def test_a_reader_inside_a_container_is_told_to_connect_the_container(problems) -> None:  # type: ignore[no-untyped-def]
    """(C10.1)"""
    nodes = {"a": None, "loop": {"action": "flow.foreach"}, "x": reads("{{ nodes.a.output }}", parent="loop")}
    (found,) = problems(nodes)
    assert found.fix == "Connect a → loop, directly or through others."
