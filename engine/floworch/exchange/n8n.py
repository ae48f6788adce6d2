"""A workflow of n8n, as its editor exports it, as a skeleton: layout, notes, parameters and plain expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from floworch.errors import UsageError
from floworch.exchange import foreign
from floworch.exchange.foreign import Step, Values, entries, mapping, number, texts
from floworch.exchange.imported import Imported, Skeleton, known
from floworch.exchange.js_expression import Step as PathStep
from floworch.exchange.n8n_nodes import HANDLERS, LOOPS, NOTES, STARTS, THROUGH, port_of, prefix_of, trigger_of

_SCALE = 1.3
_FROM = ("n8n-nodes-base.", "@n8n/n8n-nodes-langchain.")
_ABOUT = (
    "n8n runs a step once for each item; here a step runs once and gets what the step before it gave. "
    "Put steps that belong to each item of a list into a flow.foreach."
)


def from_n8n(text: str) -> Imported:
    """Return the skeleton of an n8n workflow.

    Raises:
        UsageError: It is no n8n workflow, or it has no steps.
    """
    data = foreign.read_json(text, "n8n")
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, Mapping) or not isinstance(data.get("nodes"), list):
        raise UsageError("That is no workflow of n8n: it has no list of nodes.", "Use Download in the editor of n8n.")
    skeleton = Skeleton(texts(data.get("name")) or "n8n workflow")
    steps = _steps(data, skeleton)
    _wires(data, steps, skeleton)
    skeleton.tell("note", "", _ABOUT)
    loops = {step.key: _body(step, steps) for step in steps.values() if step.type in LOOPS}
    triggers = {step.key: _trigger(skeleton, step) for step in steps.values() if step.type in STARTS}
    for step in steps.values():
        if step.type not in STARTS:
            _convert(skeleton, step, steps, loops)
    _edges(skeleton, steps, loops, triggers)
    return skeleton.finish()


def _steps(data: Mapping[str, Any], skeleton: Skeleton) -> dict[str, Step]:
    """Every step by its name; notes go to the canvas at once."""
    found: dict[str, Step] = {}
    for node in entries(data["nodes"]):
        kind = texts(node.get("type"))
        for prefix in _FROM:
            kind = kind.removeprefix(prefix)
        place = node.get("position")
        x, y = (place[0], place[1]) if isinstance(place, list) and len(place) == 2 else (0, 0)
        at = (number(x) * _SCALE, number(y) * _SCALE)
        params, name = mapping(node.get("parameters")), texts(node.get("name")) or kind
        if kind in NOTES:
            size = (number(params.get("width")) or 240.0, number(params.get("height")) or 160.0)
            skeleton.note(texts(params.get("content")), at, (size[0] * _SCALE, size[1] * _SCALE))
            continue
        step = Step(name, name, kind, params, at, node, disabled=node.get("disabled") is True)
        found[name] = step
    foreign.reserve([step for step in found.values() if step.type not in STARTS])
    return found


def _trigger(skeleton: Skeleton, step: Step) -> str | None:
    """The node of a trigger; None when a run begins by itself or this installation has no such trigger."""
    if step.type in ("manualTrigger", "start", "executeWorkflowTrigger", "manualChatTrigger"):
        return None
    params = trigger_of(step)
    if params is not None and known(params[0]):
        node = skeleton.add(step.title, params[0], params[1], step.at, title=step.title)
        if step.type == "webhook":  # what it puts out is what the steps behind it read
            step.node = node
        return node
    shown = f" ({params[1].get('cron') or params[1].get('path')})" if params is not None else ""
    skeleton.tell(
        "not_converted", step.title, f"The trigger {step.type}{shown} was left out: runs are started by hand."
    )
    return None


def _wires(data: Mapping[str, Any], steps: Mapping[str, Step], skeleton: Skeleton) -> None:
    for name, outputs in mapping(data.get("connections")).items():
        source = steps.get(name)
        if source is None:
            continue
        for kind, ports in mapping(outputs).items():
            for place, wires in enumerate(ports if isinstance(ports, list) else ()):
                for wire in entries(wires):
                    target = steps.get(texts(wire.get("node")))
                    if target is None:
                        continue
                    if kind == "main":
                        target.into.append((source, place))
                    else:
                        message = f"It is a part ({kind}) of {target.title}, which has no counterpart."
                        skeleton.tell("not_converted", source.title, message, source.node)


def _body(loop: Step, steps: Mapping[str, Step]) -> set[str]:
    """The steps that a loop runs for each item: those between its loop output and its way back."""
    output = 1 if number(loop.original.get("typeVersion")) >= 3 else 0
    ahead = _reach({step.key for step in steps.values() if (loop, output) in _ends(step)}, steps, loop.key)
    back = {source.key for source, _ in loop.into}
    behind = set()
    waiting = [key for key in ahead if key in back]
    while waiting:
        key = waiting.pop()
        if key not in behind:
            behind.add(key)
            waiting += [source.key for source, _ in steps[key].into if source.key in ahead]
    return behind


def _ends(step: Step) -> list[tuple[Step, int]]:
    return [(source, port) for source, port in step.into]


def _reach(starts: set[str], steps: Mapping[str, Step], stop: str) -> set[str]:
    after: dict[str, list[str]] = {}
    for step in steps.values():
        for source, _ in step.into:
            after.setdefault(source.key, []).append(step.key)
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        key = waiting.pop()
        if key != stop and key not in found:
            found.add(key)
            waiting += after.get(key, [])
    return found


def _convert(skeleton: Skeleton, step: Step, steps: Mapping[str, Step], loops: Mapping[str, set[str]]) -> None:
    values = Values(skeleton, step, _resolver(step, steps, loops))
    handler = HANDLERS.get(step.type)
    made = handler(values) if handler is not None else None
    parent = next((steps[key].node for key, body in loops.items() if step.key in body and key != step.key), None)
    if made is None:
        what = "JavaScript code" if step.type in ("code", "function", "functionItem") else f"the n8n step {step.type}"
        node = skeleton.placeholder(step.title, what, step.original, step.at)
    else:
        action, params = made
        node = skeleton.add(
            step.node, action, params, step.at, title=step.title, notes=texts(step.original.get("notes"))
        )
    fields = skeleton.nodes[node]
    if parent is not None:
        fields["parent"] = parent
    if step.disabled:
        fields["disabled"] = True
    _failures(step, fields)
    if step.original.get("credentials"):
        names = ", ".join(sorted(map(str, mapping(step.original["credentials"]))))
        values.partly(f"Its credentials ({names}) were not taken over: give the step a connection or a secret.")


def _failures(step: Step, fields: dict[str, Any]) -> None:
    """What the step does when it fails."""
    if step.original.get("retryOnFail") is True:
        tries = int(number(step.original.get("maxTries")) or 3)
        wait = number(step.original.get("waitBetweenTries")) or 1000.0
        fields["retry"] = {"max_attempts": max(1, min(tries, 100)), "delay": f"{round(wait)}ms", "backoff": 1.0}
    if step.original.get("continueOnFail") is True or step.original.get("onError") == "continueRegularOutput":
        fields["on_error"] = "continue"


def _edges(
    skeleton: Skeleton, steps: Mapping[str, Step], loops: Mapping[str, set[str]], triggers: Mapping[str, str | None]
) -> None:
    for step in steps.values():
        for source, place in step.into:
            if source.type in STARTS or step.type in STARTS:
                if (trigger := triggers.get(source.key)) and step.type not in STARTS:
                    skeleton.edge(trigger, step.node)
                continue
            inside = [key for key, body in loops.items() if source.key in body]
            if step.key in inside or (source.key in loops and step.key in loops[source.key]):
                continue  # the way into a loop's body and back is the container itself
            port = port_of(source, place)
            last = source.original.get("onError") == "continueErrorOutput" and place >= 1 and source.type not in THROUGH
            skeleton.edge(source.node, step.node, "error" if last else port)


def _resolver(step: Step, steps: Mapping[str, Step], loops: Mapping[str, set[str]]) -> Any:
    """What the names of n8n's expressions stand for in one step."""

    def resolve(name: str, path: Sequence[PathStep]) -> tuple[str, Sequence[PathStep]] | None:
        if name == "$json":
            return _input(step, loops), path
        if name == "$input":
            return _items(_input(step, loops), _input(step, loops, every=True), path)
        if name == "$node" and path and path[0].key in steps:
            return _items(*_outputs(steps[str(path[0].key)], loops), path[1:])
        if name == "$" and path and path[0].kind == "call" and len(path[0].arguments) == 1:
            named = steps.get(path[0].arguments[0].strip('"'))
            return _items(*_outputs(named, loops), path[1:]) if named is not None else None
        if name == "$env" and path and path[0].key:
            return f'("{path[0].key}" | env)', path[1:]
        return _constant(name, path)

    return resolve


