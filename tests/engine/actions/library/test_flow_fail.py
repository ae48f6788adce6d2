from __future__ import annotations

import pytest

from floworch.actions.registry import registry
from floworch.errors import ActionError, ErrorKind
from floworch.testing.actions import FakeHost, run_action


def test_it_fails_with_the_message_and_kind() -> None:
    with pytest.raises(ActionError, match=r"^total 7 is too high$") as caught:
        run_action(
            "flow.fail", FakeHost(inputs={"t": 7}), message="total {{ inputs.t }} is too high", kind="validation_error"
        )
    assert caught.value.kind is ErrorKind.VALIDATION


def test_the_message_may_be_any_value_or_left_out() -> None:
    with pytest.raises(ActionError, match=r'^\{"a":1\}$') as caught:
        run_action("flow.fail", message={"a": 1})
    assert caught.value.kind is ErrorKind.PROCESSING
    with pytest.raises(ActionError, match="Stopped by a Fail node"):
        run_action("flow.fail")


def test_it_offers_every_kind() -> None:  # (C4.1)
    schema = registry.resolve("flow.fail").params.model_json_schema()
    assert set(schema["properties"]["kind"]["enum"]) == {str(kind) for kind in ErrorKind}
    with pytest.raises(ActionError, match="'kind' must be one of"):
        run_action("flow.fail", kind="oops")
