"""Carrying out the repair that a Problem offers (its forms are listed in ``docs/reference/problems.md``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from floworch.errors import UsageError
from floworch.model.codec import from_data, to_data
from floworch.model.workflow import Workflow

_STEP = re.compile(r"\[(\d+)\]|\.?([^.\[]+)")


def apply_repair(workflow: Workflow, repair: Mapping[str, Any]) -> Workflow:
    """Return the definition with one repair carried out; it may still have other problems.

    Raises:
        UsageError: The repair is of an unknown form, or the definition has changed so that it no longer applies.
    """
    if repair.get("op") == "choose":
        raise UsageError("Several repairs are possible.", "Carry out one of its 'choices'.")
    work = _OPERATIONS.get(str(repair.get("op")))
    if work is None:
        raise UsageError(f"There is no repair {repair.get('op')!r}.")
    data = to_data(workflow)
    try:
        work(data, repair)
    except (KeyError, IndexError, TypeError):
        raise UsageError("The repair no longer fits the definition.", "Validate it again.") from None
    repaired, problems = from_data(data)
    if repaired is None:
        raise UsageError(f"The repair does not fit: {problems[0].message}", "Validate the definition again.")
    return repaired.placed_as(workflow)


def _set_field(data: dict[str, Any], repair: Mapping[str, Any]) -> None:
    data["nodes"][repair["node"]][repair["field"]] = repair["value"]


def _unset_field(data: dict[str, Any], repair: Mapping[str, Any]) -> None:
    del data["nodes"][repair["node"]][repair["field"]]


def _set_param(data: dict[str, Any], repair: Mapping[str, Any]) -> None:
    node = data["nodes"][repair["node"]]
    node["params"] = {**node.get("params", {}), repair["param"]: repair["value"]}


def _set_layers(data: dict[str, Any], repair: Mapping[str, Any]) -> None:
    holder = data if repair["node"] is None else data["nodes"][repair["node"]]
    for field in repair["unset"]:
        del holder[field]
    if repair["value"]:
        holder["middleware"] = repair["value"]
    else:
        holder.pop("middleware", None)


def _set_edge(data: dict[str, Any], repair: Mapping[str, Any]) -> None:
    data["edges"][repair["edge"]][repair["field"]] = repair["value"]


def _remove_edge(data: dict[str, Any], repair: Mapping[str, Any]) -> None:
    del data["edges"][repair["edge"]]


def _rename_node(data: dict[str, Any], repair: Mapping[str, Any]) -> None:
    old, new = repair["node"], repair["value"]
    if new in data["nodes"]:
        raise UsageError(f"There is already a node {new!r}.", "Choose another id.")
    data["nodes"] = {new if key == old else key: value for key, value in data["nodes"].items()}
    for node in data["nodes"].values():
        if node.get("parent") == old:
            node["parent"] = new
    for edge in data["edges"]:
        edge.update({end: new for end in ("from", "to") if edge[end] == old})
    places = data.get("view", {}).get("nodes")
    if isinstance(places, dict) and old in places:
        places[new] = places.pop(old)


def _replace_text(data: dict[str, Any], repair: Mapping[str, Any]) -> None:
    holder, key = _find(data, repair["path"])
    text = holder[key]
    if not isinstance(text, str) or repair["old"] not in text:
        raise KeyError(key)
    word = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(repair['old'])}(?![A-Za-z0-9_])")
    holder[key] = word.sub(lambda _: repair["new"], text)


def _declare_input(data: dict[str, Any], repair: Mapping[str, Any]) -> None:
    kind = {"type": repair["type"]} if "type" in repair else {}
    data.setdefault("inputs", {}).setdefault(str(repair["name"]), {**kind, "required": True})


def _rename_key(data: dict[str, Any], repair: Mapping[str, Any]) -> None:
    holder, key = _find(data, repair["path"])
    holder[repair["value"]] = holder.pop(key)


def _find(data: Any, path: str) -> tuple[Any, Any]:
    """The object or list that holds the value at a problem's path, and its key there."""
    steps = [int(match[1]) if match[1] else match[2] for match in _STEP.finditer(path)]
    at = 0
    while at < len(steps) - 1:
        step = steps[at]
        if isinstance(data, dict) and step not in data:  # a key that holds a dot itself
            steps[at : at + 2] = [f"{step}.{steps[at + 1]}"]
            continue
        data = data[step]
        at += 1
    return data, steps[-1]


_OPERATIONS: dict[str, Callable[[dict[str, Any], Mapping[str, Any]], None]] = {
    "set_field": _set_field,
    "unset_field": _unset_field,
    "set_param": _set_param,
    "set_layers": _set_layers,
    "set_edge": _set_edge,
    "remove_edge": _remove_edge,
    "rename_node": _rename_node,
    "replace_text": _replace_text,
    "rename_key": _rename_key,
    "declare_input": _declare_input,
}
