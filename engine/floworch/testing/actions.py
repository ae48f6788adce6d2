"""Run one action in a test, without an engine: a host that records, and actions that follow a script."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from floworch.actions.combinators import call
from floworch.actions.context import Context
from floworch.actions.data import WorkflowData
from floworch.actions.functions import spec_of
from floworch.actions.outcome import Expand, Outcome, Rounds, Wait
from floworch.actions.registry import registry
from floworch.actions.spec import ActionSpec
from floworch.errors import ActionError, ErrorKind, classify
from floworch.executor.results import checked_output
from floworch.run.retrying import delay_before_retry


class FakeHost:
    """What a Context asks of the engine, kept in plain attributes.

    Args:
        inputs, data: The run's inputs and data.
        nodes: Outputs of earlier nodes by id; expressions read them as ``nodes.<id>.output``.
        secrets: Secrets by name.
        upstream: Outputs of the nodes that lead to this one, by id; by default all of ``nodes``.
        now: The time, in seconds since the Unix epoch; it stands still but for the waits of a retry.
        path: Directory of the store, for layers that keep something beside it; None for a store without one.
        folder: The folder the run was started in; the current one when left out.
        trigger: What started the run, as expressions see it in ``run.trigger``.

    Attributes:
        logs: ``(level, message)`` of every line logged.
        progressed: ``(fraction, message)`` of every progress shown.
        delays: Seconds that were waited before each further attempt of a retry layer.
        cancel_reason: Set it to a text to ask the action to stop.
    """

    def __init__(
        self,
        *,
        inputs: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        nodes: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        upstream: Mapping[str, Any] | None = None,
        now: float = 0.0,
        path: Path | None = None,
        folder: str | None = None,
        trigger: Mapping[str, Any] | None = None,
    ) -> None:
        self.inputs = dict(inputs or {})
        self.nodes = dict(nodes or {})
        self.secrets = dict(secrets or {})
        self.workflow_data = WorkflowData(dict(data or {}), self._node)
        self.time = now
        self.path = path
        self.place = folder
        self.trigger = trigger
        self.logs: list[tuple[str, str]] = []
        self.progressed: list[tuple[float | None, str]] = []
        self.delays: list[float] = []
        self.cancel_reason: str | None = None
        self._upstream = upstream

    def _node(self, node: str) -> tuple[str, Any]:
        return "completed", self.nodes[node]

    def context(self, **options: Any) -> Context:
        """Return a Context of this host; the options are those of ``Context``."""
        return Context(self, **{"run_id": "test-run", "workflow_id": "test", "node": "node", **options})

    def scope(self, ctx: Context, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the names an expression sees, with ``values`` on top."""
        data = self.workflow_data
        return {
            "inputs": self.inputs,
            "data": {key: data.get(key) for key in data.keys()},  # noqa: SIM118 - no mapping
            "nodes": {
                name: {"output": output, "status": "completed", "error": None} for name, output in self.nodes.items()
            },
            "item": ctx.item,
            "index": ctx.index,
            "secrets": self.secrets,
            "run": {"id": ctx.run_id, "workflow": ctx.workflow_id, "trigger": self.trigger},
            **(values or {}),
        }

    def log(self, ctx: Context, level: str, message: str) -> None:
        """Record a line."""
        self.logs.append((level, message))

    def progress(self, ctx: Context, fraction: float | None, message: str) -> None:
        """Record progress."""
        self.progressed.append((fraction, message))

    def secret(self, ctx: Context, name: str) -> str:
        """The secret, or ActionError not_found_error."""
        if name not in self.secrets:
            raise ActionError(f"There is no secret '{name}'.", ErrorKind.NOT_FOUND)
        return self.secrets[name]

    def hide(self, ctx: Context, value: str) -> None:
        """Nothing is written down here."""

    def cancelled(self, ctx: Context) -> str | None:
        """The ``cancel_reason``."""
        return self.cancel_reason

    def data(self, ctx: Context) -> WorkflowData:
        """The one data of this host; what an action writes stays in it."""
        return self.workflow_data

    def evaluate(self, ctx: Context, expression: str, item: Any) -> Any:
        """Evaluate with ``item``."""
        from floworch.executor.raw import evaluate_raw

        return evaluate_raw(expression, self.scope(ctx, {"item": item}))

    def render(self, ctx: Context, template: str, values: Mapping[str, Any], autoescape: bool) -> str:
        """Render a template."""
        from floworch.expr import render_template

        return render_template(template, self.scope(ctx, values), autoescape)

    async def call(self, ctx: Context, workflow: str, inputs: Mapping[str, Any], wait: bool) -> Wait:
        """A call of any workflow and any inputs."""
        details = {"workflow": workflow, "inputs": dict(inputs), **({} if wait else {"begun": True})}
        return Wait("call", name=f"{ctx.run_id}.{ctx.node}", details=details)

    def condition(self, ctx: Context, expression: str | bool) -> bool:
        """Evaluate a condition."""
        from floworch.expr import compile_condition

        compiled = compile_condition(expression)
        return bool(compiled.value if compiled.constant else compiled.evaluate(self.scope(ctx)))

    async def retry(self, ctx: Context, error: BaseException, policy: Any) -> bool:
        """Whether a retry layer tries again, as its policy says; the wait is skipped, and ``delays`` notes it."""
        described = {"kind": classify(error), "retry_after": getattr(error, "retry_after", None)}
        delay = delay_before_retry(policy, ctx.attempt, described, 0.5)
        if delay is None:
            return False
        self.delays.append(delay)
        self.time += delay
        ctx.attempt += 1
        return True

    def now(self, ctx: Context) -> float:
        """The time that was given."""
        return self.time

    def upstream(self, ctx: Context) -> Mapping[str, Any]:
        """The upstream outputs that were given."""
        return self.nodes if self._upstream is None else self._upstream

    def redact(self, ctx: Context, value: Any) -> Any:
        """The value with every secret that was given replaced by dots."""
        from floworch.executor.redaction import Redactor

        return Redactor(self.secrets.values()).value(value)

    def resolve(self, ctx: Context, value: Any, names: Mapping[str, Any]) -> Any:
        """Evaluate the expressions in a value."""
        from floworch.expr import compile_value

        compiled = compile_value(value)
        return compiled.value if compiled.constant else compiled.evaluate(self.scope(ctx, names))

    async def perform(self, ctx: Context, action: str, params: Mapping[str, Any], names: Mapping[str, Any]) -> Any:
        """Run another action, as ``call_action``."""
        return await call_action(action, self.resolve(ctx, dict(params), names), self)

    def kept(self, ctx: Context, op: str, key: str, value: Any, scope: str, identity: str) -> dict[str, Any]:
        """Read or change a value that lives as long as this host."""
        from floworch.actions.library.kept_values import perform

        return perform(ctx, op, key, value, scope, identity)

    def home(self, ctx: Context, scope: Literal["run", "store"]) -> object:
        """This host, for the run and for the store."""
        return self

    def folder(self, ctx: Context) -> str:
        """The folder that was given, else the current one."""
        return self.place if self.place is not None else os.getcwd()


