"""Middleware lists: known layers, fitting options, one retry (C5, C15)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from floworch.model.python_names import OF_A_SCRIPT, PREFIX, is_of_script
from floworch.model.rules.draft import Draft
from floworch.model.rules.unknown import NOT_FOUND, OWN_LAYER, advice
from floworch.model.workflow import Layer

#: Actions that wait for time, a signal or another run; those of people are known by their names.
_WAITING = frozenset({"flow.wait", "flow.signal", "flow.call"})


def check_middleware(draft: Draft) -> None:
    """Find unknown layers, options that do not fit and retries inside retries."""
    outer = draft.workflow.middleware
    _check_list(draft, outer, "middleware", None)
    shared = _retries(outer)
    if shared > 1:
        message = "The workflow has more than one retry layer."
        draft.add("two_retries", "middleware", message, "Keep the last of them.", None, _one_retry(outer, None, False))
    for node_id, node in draft.workflow.nodes.items():
        if not node.middleware and (node.retry is None or not shared):
            continue
        _check_list(draft, node.middleware, f"nodes.{node_id}.middleware", node_id)
        own = _retries(node.middleware) + (node.retry is not None)
        if own > 1 or (own and shared):
            where = "the retry of the workflow" if own == 1 else "another retry of its own"
            draft.add(
                "two_retries", f"nodes.{node_id}.{'retry' if node.retry is not None else 'middleware'}",
                f"{node_id!r} has a retry inside {where}: only the innermost has effect.", "Keep one of them.", node_id,
                _one_retry(node.middleware, node_id, node.retry is not None) if own > 1 else None,
            )  # fmt: skip


def _one_retry(layers: Sequence[Layer], node: str | None, field: bool) -> dict[str, Any]:
    """The repair that keeps the innermost retry: the field, else the last layer."""
    last = max((number for number, layer in enumerate(layers) if layer.use == "retry"), default=-1)
    kept = [layer for number, layer in enumerate(layers) if layer.use != "retry" or (number == last and not field)]
    value = [layer.model_dump(by_alias=True, exclude_unset=True) for layer in kept]
    return {"op": "set_layers", "node": node, "value": value, "unset": []}


def _retries(layers: Sequence[Layer]) -> int:
    """How many are sure to apply: conditions may exclude each other."""
    return sum(layer.use == "retry" and layer.when is None for layer in layers)


def _check_list(draft: Draft, layers: Sequence[Layer], path: str, node: str | None) -> None:
    for number, layer in enumerate(layers):
        place = f"{path}[{number}]"
        issues = draft.catalog.check_layer(layer.use, layer.options)
        if issues is None:
            if draft.add_broken("unknown_layer", f"{place}.use", layer.use, node):
                continue
            if layer.use.startswith(PREFIX):
                fix = OF_A_SCRIPT if is_of_script(layer.use) else NOT_FOUND
            else:
                fix, _ = draft.suggest(layer.use, draft.catalog.layer_ids(), OWN_LAYER)
            draft.add("unknown_layer", f"{place}.use", f"There is no middleware {layer.use!r}.", fix, node)
            continue
        for issue in issues:
            where = f"{place}.with.{issue.path}" if issue.path else f"{place}.with"
            draft.add("bad_option", where, issue.message, issue.fix, node)
        if layer.use == "fallback":
            _fallback(draft, layer.options.get("action"), f"{place}.with.action", node)


def _fallback(draft: Draft, name: Any, path: str, node: str | None) -> None:
    """The action of a fallback exists and does its work at once (C5.3)."""
    if not isinstance(name, str) or not name or "{{" in name:
        return
    action = draft.action(name)
    if action is None:
        if draft.add_broken("unknown_action", path, name, node):
            return
        ids = draft.catalog.action_ids()
        fix, _ = advice(name, ids, draft.suggest(name, ids)[1])
        draft.add("unknown_action", path, f"There is no action {name!r}.", fix, node)
    elif action.container or name.startswith("human.") or name in _WAITING:
        what = "holds a body" if action.container else "waits"
        message = f"{name!r} {what}, so it cannot be a fallback."
        draft.add("bad_option", path, message, "Connect it to the node's error port instead.", node)
