"""Runs that nobody works on: reading them, and telling them something under their lock (interfaces.md section 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from floworch.errors import RunLocked, RunNotFound, UsageError
from floworch.executor.begun_runs import has_begun
from floworch.executor.beside import stored_beside
from floworch.executor.prepare import Prepared, plan_of
from floworch.executor.settings import crashes_of, retry_override
from floworch.executor.starting import trigger_of
from floworch.model.codec import definition_error, loads_again
from floworch.model.python_names import PREFIX
from floworch.model.upgrade import upgraded
from floworch.run.plan import TOP, started_at, with_pins
from floworch.run.scheduler import Scheduler
from floworch.run.status import FINAL, NodeStatus
from floworch.store.current import header_now

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.executor.driver import Resources
    from floworch.executor.steps import Step
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader, RunLog, RunStore


#: What a retry of a run that has ended lets go again (C7.9).
RETRIED = frozenset({NodeStatus.FAILED, NodeStatus.SKIPPED, NodeStatus.CANCELLED})


def state_of(store: RunStore, log: RunLog) -> RunState:
    """The state of a run whose lock was just taken: what taking it has found, where a store keeps that, else read.

    Raises:
        CorruptJournal, StoreError: As the store says.
    """
    take = getattr(log, "take_found", None)
    found: RunState | None = take() if take is not None else None
    return store.load(log.header.run_id) if found is None else found


def read_stored(
    store: RunStore, run_id: str, registry: Registry, known: tuple[RunHeader, RunState] | None = None
) -> tuple[RunHeader, Prepared, RunState]:
    """A stored run's header, its own definition compiled, and its state.

    That is the definition that it started with, or the last one that it was explicitly resumed with (C7.5); the header
    names it, too. The definition is not validated again: it was when the run began, and its hash is in the header.

    Args:
        store: Where the run is kept.
        run_id: The run.
        registry: The actions it may use.
        known: The run's header and state (``state_of``), when whoever holds its lock has read them already.

    Raises:
        RunNotFound, CorruptJournal: As the store says.
        NotTrusted: Files beside its definition that it uses were changed, and the user has not agreed to that.
        DefinitionError: A package is older than the one it was started with, or cannot take its parameters over.
    """
    header, state = known or (None, store.load(run_id))
    header = header_now(header or store.header(run_id), state)
    own = stored_beside(header, registry)
    registry = registry if own is None else own.registry
    workflow, problems = upgraded(loads_again(header.definition), registry)
    if problems:
        raise definition_error(f"The definition of run {run_id!r} does not fit the actions that are here", problems)
    form = header.options.get("part") or {}
    table = state.node_ids if state.migrated is not None else None
    plan = started_at(plan_of(workflow, registry, retry_override(), table), trigger_of(header))
    plan = with_pins(plan, form.get("pins") or ())
    steps: list[Step | None] = [None] * len(plan.ids)
    prepared = Prepared(workflow, plan, header.definition, header.definition_hash, steps, beside=own)
    return header, prepared, state


def check_actions(run_id: str, prepared: Prepared, state: RunState, registry: Registry) -> None:
    """Refuse to go on with a run that still needs an action or a layer which this process does not know.

    Else the step would fail, or be in doubt because nobody here knows that it may be repeated (C7.8), and a run that
    the right program can finish would be spoilt. Steps that are over, or take no part, need nothing.

    Raises:
        UsageError: It names the action, or the layer, and its node, and what to do.
    """
    plan = prepared.plan
    over = {status.code for status in FINAL if not (state.status.final and status in RETRIED)}
    needed: dict[str, str] = {}
    layers: dict[str, str] = {}
    for i, (node, code) in enumerate(zip(plan.ids, state.node_status, strict=True)):
        top = i
        while plan.parent[top] != TOP:
            top = plan.parent[top]
        if (code if top == i else state.node_status[top]) not in over and i not in plan.passive:
            found = prepared.workflow.nodes.get(node)
            if found is not None:
                needed.setdefault(found.action, node)
                for layer in (*prepared.workflow.middleware, *found.middleware):
                    layers.setdefault(layer.use, node)
    for action, node in needed.items():
        if registry.find_action(action) is None:
            raise _unknown(run_id, action, node)
    for layer_id, node in layers.items():
        if registry.find_layer(layer_id) is None:
            raise UsageError(
                f"Run {run_id!r} needs the middleware {layer_id!r} (node {node!r}), which is not known here. Nothing "
                "was changed.",
                "Resume it in the program that registers it with @middleware, or install its package.",
            )


def _unknown(run_id: str, action: str, node: str) -> UsageError:
    if action.startswith(PREFIX):
        return UsageError(
            f"Run {run_id!r} needs the function {action.partition('#')[0].removeprefix(PREFIX)!r} of the program that "
            f"started it (node {node!r}): a lambda or a local function, or one wrapped in layers. Nothing was changed.",
            "Resume it in a program that builds the same workflow. Functions at the top level of a module are found "
            'everywhere; give them layers as middleware=[{"use": "retry", "with": {...}}].',
        )
    return UsageError(
        f"Run {run_id!r} needs the action {action!r} (node {node!r}), which is not known here. Nothing was changed.",
        "Resume it in the program that defines the action, or install its package or put its file into the folder of "
        "your actions (floworch doctor shows it).",
    )


def offline(
    store: RunStore, run_id: str, resources: Resources, verb: str, stimulus: Callable[[Scheduler, float], None]
) -> None:
    """Give a stored run a stimulus under its lock, without going on with it; durable when this returns.

    A pause or cancel reaches its child runs in the same way, as far as nobody works on them.

    Raises:
        RunNotFound, RunLocked, CorruptJournal, StoreError: As the store says.
        UsageError: The run has ended.
    """
    log = store.acquire(run_id)
    try:
        _, prepared, state = read_stored(store, run_id, resources.registry, (log.header, state_of(store, log)))
        if state.status.final:
            raise UsageError(f"Run {run_id!r} is {state.status}; there is nothing to {verb}.")
        scheduler = Scheduler(prepared.plan, state, 1)
        scheduler.core.most_crashes = crashes_of(prepared.workflow)
        stimulus(scheduler, resources.clock.now())
        again = _write(log, scheduler)
        children = [(key, str(wait["name"])) for key, wait in state.waits.items() if wait.get("kind") == "call"]
        for key, child in children if verb in ("pause", "cancel") else ():
            begun = has_begun(store, child)  # then it is a run of its own, which neither reaches
            ended = _reach(store, child, resources, verb, stimulus) if begun is None else "completed"
            if ended is not None and verb == "cancel":
                scheduler.child(*key, ended, begun or {}, 0.0, resources.clock.now())
        if _write(log, scheduler) or again:
            log.boundary()
            if state.status.final:
                log.snapshot(state)
    finally:
        log.close()


def _write(log: RunLog, scheduler: Scheduler) -> bool:
    """Append what a stimulus caused; whether there was anything. What it asks for is left to whoever resumes."""
    events, _ = scheduler.take()
    if events:
        log.append(events)
    return bool(events)


def _reach(
    store: RunStore, child: str, resources: Resources, verb: str, stimulus: Callable[[Scheduler, float], None]
) -> str | None:
    """Give a child run the same stimulus; its status when it has ended, ``none`` when it never began, else None."""
    try:
        offline(store, child, resources, verb, stimulus)
    except RunNotFound:
        return "none"
    except RunLocked:
        return None  # who works on it is asked by whoever resumes its parent
    except UsageError:
        pass  # it has ended
    status = store.load(child).status
    return str(status) if status.final else None


def why_lost(state: RunState) -> str:
    """Why attempts that are running in a stored run are lost."""
    return "the process that ran it ended" if state.status.live else "resumed"
