"""What the engine does for a running action: logs, progress, data, secrets, expressions, durable retry."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from floworch.actions.context import Context, base_of
from floworch.actions.data import WorkflowData
from floworch.artifact import Artifact, loaded
from floworch.executor.failures import describe
from floworch.executor.layer_services import LayerServices
from floworch.executor.notes import LIMIT_PER_SECOND, NoteLimiter
from floworch.executor.raw import evaluate_raw
from floworch.expr import compile_condition, render_template
from floworch.model.unicode import unicode_text
from floworch.run.events import EventKind
from floworch.run.ports import port_fired

if TYPE_CHECKING:
    from floworch.executor.driver import RunDriver

_LEVELS = frozenset({"debug", "info", "warning", "error"})


class Services(LayerServices):
    """The Host of every Context of one run."""

    def __init__(self, driver: RunDriver) -> None:
        super().__init__(driver)
        self._limiter = NoteLimiter()
        self._thread = threading.get_ident()

    def log(self, ctx: Context, level: str, message: str) -> None:
        """Journal a log line of a node, from any thread."""
        payload = {
            "level": level if level in _LEVELS else "info",
            "message": unicode_text(self._driver.secrets.redact(str(message))),
        }
        self._note(EventKind.NODE_LOGGED, ctx, payload)

    def progress(self, ctx: Context, fraction: float | None, message: str) -> None:
        """Journal a node's progress, from any thread."""
        share = None if fraction is None else min(1.0, max(0.0, float(fraction)))
        payload = {"fraction": share, "message": unicode_text(self._driver.secrets.redact(str(message)))}
        self._note(EventKind.NODE_PROGRESSED, ctx, payload)

    def _note(self, kind: EventKind, ctx: Context, payload: dict[str, Any]) -> None:
        if threading.get_ident() == self._thread:
            self._record(kind, ctx, payload)
        else:
            self._driver.loop.call_soon_threadsafe(self._record, kind, ctx, payload)

    def _record(self, kind: EventKind, ctx: Context, payload: dict[str, Any]) -> None:
        driver = self._driver
        at = driver.now()
        kept, dropped = self._limiter.admit(ctx.node_index, at)
        if driver.closed or driver.state.status.final:
            return
        if not kept:
            driver.attempts.untold.add(ctx.node_index)
            return
        if dropped:
            payload = {**payload, "dropped": dropped}
        if ctx.compensating:
            payload = {**payload, "compensation": True}
        driver.scheduler.note(kind, ctx.node_index, ctx.scope, payload, at)
        driver.gate.flush_soon()

    def tell_dropped(self, ctx: Context) -> None:
        """At the end of an attempt, journal how many of its notes were dropped and no later one has told (C15)."""
        dropped = self._limiter.take(ctx.node_index)
        if dropped:
            message = (
                f"{dropped} further lines and reports of progress were dropped: {LIMIT_PER_SECOND} a second are kept"
            )
            payload = {"level": "warning", "message": message, "dropped": dropped}
            self._driver.scheduler.note(EventKind.NODE_LOGGED, ctx.node_index, ctx.scope, payload, self._driver.now())

    def overdue(self, ctx: Context, error: Exception) -> None:
        """Let an attempt fail with ``error`` that goes on after a timeout, however often it is asked."""
        self._driver.bodies_of(ctx).overdue(ctx, error)

    async def keep(self, artifact: Artifact) -> None:
        """Put an artifact into the store of the run, if it has one on a disk. Raises OSError."""
        keep = getattr(self._driver.log, "keep", None)
        if keep is not None:
            await asyncio.to_thread(keep, artifact)

    def secret(self, ctx: Context, name: str) -> str:
        """The value of a secret."""
        return self._driver.secrets.read(name)

    def hide(self, ctx: Context, value: str) -> None:
        """Take a value for a secret from now on."""
        self._driver.secrets.hide(value)

    def cancelled(self, ctx: Context) -> str | None:
        """Why this attempt is asked to stop, or None."""
        return self._driver.bodies_of(ctx).cancelled(ctx)

    def data(self, ctx: Context) -> WorkflowData:
        """The run's data for one attempt."""
        state = self._driver.state
        scope, base = ctx.scope, base_of(ctx)

        def lookup(node: str) -> tuple[str, Any]:
            i = state.index[node]
            inner = scope[: self._driver.plan.depth[i]]
            return str(state.seen_status(i, inner)), self._driver.scheduler.core.output_of(i, inner)

        return WorkflowData(base if base is not None else state.data, lookup)

    def evaluate(self, ctx: Context, expression: str, item: Any) -> Any:
        """Evaluate a raw expression for one item; a surrounding foreach's item is then ``outer.item`` (C15)."""
        names = self._driver.environment.names_of(ctx)
        if "item" in names:
            names["outer"] = {key: names[key] for key in ("item", "index", "outer") if key in names}
        names["item"] = item
        return evaluate_raw(expression, names)

    def render(self, ctx: Context, template: str, values: Mapping[str, Any], autoescape: bool) -> str:
        """Render a raw template with everything an expression sees and ``values`` on top."""
        names = self._driver.environment.names_of(ctx)
        names.update(values)
        return render_template(template, names, autoescape)

    def now(self, ctx: Context) -> float:
        """Epoch seconds on the engine's clock."""
        return self._driver.now()

    def upstream(self, ctx: Context) -> Mapping[str, Any]:
        """Outputs of the nodes whose edges into this node were taken, in edge order."""
        driver = self._driver
        found: dict[str, Any] = {}
        for edge in driver.plan.workflow.edges:
            if edge.target == ctx.node:
                source = driver.plan.index[edge.source]
                continues = source in driver.plan.continues
                if port_fired(driver.state, source, ctx.scope, edge.port, continues):
                    found[edge.source] = loaded(driver.scheduler.core.output_of(source, ctx.scope))
        return found

    async def retry(self, ctx: Context, error: BaseException, policy: Any) -> bool:
        """Journal a retry, wait for its moment without holding a slot, and come back in the next attempt (C5.4)."""
        described = describe(error, self._driver.secrets.redact)
        attempt = await self._driver.attempts.park(ctx, described, policy)
        if attempt is None:
            return False
        ctx.attempt = attempt
        ctx.data.discard()  # what the failed attempt wrote is not seen (C6.1)
        return True

    def condition(self, ctx: Context, expression: str | bool) -> bool:
        """Evaluate a condition where the context's node stands."""
        names = self._driver.environment.names_of(ctx)
        return bool(compile_condition(expression).evaluate(names))

    def worker_message(self, ctx: Context, kind: str, payload: Any) -> Any:
        """Handle what a worker process prints, reports or asks (``floworch.actions.workers.OnMessage``)."""
        if kind in ("stdout", "stderr"):
            self.log(ctx, "info" if kind == "stdout" else "warning", str(payload))
        elif kind == "log":
            self.log(ctx, str(payload.get("level", "info")), str(payload.get("message", "")))
        elif kind == "progress":
            self.progress(ctx, payload.get("fraction"), str(payload.get("message", "")))
        elif kind == "data":
            for name, value in (payload.get("set") or {}).items():
                ctx.data.set(name, value)
            for name in payload.get("delete") or ():
                ctx.data.delete(name)
        else:
            return self._answer(ctx, kind, payload)
        return None

    def _answer(self, ctx: Context, kind: str, payload: Any) -> Any:
        answers: dict[str, Callable[[], Any]] = {
            "secret": lambda: self.secret(ctx, str(payload)),
            "hide": lambda: self.hide(ctx, str(payload)),
            "evaluate": lambda: self.evaluate(ctx, payload["expression"], payload.get("item")),
            "render": lambda: self.render(
                ctx, payload["template"], payload.get("values") or {}, bool(payload.get("autoescape"))
            ),
            "redact": lambda: self.redact(ctx, payload),
            "resolve": lambda: self.resolve(ctx, payload["value"], payload["names"]),
            "condition": lambda: self.condition(ctx, payload),
            "upstream": lambda: dict(self.upstream(ctx)),
            "kept": lambda: self.kept(ctx, **payload),
            "now": lambda: self.now(ctx),
        }
        return answers[kind]() if kind in answers else None
