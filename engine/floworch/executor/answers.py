"""Which waiting node an answer of a person is for, and whether it fits (contract C8.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floworch.errors import UsageError
from floworch.model.own import own

if TYPE_CHECKING:
    from floworch.run.state import RunState, Scope

_WORDS = {"approval": "an approval", "form": "a form or a choice"}


def approval_key(state: RunState, node: str, item: int | None = None) -> tuple[int, Scope]:
    """Which waiting approval an answer is for.

    Raises:
        UsageError: There is no such node, it does not wait for an approval, or it has been answered.
    """
    return _waiting_key(state, node, item, "approval")


def submission(state: RunState, node: str, given: Any, by: str, item: int | None) -> tuple[int, Scope, dict[str, Any]]:
    """Return the node, the scope and the output that an answer to a form or a choice amounts to.

    Raises:
        UsageError: There is no such node, it does not wait for a form or was answered, or the answer does not fit.
    """
    from floworch.actions.forms import chosen_of, complete_form

    index, scope = _waiting_key(state, node, item, "form")
    details = state.waits[index, scope].get("details") or {}
    if "fields" in details:
        return index, scope, {"values": own(complete_form(details["fields"], given)), "by": by}
    return index, scope, {"chosen": own(chosen_of(details, given)), "by": by}


def _waiting_key(state: RunState, node: str, item: int | None, kind: str) -> tuple[int, Scope]:
    index = state.index.get(node)
    if index is None:
        raise UsageError(
            f"Run {state.run_id!r} has no node {node!r}.", f"Its nodes: {', '.join(list(state.index)[:20])}."
        )
    given: dict[str, Any] | None = None
    for (i, scope), wait in state.waits.items():
        if i == index and wait.get("kind") == kind and (item is None or scope[-1:] == (item,)):
            if (i, scope) not in state.approvals:
                return i, scope
            given = state.approvals[i, scope]
    if given is not None:
        word, by = _answered(given)
        raise UsageError(
            f"The node {node!r} of run {state.run_id!r} was {word} already{f' by {by}' if by else ''}.",
            f"Go on with: floworch resume {state.run_id}",
        )
    waiting = sorted({state.node_ids[i] for (i, _), wait in state.waits.items() if wait.get("kind") == kind})
    wanted = _WORDS[kind]
    hint = f"Waiting for {wanted}: {', '.join(waiting)}." if waiting else f"No node of this run waits for {wanted}."
    raise UsageError(f"The node {node!r} of run {state.run_id!r} does not wait for {wanted}.", hint)


def _answered(given: dict[str, Any]) -> tuple[str, str]:
    if "output" in given:
        return "answered", str(given["output"].get("by") or "")
    return "approved" if given.get("approved") else "rejected", str(given.get("by") or "")
