"""``flow.repeat`` as an action (C10.2)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.outcome import Rounds
from floworch.actions.registry import registry
from floworch.testing.actions import run_action


@pytest.mark.parametrize(
    ("params", "rounds"),
    [
        ({}, Rounds("repeat", most=100)),
        ({"until": " item > 3 ", "max": 5}, Rounds("repeat", most=5, until="item > 3")),
        ({"until": True}, Rounds("repeat", most=100, until="true")),
        ({"until": False, "delay": "2m", "start": [1]}, Rounds("repeat", start=[1], most=100, delay=120.0)),
        ({"until": "{{ item }}", "on_max": "fail"}, Rounds("repeat", most=100, until="{{ item }}", on_max="fail")),
    ],
)
def test_a_repeat_asks_for_rounds_and_leaves_its_condition_unevaluated(params: dict[str, Any], rounds: Rounds) -> None:
    assert run_action("flow.repeat", **params) == rounds


def test_its_body_has_items_and_its_condition_sees_the_body() -> None:
    spec = registry.resolve("flow.repeat")
    assert spec.container
    assert spec.own_item
    assert spec.round_params == {"until"}
    assert "until" in spec.raw_params


def test_a_number_that_is_written_as_text_is_a_problem() -> None:  # (C13)
    spec = registry.resolve("flow.repeat")
    (issue,) = spec.check_params({"max": "3"})
    assert issue.path == "max"
    assert "'3'" in issue.message
    assert spec.check_params({"max": 3}) == []
    assert spec.check_params({"max": "{{ inputs.most }}"}) == []
