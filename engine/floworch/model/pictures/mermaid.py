"""A definition as a Mermaid flowchart, which GitHub and many editors draw."""

from __future__ import annotations

from collections.abc import Iterator

from floworch.model.graph import Plan, plan_of
from floworch.model.pictures.words import detail_of, label_of, title_of
from floworch.model.workflow import Workflow

_ESCAPES = {ord(char): f"#{ord(char)};" for char in '"#<>&`{}[]()|;\\'} | {ord("\n"): " ", ord("\r"): " "}


def to_mermaid(workflow: Workflow) -> str:
    """Return the text of the chart, with a line end; containers are subgraphs, failure edges are dashed."""
    plan = plan_of(workflow)
    lines = ["flowchart LR", *_body(plan, -1, "    ")]
    for link in plan.links:
        label = label_of(link.port)
        arrow = "-.->" if link.port == "error" else "-->"
        lines.append(f"    n{link.source} {arrow}{f'|{_text(label)}|' if label else ''} n{link.target}")
    return "\n".join(lines) + "\n"


def _body(plan: Plan, container: int, indent: str) -> Iterator[str]:
    for number in plan.children.get(container, ()):
        name, node = plan.ids[number], plan.nodes[number]
        words = f'"{_text(title_of(name, node))}<br/><small>{_text(detail_of(name, node))}</small>"'
        if number in plan.children:
            yield f"{indent}subgraph n{number}[{words}]"
            yield from _body(plan, number, indent + "    ")
            yield f"{indent}end"
        else:
            yield f"{indent}n{number}[{words}]"


def _text(text: str) -> str:
    return text.translate(_ESCAPES)
