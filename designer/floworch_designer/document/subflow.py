"""Making a workflow of its own out of nodes: they move into it, and one ``flow.call`` stands in their place.

What the nodes take from outside becomes an input of the new workflow, what others take from them an output; edges
follow. Pure: nothing is written anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from floworch.model.called import CALL
from floworch.model.workflow import Edge, Input, Workflow
from floworch_designer.document.clipboard import Fragment, insert
from floworch_designer.document.decor import groups, put_into
from floworch_designer.document.nodes import (
    add_node,
    connect,
    descendants,
    downstream,
    fresh_id,
    remove,
    replace_node,
    upstream,
)
from floworch_designer.document.positions import positions
from floworch_designer.document.rename import Change, change_layers, change_node, change_value, rename
from floworch_designer.settings.words import tr

_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_STEP = r"(?:\s*\.\s*([A-Za-z_]\w*)|\s*\[\s*(?:\"([^\"]+)\"|'([^']+)')\s*\])"
#: ``nodes.x`` and what is asked of it, ``inputs.x``, a bare name that only the surrounding run has, or a text.
_NODE = re.compile(rf"(?<![\w.])nodes{_STEP}(?:\s*\.\s*(output|status|error)\b)?|{_STRING}", re.DOTALL)
_INPUT = re.compile(rf"(?<![\w.])inputs{_STEP}|{_STRING}", re.DOTALL)
_OWN = re.compile(rf"(?<![\w.])(data|item|index|outer)\b|{_STRING}", re.DOTALL)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


class NotPossibleError(ValueError):
    """These nodes cannot become a workflow of their own; the message says why and what to do."""


@dataclass
class _Border:
    """What crosses the border into the new workflow: by input name the caller's expression and the declaration."""

    workflow: Workflow
    inside: set[str]
    inputs: dict[str, str] = field(default_factory=dict)
    declared: dict[str, Input] = field(default_factory=dict)

    def take(self, name: str, expression: str, declaration: Input) -> str:
        """The name of the input that carries an expression of the caller."""
        for known, stored in self.inputs.items():
            if stored == expression:
                return known
        base, number = name, 1
        while name in self.inputs:
            number += 1
            name = f"{base}_{number}"
        self.inputs[name], self.declared[name] = expression, declaration
        return name


def make_subflow(workflow: Workflow, nodes: Iterable[str], name: str, reference: str) -> tuple[Workflow, Workflow, str]:
    """Move nodes, with the bodies of containers among them, into a workflow of their own.

    Args:
        workflow: Where they are.
        nodes: Their ids.
        name: Id of the new workflow, and stem of the id of the call.
        reference: How the call names the file of the new workflow.

    Returns:
        The workflow with a call in their place, the new workflow, and the id of the call.

    Raises:
        NotPossibleError: They depend on something that a called workflow does not have.
    """
    tops = [key for key in nodes if key in workflow.nodes]
    inside = descendants(workflow, tops)
    tops = [key for key in tops if workflow.nodes[key].parent not in inside]
    _check(workflow, tops, inside)
    border = _Border(workflow, inside)
    child = _child(border, tops, name)
    caller, call = _caller(border, tops, name, reference)
    return caller, child.replace(inputs=dict(border.declared)), call


