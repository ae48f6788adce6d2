from __future__ import annotations

import json
from typing import Any

import pytest

from floworch.actions.registry import registry
from floworch.cli.support.try_action import try_action
from floworch.errors import ActionError, UsageError


def test_an_action_runs_alone_with_its_example_and_what_is_set(capsys: Any) -> None:
    settings = ['fields={"text": "{{ inputs.a }}"}']
    try_action(registry.resolve("data.set"), settings, ["a=hello"])
    assert json.loads(capsys.readouterr().out) == {"text": "hello"}
    try_action(registry.resolve("flow.if"), ["condition=1 > 2"], ())
    assert "port: false" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("action", "settings", "error", "said"),
    [
        ("data.set", ["fields"], UsageError, "NAME=VALUE"),
        ("flow.foreach", [], UsageError, "cannot run alone"),
        ("flow.wait", ["for=1h"], UsageError, "only a run has"),
        ("data.set", ["fields=3"], ActionError, "fields"),
    ],
)
def test_what_cannot_run_alone_says_so(action: str, settings: list[str], error: Any, said: str) -> None:
    with pytest.raises(error, match=said):
        try_action(registry.resolve(action), settings, ())
