"""The connections that a run needs are there before it begins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from floworch.executor.settings import recorded_folder
from floworch.model.codec import definition_error, loads
from floworch.model.rules.connections import actions_of, refused_connections

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.executor.prepare import Prepared
    from floworch.model.workflow import Workflow
    from floworch.run.part import Part


def require_connections(prepared: Prepared, options: Mapping[str, Any], registry: Registry, part: Part | None) -> None:
    """Refuse a run that would need a connection which this machine has not, or not so.

    Args:
        prepared: The definition.
        options: The header options of the run, with the definitions that it calls by a plain text.
        registry: The actions that are known.
        part: The part of it that runs, or None for all.

    Raises:
        DefinitionError: ``problems`` names each, with what to do.
    """
    folder = recorded_folder(options)
    out = part.explanation.of("out") + part.explanation.of("reused") + part.explanation.of("pinned") if part else ()
    own = registry if prepared.beside is None else prepared.beside.registry
    uses = actions_of(prepared.workflow) if prepared.uses is None else prepared.uses
    if any(getattr(own.find_action(each), "connection_params", None) for each in uses):
        _require(prepared.workflow, own, folder, out)
    for entry in (options.get("called") or {}).get("definitions", {}).values():
        _require(loads(entry["text"]), registry, folder)


def require_for_call(workflow: Workflow, registry: Registry, folder: str) -> None:
    """The same for a workflow that is called; ``folder`` is that of the run. Raises DefinitionError."""
    _require(workflow, registry, folder)


def _require(workflow: Workflow, registry: Registry, folder: str, out: Iterable[str] = ()) -> None:
    def locate(path: str) -> str:
        return os.path.join(folder, os.path.expanduser(path))

    problems = refused_connections(workflow, registry.find_action, locate, frozenset(out))
    if problems:
        raise definition_error(f"The workflow {workflow.id!r} cannot run on this machine", problems)
