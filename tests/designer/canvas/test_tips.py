"""Tooltips say what does not fit on a card, with every text escaped."""

from __future__ import annotations

from typing import Any

from floworch.model.problem import Problem
from floworch.run.status import NodeStatus
from floworch_designer.canvas.hits import VOID, Hit
from floworch_designer.document import edits


def test_tips(view: Any) -> None:
    assert "not installed" in view.tip(Hit("node", "u"))
    view.set_statuses({"a": NodeStatus.FAILED})
    assert "Failed" in view.tip(Hit("node", "a"))
    assert "true" in view.tip(Hit("port", "d", "true"))
    assert view.tip(VOID) == ""
    view.document.apply(edits.set_field(view.document.workflow, "a", "title", "<b>x"), "Title")
    assert "&lt;b&gt;x" in view.tip(Hit("node", "a"))
    view.document._set_problems([Problem("c", "error", "", "Broken <here>", "Mend it", node="a")])
    assert "Broken &lt;here&gt; <i>Mend it</i>" in view.tip(Hit("badge", "a"))


def test_ports_say_when_they_fire(view: Any) -> None:
    made, ask = edits.add_node(view.document.workflow, "human.approve", {"message": "?"}, (0, 900))
    view.document.apply(made, "Add")
    assert "when the node has completed" in view.tip(Hit("port", "a", "out"))
    assert "has ended, well or not" in view.tip(Hit("port", "a", "done"))
    assert "said yes" in view.tip(Hit("port", ask, "approved")) or view.registry.find_action("human.approve") is None


def test_an_edge_says_where_it_leads_under_which_condition_and_what_went_along_it(view: Any) -> None:
    cases = [{"when": "inputs.n > 3", "port": "large"}]
    made, choose = edits.add_node(view.document.workflow, "flow.switch", {"cases": cases}, (0, 900))
    made = edits.connect(made, choose, "large", "a")
    view.document.apply(made, "Add")
    edge = next(wire.index for wire in view.graph.wires if wire.source.id == choose)
    assert "large: inputs.n &gt; 3" in view.tip(Hit("edge", edge=edge))
    view.value_of = lambda node: f"<{node}>"
    assert f"&lt;{choose}&gt;" in view.tip(Hit("edge", edge=edge))
    assert view.tip(Hit("edge", edge=999)) == ""
