"""Letting a stored run go over to an edited definition, under its lock (contract C7.5).

One event says it all: before it is durable the run has its old definition, after it the new one, whenever the process
dies. The run does not go on by that; ``Engine.resume`` does both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from floworch.artifact import loaded
from floworch.errors import MigrationRefused, UsageError
from floworch.executor.beside import beside
from floworch.executor.inputs import complete_inputs
from floworch.executor.library import called_options
from floworch.executor.prepare import prepare
from floworch.executor.settings import recorded_folder
from floworch.executor.stored import read_stored, state_of
from floworch.run.core import Core
from floworch.run.events import EventKind
from floworch.run.plan import compile_plan
from floworch.run.recover import lose_attempts
from floworch.run.status import RunStatus

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.executor.driver import Resources
    from floworch.model.workflow import Workflow
    from floworch.run.migration import Migration
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader

_LOST = "the process that ran it ended"


def migrate_stored(
    resources: Resources,
    run_id: str,
    workflow: Workflow,
    dry_run: bool = False,
    rerun_changed: bool = False,
    allow_removed: bool = False,
    *,
    doubts_settled: bool = False,
) -> Migration:
    """Let a run that nobody works on go over to another definition; durable when this returns.

    Args:
        resources: Clock, actions and the store of the run.
        run_id: The run.
        workflow: The edited definition. When nothing differs nothing is written.
        dry_run: Only work out what would happen; a refusal is then part of the result.
        rerun_changed: Let changed nodes that completed run again, with everything after them.
        allow_removed: Let nodes that completed be taken out.
        doubts_settled: Whether nodes in doubt are decided when the run goes on.

    Raises:
        RunNotFound, RunLocked, CorruptJournal, StoreError: As the store says.
        UsageError: A process works on the run; of one that only waits a dry run tells all the same.
        DefinitionError: The edited definition is invalid.
        MigrationRefused: The run cannot go over to it; not in a dry run.
    """
    store = resources.store
    prepared = prepare(workflow, resources.registry)
    workflow = prepared.workflow
    if store.owner(run_id) is not None and not (dry_run and store.load(run_id).status is RunStatus.SUSPENDED):
        raise UsageError(
            f"Run {run_id!r} is worked on now, so it cannot go over to another definition.",
            f"Pause it first: floworch pause {run_id}",
        )
    options = {"rerun_changed": rerun_changed, "allow_removed": allow_removed, "doubts_settled": doubts_settled}
    if dry_run:
        return _work_out(resources, run_id, workflow, options)[0]
    log = store.acquire(run_id)
    try:
        known = log.header, state_of(store, log)
        migration, core = _work_out(resources, run_id, workflow, options, known)
        if not migration.possible:
            raise refusal(migration)
        if migration.needed:
            actions = resources.registry if prepared.beside is None else prepared.beside.registry
            plan = compile_plan(workflow, actions, migration.payload["nodes"])
            payload = {
                **migration.payload,
                **({"compensates": plan.compensates} if plan.undo else {}),
                "definition": prepared.definition.decode(),
                "definition_hash": prepared.definition_hash,
            }
            core.emit(EventKind.RUN_MIGRATED, payload=payload)
            log.append(core.batch)
            log.boundary()
        return migration
    finally:
        log.close()


def refusal(migration: Migration) -> MigrationRefused:
    """The error that says why a run cannot go over to a definition."""
    reasons = "; ".join(migration.refused)
    return MigrationRefused(
        f"Run {migration.run_id!r} cannot go on with this definition: {reasons}.",
        "Nothing was changed. Resume it without --migrate, or edit the definition again.",
        migration.to_json(),
    )


def _work_out(
    resources: Resources,
    run_id: str,
    workflow: Workflow,
    options: dict[str, Any],
    known: tuple[RunHeader, RunState] | None = None,
) -> tuple[Migration, Core]:
    """What would happen, and the core whose batch holds the attempts that died with their process."""
    from floworch.run.migrate import plan_migration

    header, prepared, state = read_stored(resources.store, run_id, resources.registry, known)
    core = Core(prepared.plan, state, 1)
    core.now = resources.clock.now()
    lose_attempts(core, _LOST)
    migration = plan_migration(state, prepared.workflow, workflow, **options)
    migration.payload["options"] = _options(header, prepared.workflow, workflow, resources.registry)
    if header.options.get("part"):
        message = "it runs a part of its workflow: start another run"
        migration = replace(migration, refusals=(*migration.refusals, message))
    given = {name: value for name, value in state.inputs.items() if name in workflow.inputs}
    try:
        completed = complete_inputs(workflow, {name: loaded(value) for name, value in given.items()})
    except UsageError as error:
        message = error.message.rstrip(".")
        return replace(migration, refusals=(*migration.refusals, message[0].lower() + message[1:])), core
    inputs = {name: given.get(name, value) for name, value in completed.items()}
    if inputs != state.inputs:
        migration.payload["inputs"] = inputs
    return migration, core


def _options(header: RunHeader, old: Workflow, new: Workflow, registry: Registry) -> dict[str, Any]:
    """Header options that the other definition brings: where it lies, what it calls, and its slots.

    Slots that were given when the run was started hold whatever a definition says.

    Raises:
        DefinitionError: Something that it calls cannot be read.
    """
    options = called_options(new, recorded_folder(header.options))
    own = beside(new, registry)
    if own is not None or header.options.get("actions"):
        options["actions"] = {} if own is None else own.options
    if header.options.get("max_concurrency") == old.settings.max_concurrency != new.settings.max_concurrency:
        options["max_concurrency"] = new.settings.max_concurrency
    return options
