"""Which waiting node an answer of a person is for, and whether it fits (contract C8.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from floworch.errors import UsageError
from floworch.model.own import own

if TYPE_CHECKING:
    from floworch.run.state import RunState, Scope

#: Names one item of a container: its index, or in nested ones the indexes, outermost first, as ``item`` of events does.
Item = int | Sequence[int]
#: Waiting items that a message lists.
_LISTED = 20
_WORDS = {"approval": "an approval", "form": "a form or a choice"}


def approval_key(state: RunState, node: str, item: Item | None = None) -> tuple[int, Scope]:
    """Which waiting approval an answer is for.

    Raises:
        UsageError: There is no such node, it does not wait for an approval, or it has been answered; or several of its
            items wait, and none is named.
    """
    return waiting_key(state, node, item, "approval")


def submission(state: RunState, node: str, given: Any, by: str, item: Item | None) -> tuple[int, Scope, dict[str, Any]]:
    """Return the node, the scope and the output that an answer to a form or a choice amounts to.

    Raises:
        UsageError: As ``waiting_key``, or the answer does not fit.
    """
    from floworch.actions.forms import chosen_of, complete_form

    index, scope = waiting_key(state, node, item, "form")
    details = state.waits[index, scope].get("details") or {}
    if "fields" in details:
        return index, scope, {"values": own(complete_form(details["fields"], given)), "by": by}
    return index, scope, {"chosen": own(chosen_of(details, given)), "by": by}


def waiting_key(state: RunState, node: str, item: Item | None, kind: str) -> tuple[int, Scope]:
    """Which waiting node instance an answer is for; ``kind`` is ``approval`` or ``form``.

    Raises:
        UsageError: There is no such node or item, it does not wait for that, or it has been answered; or several of its
            items wait, and none is named.
    """
    index = state.index.get(node)
    if index is None:
        raise UsageError(
            f"Run {state.run_id!r} has no node {node!r}.", f"Its nodes: {', '.join(list(state.index)[:20])}."
        )
    waits = [scope for (i, scope), wait in state.waits.items() if i == index and wait.get("kind") == kind]
    left = [scope for scope in waits if (index, scope) not in state.approvals]
    found = [scope for scope in left if _is(scope, item)]
    if len(found) == 1:
        return index, found[0]
    if found:
        raise UsageError(
            f"{len(found)} items of the node {node!r} of run {state.run_id!r} wait for {_WORDS[kind]}.",
            f"Name one with --item, in Python item=: {_listed(found)}.",
        )
    place = f"The node {node!r}" if item is None else f"Item {_named(item)} of the node {node!r}"
    given = [state.approvals[index, scope] for scope in waits if scope not in left and _is(scope, item)]
    others = f"Items that wait: {_listed(left)}." if left and left != [()] else ""
    if given:
        word, by = _answered(given[-1])
        raise UsageError(
            f"{place} of run {state.run_id!r} was {word} already{f' by {by}' if by else ''}.",
            others or f"Go on with: floworch resume {state.run_id}",
        )
    message = f"{place} of run {state.run_id!r} does not wait for {_WORDS[kind]}."
    raise UsageError(message, others or _who_waits(state, kind, node))


def _is(scope: Scope, item: Item | None) -> bool:
    if item is None:
        return True
    return scope[-1:] == (item,) if isinstance(item, int) else scope == tuple(item)


def _named(item: Item) -> str:
    return str(item) if isinstance(item, int) else ",".join(map(str, item))


def _listed(scopes: Sequence[Scope]) -> str:
    """The names of items; an index alone where that is enough."""
    shown = ", ".join(_named(scope) for scope in sorted(scopes)[:_LISTED])
    return shown if len(scopes) <= _LISTED else f"{shown} and {len(scopes) - _LISTED} more"


def _who_waits(state: RunState, kind: str, node: str) -> str:
    waiting = sorted({state.node_ids[i] for (i, _), wait in state.waits.items() if wait.get("kind") == kind})
    if node in waiting:
        return "It is in no loop: leave the item out."
    wanted = _WORDS[kind]
    return f"Waiting for {wanted}: {', '.join(waiting)}." if waiting else f"No node of this run waits for {wanted}."


def _answered(given: dict[str, Any]) -> tuple[str, str]:
    if "output" in given:
        return "answered", str(given["output"].get("by") or "")
    return "approved" if given.get("approved") else "rejected", str(given.get("by") or "")