def run_action(action: Callable[..., Any] | str, host: FakeHost | None = None, /, **params: Any) -> Any:
    """Run one action as a node would and return its output.

    Literal parameters are checked, expressions evaluated, the result checked to be a JSON value. An Outcome gives
    its output; a Wait or Expand is returned itself. For the port, use ``call_action``.

    Without a running event loop it returns the output; in a coroutine it returns an awaitable of it
    (``await run_action(...)``).

    Args:
        action: A function, decorated or plain, or an action id.
        host: Gives inputs, data, secrets and so on, and records logs and progress.
        params: The parameters as a definition would hold them.

    Raises:
        ActionError: Wrong parameters, or what the action raised.
        UsageError: There is no such action.
    """
    outcome = _output(action, host, params)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(outcome)
    return outcome


async def _output(action: Callable[..., Any] | str, host: FakeHost | None, params: Mapping[str, Any]) -> Any:
    result = await call_action(action, params, host)
    return result.output if isinstance(result, Outcome) else result


async def call_action(
    action: Callable[..., Any] | str, params: Mapping[str, Any], host: FakeHost | None = None, **context: Any
) -> Any:
    """Run one action and return exactly what it returned: an output, Outcome, Wait or Expand.

    Args:
        action: A function, decorated or plain, or an action id.
        params: The parameters as a definition would hold them.
        host: As in ``run_action``.
        context: Options of ``Context``: ``item``, ``index``, ``attempt``, ``scope``, ``node``, ``run_id``.

    Raises:
        ActionError: Wrong parameters, or what the action raised.
        UsageError: There is no such action.
    """
    spec = registry.resolve(action) if isinstance(action, str) else spec_of(action)
    host = host if host is not None else FakeHost()
    issues = spec.check_params(params)
    if issues:
        raise ActionError(
            " ".join(issue.message for issue in issues),
            ErrorKind.VALIDATION,
            hint=" ".join(issue.fix for issue in issues if issue.fix),
        )
    ctx = host.context(**context)
    kwargs = spec.prepare(_evaluated(spec, params, host, ctx))
    ctx.params = kwargs
    result = await call(spec, ctx, kwargs)
    if isinstance(result, (Wait, Expand, Rounds)):
        return result
    if isinstance(result, Outcome):
        return replace(result, output=checked_output(result.output, f"output of {spec.id}"))
    return checked_output(result, f"output of {spec.id}")


def _evaluated(spec: ActionSpec, params: Mapping[str, Any], host: FakeHost, ctx: Context) -> dict[str, Any]:
    from floworch.model.conditions import compile_param

    found: dict[str, Any] = {}
    for name, value in params.items():
        if name in spec.raw_params:
            found[name] = value
            continue
        compiled = compile_param(spec.condition_params, name, value)
        found[name] = compiled.value if compiled.constant else compiled.evaluate(host.scope(ctx))
    return found


class Scripted:
    """An action that does what a list says, one entry per call; see ``scripted``.

    Attributes:
        calls: The parameters of every call so far.
        contexts: The Context of every call so far.
    """

    __name__ = "scripted"

    def __init__(self, outcomes: Iterable[Any]) -> None:
        self._outcomes = list(outcomes)
        self.calls: list[dict[str, Any]] = []
        self.contexts: list[Context] = []

    async def __call__(self, ctx: Context, **params: Any) -> Any:
        """Do what the next entry says. Raises AssertionError after the last one."""
        number = len(self.calls)
        self.calls.append(params)
        self.contexts.append(ctx)
        if number >= len(self._outcomes):
            raise AssertionError(f"the scripted action was called {number + 1} times, but has {number} outcomes")
        outcome = self._outcomes[number]
        if isinstance(outcome, BaseException) or (isinstance(outcome, type) and issubclass(outcome, BaseException)):
            raise outcome
        if callable(outcome):
            outcome = outcome(ctx)
        return await outcome if inspect.isawaitable(outcome) else outcome


def scripted(outcomes: Iterable[Any]) -> Scripted:
    """Return an action for tests that gives one outcome per call; it takes any parameters.

    Args:
        outcomes: Per call: an exception to raise; a function, called with the Context; an awaitable (also as the
            function's result), awaited; anything else is returned: an output, Outcome, Wait or Expand.
    """
    return Scripted(outcomes)
