"""What a call is about to run, worked out before its child begins (contract C10.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floworch.actions.library.file_names import shown
from floworch.actions.outcome import Wait
from floworch.errors import ActionError, DefinitionError, ErrorKind, NotTrusted, RunNotFound, UsageError
from floworch.executor import known_connections, known_secrets
from floworch.executor.endings import was_compensated
from floworch.executor.inputs import complete_inputs
from floworch.executor.library import Called
from floworch.executor.prepare import prepare
from floworch.model.called import MOST_DEPTH
from floworch.run.child_ids import child_id
from floworch.run.status import RunStatus
from floworch.store.protocol import RunHeader
from floworch.trust import TrustStore

if TYPE_CHECKING:
    from floworch.actions.context import Context
    from floworch.executor.driver import RunDriver
    from floworch.model.workflow import Workflow
    from floworch.run.state import RunState


@dataclass(frozen=True, slots=True)
class ChildStart:
    """A child run that is to begin.

    Attributes:
        run_id: Its id. workflow: its definition. inputs: its inputs, complete.
        options: Header options besides those of every run: ``parent key chain source called durability folder cluster
            breakpoints secrets called_secrets``.
    """

    run_id: str
    workflow: Workflow
    inputs: dict[str, Any]
    options: dict[str, Any]


def plan_call(
    driver: RunDriver, ctx: Context, reference: str, given: Mapping[str, Any], to_its_end: bool = True
) -> Wait:
    """The wait of a call, which names its child run and holds all that the child needs to begin.

    The child of an earlier attempt goes on, with what it has completed, when it is of the same definition and inputs
    and was not rolled back; else the attempt begins another one. One that is not waited for ``to_its_end`` has begun
    already when an earlier attempt began it with these inputs.

    Raises:
        ActionError: The workflow cannot be found or is invalid, calls go in a circle or too deep, or an input is
            missing, undeclared or of another type.
    """
    called = _called(driver, reference)
    _check_depth(driver.library.chain, called, reference)
    try:
        prepared = prepare(called.workflow, driver.resources.registry, called.options.get("actions"))
        actions = prepared.registry or driver.resources.registry
        known_connections.require_for_call(prepared.workflow, actions, driver.folder)
        known_secrets.require_for_call(prepared.workflow, actions)
        inputs = driver.secrets.redact_value(complete_inputs(called.workflow, given))
    except NotTrusted as error:
        raise ActionError(error.message, ErrorKind.PERMISSION, hint=error.hint) from None
    except (DefinitionError, UsageError) as error:
        raise ActionError(f"{reference}: {error.message}", ErrorKind.VALIDATION, hint=error.hint) from None
    number, again = 0, None
    while True:
        number += 1
        run_id = child_id(driver.state.run_id, ctx.node, ctx.scope, number)
        known = _known(driver, run_id, ctx.node, ctx.scope)
        if known is None:
            break
        header, state = known
        if not to_its_end:
            if header.inputs == inputs:
                break
        elif _fits(header, state, prepared.definition_hash, inputs):
            again = state.seq if state.status in (RunStatus.FAILED, RunStatus.CANCELLED) else None
            break
    details: dict[str, Any] = {"workflow": reference, "id": called.workflow.id, "inputs": inputs}
    if not to_its_end:
        return Wait("call", name=run_id, details={**details, "begun": True})
    timeout = step.timeout if (step := driver.steps[ctx.node_index]) is not None else None
    details["again"] = again
    return Wait("call", name=run_id, due=None if timeout is None else driver.now() + timeout, details=details)


#: Header options that a child run has from its caller.
_HANDED_ON = ("secrets", "called_secrets", "cluster")


def child_start(driver: RunDriver, node: str, scope: Sequence[int], wait: Mapping[str, Any]) -> ChildStart:
    """The child run that a wait names, to begin it.

    Raises:
        ActionError: Its file is gone since the call was planned.
    """
    details = wait["details"]
    called = _called(driver, details["workflow"])
    parent: dict[str, Any] = {"run_id": driver.state.run_id, "node": node}
    if scope:
        parent["item"] = list(scope)
    if details.get("begun"):
        parent["wait"] = False
    options = {
        **called.options,
        "parent": parent,
        "key": called.key,
        "chain": driver.library.chain,
        "durability": driver.log.header.options.get("durability", "power"),
        "folder": shown(driver.folder),
    }
    if driver.log.header.options.get("breakpoints") is False:
        options["breakpoints"] = False
    options.update({name: driver.log.header.options[name] for name in _HANDED_ON if name in driver.log.header.options})
    unseen = called.found and "called_secrets" in options and "secrets" not in options
    if unseen and not TrustStore().verdict(called.workflow).trusted:
        options["secrets"] = options["called_secrets"]  # nobody has looked at it: it may read what its caller names
    return ChildStart(str(wait["name"]), called.workflow, details["inputs"], options)


def _called(driver: RunDriver, reference: str) -> Called:
    try:
        return driver.library.find(reference)
    except DefinitionError as error:
        missing = error.message.startswith("There is no file")
        kind = ErrorKind.NOT_FOUND if missing else ErrorKind.VALIDATION
        raise ActionError(error.message, kind, hint=error.hint) from None


def _check_depth(chain: Sequence[str], called: Called, reference: str) -> None:
    if called.key in chain:
        way = " → ".join([*chain[chain.index(called.key) :], called.key])
        raise ActionError(
            f"The workflow {reference!r} calls itself: {way}.",
            ErrorKind.VALIDATION,
            hint="Use flow.repeat or flow.foreach for what is to happen more than once.",
        )
    if len(chain) > MOST_DEPTH:
        raise ActionError(
            f"The call of {reference!r} would be {len(chain)} calls deep; at most {MOST_DEPTH} are allowed.",
            ErrorKind.VALIDATION,
            hint="Call fewer workflows from workflows that are called themselves.",
        )


def _known(driver: RunDriver, run_id: str, node: str, scope: Sequence[int]) -> tuple[RunHeader, RunState] | None:
    """The child run of that id, or None when there is none yet. Raises ActionError for a stranger's run."""
    store = driver.resources.store
    try:
        header = store.header(run_id)
    except RunNotFound:
        return None
    parent = header.options.get("parent") or {}
    if (parent.get("run_id"), parent.get("node")) != (driver.state.run_id, node):
        raise ActionError(
            f"There is a run {run_id!r} already that this node has not begun.",
            ErrorKind.VALIDATION,
            hint=f"Delete that run, or start under another id than {driver.state.run_id!r}.",
        )
    return header, store.load(run_id)


def _fits(header: RunHeader, state: RunState, definition_hash: str, inputs: Mapping[str, Any]) -> bool:
    """Whether a call can go on with this child."""
    if not state.status.final:
        return True
    same = header.definition_hash == definition_hash and header.inputs == inputs
    return same and not was_compensated(state)