def _check(workflow: Workflow, tops: list[str], inside: set[str]) -> None:
    if not tops:
        raise NotPossibleError(tr("Select the nodes that shall become a workflow of their own."))
    if len({workflow.nodes[key].parent for key in tops}) > 1:
        raise NotPossibleError(
            tr("The nodes are in different containers: select nodes of one container, or the containers.")
        )
    triggers = [key for key in tops if workflow.nodes[key].action.startswith("trigger.")]
    if triggers:
        raise NotPossibleError(
            tr(
                "{triggers!r} is a trigger, which a called workflow does not wait for: leave it out.",
                triggers=triggers[0],
            )
        )
    after = set().union(*(downstream(workflow, key) for key in tops)) - set(tops)
    before = set().union(*(upstream(workflow, key) for key in tops)) - set(tops)
    if between := sorted(after & before):
        raise NotPossibleError(tr("{between!r} runs between the selected nodes: select it too.", between=between[0]))
    for edge in workflow.edges:
        if edge.source in tops and edge.target not in inside and edge.port not in {"out", "error", "done"}:
            raise NotPossibleError(
                tr(
                    "The edge from port {port!r} of {source!r} leads out: a call cannot choose a port. "
                    "Select {target!r} too, or leave {source!r} out.",
                    port=edge.port,
                    source=edge.source,
                    target=edge.target,
                )
            )
    _check_code(workflow, inside)

    ways = list(_ways_in(workflow, inside).values())
    if any(way != ways[0] for way in ways) and any(port not in {"out", "done"} for way in ways for _, port in way):
        raise NotPossibleError(tr("The selected nodes begin by different branches, of which a call can have only one."))


def _ways_in(workflow: Workflow, inside: set[str]) -> dict[str, set[tuple[str, str]]]:
    """Nodes inside that follow something outside, with the sources and ports that they follow."""
    found: dict[str, set[tuple[str, str]]] = {}
    for edge in workflow.edges:
        if edge.target in inside and edge.source not in inside:
            found.setdefault(edge.target, set()).add((edge.source, edge.port))
    return found


def _check_code(workflow: Workflow, inside: set[str]) -> None:
    """Refuse what only the surrounding run has: its data, and the item of a loop around the nodes."""
    looped = any(workflow.nodes[key].parent is not None and workflow.nodes[key].parent not in inside for key in inside)
    for key in sorted(inside):
        node = workflow.nodes[key]
        words = own_words(node)
        if "data" in words or (node.action == "data.set" and node.params.get("target") == "data"):
            raise NotPossibleError(
                tr(
                    "{key!r} uses the data of the run, which a called workflow does not share: "
                    "hand it on as an output.",
                    key=key,
                )
            )
        if looped and words & {"item", "index", "outer"}:
            raise NotPossibleError(
                tr("{key!r} uses the item of the loop around it: select the loop itself instead.", key=key)
            )


def own_words(node: Any) -> set[str]:
    """Which of ``data``, ``item``, ``index`` and ``outer``, which only the surrounding run has, a node reads."""
    found: set[str] = set()

    def look(code: str) -> str:
        found.update(match[1] for match in _OWN.finditer(code) if match[1])
        return code

    change_node(node, look)
    return found


def _child(border: _Border, tops: list[str], name: str) -> Workflow:
    """The new workflow, without its inputs: those are known once its code is rewritten."""
    workflow, inside = border.workflow, border.inside
    areas = [key for key, group in groups(workflow).items() if set(group.nodes) <= set(inside)]
    empty = Workflow.model_validate({"id": name, "name": _title(name)})
    child, _ = insert(empty, Fragment.of(workflow, tops, areas), at=(0.0, 0.0))
    inward = _inward(border)
    child = child.replace(nodes={key: change_node(node, inward) for key, node in child.nodes.items()})
    if workflow.middleware:  # what surrounds every node of the caller goes on surrounding these
        child = child.replace(middleware=change_layers(workflow.middleware, inward))
    outputs = _used_outside(border)
    if outputs:
        child = child.replace(outputs={key: "{{ " + _path("nodes", key) + ".output }}" for key in outputs})
    return child


def _inward(border: _Border) -> Change:
    """Have code inside read what is outside as inputs."""
    workflow, inside = border.workflow, border.inside

    def node(match: re.Match[str]) -> str:
        key = match[1] or match[2] or match[3]
        if key is None or key in inside or key not in workflow.nodes:
            return match[0]
        asked = match[4] or ""
        name = re.sub(r"\W", "_", key) + ("" if asked == "output" else f"_{asked}" if asked else "_node")
        if not _IDENTIFIER.fullmatch(name):
            name = f"node_{name}"
        path = _path("nodes", key) + (f".{asked}" if asked else "")
        title = workflow.nodes[key].title or key
        return f"inputs.{border.take(name, '{{ ' + path + ' }}', Input(title=title))}"

    def given(match: re.Match[str]) -> str:
        key = match[1] or match[2] or match[3]
        if key is None:
            return match[0]
        declaration = workflow.inputs.get(key) or Input()
        return _path("inputs", border.take(key, "{{ " + _path("inputs", key) + " }}", declaration))

    return lambda code: _NODE.sub(node, _INPUT.sub(given, code))


