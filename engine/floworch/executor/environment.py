"""What expressions see of a run: ``inputs data nodes item index run secrets outer`` (contract C6.4)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from floworch.actions.context import base_of
from floworch.artifact import loaded
from floworch.expr import use_clock, use_environment
from floworch.expr.derived import disguise
from floworch.run.plan import Plan
from floworch.run.state import RunState, Scope
from floworch.run.view import public_error

if TYPE_CHECKING:
    from floworch.actions.context import Context
    from floworch.executor.secrets import Secrets

use_environment(os.environ.get)  # the filter ``env``: expressions themselves read nothing of the machine
use_clock(time.thread_time)


class NodesView(Mapping[str, Any]):
    """``nodes.<id>`` as ``{output, status, error}``, of a foreach with ``errors``, looked up when it is asked for.

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
        status = str(self._state.seen_status(i, scope))
        if not scope:
            state = self._state
            found = {"output": state.output[i], "status": status, "error": public_error(state.errors.get(i))}
            if (items := state.items.get((i, ()))) is not None and items.rounds is None:
                found["errors"] = items.error_list()
            return found
        body = self._state.body_of(i, scope)
        if body is None:
            return {"output": None, "status": status, "error": None}
        return {"output": body.output, "status": status, "error": public_error(body.error)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._state.index)

    def __len__(self) -> int:
        return len(self._state.index)


class SecretsView(Mapping[str, str]):
    """``secrets.<name>``, read when it is used and never listed; what expressions make of one is hidden as well.

    Args:
        read: Gives the value of a name. hide: hides a text from now on.
    """

    __slots__ = ("_hide", "_read")

    def __init__(self, read: Callable[[str], str], hide: Callable[[str], None]) -> None:
        self._read = read
        self._hide = hide

    def disguised(self) -> SecretsView:
        """The same names with other values of the same shape."""
        return SecretsView(lambda name: disguise(self._read(name)), lambda _: None)

    def hide(self, text: str) -> None:
        """Hide a text from now on."""
        self._hide(text)

    def __getitem__(self, name: str) -> str:
        return self._read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Environment:
    """Makes the context of an expression for one place in the run."""

    def __init__(self, plan: Plan, state: RunState, secrets: Secrets, trigger: Mapping[str, Any] | None = None) -> None:
        self._plan = plan
        self._state = state
        self._run = {"id": state.run_id, "workflow": state.workflow_id, "trigger": trigger}
        self._secrets = SecretsView(secrets.read, secrets.hide)

    def place(self, ctx: Context) -> None:
        """Give the context of a body node its ``item`` and ``index``, and its identity where that is not its scope."""
        scope = ctx.scope
        if len(scope) == 1 and self._state.saga is None:  # most items: in no other container, and no try
            items = self._state.items[self._plan.parent[ctx.node_index], ()]
            if items.rounds is None or items.rounds.kind != "try":
                ctx.index = index = scope[0]
                ctx.item = loaded(items.items[index])
                return
        place = self._place(ctx.node_index, ctx.scope)
        if place is not None:
            ctx.item, ctx.index = loaded(place[2]), place[1][-1]
        if (identity := self._identity(ctx.node_index, ctx.scope)) != ctx.scope:
            ctx.identity = identity

    def _place(self, node: int, scope: Scope) -> tuple[int, Scope, Any] | None:
        """``(container, scope of its item, item)`` of the innermost container with items of its own: no try."""
        container = self._plan.parent[node]
        while scope:
            is_try, item = self._item(container, scope)
            if not is_try:
                return container, scope, item
            container, scope = self._plan.parent[container], scope[:-1]
        return None

    def _identity(self, node: int, scope: Scope) -> Scope:
        """The item indexes that a node's identity is made of (C11): those of a try's rounds, being attempts, are 0."""
        container, numbers = self._plan.parent[node], list(scope)
        for level in range(len(scope), 0, -1):
            if self._item(container, scope[:level])[0]:
                numbers[level - 1] = 0
            container = self._plan.parent[container]
        return tuple(numbers)

    def _item(self, container: int, scope: Scope) -> tuple[bool, Any]:
        """Whether the item at ``scope`` of a container is a try's round, and the item."""
        saga = self._state.saga
        if saga is not None and (place := saga.places.get((container, scope))) is not None:
            return place[0], place[1][place[2]]
        items = self._state.items[container, scope[:-1]]
        return items.rounds is not None and items.rounds.kind == "try", items.items[scope[-1]]

    def after_round(self, container: int, scope: Scope, result: Any) -> dict[str, Any]:
        """The names that ``until`` sees after the round ``scope``: the body's nodes, and its result as ``item``."""
        names = self.context(container, scope[:-1])
        names["nodes"] = NodesView(self._plan, self._state, scope)
        if "item" in names:
            names["outer"] = {key: names[key] for key in ("item", "index", "outer") if key in names}
        names["item"], names["index"] = result, scope[-1]
        return names

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
            self._add_items(names, node, scope)
        return names

    def names_of(self, ctx: Context) -> dict[str, Any]:
        """The names an expression sees where a context stands; in a compensation ``output``, too (C15)."""
        names = self.context(ctx.node_index, ctx.scope, base_of(ctx))
        if ctx.compensating:
            names["output"] = ctx.undone
        return names

    def _add_items(self, names: dict[str, Any], node: int, scope: Scope) -> None:
        place = self._place(node, scope)
        if place is not None:
            container, inner, names["item"] = place
            names["index"] = inner[-1]
            outer: dict[str, Any] = {}
            self._add_items(outer, container, inner[:-1])
            if outer:
                names["outer"] = outer
