"""Flows of Node-RED, as its editor exports them, as a skeleton: layout, comments, parameters and plain paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from floworch.errors import UsageError
from floworch.exchange import foreign
from floworch.exchange.foreign import Step, Values, entries, number, texts
from floworch.exchange.imported import Imported, Skeleton, known
from floworch.exchange.js_expression import Step as PathStep
from floworch.exchange.node_red_nodes import HANDLERS, LINKS, NOTES, OUTPUTS, STARTS, THROUGH, port_of, trigger_of

_SCALE = 1.6
_BETWEEN = 240.0
_ABOUT = (
    "In Node-RED a message goes from node to node; here a step reads the outputs of steps before it. "
    "msg.payload is the output of the step before; other properties of msg are not there."
)


def from_node_red(text: str) -> Imported:
    """Return the skeleton of Node-RED flows; several tabs stand one below the other.

    Raises:
        UsageError: It is no export of Node-RED, or it has no steps.
    """
    data = foreign.read_json(text, "Node-RED")
    if isinstance(data, Mapping) and isinstance(data.get("flows"), list):
        data = data["flows"]
    found = entries(data)
    if not found or not any("type" in node for node in found):
        raise UsageError("That is no export of Node-RED: it is no list of nodes.", "Use Export in the editor's menu.")
    tabs = [node for node in found if node.get("type") == "tab"]
    skeleton = Skeleton(texts(tabs[0].get("label")) if tabs else "Node-RED flow")
    steps = _steps(found, tabs, skeleton)
    _wires(found, steps)
    skeleton.tell("note", "", _ABOUT)
    triggers = {step.key: _trigger(skeleton, step) for step in steps.values() if step.type in STARTS}
    for step in steps.values():
        if step.type not in STARTS and step.type not in LINKS:
            _convert(skeleton, step)
    _edges(skeleton, steps, triggers)
    return skeleton.finish()


def _steps(
    found: Sequence[Mapping[str, Any]], tabs: Sequence[Mapping[str, Any]], skeleton: Skeleton
) -> dict[str, Step]:
    """Every step by its id; comments go to the canvas at once, settings of servers are left out."""
    tops = _tops(found, tabs)
    steps: dict[str, Step] = {}
    for node in found:
        kind, key = texts(node.get("type")), texts(node.get("id"))
        if "x" not in node or not key or kind in ("tab", "group"):
            continue
        at = (number(node.get("x")) * _SCALE, number(node.get("y")) * _SCALE + tops.get(texts(node.get("z")), 0.0))
        title = texts(node.get("name")) or texts(node.get("label")) or kind
        if kind in NOTES:
            skeleton.note("\n\n".join(each for each in (f"### {title}", texts(node.get("info"))) if each), at)
            continue
        off = node.get("d") is True or any(
            tab.get("id") == node.get("z") and tab.get("disabled") is True for tab in tabs
        )
        steps[key] = Step(key, title, kind, node, at, node, disabled=off)
    foreign.reserve([step for step in steps.values() if step.type not in STARTS and step.type not in LINKS])
    return steps


def _tops(found: Sequence[Mapping[str, Any]], tabs: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """How far down each tab begins."""
    tops, top = {}, 0.0
    for tab in tabs:
        tab_id = texts(tab.get("id"))
        tops[tab_id] = top
        lowest = max((number(node.get("y")) for node in found if node.get("z") == tab_id), default=0.0)
        top += lowest * _SCALE + _BETWEEN
    return tops


def _wires(found: Sequence[Mapping[str, Any]], steps: Mapping[str, Step]) -> None:
    """Connect the steps; links between places of the canvas are wires like any other."""
    for node in found:
        source = steps.get(texts(node.get("id")))
        if source is None:
            continue
        wires = node.get("wires")
        for place, targets in enumerate(wires if isinstance(wires, list) else ()):
            for target in targets if isinstance(targets, list) else ():
                if isinstance(target, str) and target in steps:
                    steps[target].into.append((source, place))
        links = node.get("links")
        if source.type == "link out":
            for target in links if isinstance(links, list) else ():
                if isinstance(target, str) and target in steps:
                    steps[target].into.append((source, 0))


def _trigger(skeleton: Skeleton, step: Step) -> str | None:
    """The node of a trigger; None when a run begins by itself or this installation has no such trigger."""
    found = trigger_of(step)
    if found is not None and known(found[0]):
        node = skeleton.add(step.title, found[0], found[1], step.at, title=step.title)
        if step.type == "http in":  # what it puts out is what the nodes behind it read
            step.node = node
        return node
    if found is not None or step.type != "inject":
        shown = f" ({found[1].get('cron') or found[1].get('path')})" if found is not None else ""
        skeleton.tell(
            "not_converted", step.title, f"The start {step.type}{shown} was left out: runs are started by hand."
        )
    return None


def _convert(skeleton: Skeleton, step: Step) -> None:
    values = Values(skeleton, step, _resolver(step))
    handler = HANDLERS.get(step.type)
    made = handler(values) if handler is not None else None
    if made is None:
        what = "JavaScript code" if step.type == "function" else f"the Node-RED node {step.type}"
        node = skeleton.placeholder(step.title, what, step.original, step.at)
    else:
        action, params = made
        node = skeleton.add(
            step.node, action, params, step.at, title=step.title, notes=texts(step.original.get("info"))
        )
    if step.disabled:
        skeleton.nodes[node]["disabled"] = True


def _sources(step: Step, depth: int = 0) -> list[tuple[Step, int]]:
    """The steps before one, with links followed to where they come from."""
    found = []
    for source, place in step.into:
        if source.type in LINKS and depth < 20:
            found += _sources(source, depth + 1)
        else:
            found.append((source, place))
    return found


def _edges(skeleton: Skeleton, steps: Mapping[str, Step], triggers: Mapping[str, str | None]) -> None:
    for step in steps.values():
        if step.type in STARTS or step.type in LINKS:
            continue
        for source, place in _sources(step):
            if source.type in STARTS:
                if trigger := triggers.get(source.key):
                    skeleton.edge(trigger, step.node)
            elif source.type not in LINKS:
                skeleton.edge(source.node, step.node, port_of(source, place))


def _resolver(step: Step) -> Any:
    """What ``msg`` and its properties stand for in one step."""

    def resolve(name: str, path: Sequence[PathStep]) -> tuple[str, Sequence[PathStep]] | None:
        if name == "payload":
            return _payload(step), path
        if name == "msg" and path and path[0].key is not None:
            base = _payload(step)
            if path[0].key == "payload":
                return base, path[1:]
            if path[0].key in ("statusCode", "headers") and base.endswith(".output.body"):
                field = {"statusCode": "status"}.get(path[0].key, path[0].key)
                return f"{base.removesuffix('body')}{field}", path[1:]
            if path[0].key == "topic":
                return "inputs.topic", path[1:]
        return None

    return resolve


def _payload(step: Step) -> str:
    """What ``msg.payload`` is when it reaches a step."""
    seen: set[str] = set()
    while step.key not in seen:
        seen.add(step.key)
        before = _sources(step)
        if not before:
            break
        source = before[0][0]
        if source.type in STARTS:
            return f"nodes.{source.node}.output.body" if source.node else "inputs.payload"
        if source.type not in THROUGH:
            return f"nodes.{source.node}.output{OUTPUTS.get(source.type, '')}"
        step = source
    return "inputs.payload"
