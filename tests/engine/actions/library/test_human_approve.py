from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.outcome import Outcome, Wait
from floworch.actions.registry import registry
from floworch.errors import ActionError
from floworch.testing.actions import FakeHost, call_action, run_action


def test_it_asks_and_waits_for_a_week() -> None:  # (C8.1)
    host = FakeHost(inputs={"n": 3}, now=1000.0)
    wait = run_action("human.approve", host, message="Pay {{ inputs.n }}?", assignees=["ada"])
    assert wait == Wait(
        "approval", due=1000.0 + 7 * 86400, on_timeout="reject", details={"message": "Pay 3?", "assignees": ["ada"]}
    )


@pytest.mark.parametrize(
    ("params", "due", "on_timeout"),
    [
        ({"timeout": None}, None, "reject"),
        ({"timeout": "1m", "on_timeout": "fail"}, 60.0, "fail"),
        ({"timeout": 5, "on_timeout": "approve"}, 5.0, "approve"),
    ],
)
def test_the_time_limit_is_chosen(params: dict[str, Any], due: float | None, on_timeout: str) -> None:
    wait = run_action("human.approve", message="?", **params)
    assert (wait.due, wait.on_timeout) == (due, on_timeout)


async def test_auto_approves_at_once_and_says_so() -> None:
    host = FakeHost(inputs={"headless": True})
    outcome = await call_action("human.approve", {"message": "?", "auto": "{{ inputs.headless }}"}, host)
    assert outcome == Outcome({"approved": True, "by": "auto", "comment": ""}, "approved", ("out",))
    assert host.logs == [("info", "Approved automatically: 'auto' is set.")]


def test_it_declares_its_ports() -> None:
    assert registry.resolve("human.approve").success_ports({}) == ("approved", "rejected", "out")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "'message' is missing."),
        ({"message": ""}, "'message' must be text that is not empty, not ''."),
        (
            {"message": "?", "on_timeout": "wait"},
            "'on_timeout' must be one of 'reject', 'approve' or 'fail', not 'wait'.",
        ),
        ({"message": "?", "assignees": "ada"}, "'assignees' must be a list, not 'ada'."),
    ],
)
def test_wrong_parameters_are_named(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("human.approve", **params)
    assert caught.value.message == message
