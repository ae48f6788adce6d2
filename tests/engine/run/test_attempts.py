"""What the end of an attempt means: completion, failure, retry, expansion (C2.2, C4.4, C10.1)."""

from __future__ import annotations

from run_dialogue import OK, Dialogue, expands, fails, output, workflow

RETRY = {"retry": {"max_attempts": 3, "delay": 10, "backoff": 2, "jitter": 0}}


def test_a_completed_node_starts_what_follows_in_the_same_batch() -> None:
    run = Dialogue(workflow({"a": {}, "b": {}}, "a>b")).start()
    run.answer(OK)
    assert run.story()[-2:] == ["node_completed a", "node_started b"]


def test_a_chosen_port_fires_instead_of_out() -> None:
    """C2.7"""
    run = Dialogue(workflow({"a": {}, "yes": {}, "no": {}, "always": {}}, "a:true>yes", "a>no", "a:done>always"))
    run.start().play({"a": output(True, port="true")})
    assert run.statuses() == {"a": "completed", "always": "completed", "no": "bypassed", "yes": "completed"}


def test_further_ports_fire_with_the_chosen_one() -> None:
    run = Dialogue(workflow({"a": {}, "yes": {}, "out": {}}, "a:approved>yes", "a>out"))
    run.start().play({"a": output(True, port="approved", also=["out"])})
    assert run.statuses() == {"a": "completed", "out": "completed", "yes": "completed"}


def test_a_failure_is_retried_after_the_backoff_until_the_attempts_are_used_up() -> None:
    """C4.4: attempts and due times are journaled; no wait after the last one."""
    run = Dialogue(workflow({"a": RETRY})).start().play({"a": fails()})
    assert run.story() == [
        "run_created", "run_started", "node_started a", "node_retrying a", "node_started a", "node_retrying a",
        "node_started a", "node_failed a", "run_failed",
    ]  # fmt: skip
    delays = [event.payload["delay"] for event in run.events if event.payload and "delay" in event.payload]
    assert delays == [10, 20]


def test_retry_after_overrides_the_computed_delay() -> None:
    """C4.4"""
    run = Dialogue(workflow({"a": RETRY})).start()
    run.answer(fails("rate_limit_error", retry_after=77))
    assert run.events[-1].payload is not None
    assert run.events[-1].payload["delay"] == 77


def test_a_retrying_node_holds_no_slot() -> None:
    """C2.5"""
    run = Dialogue(workflow({"a": RETRY, "b": {}}), limit=1).start()
    run.answer(fails())
    assert run.story()[-2:] == ["node_retrying a", "node_started b"]


def test_a_kind_that_is_given_up_on_is_not_retried() -> None:
    node = {"retry": {"max_attempts": 3, "give_up_on": ["validation_error"]}}
    run = Dialogue(workflow({"a": node})).start().play({"a": fails("validation_error")})
    assert run.statuses() == {"a": "failed"}
    assert run.state.attempts == [1]


def test_an_interrupted_attempt_does_not_count() -> None:
    """C7.1, C15: pause now takes nothing from max_attempts."""
    run = Dialogue(workflow({"a": {"retry": {"max_attempts": 2, "delay": 1}}})).start()
    run.tell(run.scheduler.pause, True, None)
    command = run.started.popleft()
    run.tell(run.scheduler.ended_otherwise, "interrupted", command.node, (), "pause")
    assert run.state.status == "paused"
    run.tell(run.scheduler.resume)
    run.play({"a": fails()})
    assert run.state.attempts == [3]
    assert run.statuses() == {"a": "failed"}


def test_an_empty_container_completes_at_once() -> None:
    run = Dialogue(workflow({"loop": {}, "in": {"parent": "loop"}, "b": {}}, "loop>b"))
    run.start().play({"loop": expands([])})
    assert run.statuses() == {"b": "completed", "in": "bypassed", "loop": "completed"}
    assert run.state.output[run.state.index["loop"]] == []


def test_data_becomes_visible_with_the_completion() -> None:
    """C6.1"""
    run = Dialogue(workflow({"a": {}})).start()
    before = run.state.data
    run.answer({"payload": {"data": {"set": {"k": 1}, "delete": []}}})
    assert before == {}
    assert run.state.data == {"k": 1}
