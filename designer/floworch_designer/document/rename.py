"""Renaming a node everywhere it is named: keys, edges, bodies, positions and expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from floworch.model.workflow import Compensation, Edge, Layer, Node, Workflow
from floworch_designer.document.decor import renamed
from floworch_designer.document.positions import raw_positions

T = TypeVar("T")

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
        raise ValueError(f"There is no node {old!r}.")
    if old == new:
        return workflow
    if not new or new in workflow.nodes:
        raise ValueError(f"The id {new!r} is empty or belongs to another node.")
    names = {old: new}
    stored = raw_positions(workflow)
    view = workflow.view
    if old in stored:
        view = {**view, "nodes": {names.get(key, key): value for key, value in stored.items()}}
    changed = workflow.replace(
        nodes={names.get(key, key): rewrite_node(node, names) for key, node in workflow.nodes.items()},
        edges=tuple(rewrite_edge(edge, names) for edge in workflow.edges),
        outputs=rewrite(workflow.outputs, names),
        middleware=_layers(workflow.middleware, names),
        view=view,
    )
    return renamed(changed, names)


def rewrite_edge(edge: Edge, names: Mapping[str, str]) -> Edge:
    """The edge with both ends renamed; the same edge when neither is."""
    if edge.source not in names and edge.target not in names:
        return edge
    return edge.replace(source=names.get(edge.source, edge.source), target=names.get(edge.target, edge.target))


def rewrite_node(node: Node, names: Mapping[str, str]) -> Node:
    """The node with every reference renamed; the same node when it holds none."""
    changes: dict[str, Any] = {
        "params": rewrite(node.params, names),
        "middleware": _layers(node.middleware, names),
        "compensate": _compensation(node.compensate, names),
        "breakpoint": rewrite(node.breakpoint, names, bare=True),
        "cache": rewrite(node.cache, names),
        "parent": node.parent if node.parent is None else names.get(node.parent, node.parent),
    }
    kept = {name: value for name, value in changes.items() if value is not getattr(node, name)}
    return node.replace(**kept) if kept else node


def _compensation(value: Compensation | None, names: Mapping[str, str]) -> Compensation | None:
    if value is None:
        return None
    params = rewrite(value.params, names)
    return value if params is value.params else value.replace(params=params)


def _layers(layers: tuple[Layer, ...], names: Mapping[str, str]) -> tuple[Layer, ...]:
    made = tuple(_layer(layer, names) for layer in layers)
    return layers if all(a is b for a, b in zip(made, layers, strict=True)) else made


def _layer(layer: Layer, names: Mapping[str, str]) -> Layer:
    options, when = rewrite(layer.options, names), rewrite(layer.when, names, bare=True)
    return layer if options is layer.options and when is layer.when else layer.replace(options=options, when=when)


def rewrite(value: T, names: Mapping[str, str], bare: bool = False) -> T:
    """A JSON value with renamed references inside expressions; the very same object when nothing changed.

    ``bare`` treats the whole text as an expression.
    """
    result: Any = value
    if isinstance(value, str):
        result = _text(value, names, bare)
    elif isinstance(value, dict):
        made = {key: rewrite(item, names, bare=key in BARE_KEYS) for key, item in value.items()}
        result = made if any(made[key] is not value[key] for key in value) else value
    elif isinstance(value, list):
        items = [rewrite(item, names) for item in value]
        result = items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    found: T = result
    return found


def _text(text: str, names: Mapping[str, str], bare: bool) -> str:
    if "nodes" not in text:
        return text
    whole = bare and "{{" not in text
    made = "".join(
        _NAME.sub(lambda match: _reference(match, names), part) if code else part
        for code, part in ([(True, text)] if whole else _parts(text))
    )
    return text if made == text else made


def _parts(text: str) -> Iterator[tuple[bool, str]]:
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
