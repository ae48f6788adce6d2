from __future__ import annotations

from floworch.model.problem import Problem


def test_the_place_is_told_once() -> None:
    assert Problem("x", "error", "nodes.a.timeout", "It is wrong.").text == "nodes.a.timeout: It is wrong."
    assert Problem("x", "error", "nodes.a.timeout", "nodes.a.timeout is zero.").text == "nodes.a.timeout is zero."
    assert Problem("x", "error", "", "It is empty.").text == "It is empty."


def test_json_form_is_what_scripts_read() -> None:
    problem = Problem("cycle", "error", "edges[3]", "m", "f", "b", {"op": "x"})
    assert problem.to_json() == {
        "code": "cycle",
        "severity": "error",
        "path": "edges[3]",
        "node": "b",
        "message": "m",
        "fix": "f",
    }
