"""Actions exist and their literal parameters fit (C2.7, C4.5)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from floworch.model.catalog import ActionInfo
from floworch.model.python_names import OF_A_SCRIPT, PREFIX, is_of_script
from floworch.model.rules.draft import Draft, closest
from floworch.model.rules.unknown import NOT_FOUND, advice
from floworch.model.workflow import Compensation, Node

#: Actions that wait for time or a signal; those of people are known by their names.
_WAITING = frozenset({"flow.wait", "flow.signal"})
_FIELDS = frozenset(Node.model_fields)


def check_params(draft: Draft) -> None:
    """Find unknown actions, parameters that do not fit and timeouts that cannot interrupt."""
    for node_id, node in draft.examined("params"):
        path = f"nodes.{node_id}"
        action = draft.action(node.action)
        if action is None:
            _unknown(draft, node.action, f"{path}.action", node_id, "action")
        else:
            _check(draft, action, node.params, f"{path}.params", node_id)
            if node.timeout is not None and (node.action in _WAITING or node.action.startswith("human.")):
                _wait_timeout(draft, node_id, node)
            elif node.timeout is not None and (node.run_on or action.run_on) == "thread":
                _thread_timeout(draft, node_id)
        if node.compensate is not None:
            _compensation(draft, node.compensate, f"{path}.compensate", node_id)


def _compensation(draft: Draft, undo: Compensation, path: str, node_id: str) -> None:
    action = draft.action(undo.action)
    if action is None:
        _unknown(draft, undo.action, f"{path}.action", node_id, "")
        return
    if action.container or undo.action.startswith("human.") or undo.action in _WAITING:
        what = "holds a body" if action.container else "waits"
        message = (
            f"The compensation of {node_id!r} is {undo.action!r}, which {what}; a rollback runs plain actions only."
        )
        draft.add("bad_compensation", f"{path}.action", message, "Use an action that does its work at once.", node_id)
        return
    params = dict(undo.params)
    first: str = getattr(action, "first_param", "")
    if undo.action.startswith("py:") and first:  # a Python function is called with (ctx, output)
        params.setdefault(first, "{{ output }}")
    _check(draft, action, params, f"{path}.params", node_id)
    if undo.timeout is not None and action.run_on == "thread":
        draft.add(
            "thread_timeout", f"{path}.timeout",
            f"The compensation of {node_id!r} runs in a thread, which a timeout cannot interrupt: its work goes on.",
            "Use an async function, or an action that runs in a process.", node_id,
        )  # fmt: skip


def _unknown(draft: Draft, name: str, path: str, node_id: str, field: str) -> None:
    if name.startswith(PREFIX):
        fix = OF_A_SCRIPT if is_of_script(name) else NOT_FOUND
        draft.add("unknown_action", path, f"There is no function {name[3:]!r}.", fix, node_id)
        return
    if draft.add_broken("unknown_action", path, name, node_id):
        return
    ids = draft.catalog.action_ids()
    fix, close = advice(name, ids, draft.suggest(name, ids)[1])
    repair = {"op": "set_field", "node": node_id, "field": field, "value": close} if close and field else None
    draft.add("unknown_action", path, f"There is no action {name!r}.", fix, node_id, repair)


def _check(draft: Draft, action: ActionInfo, params: Mapping[str, Any], path: str, node_id: str) -> None:
    for issue in action.check_params(params):
        place = f"{path}.{issue.path}" if issue.path else path
        fix = issue.fix or f"Correct the parameter; 'floworch actions show {action.id}' describes it."
        if issue.unknown and not fix.startswith("Did you mean"):
            fix = field_meant(issue.path, _FIELDS) or fix
        draft.add("bad_param", place, issue.message, fix, node_id)


def field_meant(name: str, fields: Collection[str]) -> str:
    """What to do about a name under ``params`` that is, or resembles, that of a field of the node; else nothing."""
    if name in fields:
        return f"{name!r} is a field of the node: give it beside 'params', not in it."
    close = closest(name, [field for field in fields if field[:1] == name[:1].lower()])  # 'every' is no 'retry'
    return f"Did you mean {close!r}, a field of the node beside 'params'?" if close is not None else ""


def _wait_timeout(draft: Draft, node_id: str, node: Node) -> None:
    how = f'Give it as a parameter: "params": {{"timeout": {json.dumps(node.timeout)}}}.'
    draft.add(
        "wait_timeout", f"nodes.{node_id}.timeout",
        f"The timeout of {node_id!r} bounds an attempt, not how long {node.action} waits.",
        "Remove it." if node.action == "flow.wait" else how, node_id,
        {"op": "unset_field", "node": node_id, "field": "timeout"} if node.action == "flow.wait" else None,
    )  # fmt: skip


def _thread_timeout(draft: Draft, node_id: str) -> None:
    draft.add(
        "thread_timeout", f"nodes.{node_id}.timeout",
        f"{node_id!r} runs in a thread, which a timeout cannot interrupt: its work goes on and the result is dropped.",
        "Run it in a process.", node_id, {"op": "set_field", "node": node_id, "field": "run_on", "value": "process"},
    )  # fmt: skip
