"""The port to the worker processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from floworch.actions import workers as port
from floworch.actions.workers import CodeJob, OnMessage, RemoteError, provide_workers, workers
from floworch.errors import ActionError, ErrorKind, classify


class Fake:
    """Answers every call with its target."""

    async def call(
        self,
        target: str | CodeJob,
        kwargs: Mapping[str, Any],
        on_message: OnMessage,
        interpreter: str | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> Any:
        return target


async def test_an_action_reaches_the_pool_that_was_provided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port, "_provider", None)
    provide_workers(Fake)
    assert await workers().call("m:f", {}, lambda kind, payload: None) == "m:f"


def test_without_a_pool_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port, "_provider", None)
    with pytest.raises(ActionError, match="no worker processes") as caught:
        workers()
    assert caught.value.kind is ErrorKind.INTERNAL
    assert "engine" in caught.value.hint


def test_a_remote_error_keeps_kind_and_traceback() -> None:
    error = RemoteError("lost", "connection_error", 2.5, "try again", "Traceback: here")
    assert classify(error) is ErrorKind.CONNECTION
    assert (error.message, error.retry_after, error.hint) == ("lost", 2.5, "try again")
    assert error.traceback_text == "Traceback: here"


def test_a_code_job_has_no_inputs_by_default() -> None:
    assert CodeJob("1").inputs == {}
