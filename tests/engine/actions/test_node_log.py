"""The log of a node, as a function and as a logger."""

from __future__ import annotations

from floworch.testing import FakeHost


def test_the_log_is_written_as_a_function_and_as_a_logger() -> None:
    host = FakeHost()
    ctx = host.context()
    ctx.log("plain", level="warning")
    ctx.log.debug("100 %")
    ctx.log.info("%d of %s", 1, "two")
    ctx.log.warning("w")
    ctx.log.error("e")
    assert host.logs == [
        ("warning", "plain"), ("debug", "100 %"), ("info", "1 of two"), ("warning", "w"), ("error", "e")
    ]  # fmt: skip
