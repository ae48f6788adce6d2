"""The input of a node in a run: its parameters with the values that the run's record can tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from floworch.artifact import shown

if TYPE_CHECKING:
    from floworch.run.state import RunState

#: A whole expression that is a plain path, such as ``{{ nodes.list.output.files[0] }}``.
_PATH = re.compile(r"\{\{\s*([A-Za-z_]\w*(?:\.\w+|\[\d+\]|\[\"[^\"]*\"\])*)\s*\}\}")
_STEP = re.compile(r"\.?(\w+)|\[(\d+)\]|\[\"([^\"]*)\"\]")
_MISSING = object()


def inputs_of(params: Any, state: RunState, around: Mapping[str, Any] | None = None) -> tuple[Any, int]:
    """Parameters with plain paths replaced by what they stood for, and how many expressions stay as written.

    Only what cannot have changed since is looked up: inputs of the run and outputs of nodes. Values are not copied.
    ``around`` is what a loop adds in one of its items: ``item`` and ``index``.
    """
    if isinstance(params, dict):
        pairs = {key: inputs_of(value, state, around) for key, value in params.items()}
        return {key: value for key, (value, _) in pairs.items()}, sum(left for _, left in pairs.values())
    if isinstance(params, list):
        found = [inputs_of(value, state, around) for value in params]
        return [value for value, _ in found], sum(left for _, left in found)
    if not isinstance(params, str) or ("{{" not in params and "{%" not in params):
        return params, 0
    match = _PATH.fullmatch(params.strip())
    value = _look_up(match[1], state, around or {}) if match is not None else _MISSING
    return (params, 1) if value is _MISSING else (value, 0)


def _look_up(path: str, state: RunState, around: Mapping[str, Any]) -> Any:
    steps = [match[1] or match[3] or int(match[2]) for match in _STEP.finditer(path)]
    if steps[0] in around:
        return _walk(around[str(steps[0])], steps[1:])
    if len(steps) >= 2 and steps[0] == "inputs":
        return _walk(state.inputs, steps[1:])
    if len(steps) >= 3 and steps[0] == "nodes" and steps[2] == "output" and steps[1] in state.index:
        node = state.index[str(steps[1])]
        if node not in state.parents and state.status_of(node).final:
            return _walk(state.output[node], steps[3:])
    return _MISSING


def _walk(value: Any, steps: list[Any]) -> Any:
    value = shown(value)
    for step in steps:
        inside = isinstance(value, dict) and step in value
        if not inside and not (isinstance(value, list) and isinstance(step, int) and step < len(value)):
            return _MISSING
        value = value[step]
    return value
