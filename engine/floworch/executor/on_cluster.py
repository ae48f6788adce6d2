"""An attempt that runs on a cluster: what is submitted, and what becomes of its outcome (contract C14)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from floworch.executor.bodies import body_fields
from floworch.executor.clusters import ClusterJob, clusters
from floworch.run.status import NodeStatus

if TYPE_CHECKING:
    from floworch.actions.context import Context
    from floworch.executor.driver import RunDriver
    from floworch.executor.steps import Step


async def run_on_cluster(driver: RunDriver, ctx: Context, step: Step, params: dict[str, Any]) -> Any:
    """Run one attempt on the cluster of its run; see ``Clusters.call`` for what it raises."""
    job = job_of(driver, ctx, step, params)
    message = functools.partial(driver.services.worker_message, ctx)
    start = driver.bodies_of(ctx).start_of(ctx)
    return await clusters().call(job, message, _Recorded(driver, ctx), start or _nothing)


def job_of(driver: RunDriver, ctx: Context, step: Step, params: dict[str, Any]) -> ClusterJob:
    """What is submitted for an attempt."""
    spec = step.spec
    node = f"{ctx.node}.compensate" if ctx.compensating else ctx.node
    return ClusterJob(
        cluster=str(driver.log.header.options.get("cluster") or ""),
        run_id=ctx.run_id,
        born=driver.log.header.created_at,
        node=node,
        scope=ctx.identity_scope,
        attempt=ctx.attempt,
        action=spec.id,
        version=spec.version,
        target=f"{spec.fn.__module__}:{spec.fn.__qualname__}",
        params=spec.portable(params),
        context=body_fields(ctx),
        tags=step.node.tags,
        only_attach=not ctx.compensating and _lost_before(driver, ctx),
    )


def _lost_before(driver: RunDriver, ctx: Context) -> bool:
    """Whether a crash cut off the attempt before this one, of a node that must not run twice unasked (C7.8)."""
    if ctx.node_index not in driver.plan.remote:
        return False
    _, last = driver.state.crashes.get((ctx.node_index, ctx.scope), (0, 0))
    return last == ctx.attempt - 1 and last > 0


def _nothing() -> None:
    return None


class _Recorded:
    """Whether the outcome of an attempt is durable: its node has left ``running``, and that is confirmed."""

    def __init__(self, driver: RunDriver, ctx: Context) -> None:
        self._driver = driver
        self._key = (ctx.node_index, ctx.scope)
        self._compensating = ctx.compensating
        self._seq: int | None = None

    def __call__(self) -> bool:
        driver = self._driver
        if self._compensating:  # undoing is done at least once, with the same key each time (C9)
            return True
        if self._seq is None and driver.state.status_of(*self._key) is not NodeStatus.RUNNING:
            self._seq = driver.state.seq
        return self._seq is not None and driver.publisher.next_seq >= self._seq
