"""What ``util.state`` and ``Context.state`` share; each alone is in its own test."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.library.kept_values import MOST, perform
from floworch.actions.params import UNSET
from floworch.errors import ActionError
from floworch.testing import FakeHost


@pytest.mark.parametrize(
    ("op", "value", "word"),
    [("set", UNSET, "is missing"), ("set", "x" * MOST, "over the limit"), ("increment", "one", "must be a number")],
)
def test_what_cannot_be_kept_or_added_is_refused(op: str, value: Any, word: str) -> None:
    with pytest.raises(ActionError, match=word):
        perform(FakeHost().context(), op, "k", value, "workflow", "change-1")


def test_a_change_that_is_repeated_gives_its_result_again() -> None:
    ctx = FakeHost().context()
    first = perform(ctx, "increment", "n", 2, "workflow", "change-1")
    assert perform(ctx, "increment", "n", 2, "workflow", "change-1") == first == {"value": 2, "existed": False}
    assert perform(ctx, "get", "n", UNSET, "global", "") == {"value": None, "existed": False}
