"""What is said about a name that is not known here (C2.1)."""

from __future__ import annotations

import pytest

from floworch.actions.registry import registry
from floworch.model.rules.unknown import OWN_ACTION, OWN_LAYER, advice


@pytest.mark.parametrize(
    ("name", "close", "means", "says"),
    [
        ("htpp.request", "http.request", "http.request", "Did you mean 'http.request'?"),
        ("swich", "flow.switch", "flow.switch", "Did you mean 'flow.switch'?"),
        ("orders.validate", "data.validate", None, OWN_ACTION),
        ("orders.refund", None, None, OWN_ACTION),
        ("data.nothing", None, None, "'floworch actions list' shows every action."),
        ("nothing", None, None, "'floworch actions list' shows every action."),
    ],
)
def test_an_action_of_another_family_is_no_misspelt_one(
    name: str, close: str | None, means: str | None, says: str
) -> None:
    assert advice(name, ["http.request", "data.validate", "flow.switch"], close) == (says, means)


def test_an_action_that_only_its_program_registers_is_told_apart(problems) -> None:  # type: ignore[no-untyped-def]
    """(C5.4) by the validator and by whoever looks it up."""
    unknown = {"action": "orders.validate", "middleware": [{"use": "zebra"}]}
    found = {each.path: each for each in problems({"a": unknown})}
    assert (found["nodes.a.action"].fix, found["nodes.a.action"].repair) == (OWN_ACTION, None)
    assert found["nodes.a.middleware[0].use"].fix == OWN_LAYER
    for wanted in ("@action", "py:MODULE:NAME", "floworch.actions", "floworch actions new"):
        assert wanted in OWN_ACTION
    assert registry.suggestion("orders.validate") == OWN_ACTION
