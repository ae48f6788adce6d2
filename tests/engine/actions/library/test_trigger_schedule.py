from __future__ import annotations

import pytest

from floworch.actions.registry import registry
from floworch.errors import ActionError
from floworch.testing.actions import FakeHost, run_action

EVENT = {"kind": "schedule", "due": "2026-01-01T02:00:00Z", "fired": "2026-01-01T02:00:03Z"}


def test_the_output_says_when_it_was_due_and_fired() -> None:
    host = FakeHost(trigger={"node": "node", "event": EVENT})
    assert run_action("trigger.schedule", host, cron="0 2 * * *") == {"due": EVENT["due"], "fired": EVENT["fired"]}


def test_started_by_hand_it_is_due_now() -> None:
    now = "2026-01-01T00:00:00Z"
    assert run_action("trigger.schedule", FakeHost(now=1_767_225_600)) == {"due": now, "fired": now}


@pytest.mark.parametrize(
    ("params", "path", "words"),
    [
        ({"cron": "99 * * * *"}, "cron", "'99 * * * *' is no schedule: bad minute."),
        ({"tz": "Mars/Olympus"}, "tz", "There is no time zone 'Mars/Olympus' on this machine."),
    ],
)
def test_a_wrong_schedule_is_a_problem_before_the_run_and_an_error_in_it(
    params: dict[str, str], path: str, words: str
) -> None:
    spec = registry.resolve("trigger.schedule")
    assert [(issue.path, issue.message) for issue in spec.check_params(params)] == [(path, words)]
    with pytest.raises(ActionError) as caught:
        run_action("trigger.schedule", FakeHost(data={"x": next(iter(params.values()))}), **{path: "{{ data.x }}"})
    assert caught.value.message == words
    assert spec.check_params({"cron": "{{ inputs.cron }}", "tz": "UTC"}) == []
