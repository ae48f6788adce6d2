"""The port through which an action reaches the engine's worker processes, which live on a higher floor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from floworch.errors import ActionError, ErrorKind

#: ``on_message(kind, payload)``: kind ``stdout`` or ``stderr`` (a line of text), ``log`` (``{"level", "message"}``),
#: ``progress`` (``{"fraction", "message"}``), ``data`` (``{"set", "delete"}``, once, at the end), or a question whose
#: answer it returns: ``secret`` (a name), ``evaluate`` (``{"expression", "item"}``),
#: ``render`` (``{"template", "values", "autoescape"}``), ``now`` (None), ``upstream`` (None),
#: ``condition`` (an expression), ``redact`` (a value), ``resolve`` (``{"value", "names"}``).
#: An answer may be awaitable.
OnMessage = Callable[[str, Any], Any]


@dataclass(frozen=True, slots=True)
class CodeJob:
    """Python source to run in a worker (``python.code``).

    Attributes:
        code: The source.
        inputs: Its variables.
        folder: The folder it works in; where the worker was started when empty.
    """

    code: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    folder: str = ""


class RemoteError(ActionError):
    """A failure inside a worker process.

    ``traceback_text`` is the traceback as it would have been printed there, with the user's own frames only;
    empty when the worker died without one.
    """

    def __init__(
        self,
        message: str,
        kind: ErrorKind | str = ErrorKind.PROCESSING,
        retry_after: float | None = None,
        hint: str = "",
        traceback_text: str = "",
    ) -> None:
        super().__init__(message, kind, retry_after, hint)
        self.traceback_text = traceback_text


class Workers(Protocol):
    """What a pool of worker processes offers."""

    async def call(
        self,
        target: str | CodeJob,
        kwargs: Mapping[str, Any],
        on_message: OnMessage,
        interpreter: str | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run one job in a worker and return its result; cancelling the call kills the worker's process tree."""
        ...


_provider: Callable[[], Workers] | None = None


def provide_workers(provider: Callable[[], Workers]) -> None:
    """Set where ``workers`` gets the pool of the running event loop; ``floworch.executor.processes`` does."""
    global _provider  # noqa: PLW0603 - one process has one provider, set at import
    _provider = provider


def workers() -> Workers:
    """The worker pool of the running event loop.

    Raises:
        ActionError: kind internal_error, when no engine has been loaded in this process.
    """
    if _provider is None:
        raise ActionError(
            "There are no worker processes here.",
            ErrorKind.INTERNAL,
            hint="Run the action through an engine: import floworch.executor.processes first.",
        )
    return _provider()
