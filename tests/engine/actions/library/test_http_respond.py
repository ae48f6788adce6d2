from __future__ import annotations

from typing import Any

import pytest

from floworch.errors import ActionError
from floworch.testing.actions import FakeHost, run_action


def host(event: dict[str, Any] | None) -> FakeHost:
    return FakeHost(trigger={"node": "hook", "event": event})


def test_the_output_is_the_answer() -> None:
    sent = {"status": 201, "body": {"id": 7}, "headers": {"X-Count": 3}}
    answer = run_action("http.respond", host({"respond": "end"}), **sent)
    assert answer == {"status": 201, "headers": {"X-Count": "3"}, "body": {"id": 7}}


def test_in_a_run_that_was_started_by_hand_it_gives_what_would_be_answered_and_says_so() -> None:
    by_hand = host(None)
    assert run_action("http.respond", by_hand, body="x") == {"status": 200, "headers": {}, "body": "x"}
    ((_, said),) = by_hand.logs
    assert "No web request waits for an answer of this run" in said


@pytest.mark.parametrize(
    ("event", "said", "hint"),
    [
        ({"kind": "webhook", "respond": "now"}, "answered when the run began", "Set 'respond' (When to answer)"),
        ({"due": "x"}, "not started by a web request", "floworch serve"),
    ],
)
def test_without_anybody_who_waits_it_is_an_error_that_says_what_to_set(
    event: dict[str, Any], said: str, hint: str
) -> None:
    with pytest.raises(ActionError, match=said) as caught:
        run_action("http.respond", host(event))
    assert hint in caught.value.hint


def test_a_header_with_a_line_break_is_refused() -> None:
    with pytest.raises(ActionError, match="line break"):
        run_action("http.respond", host({"respond": "end"}), headers={"X": "a\r\nSet-Cookie: b"})
