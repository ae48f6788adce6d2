from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.library.flow_foreach import DEFAULT_LIMIT, LIMIT_SETTING, item_limit
from floworch.actions.outcome import Expand
from floworch.actions.registry import registry
from floworch.errors import ActionError, LimitExceeded, UsageError
from floworch.testing.actions import FakeHost, run_action


def test_it_expands_into_its_items() -> None:  # (C10.1)
    host = FakeHost(nodes={"list": {"files": ["a", "b"]}})
    assert run_action("flow.foreach", host, items="{{ nodes.list.output.files }}") == Expand(["a", "b"], 4, "stop")
    assert run_action("flow.foreach", items=[], concurrency=2, on_item_error="collect") == Expand([], 2, "collect")


def test_it_is_a_container() -> None:
    spec = registry.resolve("flow.foreach")
    assert spec.container
    assert spec.output_schema is not None
    assert spec.output_schema["type"] == "array"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"items": {"a": 1}}, "'items' must be a list, not an object."),
        ({"items": "abc"}, "'items' must be a list, not 'abc'."),
        ({"items": 3}, "'items' must be a list, not 3."),
        ({"items": [], "concurrency": "3"}, "'concurrency': must be a whole number, not the text '3'."),
        ({"items": [], "concurrency": 0}, "'concurrency' must be at least 1, not 0."),
        ({"items": [], "on_item_error": "skip"}, "'on_item_error' must be one of 'stop' or 'collect', not 'skip'."),
    ],
)
def test_wrong_parameters_are_named(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("flow.foreach", **params)
    assert caught.value.message == message


def test_the_limit_is_named_with_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:  # (C13)
    host = FakeHost(inputs={"items": [0] * (DEFAULT_LIMIT + 1)})
    with pytest.raises(LimitExceeded, match="'items' has 1000001 entries; at most 1000000 are allowed") as caught:
        run_action("flow.foreach", host, items="{{ inputs.items }}")
    assert LIMIT_SETTING in caught.value.hint
    monkeypatch.setenv(LIMIT_SETTING, "1000001")
    assert len(run_action("flow.foreach", host, items="{{ inputs.items }}").items) == 1_000_001
    monkeypatch.setenv(LIMIT_SETTING, "")
    assert item_limit() == DEFAULT_LIMIT


@pytest.mark.parametrize("value", ["many", "-3", "0", "1.5", "\u0663"])
def test_a_limit_without_sense_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:  # (C13)
    monkeypatch.setenv(LIMIT_SETTING, value)
    with pytest.raises(UsageError, match=f"{LIMIT_SETTING} must be a whole number of at least 1, not '{value}'"):
        item_limit()
