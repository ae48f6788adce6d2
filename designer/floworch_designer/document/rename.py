"""Renaming a node everywhere it is named: keys, edges, bodies, positions and expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from floworch.model.workflow import Compensation, Edge, Layer, Node, Workflow
from floworch_designer.document.decor import renamed
from floworch_designer.document.positions import raw_positions
from floworch_designer.document.wires import follow_names
from floworch_designer.settings.words import tr

T = TypeVar("T")
#: Turns the code of an expression into other code.
Change = Callable[[str], str]

#: Keys whose texts are expressions even without braces.
BARE_KEYS = frozenset({"when", "condition", "breakpoint", "until", "while"})

_OPEN = re.compile(r"\{[{%#]")
_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_MARK = re.compile(rf"{_STRING}|[{{\[(]|[}}\])]|%", re.DOTALL)
_NAME = re.compile(rf"(?<![\w.])nodes(?:\s*\.\s*([A-Za-z_]\w*)|\s*\[\s*(\"|')(.+?)\2\s*\])|{_STRING}", re.DOTALL)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


def rename(workflow: Workflow, old: str, new: str) -> Workflow:
    """Give a node another id; references to it in edges, bodies and expressions follow.

    Raises:
        ValueError: There is no node ``old``, or ``new`` is taken or empty.
    """
    if old not in workflow.nodes:
        raise ValueError(tr("There is no node {key!r}.", key=old))
    if old == new:
        return workflow
    if not new or new in workflow.nodes:
        raise ValueError(tr("The id {key!r} is empty or belongs to another node.", key=new))
    names = {old: new}
    stored = raw_positions(workflow)
    view = workflow.view
    if old in stored:
        view = {**view, "nodes": {names.get(key, key): value for key, value in stored.items()}}
    changed = workflow.replace(
        nodes={names.get(key, key): rewrite_node(node, names) for key, node in workflow.nodes.items()},
        edges=tuple(rewrite_edge(edge, names) for edge in workflow.edges),
        outputs=rewrite(workflow.outputs, names),
        middleware=change_layers(workflow.middleware, _renaming(names)),
        view=view,
    )
    return follow_names(renamed(changed, names), names)


def rewrite_edge(edge: Edge, names: Mapping[str, str]) -> Edge:
    """The edge with both ends renamed; the same edge when neither is."""
    if edge.source not in names and edge.target not in names:
        return edge
    return edge.replace(source=names.get(edge.source, edge.source), target=names.get(edge.target, edge.target))


def rewrite_node(node: Node, names: Mapping[str, str]) -> Node:
    """The node with every reference renamed; the same node when it holds none."""
    made = change_node(node, _renaming(names))
    parent = node.parent if node.parent is None else names.get(node.parent, node.parent)
    return made if parent == node.parent else made.replace(parent=parent)


def change_node(node: Node, change: Change) -> Node:
    """The node with the code of every expression in it changed; the same node when nothing is."""
    changes: dict[str, Any] = {
        "params": change_value(node.params, change),
        "middleware": change_layers(node.middleware, change),
        "compensate": _compensation(node.compensate, change),
        "breakpoint": change_value(node.breakpoint, change, bare=True),
        "cache": change_value(node.cache, change),
    }
    kept = {name: value for name, value in changes.items() if value is not getattr(node, name)}
    return node.replace(**kept) if kept else node


def _compensation(value: Compensation | None, change: Change) -> Compensation | None:
    if value is None:
        return None
    params = change_value(value.params, change)
    return value if params is value.params else value.replace(params=params)


def change_layers(layers: tuple[Layer, ...], change: Change) -> tuple[Layer, ...]:
    """Middleware with the code of its expressions changed; the very same when nothing is."""
    made = tuple(_layer(layer, change) for layer in layers)
    return layers if all(a is b for a, b in zip(made, layers, strict=True)) else made


def _layer(layer: Layer, change: Change) -> Layer:
    options, when = change_value(layer.options, change), change_value(layer.when, change, bare=True)
    return layer if options is layer.options and when is layer.when else layer.replace(options=options, when=when)


def rewrite(value: T, names: Mapping[str, str], bare: bool = False) -> T:
    """A JSON value with renamed references inside expressions; the very same object when nothing changed.

    ``bare`` treats the whole text as an expression.
    """
    return change_value(value, _renaming(names), bare)


def change_value(value: T, change: Change, bare: bool = False) -> T:
    """A JSON value with the code of its expressions changed; the very same object when nothing is."""
    result: Any = value
    if isinstance(value, str):
        result = _text(value, change, bare)
    elif isinstance(value, dict):
        made = {key: change_value(item, change, bare=key in BARE_KEYS) for key, item in value.items()}
        result = made if any(made[key] is not value[key] for key in value) else value
    elif isinstance(value, list):
        items = [change_value(item, change) for item in value]
        result = items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    found: T = result
    return found


def _renaming(names: Mapping[str, str]) -> Change:
    return lambda code: _NAME.sub(lambda match: _reference(match, names), code) if "nodes" in code else code


def _text(text: str, change: Change, bare: bool) -> str:
    whole = bare and "{{" not in text
    if not whole and "{" not in text:
        return text
    made = "".join(change(part) if code else part for code, part in ([(True, text)] if whole else code_parts(text)))
    return text if made == text else made


def code_parts(text: str) -> Iterator[tuple[bool, str]]:
    """The pieces of a template in order: whether each is an expression or a statement, and its text."""
    at = 0
    while (start := _OPEN.search(text, at)) is not None:
        yield False, text[at : start.start()]
        comment = start[0] == "{#"
        end = text.find("#}", start.end()) if comment else _end(text, start.end(), "}}" if start[0] == "{{" else "%}")
        if end < 0:
            yield False, text[start.start() :]
            return
        yield not comment, text[start.start() : end + 2]
        at = end + 2
    yield False, text[at:]


def _end(text: str, start: int, closing: str) -> int:
    """Where the closing braces of the expression from ``start`` on are, those in texts and objects left out; or -1."""
    depth = 0
    for mark in _MARK.finditer(text, start):
        if depth == 0 and text.startswith(closing, mark.start()):
            return mark.start()
        if mark[0] in "{[(":
            depth += 1
        elif mark[0] in "}])":
            depth = max(0, depth - 1)
    return -1


def _reference(match: re.Match[str], names: Mapping[str, str]) -> str:
    new = names.get(match[1] or match[3])
    if new is None:
        return match[0]
    return f"nodes.{new}" if _IDENTIFIER.fullmatch(new) else f'nodes["{new}"]'