def _constant(name: str, path: Sequence[PathStep]) -> tuple[str, Sequence[PathStep]] | None:
    if name == "$itemIndex":
        return "index", path
    if name in ("$execution", "$workflow") and path and path[0].key in ("id", "name"):
        return ("run.id" if name == "$execution" else "run.workflow"), path[1:]
    return None


def _items(one: str, every: str, path: Sequence[PathStep]) -> tuple[str, Sequence[PathStep]] | None:
    """``.item.json``, ``.first().json``, ``.json`` and ``.all()`` of a step's items."""
    keys = [each.key or each.kind for each in path]
    if keys[:1] == ["json"]:
        return one, path[1:]
    if keys[:2] == ["item", "json"]:
        return one, path[2:]
    if len(keys) >= 2 and keys[0] in ("first", "last") and keys[1:3] == ["call", "json"]:
        return one, path[3:]
    if keys[:2] == ["all", "call"]:
        return every, path[2:]
    return None


def _outputs(step: Step, loops: Mapping[str, set[str]]) -> tuple[str, str]:
    if step.type in STARTS:
        found = f"nodes.{step.node}.output" if step.node else "inputs"
        return found, f"[{found}]"
    if step.type in THROUGH:
        return _input(step, loops), _input(step, loops, every=True)
    return f"nodes.{step.node}.output{prefix_of(step)}", f"nodes.{step.node}.output{prefix_of(step, every=True)}"


def _input(step: Step, loops: Mapping[str, set[str]], every: bool = False) -> str:
    """What a step gets: the output of the step before it that has one of its own."""
    seen: set[str] = set()
    while step.into and step.key not in seen:
        seen.add(step.key)
        source = step.into[0][0]
        if source.key in loops and step.key in loops[source.key]:
            return "[item]" if every else "item"
        if source.type in STARTS:
            return _outputs(source, loops)[every]
        if source.type not in THROUGH:
            return _outputs(source, loops)[every]
        step = source
    return "[inputs]" if every else "inputs"
