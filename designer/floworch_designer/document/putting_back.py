"""Putting a called workflow back into its caller: its nodes stand where the call was, edges and data follow.

The other way round of ``document.subflow``. Ids that are taken are made anew, what the called workflow took as inputs
is read where the call had it from, and what others read of the call is read from the nodes themselves. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from floworch.model.called import CALL
from floworch.model.workflow import Node, Workflow
from floworch_designer.document.clipboard import Fragment, insert
from floworch_designer.document.decor import add_group, entries_of, groups, put_into
from floworch_designer.document.nodes import connect, place_of, remove, replace_node
from floworch_designer.document.positions import ROW
from floworch_designer.document.rename import change_layers, change_node, change_value, code_parts, rewrite
from floworch_designer.document.subflow import NotPossibleError, outside_code, own_words
from floworch_designer.settings.words import mark, tr

_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_STEP = r"(?:\s*\.\s*([A-Za-z_]\w*)|\s*\[\s*(?:\"([^\"]+)\"|'([^']+)')\s*\])"
_CALL = re.compile(rf"(?<![\w.])nodes{_STEP}(?:\s*\.\s*(output|status|error)\b(?:{_STEP})?)?|{_STRING}", re.DOTALL)
_INPUT = re.compile(rf"(?<![\w.])inputs\b(?:{_STEP})?|{_STRING}", re.DOTALL)
_SIMPLE = re.compile(r"[\w.]+")
#: Settings of a call that the nodes themselves cannot have together, with what a person calls them.
_OF_CALL = {
    "retry": mark("a retry policy"), "timeout": mark("a timeout"), "middleware": mark("middleware"),
    "cache": mark("a cache"), "compensate": mark("a compensation"), "pin": mark("a pinned output"),
    "disabled": mark("been disabled"),
}  # fmt: skip
_ALWAYS = frozenset({"out", "done"})


def put_back(
    workflow: Workflow, call: str, child: Workflow, reference: Callable[[str], str] = str
) -> tuple[Workflow, tuple[str, ...]]:
    """Replace a ``flow.call`` by the nodes of the workflow it calls.

    Args:
        workflow: The caller.
        call: Id of the node that calls.
        child: The called workflow.
        reference: How the caller names a file that the called workflow names.

    Returns:
        The caller with the nodes in place of the call, and their ids.

    Raises:
        NotPossibleError: It would not do the same; the message says why and what to do.
    """
    node = workflow.nodes[call]
    _check(workflow, node, child)
    given = _given(node, child)
    exits = _exits(workflow, call, child)
    made, names = _insert(workflow, call, child, reference)
    inside = tuple(names[key] for key in child.nodes)
    layers = tuple(rewrite_layer for rewrite_layer in child.middleware if rewrite_layer not in workflow.middleware)
    inward = _inward(given)
    layers = change_layers(layers, lambda code: inward(rewrite("{{" + code + "}}", names)[2:-2]))
    for key in inside:
        one = change_node(made.nodes[key], inward)
        one = one.replace(middleware=(*layers, *one.middleware)) if layers else one
        made = replace_node(made, key, one)
    outputs = change_value(rewrite(child.outputs, names), inward)
    made = _connect(made, workflow, call, child, names, exits)
    made = outside_code(remove(made, [call]), inside, _outward(call, outputs))
    return made, inside


def code_of(value: Any) -> str:
    """A JSON value with expressions in it as the code of one expression.

    Raises:
        NotPossibleError: It holds a statement.
    """
    if isinstance(value, str):
        return _code_of_text(value)
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {code_of(item)}" for key, item in value.items())
            + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(code_of(item) for item in value) + "]"
    return "none" if value is None else json.dumps(value)


def _code_of_text(text: str) -> str:
    pieces = []
    for is_code, part in code_parts(text):
        if is_code and not part.startswith("{{"):
            raise NotPossibleError(
                tr("“{text}” holds a statement, which cannot be read in an expression.", text=text[:40])
            )
        if is_code:
            inner = part[2:-2].strip().strip("-+").strip()
            pieces.append(inner if _SIMPLE.fullmatch(inner) else f"({inner})")
        elif part and not part.startswith("{#"):
            pieces.append(json.dumps(part, ensure_ascii=False))
    if not pieces:
        return '""'
    return pieces[0] if len(pieces) == 1 else f"({' ~ '.join(pieces)})"


def _check(workflow: Workflow, node: Node, child: Workflow) -> None:
    """Refuse what the nodes could not do in the place of the call."""
    if node.action != CALL:
        raise NotPossibleError(tr("Select a node that calls a workflow."))
    for name, words in _OF_CALL.items():
        if getattr(node, name):
            raise NotPossibleError(
                tr("The call has {words}, which its nodes cannot have together: take that away first.", words=tr(words))
            )
    if node.params.get("wait", True) is not True:
        raise NotPossibleError(tr("The call does not wait for the workflow: let it wait first."))
    if node.on_error != "fail":
        raise NotPossibleError(tr("The run goes on when the call fails: set that back first."))
    if not child.nodes:
        raise NotPossibleError(tr("The called workflow has no nodes."))
    trigger = next((key for key, each in child.nodes.items() if each.action.startswith("trigger.")), None)
    if trigger is not None:
        raise NotPossibleError(tr("{key!r} of the called workflow is a trigger: take it out there first.", key=trigger))
    if child.settings.timeout is not None or child.settings.fail_fast != workflow.settings.fail_fast:
        raise NotPossibleError(
            tr("The called workflow has a timeout or ends otherwise when a node fails than this one.")
        )
    uses = any("data" in own_words(each) for each in child.nodes.values())
    if uses and (node.parent is not None or any("data" in own_words(each) for each in workflow.nodes.values())):
        raise NotPossibleError(tr("Both workflows keep data of their own, which would be mixed up."))


def _given(node: Node, child: Workflow) -> dict[str, str]:
    """The code that stands for each input of the called workflow."""
    stated = node.params.get("inputs") or {}
    if not isinstance(stated, dict):
        raise NotPossibleError(tr("The inputs of the call are one expression: name them one by one first."))
    found = {}
    for name, declared in child.inputs.items():
        if name not in stated and declared.required and declared.default is None:
            raise NotPossibleError(tr("The call does not give the input {name!r}.", name=name))
        found[name] = code_of(stated.get(name, declared.default))
    looped = {name for name, code in found.items() if re.search(r"\b(item|index|outer)\b", code)}
    for key, each in child.nodes.items():
        if each.parent is not None and looped & _inputs_in(each):
            raise NotPossibleError(tr("{key!r} would read the item of another loop than the call does.", key=key))
    return found


def _inputs_in(node: Node) -> set[str]:
    found: set[str] = set()

    def look(code: str) -> str:
        found.update(name for match in _INPUT.finditer(code) if (name := match[1] or match[2] or match[3]))
        return code

    change_node(node, look)
    return found


def _inward(given: dict[str, str]) -> Callable[[str], str]:
    def read(match: re.Match[str]) -> str:
        name = match[1] or match[2] or match[3]
        if name is None:
            if match[0].startswith("inputs"):
                raise NotPossibleError(tr("The called workflow reads all of its inputs at once."))
            return match[0]
        if name not in given:
            raise NotPossibleError(
                tr("The called workflow reads an input {name!r} that it does not declare.", name=name)
            )
        return given[name]

    return lambda code: _INPUT.sub(read, code)


def _outward(call: str, outputs: dict[str, Any]) -> Callable[[str], str]:
    def read(match: re.Match[str]) -> str:
        if (match[1] or match[2] or match[3]) != call:
            return match[0]
        if match[4] != "output":
            raise NotPossibleError(
                tr("Something reads the {what} of the call, which its nodes do not have.", what=match[4] or "state")
            )
        key = match[5] or match[6] or match[7]
        if key is None:
            return code_of(outputs)
        if key not in outputs:
            raise NotPossibleError(
                tr("Something reads {key!r} of the call, which the called workflow does not give.", key=key)
            )
        return code_of(outputs[key])

    return lambda code: _CALL.sub(read, code)


def _insert(
    workflow: Workflow, call: str, child: Workflow, reference: Callable[[str], str]
) -> tuple[Workflow, dict[str, str]]:
    """Add the nodes where the call stands, in a frame unless they have one."""
    nodes = {key: _rebased(node, reference) for key, node in child.nodes.items()}
    child = child.replace(nodes=nodes)
    areas = list(entries_of(child.view))
    x, y = place_of(workflow, call)
    made, names = insert(
        workflow, Fragment.of(child, nodes, areas), at=(x, y + ROW), parent=workflow.nodes[call].parent
    )
    tops = [names[key] for key, node in child.nodes.items() if node.parent is None]
    around = [key for key, group in groups(workflow).items() if call in group.nodes]
    whole = any(set(group.nodes) >= {key for key, node in child.nodes.items() if node.parent is None}
                for group in groups(child).values())  # fmt: skip
    if not whole:
        made, _ = add_group(made, tops, workflow.nodes[call].title or child.name or child.id)
    return put_into(made, tops, around, keep=list(groups(made))), names


def _rebased(node: Node, reference: Callable[[str], str]) -> Node:
    named = node.params.get("workflow")
    if node.action != CALL or not isinstance(named, str) or "{{" in named:
        return node
    return node.replace(params={**node.params, "workflow": reference(named)})


def _exits(workflow: Workflow, call: str, child: Workflow) -> list[str]:
    """The last nodes of the called workflow, by ids of its own."""
    tops = [key for key, node in child.nodes.items() if node.parent is None]
    ends = [key for key in tops if not any(edge.source == key and edge.port != "error" for edge in child.edges)]
    leaving = [edge for edge in workflow.edges if edge.source == call]
    if any(edge.port == "done" for edge in leaving) and len(tops) > 1:
        raise NotPossibleError(
            tr("Something follows the end of the call whether it failed or not: a node cannot say that.")
        )
    forward = [edge for edge in leaving if edge.port != "error"]
    if forward and not all(_surely(child, key) for key in ends):
        raise NotPossibleError(
            tr("The called workflow ends by different branches: lead them to one last node there first.")
        )
    if len(ends) > 1 and any(workflow.nodes[edge.target].join != "all" for edge in forward):
        raise NotPossibleError(
            tr("What follows the call does not wait for all: lead the called workflow to one last node.")
        )
    return ends


def _surely(child: Workflow, key: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a node always runs when nothing fails."""
    edges = [edge for edge in child.edges if edge.target == key]
    if not edges or key in seen:
        return not edges
    sure = {edge.source: _surely(child, edge.source, seen | {key}) for edge in edges}
    if child.nodes[key].join == "all":
        return all(edge.port in _ALWAYS and sure[edge.source] for edge in edges)
    both = {(edge.source, edge.port) for edge in edges if sure[edge.source]}
    return any(port in _ALWAYS or {(source, "true"), (source, "false")} <= both for source, port in both)


