"""One node and one run as JSON (interfaces.md section 4)."""

from __future__ import annotations

from run_dialogue import Dialogue, fails, workflow

from floworch.run.view import iso, span


def test_moments_and_spans() -> None:
    assert iso(0.0006) == "1970-01-01T00:00:00.001Z"
    assert iso(None) is None
    assert (span(1.0, 3.5), span(3.0, 1.0), span(None, 1.0)) == (2.5, 0.0, None)


def test_a_failed_run_shows_kind_message_and_node_without_traceback() -> None:
    run = Dialogue(workflow({"a": {}})).start().play({"a": fails(traceback="long")})
    shown = run.state.to_json()
    assert shown["error"] == {"kind": "processing_error", "message": "processing_error", "node": "a"}
    assert "traceback" not in shown["nodes"]["a"]["error"]
    assert shown["outputs"] == {}
    assert shown["compensation"] == {"compensated": [], "failed": [], "not_needed": []}
