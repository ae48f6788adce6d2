"""The logging layer (C5.3)."""

from __future__ import annotations

import logging as python_logging
from typing import Any

import pytest

from floworch import Expand, Wait, logging
from floworch.middleware.logging import chip
from floworch.testing import FakeHost


async def test_start_and_end_are_logged_in_the_node_and_in_python(caplog: pytest.LogCaptureFixture) -> None:
    host = FakeHost()

    async def inner(ctx: Any) -> int:
        return 5

    with caplog.at_level(python_logging.DEBUG, logger="my.log"):
        assert await logging("debug", "pre", "my.log")(inner, host.context()) == 5
    assert [level for level, _ in host.logs] == ["debug", "debug"]
    assert host.logs[0][1] == "pre attempt 1 started"
    assert len(caplog.records) == 2


class MuteError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize("error", [ValueError("bad"), MuteError()])
async def test_a_failure_is_logged_and_raised_on(error: Exception) -> None:
    """C4.6: also one that cannot say what it is."""
    host = FakeHost()

    async def inner(ctx: Any) -> None:
        raise error

    with pytest.raises(type(error)):
        await logging()(inner, host.context())
    assert host.logs[-1][0] == "error"


def test_chip() -> None:
    assert (chip({}), chip({"level": "debug"})) == ("", "debug")


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (Wait("approval"), "waits: approval"),
        (Wait("signal", "paid"), "waits: signal paid"),
        (Expand([1, 2, 3]), "begins 3 items"),
    ],
)
async def test_a_node_that_waits_or_opens_items_has_not_completed(answer: Any, line: str) -> None:
    host = FakeHost()

    async def inner(ctx: Any) -> Any:
        return answer

    assert await logging()(inner, host.context()) is answer
    assert host.logs[-1] == ("info", line)
