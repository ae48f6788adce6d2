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


@pytest.mark.parametrize("event", [None, {"respond": "now"}, {"due": "x"}])
def test_without_anybody_who_waits_it_is_an_error_that_says_how_to_serve(event: dict[str, Any] | None) -> None:
    with pytest.raises(ActionError, match="Nobody waits for an answer") as caught:
        run_action("http.respond", host(event))
    assert "floworch serve" in caught.value.hint


def test_a_header_with_a_line_break_is_refused() -> None:
    with pytest.raises(ActionError, match="line break"):
        run_action("http.respond", host({"respond": "end"}), headers={"X": "a\r\nSet-Cookie: b"})
