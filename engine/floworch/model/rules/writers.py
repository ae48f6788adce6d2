"""Parallel writers of one data key (C6.1)."""

from __future__ import annotations

from itertools import pairwise

from floworch.expr import is_template
from floworch.model.rules.draft import Draft
from floworch.model.rules.ports import Exclusion
from floworch.model.workflow import Node


def check_writers(draft: Draft) -> None:
    """Warn of nodes that may write the same data key at the same time."""
    plan = draft.plan
    writers: dict[str, list[int]] = {}
    for number in plan.order:
        for key in _written(plan.nodes[number]):
            writers.setdefault(key, []).append(number)
    if not writers:
        return
    pairs = {(a, b, key) for key, numbers in writers.items() for a, b in pairwise(numbers)}
    lifted = {pair: _same_level(draft, pair[0], pair[1]) for pair in pairs}
    levels = [level for level in lifted.values() if level is not None]
    apart = plan.not_upstream(levels + [(b, a) for a, b in levels])
    exclusion = Exclusion(draft) if apart else None
    for (a, b, key), level in sorted(lifted.items()):
        if level is None or exclusion is None or level not in apart or level[::-1] not in apart:
            continue
        if not exclusion.exclusive(*level):
            _warn(draft, a, b, key)
    for key, numbers in writers.items():
        for number in numbers:
            _check_items(draft, number, key)


def _written(node: Node) -> list[str]:
    """Keys a node writes to the run's data, as far as they are literal."""
    fields = node.params.get("fields")
    if node.action == "data.set" and node.params.get("target") == "data" and isinstance(fields, dict):
        return [key for key in fields if isinstance(key, str) and not is_template(key)]
    return []


def _same_level(draft: Draft, a: int, b: int) -> tuple[int, int] | None:
    """The two nodes, or the containers around them that lie in the same body; None when one contains the other."""
    plan = draft.plan
    above = {plan.parent[each]: each for each in [a, *plan.enclosing(a)]}
    for each in [b, *plan.enclosing(b)]:
        other = above.get(plan.parent[each])
        if other is not None:
            return None if other == each else (other, each)
    return None


def _warn(draft: Draft, a: int, b: int, key: str) -> None:
    first, second = draft.plan.ids[a], draft.plan.ids[b]
    draft.add(
        "parallel_writers", f"nodes.{second}.params.fields.{key}",
        f"{first!r} and {second!r} may run at the same time and both write the data key {key!r}: the later one wins.",
        "Connect them with an edge, or use two keys.", second,
    )  # fmt: skip


def _check_items(draft: Draft, number: int, key: str) -> None:
    for container in draft.plan.enclosing(number):
        node = draft.plan.nodes[container]
        if node.action == "flow.foreach" and node.params.get("concurrency") != 1:
            node_id, outer = draft.plan.ids[number], draft.plan.ids[container]
            draft.add(
                "parallel_writers", f"nodes.{node_id}.params.fields.{key}",
                f"Items of {outer!r} run at the same time and all write the data key {key!r}: the last one wins.",
                f"Return the value as the item's result, or set concurrency 1 on {outer!r}.", node_id,
            )  # fmt: skip
            return
