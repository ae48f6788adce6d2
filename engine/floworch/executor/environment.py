"""What expressions see of a run: ``inputs data nodes item index run secrets outer`` (contract C6.4)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from floworch.expr import use_environment
from floworch.run.plan import Plan
from floworch.run.state import RunState, Scope
from floworch.run.view import public_error

use_environment(os.environ.get)  # the filter ``env``: expressions themselves read nothing of the machine


class NodesView(Mapping[str, Any]):
    """``nodes.<id>`` as ``{output, status, error}``, looked up when it is asked for.

    Inside a container's body, the nodes of the same body are those of the same item.
    """

    __slots__ = ("_plan", "_scope", "_state")

    def __init__(self, plan: Plan, state: RunState, scope: Scope) -> None:
        self._plan = plan
        self._state = state
        self._scope = scope

    def __getitem__(self, node: str) -> dict[str, Any]:
        i = self._state.index[node]
        scope = self._scope[: self._plan.depth[i]]
        status = str(self._state.status_of(i, scope))
        if not scope:
            state = self._state
            return {"output": state.output[i], "status": status, "error": public_error(state.errors.get(i))}
        body = self._state.bodies.get(scope, {}).get(i)
        if body is None:
            return {"output": None, "status": status, "error": None}
        return {"output": body.output, "status": status, "error": public_error(body.error)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._state.node_ids)

    def __len__(self) -> int:
        return len(self._state.node_ids)


class SecretsView(Mapping[str, str]):
    """``secrets.<name>``, read when it is used and never listed."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read

    def __getitem__(self, name: str) -> str:
        return self._read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Environment:
    """Makes the context of an expression for one place in the run."""

    def __init__(self, plan: Plan, state: RunState, read_secret: Callable[[str], str]) -> None:
        self._plan = plan
        self._state = state
        self._run = {"id": state.run_id, "workflow": state.workflow_id}
        self._secrets = SecretsView(read_secret)

    def item(self, node: int, scope: Scope) -> Any:
        """The current item of the container around a node."""
        container = self._plan.parent[node]
        return self._state.items[container, scope[:-1]].items[scope[-1]]

    def context(self, node: int = -1, scope: Scope = (), data: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The names an expression of ``node`` sees; -1 for expressions of the whole run."""
        names: dict[str, Any] = {
            "inputs": self._state.inputs,
            "data": self._state.data if data is None else data,
            "nodes": NodesView(self._plan, self._state, scope),
            "run": self._run,
            "secrets": self._secrets,
        }
        if scope:
            names["item"] = self.item(node, scope)
            names["index"] = scope[-1]
            if len(scope) > 1:
                names["outer"] = self._outer(node, scope)
        return names

    def _outer(self, node: int, scope: Scope) -> dict[str, Any]:
        container = self._plan.parent[node]
        outer = {"item": self.item(container, scope[:-1]), "index": scope[-2]}
        if len(scope) > 2:
            outer["outer"] = self._outer(container, scope[:-1])
        return outer
