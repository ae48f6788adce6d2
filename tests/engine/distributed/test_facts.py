"""What a worker says of itself: versions, and actions by id (C14)."""

from __future__ import annotations

from typing import Any

import pytest
from cluster_kit import Bodies

from floworch.distributed.facts import find_actions, look
from floworch.versions import VERSION


async def test_versions_and_actions_are_told(bodies: Bodies) -> None:
    bodies.facts["a.b"] = {"version": 4}
    found = await look([("a.b", "m:f")])
    assert found["floworch"] == VERSION
    assert found["actions"] == {"a.b": {"version": 4}}
    assert (await look([]))["actions"] == {}


@pytest.mark.parametrize(
    ("action", "target", "said"),
    [
        ("util.log", "floworch.actions.library.util_log:util_log", {"version": 1}),
        ("py:json:dumps", "json:dumps", {"version": 1}),
        ("acme.score", "json:dumps", {"missing": "it is not installed there"}),
    ],
)
def test_an_action_is_found_by_its_function_and_its_id(action: str, target: str, said: dict[str, Any]) -> None:
    assert find_actions([[action, target]]) == {action: said}


def test_a_function_that_cannot_be_imported_is_missing() -> None:
    found = find_actions([["acme.score", "no_such_module:score"]])
    assert "no_such_module" in found["acme.score"]["missing"]
