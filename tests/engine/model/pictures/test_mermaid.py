"""Mermaid charts."""

from __future__ import annotations

from run_dialogue import workflow

from floworch.model.pictures.mermaid import to_mermaid


def test_bodies_are_subgraphs_and_ports_stand_at_edges() -> None:
    chart = to_mermaid(workflow({"a": {"title": "A"}, "l": {}, "x": {"parent": "l"}}, "a>l", "l:error>a"))
    assert chart == (
        "flowchart LR\n"
        '    n0["A<br/><small>t.any #40;a#41;</small>"]\n'
        '    subgraph n1["l<br/><small>t.any</small>"]\n'
        '        n2["x<br/><small>t.any</small>"]\n'
        "    end\n"
        "    n0 --> n1\n"
        "    n1 -.->|error| n0\n"
    )


def test_a_title_cannot_leave_its_text() -> None:
    chart = to_mermaid(workflow({"a": {"title": 'x"] --> b\nclick a "javascript:1" <img>'}}))
    assert len(chart.splitlines()) == 2
    assert chart.count('"') == 2
    assert "<img>" not in chart
