"""The port through which an attempt reaches a cluster; what speaks to Dask lives on a higher floor (contract C14)."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from floworch.actions.workers import OnMessage
from floworch.errors import ActionError, ErrorKind


@dataclass(frozen=True, slots=True)
class ClusterJob:
    """One attempt as it is submitted to a cluster.

    Attributes:
        cluster: Address of the scheduler or name of a connection of the type ``dask``; empty for the usual one.
        run_id, born, node, scope, attempt: Whose attempt it is; ``born`` is when the run was created, epoch seconds, so
            that runs of one id in two stores are told apart; ``scope`` holds the item indexes.
        action, version: Id of the action and the version that a worker must have.
        target: ``module:qualname`` of its function.
        params: Its prepared parameters, plain values.
        context: Fields of its Context; see ``floworch.executor.worker_context.make_context``.
        tags: Resources that its worker must offer, one of each.
        only_attach: It must not be submitted: an earlier attempt was lost to a crash and may have taken effect.
    """

    cluster: str
    run_id: str
    born: float
    node: str
    scope: tuple[int, ...]
    attempt: int
    action: str
    version: int
    target: str
    params: Mapping[str, Any] = field(repr=False)
    context: Mapping[str, Any] = field(repr=False)
    tags: tuple[str, ...] = ()
    only_attach: bool = False


class NotAttached(BaseException):  # like a stop signal: no layer may take it for a failure
    """Nothing of earlier attempts was found on the cluster, and the job must not be submitted; the text says why."""


class Clusters(Protocol):
    """What the engine's connections to clusters offer."""

    async def call(
        self, job: ClusterJob, on_message: OnMessage, recorded: Callable[[], bool], began: Callable[[], None]
    ) -> Any:
        """Run one attempt on the cluster, or take up one that a process before this one left there.

        Cancelling the call stops the body and returns when it has stopped, or after a grace time.

        Args:
            job: The attempt.
            on_message: Receives what the body prints, logs and asks, on the event loop.
            recorded: Whether the outcome is durable, so that the cluster may forget it.
            began: Called once when the body has begun, which may have waited for a worker.

        Returns:
            What the action returned.

        Raises:
            ActionError: connection_error when scheduler or worker are lost, validation_error when no worker fits, and
                whatever the body failed with.
            NotAttached: The job may only be taken up, and there is nothing.
        """
        ...

    async def close(self) -> None:
        """Let go of every scheduler that nothing runs on."""
        ...


_PROVIDER = "floworch.distributed.clusters"
_provider: Callable[[], Clusters] | None = None


def provide_clusters(provider: Callable[[], Clusters]) -> None:
    """Set where ``clusters`` gets the connections of the running event loop; ``floworch.distributed`` does."""
    global _provider  # noqa: PLW0603 - one process has one provider
    _provider = provider


def clusters() -> Clusters:
    """The cluster connections of the running event loop; what provides them is loaded when first asked for.

    Raises:
        ActionError: kind internal_error, when that is missing.
    """
    if _provider is None:
        importlib.import_module(_PROVIDER)  # by name: it stands a floor above, and few runs need it
    if _provider is None:
        raise ActionError("There is nothing here that reaches a cluster.", ErrorKind.INTERNAL)
    return _provider()


async def close_clusters() -> None:
    """Let go of every scheduler that nothing of the running event loop uses any more."""
    if _provider is not None:
        await _provider().close()
