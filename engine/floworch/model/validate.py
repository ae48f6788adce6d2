"""Validation: every problem of a definition at once, the same in designer and command line (contract C2.1).

A Problem's ``repair`` is data that ``floworch.model.repair.apply_repair`` carries out; its forms are listed with all
codes in ``docs/reference/problems.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from floworch.errors import DefinitionError
from floworch.model.catalog import ActionInfo, Catalog
from floworch.model.codec import definition_error, from_data, loads, loads_from
from floworch.model.collector import resting_collector
from floworch.model.files import read_bytes
from floworch.model.jsontext import read_json
from floworch.model.problem import Problem
from floworch.model.rules.calls import check_calls
from floworch.model.rules.connections import check_connections
from floworch.model.rules.draft import Draft, Given
from floworch.model.rules.expressions import check_expressions
from floworch.model.rules.kept import Kept
from floworch.model.rules.layer_order import check_layer_order
from floworch.model.rules.middleware import check_middleware
from floworch.model.rules.params import check_params
from floworch.model.rules.placement import check_placement
from floworch.model.rules.ports import check_ports
from floworch.model.rules.results import check_results
from floworch.model.rules.reuse import check_reuse
from floworch.model.rules.settings import check_settings
from floworch.model.rules.shells import check_shells
from floworch.model.rules.structure import check_structure
from floworch.model.rules.triggers import check_triggers
from floworch.model.rules.wholes import check_wholes
from floworch.model.rules.writers import check_writers
from floworch.model.salvage import independent, salvage
from floworch.model.upgrade import upgraded
from floworch.model.workflow import Workflow

_RULES: tuple[Callable[[Draft], None], ...] = (
    check_structure,
    check_triggers,
    check_ports,
    check_params,
    check_connections,
    check_middleware,
    check_layer_order,
    check_settings,
    check_reuse,
    check_results,
    check_expressions,
    check_wholes,
    check_shells,
    check_writers,
    check_placement,
)
_LARGE = 1000
#: Called workflows that were found to be valid, by identity; the oldest first.
_SOUND: dict[tuple[int, int], Workflow] = {}
_KEEP = 64


def validate(workflow: Workflow, catalog: Catalog, given: Given | None = None) -> list[Problem]:
    """Return every problem of a definition, errors first; an empty list when there is none. Never raises on content.

    The files of the workflows that it calls are read and examined, too. ``given`` tells what a step gave in a run, for
    what no schema does; it returns None for a step of which that is not known. ``floworch.model.revalidate`` does the
    same for a definition that is validated after every edit.
    """
    return sorted_problems(examine(workflow, catalog, given))


def examine(
    workflow: Workflow, catalog: Catalog, given: Given | None = None, past: Kept | None = None, keep: bool = False
) -> Draft:
    """A definition with every problem in the order in which it was found.

    Args:
        workflow: The definition.
        catalog: Where actions and layers are looked up.
        given: As for ``validate``.
        past: What the validation of an earlier state of the definition with the same catalog has kept.
        keep: Whether another one follows, which is given the ``kept`` of this one.
    """
    with resting_collector(len(workflow.nodes) > _LARGE):
        actions: dict[str, ActionInfo | None] = {}
        workflow, outdated = upgraded(workflow, catalog, actions)
        draft = Draft(workflow, catalog, actions, given, past, keep)
        _check(draft)
        draft.problems += outdated
        check_calls(draft, lambda called: _first_error(called, catalog))
    return draft


def sorted_problems(draft: Draft) -> list[Problem]:
    """Its problems, errors first."""
    return sorted(draft.problems, key=lambda problem: problem.severity)


def _check(draft: Draft) -> Draft:
    """Find the problems that a definition has by itself."""
    for rule in _RULES:
        rule(draft)
    return draft


def _first_error(called: Workflow, catalog: Catalog) -> str | None:
    """The first error of a called workflow in words, or None; a valid one is looked at once."""
    key = (id(called), id(catalog))
    if _SOUND.get(key) is called:
        return None
    actions: dict[str, ActionInfo | None] = {}
    current, outdated = upgraded(called, catalog, actions)
    found = [*outdated, *_check(Draft(current, catalog, actions)).problems]
    own = _beside(called, catalog)
    errors = [problem.message for problem in found if problem.severity == "error" and not _is_own(problem, called, own)]
    if errors:
        return errors[0] if len(errors) == 1 else f"{errors[0]} ({len(errors)} errors in all)"
    _SOUND[key] = called
    while len(_SOUND) > _KEEP:
        del _SOUND[next(iter(_SOUND))]
    return None


def _beside(called: Workflow, catalog: Catalog) -> Collection[str]:
    """Ids of actions and layers that files beside a called workflow define; nothing of them is imported for it."""
    listed = getattr(catalog, "listed_beside", None)
    return listed(called.source) if listed is not None and called.source is not None else ()


def unknown_name(problem: Problem, workflow: Workflow) -> str | None:
    """The action of a node, or the layer, that a problem says is unknown; None of any other problem."""
    node = workflow.nodes.get(problem.node or "")
    if problem.code == "unknown_action" and node is not None:
        return node.action
    if problem.code != "unknown_layer":
        return None
    number = int(problem.path.rpartition("[")[2].partition("]")[0])
    return (workflow if node is None else node).middleware[number].use


def _is_own(problem: Problem, called: Workflow, own: Collection[str]) -> bool:
    """Whether an action or layer is unknown only because it stands beside the workflow that is called."""
    return unknown_name(problem, called) in own


def check_text(
    text: str | bytes, catalog: Catalog, source: Path | None = None
) -> tuple[Workflow | None, list[Problem]]:
    """Read and validate definition text: the workflow when it can be read, and every problem of text and meaning.

    A broken field hides no other problem: the rest is validated as if the field were not there. ``source`` is the file
    that holds the text: paths in it start in its folder.
    """
    data, problems = read_json(text)
    if data is None and problems:
        return None, problems
    workflow, more = check_data(data, catalog, source)
    return workflow, problems + more


def check_data(
    data: Any, catalog: Catalog, source: Path | None = None, attached: Iterable[Workflow] = ()
) -> tuple[Workflow | None, list[Problem]]:
    """As ``check_text``, for JSON that is already read; ``attached`` are workflows that it may call by id."""
    workflow, problems = from_data(data)
    if workflow is not None:
        workflow = workflow.at(source).attach(*attached)
        return workflow, validate(workflow, catalog)
    rest, broken = salvage(data) if isinstance(data, dict) else (None, [])
    if rest is not None:
        problems = problems + independent(validate(rest.at(source).attach(*attached), catalog), broken)
    return None, sorted(problems, key=lambda problem: problem.severity)


def read_checked(path: str | Path, catalog: Catalog) -> Workflow:
    """Read a definition file; one that cannot be read is examined further, to name all its problems at once.

    One that can be read is not validated here: whoever runs it does.

    Raises:
        DefinitionError: The file is missing or not a definition; ``problems`` lists everything found.
    """
    return text_checked(read_bytes(path), catalog, str(path), Path(path))


def text_checked(data: bytes, catalog: Catalog, name: str, source: Path | None = None) -> Workflow:
    """As ``read_checked``, for text that lies in no file, or was read already; ``name`` is how messages name it."""
    try:
        return loads_from(source, data) if source is not None else loads(data)
    except DefinitionError:
        problems = check_text(data, catalog, source)[1]
        raise definition_error(f"{name} cannot be read", problems) from None


def is_valid(problems: list[Problem]) -> bool:
    """Whether none of the problems is an error (warnings keep a definition valid, C15)."""
    return all(problem.severity != "error" for problem in problems)


def require_valid(workflow: Workflow, catalog: Catalog) -> list[Problem]:
    """Return the warnings of a definition.

    Raises:
        DefinitionError: It has errors; ``problems`` lists everything found.
    """
    problems = validate(workflow, catalog)
    if not is_valid(problems):
        raise definition_error(f"Workflow {workflow.id!r} is not valid", problems)
    return problems
