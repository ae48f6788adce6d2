"""Layers in an order that defeats one of them (contract C5, C15), with the order that does not.

``docs/guides/middleware.md`` gives the reasons. An order that is merely unusual is no problem: only pairs are found of
which one layer cannot do its work, or does harm, because of where the other one stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from floworch.model.durations import seconds
from floworch.model.rules.draft import Draft
from floworch.model.workflow import Layer, RetryPolicy

#: Moves after which a list is given up; every list that can be mended needs fewer.
_MOST_MOVES = 50


@dataclass(frozen=True, slots=True)
class _Entry:
    """One layer of a stack: its entry and where it stands (``list`` is workflow, node or field)."""

    layer: Layer
    list: str
    number: int


def _any(outer: Layer, inner: Layer) -> bool:
    return True


def _checks_input(outer: Layer, inner: Layer) -> bool:
    """Whether the validation layer checks parameters; checking the output inside is right."""
    rules = inner.options.get("rules")
    listed = rules if isinstance(rules, list) else []
    of_input = any(isinstance(rule, dict) and rule.get("on", "input") == "input" for rule in listed)
    return bool(inner.options.get("input")) or of_input


def _retries_refusals(outer: Layer, inner: Layer) -> bool:
    policy = _policy(outer)
    if policy is None or not _checks_input(outer, inner) or policy.max_attempts < 2:
        return False
    return bool({"all", "validation_error"} & set(policy.on)) and "validation_error" not in policy.give_up_on


def _gives_a_value(outer: Layer, inner: Layer) -> bool:
    return inner.options.get("action") is None


#: (outer, inner) -> (when it is harmful, what goes wrong).
_HARMFUL: dict[tuple[str, str], tuple[Callable[[Layer, Layer], bool], str]] = {
    ("retry", "fallback"): (_any, "'fallback' turns every failure into a success, so nothing is ever tried again"),
    ("retry", "dead_letter"): (_any, "'dead_letter' writes a line for every attempt, also when a later one succeeds"),
    ("retry", "validation"): (_retries_refusals, "parameters that are refused are refused again in every attempt"),
    ("circuit_breaker", "retry"): (
        _any, "the circuit counts one failure for all attempts, and none of them waits while it is open"
    ),
    ("circuit_breaker", "fallback"): (_any, "'fallback' hides every failure, so the circuit never opens"),
    ("dead_letter", "fallback"): (_gives_a_value, "'fallback' hides every failure, so no line is ever written"),
    ("cache", "fallback"): (_any, "the value given instead is kept and given again when the work would succeed"),
    ("idempotency", "fallback"): (_any, "the value given instead counts as the result for good"),
    ("cache", "validation"): (_checks_input, "a result that is known is given for parameters that nobody has checked"),
    ("idempotency", "validation"): (
        _checks_input, "a result that is known is given for parameters that nobody has checked"
    ),
}  # fmt: skip


def check_layer_order(draft: Draft) -> None:
    """Find layers that stand in each other's way, in the workflow's list and in the stack of every node."""
    shared = [_Entry(layer, "workflow", number) for number, layer in enumerate(draft.workflow.middleware)]
    for outer, inner, what in _pairs(shared):
        _add(draft, outer, inner, what, None)
    for node_id, node in draft.examined("layer_order", draft.workflow.middleware):
        if not node.middleware and (node.retry is None or not shared):
            continue
        stack = shared + [_Entry(layer, "node", number) for number, layer in enumerate(node.middleware)]
        if node.retry is not None:
            stack.append(_Entry(_as_layer(node.retry), "field", 0))
        for outer, inner, what in _pairs(stack):
            if inner.list != "workflow":
                _add(draft, outer, inner, what, node_id)


def _pairs(stack: Sequence[_Entry]) -> Iterator[tuple[_Entry, _Entry, str]]:
    """Every harmful pair of a stack, the first of each two kinds."""
    seen: set[tuple[str, str]] = set()
    for place, outer in enumerate(stack):
        for inner in stack[place + 1 :]:
            kinds = (outer.layer.use, inner.layer.use)
            if kinds in seen or (outer.layer.when is not None and inner.layer.when is not None):
                continue  # two conditions may exclude each other
            what = _harm(outer.layer, inner.layer, stack[:place])
            if what:
                seen.add(kinds)
                yield outer, inner, what


def _harm(outer: Layer, inner: Layer, around: Sequence[_Entry]) -> str:
    """What goes wrong with these two, or an empty text."""
    found = _HARMFUL.get((outer.use, inner.use))
    if found is not None:
        return found[1] if found[0](outer, inner) else ""
    if outer.use != "timeout":
        return ""
    if inner.use == "retry":
        return _cut_short(outer, inner)
    if inner.use in ("rate_limit", "concurrency") and any(entry.layer.use == "retry" for entry in around):
        return f"waiting for {inner.use!r} counts as time of the attempt, which then fails without having begun"
    return ""


def _cut_short(timeout: Layer, retry: Layer) -> str:
    """A bound on the whole is right, unless the waiting between the attempts alone is longer."""
    policy = _policy(retry)
    try:
        bound = seconds(timeout.options.get("after", 30.0))
        if policy is None or policy.max_attempts > 1000:
            return ""
        waits = sum(policy.delay_before(attempt) for attempt in range(2, policy.max_attempts + 1))
    except (ValueError, TypeError, OverflowError):
        return ""  # said by the checks of options
    if waits < bound:
        return ""
    return f"it bounds all attempts together to {bound:g} s, but the waiting between them alone takes {waits:g} s"


def _policy(layer: Layer) -> RetryPolicy | None:
    try:
        return RetryPolicy.model_validate(layer.options)
    except ValidationError:
        return None


def _as_layer(policy: RetryPolicy) -> Layer:
    written: dict[str, Any] = policy.model_dump(exclude_unset=True)
    written = {name: list(value) if isinstance(value, tuple) else value for name, value in written.items()}
    return Layer.model_validate({"use": "retry", "with": written})


def _add(draft: Draft, outer: _Entry, inner: _Entry, what: str, node: str | None) -> None:
    path = f"nodes.{node}.middleware" if node is not None else "middleware"
    place = f"nodes.{node}.retry" if inner.list == "field" else f"{path}[{inner.number}]"
    one, other = outer.layer.use, inner.layer.use
    cut = (one, other) == ("timeout", "retry")
    words = {"workflow": "the workflow's list", "node": "the node's own list", "field": "the field of the node"}
    if cut:
        fix = f"Put {one!r} inside {other!r} to bound each attempt, or make it longer."
    elif outer.list == inner.list:
        fix = f"Put {other!r} outside {one!r}."
    elif inner.list == "field":
        fix = "Use a 'retry' layer outside 'circuit_breaker' in place of the field 'retry'."
    else:
        fix = f"{one!r} is in {words[outer.list]} and {other!r} in {words[inner.list]}: move one of them to the other."
    message = f"{other!r} is inside {one!r}: {what}."
    draft.add("harmful_order", place, message, fix, node, None if cut else _repair(draft, outer, inner, node))


def _repair(draft: Draft, outer: _Entry, inner: _Entry, node: str | None) -> dict[str, Any] | None:
    """The list without any harmful pair, when both layers are in it or one is the node's own field."""
    if outer.list == "workflow" and inner.list != "workflow":
        return None
    if node is None:
        layers = list(draft.workflow.middleware)
    else:
        layers = list(draft.workflow.nodes[node].middleware)
    if inner.list == "field":
        layers.append(inner.layer)
    mended = reordered(layers)
    if mended is None:
        return None
    value = [layer.model_dump(by_alias=True, exclude_unset=True) for layer in mended]
    return {"op": "set_layers", "node": node, "value": value, "unset": ["retry"] if inner.list == "field" else []}


def reordered(layers: Sequence[Layer]) -> list[Layer] | None:
    """The layers with as few as possible moved, so that no pair is harmful; None when that cannot be reached."""
    found = list(layers)
    for _ in range(_MOST_MOVES):
        stack = [_Entry(layer, "node", number) for number, layer in enumerate(found)]
        pairs = [(one, two) for one, two, _ in _pairs(stack) if (one.layer.use, two.layer.use) != ("timeout", "retry")]
        if not pairs:
            return found
        outer, inner = pairs[0]
        found.insert(outer.number, found.pop(inner.number))
    return None