def _used_outside(border: _Border) -> list[str]:
    """Ids of nodes inside whose output something outside reads, in the order of the definition."""
    found: set[str] = set()

    def look(code: str) -> str:
        for match in _NODE.finditer(code):
            key = match[1] or match[2] or match[3]
            if key in border.inside:
                if match[4] != "output":
                    raise NotPossibleError(
                        tr(
                            "Something outside reads the {what} of {key!r}, of which a call only gives the output: "
                            "leave that node out.",
                            what=match[4] or "state",
                            key=key,
                        )
                    )
                found.add(key)
        return code

    outside_code(border.workflow, border.inside, look)
    return [key for key in border.workflow.nodes if key in found]


def outside_code(workflow: Workflow, inside: Collection[str], change: Change) -> Workflow:
    """Change the code of everything that is not inside."""
    kept = {key: node if key in inside else change_node(node, change) for key, node in workflow.nodes.items()}
    made = workflow.replace(nodes=kept) if any(kept[key] is not workflow.nodes[key] for key in kept) else workflow
    outputs, layers = change_value(workflow.outputs, change), change_layers(workflow.middleware, change)
    if outputs is not workflow.outputs:
        made = made.replace(outputs=outputs)
    return made if layers is workflow.middleware else made.replace(middleware=layers)


def _caller(border: _Border, tops: list[str], name: str, reference: str) -> tuple[Workflow, str]:
    """The workflow with a call where the nodes were."""
    workflow, inside = border.workflow, border.inside
    places = positions(workflow)
    x = sum(places[key][0] for key in tops) / len(tops)
    y = sum(places[key][1] for key in tops) / len(tops)
    around = {key: set(group.nodes) for key, group in groups(workflow).items()}
    kept = [key for key, held in around.items() if set(tops) <= held and held - inside]
    made = remove(workflow, tops)
    params: dict[str, Any] = {"workflow": reference}
    if border.inputs:
        params["inputs"] = dict(border.inputs)
    free = fresh_id(made, name)
    made, call = add_node(made, CALL, params, (x, y), workflow.nodes[tops[0]].parent, _title(name))
    if call != free:
        made, call = rename(made, call, free), free
    made = put_into(made, [call], kept)
    for edge in _edges(workflow, inside, call):
        made = connect(made, *edge)
    joins = {workflow.nodes[key].join for key in _ways_in(workflow, inside)}
    if joins in ({"any"}, {"first"}):  # what let them begin lets the call begin
        made = replace_node(made, call, made.nodes[call].replace(join=joins.pop()))

    def outward(match: re.Match[str]) -> str:
        key = match[1] or match[2] or match[3]
        return match[0] if key is None or key not in inside else _path(_path("nodes", call) + ".output", key)

    return outside_code(made, (), lambda code: _NODE.sub(outward, code)), call


def _edges(workflow: Workflow, inside: set[str], call: str) -> Iterable[tuple[str, str, str]]:
    """The edges across the border with the call at their end inside, each once."""
    found: dict[tuple[str, str, str], Edge] = {}
    for edge in workflow.edges:
        if edge.target in inside and edge.source not in inside:
            found[(edge.source, edge.port, call)] = edge
        elif edge.source in inside and edge.target not in inside:
            found[(call, edge.port, edge.target)] = edge
    return found


def _path(root: str, key: str) -> str:
    return f"{root}.{key}" if _IDENTIFIER.fullmatch(key) else f'{root}["{key}"]'


def _title(name: str) -> str:
    words = re.sub(r"[_-]+", " ", name).strip()
    return words[:1].upper() + words[1:]
