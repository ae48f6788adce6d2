"""Durations, limits, error kinds and input defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from floworch.errors import TRANSIENT
from floworch.model.durations import seconds
from floworch.model.policies import KINDS, MOST_ATTEMPTS
from floworch.model.rules.draft import Draft
from floworch.model.workflow import Input, RetryPolicy

#: More nodes running than this is a mistake.
MOST_CONCURRENCY = 10_000
_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "any": lambda value: True,
}


def fits(declared: Input, value: Any) -> bool:
    """Whether a value is of the type of a declared input; null is, where none is required."""
    return (value is None and not declared.required) or _TYPES[declared.type](value)


def check_settings(draft: Draft) -> None:
    """Find bad durations, numbers over a limit, unknown error kinds and defaults of the wrong type."""
    settings = draft.workflow.settings
    _duration(draft, settings.timeout, "settings.timeout", None)
    _limit(draft, settings.max_concurrency, MOST_CONCURRENCY, "settings.max_concurrency", None)
    _limit(draft, settings.max_crashes, MOST_ATTEMPTS, "settings.max_crashes", None)
    for name, declared in draft.workflow.inputs.items():
        if declared.default is not None and not _TYPES[declared.type](declared.default):
            message = f"The default of input {name!r} is not of type {declared.type}."
            draft.add("bad_default", f"inputs.{name}.default", message, "Change the default or the type.")
    for node_id, node in draft.examined("settings"):
        path = f"nodes.{node_id}"
        if node.timeout is not None:
            _duration(draft, node.timeout, f"{path}.timeout", node_id)
        if node.retry is not None:
            _retry(draft, node.retry, f"{path}.retry", node_id)
            _useless(draft, node.retry, f"{path}.retry", node_id, node.action)
        if node.compensate is not None:
            _duration(draft, node.compensate.timeout, f"{path}.compensate.timeout", node_id)
            if node.compensate.retry is not None:
                _retry(draft, node.compensate.retry, f"{path}.compensate.retry", node_id)


def _retry(draft: Draft, retry: RetryPolicy, path: str, node: str) -> None:
    _duration(draft, retry.delay, f"{path}.delay", node, zero=True)
    _duration(draft, retry.max_delay, f"{path}.max_delay", node, zero=True)
    _limit(draft, retry.max_attempts, MOST_ATTEMPTS, f"{path}.max_attempts", node)
    for field, kinds in (("on", retry.on), ("give_up_on", retry.give_up_on)):
        for number, kind in enumerate(kinds):
            if kind not in KINDS:
                fix, _ = draft.suggest(kind, KINDS, f"One of {', '.join(sorted(KINDS))}.")
                message = f"{kind!r} is not an error kind."
                draft.add("unknown_error_kind", f"{path}.{field}[{number}]", message, fix, node)


def _useless(draft: Draft, retry: RetryPolicy, path: str, node: str, action: str) -> None:
    if retry.max_attempts > 1 and action == "flow.fail":
        message = "'flow.fail' fails whenever it runs: trying it again only takes time."
        draft.add("useless_retry", path, message, "Remove the retry.", node)
    elif "all" in retry.give_up_on or _every(retry.on) <= _every(retry.give_up_on):
        message = "'give_up_on' names every kind that 'on' does, so that nothing is ever tried again."
        draft.add("useless_retry", path, message, "Take a kind out of it, or remove the retry.", node)


def _every(kinds: tuple[str, ...]) -> frozenset[str]:
    """The kinds that a list names, with those that its words stand for."""
    return frozenset(kinds) | (frozenset(kind.value for kind in TRANSIENT) if "transient" in kinds else frozenset())


def _duration(draft: Draft, value: Any, path: str, node: str | None, zero: bool = False) -> None:
    if value is None:
        return
    try:
        length = seconds(value)
    except (ValueError, OverflowError) as error:
        draft.add("bad_duration", path, f"{path}: {error}.", "Such as 30, '250ms', '30s', '5m', '2h' or '7d'.", node)
        return
    if length == 0 and not zero:
        draft.add("bad_duration", path, f"{path} is zero.", "Use more than zero, or remove it.", node)


def _limit(draft: Draft, value: int, most: int, path: str, node: str | None) -> None:
    if value > most:
        draft.add("out_of_range", path, f"{path} is {value}; it must be at most {most}.", "Use a smaller number.", node)
