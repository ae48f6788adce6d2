"""Runs of a part of a workflow: which earlier run they take results from, and how they are planned (contract C7.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from floworch.artifact import loaded
from floworch.errors import FlowError, UsageError
from floworch.executor.inputs import complete_inputs
from floworch.model.codec import loads
from floworch.model.rules.connections import actions_of
from floworch.run.explanation import Form
from floworch.run.plan import with_pins

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.executor.prepare import Prepared
    from floworch.model.workflow import Workflow
    from floworch.run.earlier import Earlier
    from floworch.run.part import Part, Replay
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader, RunStore


def form_of(to: str | Iterable[str], from_: str | Iterable[str], only_changed: bool) -> Form:
    """The form of a run as a caller gave it: one node id or several, each once."""
    return Form(_ids(to), _ids(from_), bool(only_changed))


def _ids(names: str | Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(dict.fromkeys(names or ()))


def lay_out(
    store: RunStore,
    prepared: Prepared,
    registry: Registry,
    form: Form,
    reuse: str | None,
    inputs: Mapping[str, Any] | None,
    explain: bool,
    options: Mapping[str, Any] | None = None,
) -> tuple[Part | None, dict[str, Any]]:
    """Return how a run goes, and its inputs; the first is None for a run of everything that is not to be explained.

    ``options`` are its header options ``folder`` and ``trigger``: what ran elsewhere has changed.

    Raises:
        UsageError: As ``Engine.start``. RunNotFound, CorruptJournal, StoreError: The earlier run cannot be read.
    """
    workflow = prepared.workflow
    if reuse is not None and not form.reuses:
        raise UsageError(
            f"What of run {reuse!r} is to be taken over is not said.",
            "Say from which node to run with from_ (--from NODE), or only_changed (--only-changed).",
        )
    earlier = earlier_run(store, workflow, reuse, required=form.only_changed) if form.reuses else None
    if earlier is not None:
        known = {name: value for name, value in earlier.inputs.items() if name in workflow.inputs}
        inputs = {**known, **(inputs or {})}
    values = complete_inputs(workflow, inputs)
    if not form.partial and not explain:
        return None, values
    from floworch.run.part import plan_part

    return plan_part(workflow, form, earlier, registry, values, options), values


def earlier_run(store: RunStore, workflow: Workflow, reuse: str | None, required: bool) -> Earlier | None:
    """The run to take results from: the named one, else the latest completed one in which every node took part.

    Raises:
        UsageError: The named run is of another workflow or has not ended; there is none and it is ``required``.
        RunNotFound, CorruptJournal, StoreError: It cannot be read.
    """
    if reuse is None:
        header = _latest(store, workflow)
        if header is None:
            if not required:
                return None
            raise UsageError(
                f"There is no completed run of {workflow.id!r} to compare with.",
                "Run the whole workflow once, or name a run with reuse (--reuse RUN).",
            )
    else:
        header = store.header(reuse)
    if header.workflow_id != workflow.id:
        raise UsageError(
            f"Run {header.run_id!r} is one of the workflow {header.workflow_id!r}, not of {workflow.id!r}.",
            "Name a run of this workflow.",
        )
    earlier = read_earlier(store, header)
    if not earlier.status.final:
        raise UsageError(
            f"Run {header.run_id!r} has not ended, so its results cannot be taken over yet.",
            "Wait for its end, resume or cancel it, or name another run.",
        )
    return earlier


def read_earlier(store: RunStore, header: RunHeader) -> Earlier:
    """A stored run as another one sees it. Raises as ``RunStore.events``."""
    from floworch.run.earlier import Earlier

    return Earlier(header, loads(header.definition), store.events(header.run_id))


def _latest(store: RunStore, workflow: Workflow) -> RunHeader | None:
    """The header of the latest completed run, of one in which every node took part if there is any."""
    fallback = None
    for summary in store.list(workflow=workflow.id, status="completed"):
        header = store.header(summary.run_id)
        if not (header.options.get("part") or {}).get("out"):
            return header
        fallback = fallback or header
    return fallback


def recorded(prepared: Prepared, registry: Registry, form: Form, part: Part | None) -> dict[str, Any]:
    """What a run's header says about its part, and about action versions, for the runs that come after it."""
    options: dict[str, Any] = {}
    versions = _versions(prepared, registry)
    if versions:
        options["versions"] = versions
    if part is not None:
        options["part"] = {
            "to": list(form.to),
            "from": list(form.from_),
            "only_changed": form.only_changed,
            "reuse": part.explanation.reuse,
            "pins": list(part.pins),
            "out": part.explanation.of("out"),
        }
    return options


def _versions(prepared: Prepared, registry: Registry) -> dict[str, int]:
    found = {}
    for action in actions_of(prepared.workflow) if prepared.uses is None else prepared.uses:
        spec = registry.find_action(action)
        if spec is not None and spec.version != 1:
            found[action] = spec.version
    return found


def partial_of(prepared: Prepared, part: Part | None) -> Prepared:
    """The definition as a run of this part needs it."""
    if part is None or not part.pins:
        return prepared
    return replace(prepared, plan=with_pins(prepared.plan, part.pins))


def unwritten(store: RunStore, run_id: str, state: RunState, registry: Registry) -> Sequence[Replay] | None:
    """What a run of a part whose process died before it had begun still has to take over; None for every other run.

    Raises:
        UsageError: The earlier run is gone or changed meanwhile.
    """
    if state.started_at is not None:
        return None
    header = store.header(run_id)
    kept = header.options.get("part")
    if kept is None:
        return None
    from floworch.run.part import plan_part

    workflow = loads(header.definition)
    form = Form(tuple(kept["to"]), tuple(kept["from"]), bool(kept["only_changed"]))
    try:
        earlier = read_earlier(store, store.header(kept["reuse"])) if kept["reuse"] is not None else None
        return plan_part(workflow, form, earlier, registry, loaded(header.inputs), header.options).replays
    except FlowError as error:
        raise UsageError(
            f"Run {header.run_id!r} was cut off before it had taken over the results of {kept['reuse']!r}, and they "
            f"cannot be read any more: {error.message}",
            "Nothing of it has run: start it anew.",
        ) from error


def check_begun(store: RunStore, run_id: str) -> None:
    """Refuse to retry a run of a part that ended before it had taken over what it needs.

    Raises:
        UsageError: It is such a run.
    """
    if not store.header(run_id).options.get("part"):
        return
    state: RunState = store.load(run_id)
    if state.started_at is None:
        raise UsageError(
            f"Run {run_id!r} ended before it had taken over the results of the earlier run.",
            "Nothing of it has run: start it anew.",
        )
