"""Tooltips say what does not fit on a card, with every text escaped."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.model.problem import Problem
from floworch.run.status import NodeStatus
from floworch_designer.canvas.hits import VOID, Hit
from floworch_designer.document import edits
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import speak


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


@pytest.mark.parametrize("port", ["true", "false"])
def test_an_edge_behind_an_if_has_the_whole_condition(view: Any, port: str) -> None:
    """Upon a short wire it is cut."""
    made, choose = edits.add_node(
        view.document.workflow, "flow.if", {"condition": "{{ nodes.a.output.text > 2 }}"}, (0, 900)
    )
    view.document.apply(edits.connect(made, choose, port, "a"), "Add")
    edge = next(wire.index for wire in view.graph.wires if wire.source.id == choose)
    tip = view.tip(Hit("edge", edge=edge))
    assert "nodes.a.output.text &gt; 2" in tip
    assert port in tip


PLAN = {
    "a": ("runs", "parameters url and method changed"),
    "b": ("reused", "nothing changed since run-1; run-1 skipped it"),
    "c": ("stale", "changed"),
    "d": ("refused", "its items are in progress: let it finish, or cancel the run"),
    "u": ("out", "nothing that runs needs it, and it failed in run-1"),
}


def test_a_plan_says_at_each_card_what_happens_and_why_in_the_language_of_the_window(view: Any) -> None:
    view.overlay.plan = PLAN  # the sentences of a plan are translated by who asks for it
    assert "<b>takes no part</b>: nothing that runs needs it, and it failed in run-1" in view.tip(Hit("node", "u"))
    speak("de")
    try:
        view.overlay.plan = {node: (word, said(reason)) for node, (word, reason) in PLAN.items()}
        tips = {node: view.tip(Hit("node", node)).splitlines()[-1] for node in PLAN if node in view.graph.boxes}
    finally:
        speak("en")
    assert "<b>läuft</b>: Parameter url und method geändert" in tips["a"]
    assert "<b>wiederverwendet</b>: seit run-1 hat sich nichts geändert; run-1 hat ihn übersprungen" in tips["b"]
    assert "<b>veraltet</b>: geändert" in tips["c"]
    assert "Lassen Sie ihn enden, oder brechen Sie den Lauf ab" in tips["d"]
    assert "nichts, was läuft, braucht ihn, und er schlug in run-1 fehl" in tips["u"]


def test_what_was_compared_is_in_the_language_of_the_window_already(view: Any) -> None:
    view.overlay.plan = {"a": ("changed|changed: url", "url: it failed in x → y")}
    speak("de")
    try:
        assert "<b>changed: url</b>: url: it failed in x → y" in view.tip(Hit("node", "a"))
    finally:
        speak("en")
