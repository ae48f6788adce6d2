"""The Context of an action that runs in a worker process: it speaks to the engine through messages."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Literal

from floworch.actions.context import Context
from floworch.actions.data import WorkflowData
from floworch.actions.outcome import Wait
from floworch.errors import ActionError, ErrorKind
from floworch.executor import processes as _processes  # an action in a worker may want workers too  # noqa: F401


class MessageHost:
    """Implements ``actions.context.Host`` by telling and asking the engine's process."""

    def __init__(
        self, tell: Callable[[Mapping[str, Any]], None], ask: Callable[[str, Any], Any], folder: str = ""
    ) -> None:
        self._tell = tell
        self._ask = ask
        self._folder = folder or os.getcwd()

    def log(self, ctx: Context, level: str, message: str) -> None:
        """Send one log line."""
        self._tell({"log": {"level": level, "message": message}})

    def progress(self, ctx: Context, fraction: float | None, message: str) -> None:
        """Send the progress."""
        self._tell({"progress": {"fraction": fraction, "message": message}})

    def secret(self, ctx: Context, name: str) -> str:
        """Ask the engine for a secret's value."""
        return str(self._ask("secret", name))

    def hide(self, ctx: Context, value: str) -> None:
        """Ask the engine to take a value for a secret."""
        self._ask("hide", value)

    def cancelled(self, ctx: Context) -> str | None:
        """Always None: a worker whose attempt is cancelled is killed."""
        return None

    def data(self, ctx: Context) -> WorkflowData:
        """The run's data; ``make_context`` has given it already, so this is empty."""
        return WorkflowData({})

    def evaluate(self, ctx: Context, expression: str, item: Any) -> Any:
        """Ask the engine for the value of an expression."""
        return self._ask("evaluate", {"expression": expression, "item": item})

    def render(self, ctx: Context, template: str, values: Mapping[str, Any], autoescape: bool) -> str:
        """Ask the engine for a rendered template."""
        return str(self._ask("render", {"template": template, "values": dict(values), "autoescape": autoescape}))

    def condition(self, ctx: Context, expression: str | bool) -> bool:
        """Ask the engine for the value of a condition."""
        return bool(self._ask("condition", expression))

    def now(self, ctx: Context) -> float:
        """Epoch seconds, by the engine's clock."""
        return float(self._ask("now", None))

    def upstream(self, ctx: Context) -> Mapping[str, Any]:
        """Ask the engine what the nodes before this one gave."""
        found: Mapping[str, Any] = self._ask("upstream", None)
        return found

    def redact(self, ctx: Context, value: Any) -> Any:
        """Ask the engine to take the secrets out of a value."""
        return self._ask("redact", value)

    def resolve(self, ctx: Context, value: Any, names: Mapping[str, Any]) -> Any:
        """Ask the engine to evaluate the expressions in a value."""
        return self._ask("resolve", {"value": value, "names": dict(names)})

    async def perform(self, ctx: Context, action: str, params: Mapping[str, Any], names: Mapping[str, Any]) -> Any:
        """Refused: another action runs where the engine puts it."""
        raise ActionError("A body in a worker process cannot run another action.", ErrorKind.INTERNAL)

    async def call(self, ctx: Context, workflow: str, inputs: Mapping[str, Any], wait: bool) -> Wait:
        """Refused: child runs belong to the engine."""
        raise ActionError("A body in a worker process cannot call another workflow.", ErrorKind.INTERNAL)

    def kept(self, ctx: Context, op: str, key: str, value: Any, scope: str, identity: str) -> dict[str, Any]:
        """Ask the engine to read or change a value that outlives runs."""
        asked = {"op": op, "key": key, "value": value, "scope": scope, "identity": identity}
        found: dict[str, Any] = self._ask("kept", asked)
        return found

    def home(self, ctx: Context, scope: Literal["run", "store"]) -> object:
        """This host: what is kept here ends with the body."""
        return self

    def folder(self, ctx: Context) -> str:
        """The folder that came with the job."""
        return self._folder

    async def retry(self, ctx: Context, error: BaseException, policy: Any) -> bool:
        """Refused: layers run in the engine's process, around the worker."""
        raise ActionError("A body in a worker process cannot ask for another attempt.", ErrorKind.INTERNAL)


def make_context(
    fields: Mapping[str, Any], tell: Callable[[Mapping[str, Any]], None], ask: Callable[[str, Any], Any]
) -> Context:
    """Make the Context from its fields: those ``Context`` is made of, plus ``data`` as of the start and ``folder``."""
    known = {
        name: fields[name]
        for name in ("run_id", "workflow_id", "node", "node_index", "attempt", "params", "item", "index")
        if name in fields
    }
    ctx = Context(
        MessageHost(tell, ask, fields.get("folder", "")),
        scope=tuple(fields.get("scope", ())),
        data=WorkflowData(fields.get("data") or {}),
        **known,
    )
    if "undone" in fields:
        ctx.undone = fields["undone"]
    return ctx
