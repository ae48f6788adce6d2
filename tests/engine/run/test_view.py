"""One node and one run as JSON (interfaces.md section 4)."""

from __future__ import annotations

import json
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from run_dialogue import Dialogue, expands, fails, output, waits, workflow

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


@given(st.floats(0, 4e9))
def test_a_moment_is_right_to_the_millisecond(at: float) -> None:
    shown = iso(at)
    assert shown is not None
    assert shown.endswith("Z")
    assert len(shown) == len("2026-01-01T10:00:00.000Z")
    assert abs(datetime.fromisoformat(shown).timestamp() - at) <= 0.000_51


def test_a_completed_run_is_the_object_that_scripts_rely_on() -> None:
    """interfaces.md section 4, key by key."""
    run = Dialogue(workflow({"pay": {"retry": {"max_attempts": 2, "delay": 4, "jitter": 0}}})).start()
    run.answer(fails())
    run.fire()
    run.answer(output({"id": "p-1"}, data={"set": {"k": 1}}))
    assert json.loads(json.dumps(run.state.to_json())) == {
        "run_id": "r", "workflow": "t", "status": "completed", "started_at": "1970-01-01T00:16:40.000Z",
        "ended_at": "1970-01-01T00:16:46.000Z", "duration": 6.0, "inputs": {}, "outputs": {}, "data": {"k": 1},
        "error": None, "pause_reason": None,
        "nodes": {"pay": {
            "status": "completed", "attempts": 2, "started_at": "1970-01-01T00:16:40.000Z",
            "ended_at": "1970-01-01T00:16:46.000Z", "duration": 6.0, "output": {"id": "p-1"}, "error": None,
            "items": None, "reused_from": None,
        }},
        "compensation": {"compensated": [], "failed": [], "not_needed": []},
    }  # fmt: skip


def test_a_run_that_goes_on_has_no_end() -> None:
    run = Dialogue(workflow({"a": {}})).start().play({"a": fails()})
    assert run.state.to_json()["duration"] == 1.0
    assert "elapsed" not in run.state.to_json()  # it never rested: the same
    again = run.crash(len(run.events))
    again.tell(again.scheduler.retry)
    shown = again.state.to_json()
    assert (shown["ended_at"], shown["duration"], shown["error"]) == (None, None, None)


def test_what_a_node_waits_for_is_shown() -> None:
    """C8.1"""
    run = Dialogue(workflow({"a": {}})).start().play({"a": waits("approval", due=9_000.0)})
    assert run.state.to_json()["nodes"]["a"]["wait"]["kind"] == "approval"
    assert run.state.node("a").duration is None


def test_nodes_without_items_or_waits_have_no_such_keys() -> None:
    run = Dialogue(workflow({"loop": {}, "x": {"parent": "loop"}, "a": {}})).start()
    run.play(lambda name, scope, attempt: expands([1]) if name == "loop" else output(1))
    nodes = run.state.to_json()["nodes"]
    assert not {"wait", "counts", "errors"} & nodes["a"].keys()
    assert nodes["x"]["counts"] == {"completed": 1}
    assert nodes["loop"]["items"] == {"total": 1, "completed": 1, "failed": 0}


def test_the_error_of_a_node_names_it_as_that_of_the_run_does() -> None:
    """interfaces.md, section 4: ``error`` is ``{"kind", "message", "node"}``."""
    run = Dialogue(workflow({"a": {}}))
    run.start().play({"a": fails("timeout_error")})
    shown = run.state.to_json()
    assert shown["nodes"]["a"]["error"] | {"message": ""} == {"kind": "timeout_error", "message": "", "node": "a"}
    assert shown["error"]["node"] == "a"
