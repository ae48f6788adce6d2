from __future__ import annotations

import pytest

from floworch.errors import ActionError
from floworch.testing.actions import FakeHost, run_action

FIELDS = {"folder": {"required": True}, "limit": {"type": "integer", "default": 3}}


def test_the_output_is_the_inputs_of_the_run() -> None:
    assert run_action("trigger.manual", FakeHost(inputs={"a": 1, "b": [2]})) == {"a": 1, "b": [2]}


def test_listed_fields_are_completed_and_nothing_else_is_put_out() -> None:
    host = FakeHost(inputs={"folder": "x", "other": 1})
    assert run_action("trigger.manual", host, inputs=FIELDS) == {"folder": "x", "limit": 3}


def test_inputs_that_do_not_fit_are_named() -> None:
    with pytest.raises(ActionError, match="The inputs of the run do not fit: The field 'folder' is required"):
        run_action("trigger.manual", FakeHost(inputs={}), inputs=FIELDS)
