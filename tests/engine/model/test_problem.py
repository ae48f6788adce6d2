from __future__ import annotations

from floworch.model.problem import Problem


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