def _connect(
    made: Workflow, workflow: Workflow, call: str, child: Workflow, names: dict[str, str], exits: Iterable[str]
) -> Workflow:
    """Lead the edges of the call to the first nodes and from the last ones; its error from every node."""
    tops = [key for key, node in child.nodes.items() if node.parent is None]
    entries = [names[key] for key in tops if not any(edge.target == key for edge in child.edges)]
    join = workflow.nodes[call].join
    for key in entries if join != "all" else ():
        made = replace_node(made, key, made.nodes[key].replace(join=join))
    caught = {edge.source for edge in child.edges if edge.port == "error"}
    for edge in workflow.edges:
        if edge.target == call:
            for key in entries:
                made = connect(made, edge.source, edge.port, key)
        elif edge.source == call and edge.port != "error":
            for key in exits:
                made = connect(made, names[key], edge.port, edge.target)
        elif edge.source == call:
            made = _lead_errors(made, [names[key] for key in tops if key not in caught], call, edge.target)
    return made


def _lead_errors(made: Workflow, sources: list[str], call: str, target: str) -> Workflow:
    """Whichever of the nodes fails, the target runs."""
    node = made.nodes[target]
    if len(sources) > 1 and node.join == "all":
        if any(edge.target == target and edge.source != call for edge in made.edges):
            raise NotPossibleError(tr("{key!r} waits for the failure of the call and for something else.", key=target))
        made = replace_node(made, target, node.replace(join="any"))
    for key in sources:
        made = connect(made, key, "error", target)
    return made
