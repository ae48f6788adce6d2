"""The secrets that a run reads for certain are set before it begins (contract C6.5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from floworch.actions.secret_sources import find_secret, how_to_set, is_known
from floworch.errors import ActionError
from floworch.model.called import references
from floworch.model.certainty import certain_nodes
from floworch.model.codec import definition_error, loads
from floworch.model.graph import plan_of
from floworch.model.problem import Problem
from floworch.model.rules.connections import actions_of
from floworch.model.rules.secrets import SecretUse, certain_secrets
from floworch.model.triggers import idle_triggers, unreached

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.executor.prepare import Prepared
    from floworch.model.workflow import Workflow
    from floworch.run.part import Part


def require_secrets(prepared: Prepared, options: Mapping[str, Any], registry: Registry, part: Part | None) -> None:
    """Refuse a run that would read a secret which is not set on this machine.

    Args:
        prepared: The definition.
        options: The header options of the run, with the trigger it starts at and the definitions that it calls by a
            plain text.
        registry: The actions that are known.
        part: The part of it that runs, or None for all.

    Raises:
        DefinitionError: ``problems`` names each place, with what to do.
    """
    own = registry if prepared.beside is None else prepared.beside.registry
    chosen = (options.get("trigger") or {}).get("node")
    out = part.explanation.of("out") + part.explanation.of("reused") + part.explanation.of("pinned") if part else ()
    if prepared.secrets or _named(prepared, own):
        _require(prepared.workflow, own, chosen, out, part is None)
    called = options.get("called") or {}
    _require_called(prepared.workflow, called.get("refs", {}), called.get("definitions", {}), registry, frozenset(out))


def require_for_call(workflow: Workflow, registry: Registry) -> None:
    """The same for a workflow that is called. Raises DefinitionError."""
    _require(workflow, registry, None, (), True)


def _require_called(
    workflow: Workflow,
    refs: Mapping[str, str],
    definitions: Mapping[str, Any],
    registry: Registry,
    out: frozenset[str] = frozenset(),
) -> None:
    """The same for what a run certainly calls, directly or further down; calls never go in a circle."""
    if not refs:
        return
    certain = certain_nodes(workflow).difference(out)
    for reference in sorted({reference for node, reference in references(workflow) if node in certain}):
        if reference in refs:
            entry = definitions[refs[reference]]
            called = loads(entry["text"])
            require_for_call(called, registry)
            _require_called(called, entry["refs"], definitions, registry)


def _named(prepared: Prepared, registry: Registry) -> bool:
    """Whether a parameter of an action may hold the name of a secret, which no expression shows."""
    actions = actions_of(prepared.workflow) if prepared.uses is None else prepared.uses
    return any(getattr(registry.find_action(each), "secret_params", None) for each in actions)


def _require(workflow: Workflow, registry: Registry, chosen: str | None, out: Collection[str], whole: bool) -> None:
    out, missing = frozenset(out), dict[str, bool]()
    uses = certain_secrets(workflow, registry.find_action, out, whole)
    for use in uses:
        if use.name not in missing:
            missing[use.name] = not _is_set(use.name)
    if not any(missing.values()):
        return
    plan = plan_of(workflow)
    dead = {plan.ids[i] for i in unreached(plan, idle_triggers(workflow, chosen))} if chosen is not None else set()
    problems = [_problem(use) for use in uses if missing[use.name] and use.node not in dead]
    if problems:
        raise definition_error(f"The workflow {workflow.id!r} cannot run on this machine", problems)


def _problem(use: SecretUse) -> Problem:
    message = f"The secret {use.name!r} is not set on this machine."
    return Problem("secret_not_set", "error", use.path, message, how_to_set(use.name), use.node)


def _is_set(name: str) -> bool:
    """Whether the environment or the keyring has it; also when the keyring has it and does not give it now."""
    try:
        return is_known(name) or find_secret(name) is not None
    except ActionError:
        return True
