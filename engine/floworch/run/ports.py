"""Which ports an ended node has fired (contract C2.2, C2.6)."""

from __future__ import annotations

from typing import Any

from floworch.run.fold import PASSED
from floworch.run.state import RunState, Scope
from floworch.run.status import NodeStatus

OUT = ("out", "done")
ERROR = ("error", "done")
ERROR_CONTINUES = ("error", "done", "out")
#: What a try fires for a failure that it does not catch (C15).
UNCAUGHT = ("done",)


_ENDED_WELL = frozenset(
    {NodeStatus.COMPLETED, NodeStatus.REUSED, NodeStatus.COMPENSATED, NodeStatus.COMPENSATION_FAILED}
)


def fired_ports(state: RunState, node: int, scope: Scope, continues: bool) -> tuple[str, ...]:
    """The ports that a node instance fired; PASSED stands for all but ``error``.

    ``continues`` tells whether the node has ``on_error: continue``.
    """
    status = state.status_of(node, scope)
    error = _error(state, node, scope)
    if status is NodeStatus.FAILED or (status is NodeStatus.REUSED and error):
        return ports_of_failure(error, continues)
    port = _port(state, node, scope)
    if status is NodeStatus.BYPASSED:
        return PASSED if port is not None and tuple(port) == PASSED else ()
    if status in _ENDED_WELL:
        return OUT if port is None else (*port, "done")
    return ()


def ports_of_failure(error: dict[str, Any] | None, continues: bool) -> tuple[str, ...]:
    """The ports of a node that failed with this error."""
    if continues:
        return ERROR_CONTINUES
    return UNCAUGHT if error and error.get("uncaught") else ERROR


def _error(state: RunState, node: int, scope: Scope) -> dict[str, Any] | None:
    if not scope:
        return state.errors.get(node)
    body = state.bodies.get(scope, {}).get(node)
    return body.error if body is not None else None


def _port(state: RunState, node: int, scope: Scope) -> tuple[str, ...] | None:
    if not scope:
        return state.ports.get(node)
    body = state.bodies.get(scope, {}).get(node)  # reading must not make a record
    return body.port if body is not None else None


def port_fired(state: RunState, node: int, scope: Scope, port: str, continues: bool) -> bool:
    """Whether one port of a node instance fired; ``continues`` as in ``fired_ports``."""
    fired = fired_ports(state, node, scope, continues)
    return port in fired or (fired == PASSED and port != "error")
