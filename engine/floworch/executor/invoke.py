"""One attempt of one node: parameters, layers, retry field, timeout, then the action itself (C15, layer order).

Functions that only pass on to another one give back what is to be awaited, and are no coroutines themselves: each
coroutine on the way costs every node about half a microsecond.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from floworch.actions.asking import Reminder
from floworch.actions.context import Context, base_of
from floworch.actions.functions import spec_of
from floworch.actions.outcome import Outcome
from floworch.errors import struck_during, timed_out
from floworch.executor.places import bounded_by
from floworch.executor.stacks import stack_of
from floworch.executor.steps import Step
from floworch.model.own import copied, own

if TYPE_CHECKING:
    from floworch.executor.environment import Environment

Run = Callable[[Context, Step, dict[str, Any]], Awaitable[Any]]

#: Seconds a body in a thread is given to notice ``ctx.cancelled`` after a cancel or a pause now.
GRACE = 5.0
#: Places where an action is called by name, in another process.
_ELSEWHERE = frozenset({"process", "cluster"})


class Bodies(Protocol):
    """Where bodies that do not run on the loop go."""

    async def thread(self, ctx: Context, call: Callable[[], Any]) -> Any:
        """Run a plain function in a thread."""
        ...

    async def process(self, ctx: Context, step: Step, params: dict[str, Any]) -> Any:
        """Run an action in a worker process."""
        ...

    def cluster(self, ctx: Context, step: Step, params: dict[str, Any]) -> Awaitable[Any]:
        """Run an action on the cluster of its run."""
        ...

    def begins(self, ctx: Context, start: Callable[[], None]) -> None:
        """Take what is to be called when the body of an attempt on the cluster begins."""
        ...

    def expired(self, ctx: Context, reason: str) -> None:
        """Tell a body that runs in a thread to stop."""
        ...

    def overdue(self, ctx: Context, error: Exception) -> None:
        """Take how an attempt ends whose body goes on after its timeout, however often it is asked to stop."""
        ...


def run_step(step: Step, ctx: Context, environment: Environment, bodies: Bodies) -> Awaitable[Any]:
    """Run one attempt; awaiting it gives what the action returned.

    Raises:
        Exception: Whatever the action, a layer or an expression raised.
    """
    if step.fixed is not None:
        ctx.params = step.fixed if step.shares else dict(step.fixed)
    else:
        ctx.params = step.parameters(lambda: environment.context(ctx.node_index, ctx.scope, base_of(ctx)))
    if not step.layers:
        return once(step, bodies, ctx)
    stack = step.stack
    if stack is None:
        stack = stack_of(
            layer
            for layer, when in step.layers
            if when is None or when.evaluate(environment.context(ctx.node_index, ctx.scope, base_of(ctx)))
        )
    return stack(ctx)  # type: ignore[no-any-return]


async def below_layers(step: Step, bodies: Bodies, ctx: Context) -> Any:
    """The retry field below listed layers: its attempts happen inside them."""
    while True:
        try:
            if step.timeout is not None or step.shares or ctx.params or ctx.item is not None:
                return await once(step, bodies, ctx)
            return _result_taken(await _call(step, bodies, ctx))  # ``_by_value`` with nothing to share
        except Exception as error:
            if step.policy is None or not await ctx.retry(error, step.policy):
                raise


def once(step: Step, bodies: Bodies, ctx: Context) -> Awaitable[Any]:
    """Call the action, bounded by the timeout field."""
    if step.timeout is None:
        return call_action(step, bodies, ctx)
    begins = bodies.begins if step.run_on == "cluster" else None
    return bounded(step.timeout, call_action(step, bodies, ctx), ctx, bodies.expired, begins, bodies.overdue)


async def bounded(
    after: float,
    body: Any,
    ctx: Context,
    expired: Callable[[Context, str], None] | None = None,
    begins: Callable[[Context, Callable[[], None]], None] | None = None,
    overdue: Callable[[Context, Exception], None] | None = None,
) -> Any:
    """Await ``body`` for at most ``after`` seconds; its own error is never hidden by the timeout (C4.5).

    Args:
        after: Seconds.
        body: What is awaited.
        ctx: Its attempt.
        expired: Told when the time is over.
        begins: Takes what starts the time, for a body that may wait for a place elsewhere; else it starts at once.
        overdue: Told how the attempt ends once the body has swallowed ``MOST_ASKED`` requests to stop.

    Raises:
        ActionError: timeout_error when the time is over.
    """
    message = f"the attempt took longer than its timeout of {after:g} s"
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(after if begins is None else None) as limit:
            if begins is not None:
                begins(ctx, lambda: limit.reschedule(loop.time() + after))
            give_up = None if overdue is None else lambda: overdue(ctx, timed_out(message))
            reminder = Reminder(limit, after, give_up)
            try:
                with bounded_by(limit):
                    output = await body
            except asyncio.CancelledError:
                if limit.expired() and expired is not None:
                    expired(ctx, "timeout")
                raise
            finally:
                reminder.end()
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise timed_out(message, error) from struck_during(error)
    if limit.expired():
        raise timed_out(message)  # it swallowed the stop: a late result is never a success
    return output


def call_action(step: Step, bodies: Bodies, ctx: Context) -> Awaitable[Any]:
    """Call the action where it belongs: on the loop, in a thread, in a worker process or on a cluster."""
    if step.layers and not step.shares:
        return _by_value(step, bodies, ctx)
    return _call(step, bodies, ctx)


async def _by_value(step: Step, bodies: Bodies, ctx: Context) -> Any:
    """The same below layers: they may call it more than once with the same parameters, and keep its result."""
    if ctx.params or ctx.item is not None:  # else there is nothing to share
        ctx = ctx.replace(params=copied(dict(ctx.params)))
        ctx.item = own(ctx.item)
    return _result_taken(await _call(step, bodies, ctx))


def _result_taken(result: Any) -> Any:
    if result is None:
        return None
    if type(result) is Outcome:
        return Outcome(_taken(result.output), result.port, result.also)
    return _taken(result)


def _taken(output: Any) -> Any:
    try:
        return own(output)
    except RecursionError:  # it holds itself, and is refused once the layers have had it
        return output


def _call(step: Step, bodies: Bodies, ctx: Context) -> Awaitable[Any]:
    spec = step.spec
    params = dict(ctx.params)
    if step.run_on in _ELSEWHERE:
        return _elsewhere(bodies.process if step.run_on == "process" else bodies.cluster, step, ctx, params)
    if spec.is_async:
        called: Awaitable[Any] = spec.fn(ctx, **params) if spec.takes_context else spec.fn(**params)
        return called
    if spec.takes_context:
        _ = ctx.data  # made here: threads of two attempts must not make it both
        # a copy: the thread of an attempt that timed out must not see the next one's number
        return bodies.thread(ctx, functools.partial(spec.fn, ctx.replace(params=ctx.params), **params))
    return bodies.thread(ctx, functools.partial(spec.fn, **params))


def _elsewhere(run: Run, step: Step, ctx: Context, params: dict[str, Any]) -> Awaitable[Any]:
    if hasattr(step.spec.fn, "floworch_wraps"):
        return _layered(run, step, ctx, params)
    return run(ctx, step, params)


async def _layered(run: Run, step: Step, ctx: Context, params: dict[str, Any]) -> Any:
    """Layers around a function run here, where what they hold is, and only the function itself goes elsewhere."""
    fn: Any = step.spec.fn
    inside = replace(step, spec=replace(step.spec, fn=spec_of(fn.floworch_wraps[1]).fn))

    async def call_next(ctx: Context) -> Any:
        return await _elsewhere(run, inside, ctx, dict(ctx.params))

    return await fn.floworch_around(call_next, ctx.replace(params=params))
