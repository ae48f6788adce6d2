from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.library.util_log import MAX_MESSAGE, as_text
from floworch.errors import ActionError
from floworch.testing.actions import FakeHost, run_action


def test_a_line_is_logged_and_handed_on() -> None:
    host = FakeHost(inputs={"id": 7})
    assert run_action("util.log", host, message="order {{ inputs.id }}", level="warning") == "order 7"
    assert host.logs == [("warning", "order 7")]


@pytest.mark.parametrize("value", [None, 0, {"a": [1]}])
def test_a_value_is_handed_on_untouched_also_null(value: Any) -> None:
    assert run_action("util.log", message="x", value=value) == value


def test_anything_can_be_the_message() -> None:
    host = FakeHost(inputs={"order": {"id": 7, "name": "ä"}})
    assert run_action("util.log", host, message="{{ inputs.order }}") == {"id": 7, "name": "ä"}
    assert host.logs == [("info", '{"id":7,"name":"ä"}')]
    assert [as_text(value) for value in ("x", None, 1.5, True)] == ["x", "null", "1.5", "true"]


def test_a_huge_message_is_cut_in_the_log_only() -> None:
    host = FakeHost()
    assert run_action("util.log", host, message="x" * 100_000) == "x" * 100_000
    assert host.logs[0][1] == "x" * MAX_MESSAGE + "... (100000 characters)"


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ActionError, match="'level' must be one of 'debug', 'info', 'warning' or 'error', not 'loud'"):
        run_action("util.log", message="x", level="loud")
