"""What a container's body results in (C15): the output of its only last node, or of every last node by id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from floworch.model.rules.draft import Draft, listing

_NODE = re.compile(r"""\bnodes\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*(?:'([^']*)'|"([^"]*)"|[^'"]))""")


def check_results(draft: Draft) -> None:
    """Warn where what goes well has no result, because the only last node is reached by failures alone.

    Said only where somebody reads the container's output: a handler that just tells of a failure is fine.
    """
    plan = draft.plan
    suspects = {found: only for found in plan.children if found >= 0 and (only := _only_handler(draft, found))}
    if not suspects:
        return
    read = _read(draft)
    for container, (handler, sources) in suspects.items():
        name = plan.ids[container]
        if read is not None and name not in read:
            continue
        message = (
            f"What goes well in {name!r} results in null: its only last node {handler!r} is reached by failures alone."
        )
        fix = (
            f"Lead {listing(repr(each) for each in (*sources, handler))} to one 'flow.join' with 'join': 'any' and "
            "'combine': 'one', whose output is the result then."
        )
        draft.add("handler_result", f"nodes.{handler}", message, fix, handler)


def _only_handler(draft: Draft, container: int) -> tuple[str, list[str]] | None:
    """The only last node of a body and what it handles, when every edge to it is on ``error``."""
    plan = draft.plan
    last = [number for number in plan.children[container] if not plan.outgoing[number]]
    links = plan.incoming[last[0]] if len(last) == 1 else ()
    if not links or any(link.port != "error" for link in links):
        return None
    return plan.ids[last[0]], sorted({plan.ids[link.source] for link in links})


def _read(draft: Draft) -> set[str] | None:
    """Ids of nodes whose output is read somewhere; None when an expression works out which."""
    found: set[str] = set()
    workflow = draft.workflow
    for node in workflow.nodes.values():
        parts: list[Any] = [
            node.params,
            node.breakpoint,
            node.cache,
            [(each.options, each.when) for each in node.middleware],
        ]
        for text in _texts([*parts, node.compensate.params if node.compensate is not None else None]):
            if not _note(text, found):
                return None
    for text in _texts([workflow.outputs, [(each.options, each.when) for each in workflow.middleware]]):
        if not _note(text, found):
            return None
    joins = {node_id for node_id, node in workflow.nodes.items() if node.action == "flow.join"}
    return found | {edge.source for edge in workflow.edges if edge.target in joins}


def _note(text: str, found: set[str]) -> bool:
    for match in _NODE.finditer(text):
        name = match[1] or match[2] or match[3]
        if not name:
            return False
        found.add(name)
    return True


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
