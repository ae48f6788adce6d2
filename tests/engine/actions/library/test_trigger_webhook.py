from __future__ import annotations

import pytest

from floworch.actions.registry import registry
from floworch.testing.actions import FakeHost, run_action


def test_the_output_is_the_request() -> None:
    event = {"kind": "webhook", "method": "PUT", "body": {"a": 1}, "headers": {"x-id": "7"}, "query": {"q": "1"}}
    host = FakeHost(trigger={"node": "node", "event": event})
    assert run_action("trigger.webhook", host, path="/x") == {
        "body": {"a": 1}, "headers": {"x-id": "7"}, "query": {"q": "1"}, "method": "PUT",
    }  # fmt: skip


def test_started_by_hand_the_request_is_empty() -> None:
    assert run_action("trigger.webhook", path="/x", method="GET") == {
        "body": None, "headers": {}, "query": {}, "method": "GET",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "fits"), [("/orders/new", True), ("orders", True), ("/a b", False), ("/x?y=1", False)]
)
def test_the_path_is_one_of_an_address(path: str, fits: bool) -> None:
    assert (registry.resolve("trigger.webhook").check_params({"path": path}) == []) is fits
