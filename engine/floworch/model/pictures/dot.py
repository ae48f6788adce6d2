"""A definition in the DOT language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from floworch.model.graph import Plan, plan_of
from floworch.model.pictures.words import detail_of, label_of, title_of
from floworch.model.workflow import Workflow

_HEAD = """\
    rankdir=LR; compound=true; bgcolor="white"; fontname="sans-serif"; fontcolor="#1f2328";
    node [shape=box, style="rounded,filled", fillcolor="#ffffff", color="#8c959f", fontname="sans-serif", fontsize=11];
    edge [color="#57606a", fontname="sans-serif", fontsize=10, fontcolor="#57606a"];"""
_FRAME = 'style="rounded"; color="#8c959f"; bgcolor="#f6f8fa";'


def to_dot(workflow: Workflow) -> str:
    """Return the text of the graph, with a line end; containers are clusters, failure edges are dashed."""
    plan = plan_of(workflow)
    lines = [f"digraph {_quoted(workflow.id)} {{", _HEAD, *_body(plan, -1, "    ")]
    lines += (f"    {_edge(plan, link.source, link.port, link.target)}" for link in plan.links)
    return "\n".join([*lines, "}"]) + "\n"


def _body(plan: Plan, container: int, indent: str) -> Iterator[str]:
    for number in plan.children.get(container, ()):
        label = f"label={_label(plan, number)}"
        if number in plan.children:
            yield f"{indent}subgraph cluster_{number} {{"
            yield f"{indent}    {label}; {_FRAME}"
            # an edge needs a node to end at; it is clipped at the frame
            yield f'{indent}    n{number} [shape=point, style=invis, label=""];'
            yield from _body(plan, number, indent + "    ")
            yield f"{indent}}}"
        else:
            yield f"{indent}n{number} [{label}];"


def _edge(plan: Plan, source: int, port: str, target: int) -> str:
    words = [f"ltail=cluster_{source}"] if source in plan.children else []
    words += [f"lhead=cluster_{target}"] if target in plan.children else []
    words += [f"label={_quoted(label)}"] if (label := label_of(port)) else []
    words += ['style=dashed, color="#cf222e"'] if port == "error" else []
    attributes = ", ".join(words)
    return f"n{source} -> n{target} [{attributes}];" if words else f"n{source} -> n{target};"


def _label(plan: Plan, number: int) -> str:
    name, node = plan.ids[number], plan.nodes[number]
    return f"{_quoted(title_of(name, node))[:-1]}\\n{_quoted(detail_of(name, node))[1:]}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ") + '"'
