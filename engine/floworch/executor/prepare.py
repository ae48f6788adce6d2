"""What a definition needs before it can run: validated, compiled, written and hashed. Remembered for the last few."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.errors import DefinitionError, UsageError
from floworch.executor.beside import Beside, beside
from floworch.executor.settings import NO_OVERRIDE, RetryOverride, retry_override
from floworch.model.called import calls
from floworch.model.codec import definition_error, dumps, from_data, logic_hash, require_workflow
from floworch.model.files import read_bytes
from floworch.model.rules.connections import actions_of
from floworch.model.upgrade import upgraded
from floworch.run.plan import Plan, compile_plan

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.executor.steps import Step
    from floworch.model.catalog import Catalog
    from floworch.model.problem import Problem
    from floworch.model.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Prepared:
    """A definition that can run. ``steps`` are its nodes made ready, each when it first runs.

    ``given``: What it was made from, where that has nodes of earlier versions of their actions, which ``workflow`` has
    brought up to date. ``calls``: Whether it calls other workflows.
    ``override``: what the environment said about retries. ``beside``: the actions of its own that lie beside it.
    ``uses``: the ids of all actions that it runs (``actions_of``), so that no start goes through its nodes for what no
    action of it has; None of a stored run, where nobody asks. ``secrets``: whether it may speak of any.
    """

    workflow: Workflow
    plan: Plan
    definition: bytes
    definition_hash: str
    steps: list[Step | None]
    registry: Registry | None = None
    calls: bool = False
    override: RetryOverride = NO_OVERRIDE
    given: Workflow | None = None
    beside: Beside | None = None
    uses: frozenset[str] | None = None
    secrets: bool = True


#: A workflow is a frozen value, so what was worked out for it stays true; keyed by identity, newest last.
_REMEMBERED: OrderedDict[tuple[int, int], Prepared] = OrderedDict()
_KEEP = 8
#: What may stand before the brace that a definition starts with.
_BEFORE = "\ufeff \t\r\n"
_READ = "Read a file with floworch.load, text with floworch.loads."


def forget() -> None:
    """Let go of what was made ready: actions are other ones now."""
    _REMEMBERED.clear()


def prepare(workflow: Workflow, registry: Registry, agreed: Mapping[str, Any] | None = None) -> Prepared:
    """Validate and compile a definition; running the same value again costs nothing.

    One that uses files beside it is looked at each time: they, and the user's trust in them, may have changed. Of one
    that is called, ``agreed`` is what was agreed to when its caller began (``beside``).

    Raises:
        DefinitionError: It is invalid; ``problems`` lists every Problem.
        NotTrusted: It uses actions of a folder beside it, and the user has not agreed to that.
        UsageError: The environment overrides retries by something that is no number or duration.
    """
    require_workflow(workflow)
    key = (id(workflow), id(registry))
    known = _REMEMBERED.get(key)
    override = retry_override()
    if (
        known is not None
        and known.beside is None
        and known.given is workflow
        and known.registry is registry
        and known.override == override
    ):  # fmt: skip
        with suppress(KeyError):  # another thread has just dropped it
            _REMEMBERED.move_to_end(key)
        return known
    own = beside(workflow, registry, agreed)
    given_registry, registry = registry, registry if own is None else own.registry
    check(workflow, registry)
    given, (workflow, _) = workflow, upgraded(workflow, registry)
    definition = dumps(workflow, portable=False).encode()
    plan = plan_of(workflow, registry, override)
    prepared = Prepared(
        workflow,
        plan,
        definition,
        logic_hash(workflow),
        [None] * len(plan.ids),
        given_registry,
        calls(workflow),
        override,
        given,
        own,
        actions_of(workflow),
        b"secrets" in definition,
    )
    _REMEMBERED[key] = prepared
    while len(_REMEMBERED) > _KEEP:
        with suppress(KeyError):
            _REMEMBERED.popitem(last=False)
    return prepared


def plan_of(
    workflow: Workflow, catalog: Catalog, override: RetryOverride, table: tuple[str, ...] | None = None
) -> Plan:
    """The plan of a valid definition, with the retries that the environment wants; see ``compile_plan``."""
    plan = compile_plan(workflow, catalog, table)
    if override == NO_OVERRIDE:
        return plan
    return replace(plan, retry=tuple(policy and override.of(policy) for policy in plan.retry))


def validate(
    workflow: Workflow | Mapping[str, Any] | str | bytes | PathLike[str], catalog: Catalog | None = None
) -> list[Problem]:
    """Every Problem of a definition, errors first; never raises on its content (C2.1).

    Args:
        workflow: The definition, its JSON as a dict or as text, or the Path of its file: whatever JSON was read, one
            that is no object is a Problem.
        catalog: Where actions and middleware are looked up; the global registry when left out.

    Raises:
        UsageError: It is none of these. DefinitionError: There is no such file, or it cannot be read.
    """
    from floworch.model.foreign import foreign
    from floworch.model.validate import check_data, check_text
    from floworch.model.validate import validate as validate_with
    from floworch.model.workflow import Workflow

    if catalog is None:
        from floworch.actions.registry import registry

        catalog = registry
    if isinstance(workflow, Workflow):
        return validate_with(workflow, catalog)
    if isinstance(workflow, Mapping):
        odd = foreign(workflow)
        if any(problem.code == "too_deep" for problem in odd):
            return odd
        return odd + check_data(dict(workflow), catalog)[1]
    if isinstance(workflow, PathLike):
        return check_text(read_bytes(Path(workflow)), catalog, Path(workflow))[1]
    if isinstance(workflow, bytes) or (isinstance(workflow, str) and workflow.lstrip(_BEFORE).startswith("{")):
        return check_text(workflow, catalog)[1]
    if workflow is None or isinstance(workflow, (str, int, float, list)):
        _, problems = from_data(workflow)
        return [replace(each, fix=_READ) for each in problems] if isinstance(workflow, str) else problems
    builder = hasattr(workflow, "build")
    what = "a WorkflowBuilder" if builder else type(workflow).__name__
    raise UsageError(
        f"validate() takes a Workflow or the dict of a definition, not {what}.",
        "Give it what build() returns." if builder else _READ,
    )


def check(workflow: Workflow, registry: Registry) -> None:
    """Raise DefinitionError when the definition has a Problem of severity error."""
    problems = validate(workflow, registry)
    if any(problem.severity == "error" for problem in problems):
        error: DefinitionError = definition_error(f"The workflow {workflow.id!r}", problems)
        raise error
