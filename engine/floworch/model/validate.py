"""Validation: every problem of a definition at once, the same in designer and command line (contract C2.1).

A Problem's ``repair`` is data that ``floworch.model.repair.apply_repair`` carries out; its forms are listed with all
codes in ``docs/reference/problems.md``.
"""

from __future__ import annotations

from collections.abc import Callable

from floworch.model.catalog import Catalog
from floworch.model.codec import definition_error, parse
from floworch.model.collector import resting_collector
from floworch.model.problem import Problem
from floworch.model.rules.draft import Draft
from floworch.model.rules.expressions import check_expressions
from floworch.model.rules.middleware import check_middleware
from floworch.model.rules.params import check_params
from floworch.model.rules.ports import check_ports
from floworch.model.rules.settings import check_settings
from floworch.model.rules.structure import check_structure
from floworch.model.rules.writers import check_writers
from floworch.model.workflow import Workflow

_RULES: tuple[Callable[[Draft], None], ...] = (
    check_structure,
    check_ports,
    check_params,
    check_middleware,
    check_settings,
    check_expressions,
    check_writers,
)
_LARGE = 1000


def validate(workflow: Workflow, catalog: Catalog) -> list[Problem]:
    """Return every problem of a definition, errors first; an empty list when there is none. Never raises on content."""
    with resting_collector(len(workflow.nodes) > _LARGE):
        draft = Draft(workflow, catalog)
        for rule in _RULES:
            rule(draft)
    return sorted(draft.problems, key=lambda problem: problem.severity)


def check_text(text: str | bytes, catalog: Catalog) -> tuple[Workflow | None, list[Problem]]:
    """Read and validate definition text: the workflow when it can be read, and every problem of text and meaning."""
    workflow, problems = parse(text)
    return workflow, problems if workflow is None else problems + validate(workflow, catalog)


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
