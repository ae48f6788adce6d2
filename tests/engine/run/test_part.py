"""Which nodes run, are taken over or are left out, and that a partial run ends like a whole one (C7.6)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from part_kit import NoCatalog, begin, earlier_of, named, plan, plans
from run_dialogue import Dialogue, fails, output, workflow

from floworch.errors import UsageError
from floworch.model.workflow import Edge, Node, Workflow
from floworch.run.explanation import Form
from floworch.run.part import plan_part

PURE = {name: {"effect": "pure"} for name in "abcd"}
CHAIN = workflow(PURE, "a>b", "b>c")


def test_a_pin_below_a_branch_that_is_not_taken_is_not_used() -> None:
    """C7.6, C2.4: a pin stands for what a node gives, not for whether it is reached."""
    definition = workflow(
        {"choice": {}, "yes": {"pin": 1}, "no": {}, "end": {"join": "any"}},
        "choice:t>yes", "choice:f>no", "yes>end", "no>end",
    )  # fmt: skip
    part = plan(definition, None, to=("end",))
    assert plans(part) == {"choice": "runs", "no": "runs", "yes": "pinned", "end": "runs"}
    assert part.pins == ("yes",)
    for port, reached in (("t", "reused"), ("f", "bypassed")):
        run = begin(definition, part).play({"choice": output(None, port=port)})
        assert run.statuses()["yes"] == reached
        assert run.statuses()["end"] == "completed"


def test_what_nothing_needs_and_has_no_result_is_left_out() -> None:
    """C7.6: a branch beside the one that runs, which the earlier run did not come to."""
    definition = workflow({"a": {}, "b": {}, "side": {}}, "a>b", settings={"fail_fast": False})
    run = Dialogue(definition).start().play({"side": fails()})
    part = plan(definition, earlier_of(run), from_=("b",))
    assert plans(part) == {"a": "reused", "b": "runs", "side": "out"}
    assert part.explanation.nodes["side"].reason == "nothing that runs needs it, and it failed in one"
    assert begin(definition, part).play().statuses() == {"a": "reused", "b": "completed", "side": "bypassed"}


def test_a_result_taken_over_although_the_node_changed_is_not_trusted_later() -> None:
    """C7.6: only what changed, after a run from a node below an edited one."""
    edited = workflow({**PURE, "a": {"effect": "pure", "params": {"x": 1}}}, "a>b", "b>c")
    first = earlier_of(Dialogue(CHAIN).start().play(named))
    part = plan(edited, first, from_=("c",))
    assert part.explanation.nodes["a"].reason == "it is not below c, although parameter x changed"
    second = earlier_of(begin(edited, part).play(named), "two")
    later = plan(edited, second, only_changed=True)
    assert plans(later) == {"a": "runs", "b": "runs", "c": "runs", "d": "reused"}
    assert "had changed before two took its result over" in later.explanation.nodes["a"].reason


def test_everything_above_a_pin_stays_out_when_only_the_pin_needs_it() -> None:
    """C7.6"""
    definition = workflow({"a": {}, "b": {"pin": [1]}, "c": {}}, "a>b", "b>c", "a>c")
    assert plans(plan(definition, None, to=("c",))) == {"a": "runs", "b": "pinned", "c": "runs"}
    alone = workflow({"a": {}, "b": {"pin": [1]}, "c": {}}, "a>b", "b>c")
    part = plan(alone, None, to=("c",))
    assert part.explanation.nodes["a"].reason == "it leads to c only through a pinned node"
    assert begin(alone, part).play().statuses() == {"a": "bypassed", "b": "reused", "c": "completed"}


def test_missing_results_are_named_with_the_way_out() -> None:
    """C7.6"""
    run = Dialogue(CHAIN).start().play({"b": fails()})
    with pytest.raises(UsageError) as caught:
        plan(CHAIN, earlier_of(run), from_=("c",))
    assert caught.value.message == "Run 'one' has no result of b to take over (b: it failed in one)."
    assert caught.value.hint.startswith("Run from b as well")


def test_a_run_of_a_part_goes_on_after_a_crash_at_every_event() -> None:
    """C7.4, C7.6: the journal holds all that was taken over before anything runs."""
    earlier = earlier_of(Dialogue(CHAIN).start().play(named))
    part = plan(CHAIN, earlier, from_=("b",), to=("c",))
    whole = begin(CHAIN, part).play(named)
    assert whole.statuses() == {"a": "reused", "b": "completed", "c": "completed", "d": "bypassed"}
    for cut in range(len(whole.events)):
        other = whole.crash(cut)
        if other.state.started_at is None:
            other.tell(other.scheduler.start_part, part.replays, False)
        elif not other.state.status.final:
            other.go_on()
        other.play(named)
        assert other.statuses() == whole.statuses(), cut
        assert other.state.output == whole.state.output, cut
        assert other.story().count("node_reused a") == 1


# any definition, any edit


@st.composite
def definitions(draw: st.DrawFn) -> Workflow:
    """Nodes n0 to n7, edges forward on any port, joins of every kind, some that fail or choose."""
    count = draw(st.integers(2, 8))
    nodes = {f"n{i}": draw(_node()) for i in range(count)}
    return Workflow.model_validate(
        {"id": "t", "settings": {"fail_fast": False}, "nodes": nodes, "edges": draw(_edges(count))}
    )


@st.composite
def _node(draw: st.DrawFn) -> dict[str, Any]:
    node: dict[str, Any] = {
        "action": "t.any",
        "effect": "pure",
        "params": {
            "does": draw(st.sampled_from(["give", "give", "fail", "left", "right"])),
            "x": draw(st.integers(0, 3)),
        },
        "join": draw(st.sampled_from(["all", "any", "first"])),
    }
    if draw(st.integers(0, 5)) == 0:
        node["disabled"] = True
    if draw(st.integers(0, 4)) == 0:
        node["on_error"] = "continue"
    return node


@st.composite
def _edges(draw: st.DrawFn, count: int) -> list[dict[str, Any]]:
    ports = st.sampled_from(["out", "out", "out", "error", "done", "left", "right"])
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1), ports), max_size=12))
    forward = {(min(a, b), port, max(a, b)) for a, b, port in pairs if a != b}
    return [{"from": f"n{a}", "port": port, "to": f"n{b}"} for a, port, b in sorted(forward)]


@st.composite
def edits(draw: st.DrawFn, definition: Workflow) -> Workflow:
    """The definition after a few edits."""
    for _ in range(draw(st.integers(0, 3))):
        names = sorted(definition.nodes)
        name = draw(st.sampled_from(names))
        how = draw(st.sampled_from(["node", "remove", "add", "edges"]))
        nodes, edges = dict(definition.nodes), definition.edges
        if how == "node":
            nodes[name] = Node.model_validate(draw(_node()))
        elif how == "remove" and len(nodes) > 1:
            del nodes[name]
            edges = tuple(edge for edge in edges if name not in (edge.source, edge.target))
        elif how == "add":
            new = f"n{int(names[-1][1:]) + 1}"
            if len(new) == 2:
                nodes[new] = Node.model_validate(draw(_node()))
                edges = (*edges, Edge.model_validate({"from": name, "to": new}))
        else:
            known = [Edge.model_validate(edge) for edge in draw(_edges(10))]
            edges = tuple(edge for edge in known if edge.source in nodes and edge.target in nodes)
        definition = definition.replace(nodes=nodes, edges=edges)
    return definition


def pure(run: Dialogue) -> Any:
    """Answers that follow from a node's parameters and from what leads to it, as pure actions give them."""

    def answer(name: str, scope: tuple[int, ...], attempt: int) -> Any:
        node = run.plan.workflow.nodes[name]
        if node.params["does"] == "fail":
            return fails(message=f"{name} {node.params['x']}")
        above = sorted({edge.source for edge in run.plan.workflow.edges if edge.target == name})
        seen = [run.state.node(each).output for each in above] if node.join != "first" else []
        given = {"output": [name, node.params["x"], seen]}
        port = node.params["does"]
        return {"payload": given if port == "give" else {**given, "port": port}}

    return answer


def ends(run: Dialogue) -> dict[str, str]:
    """How every node ended; a reused one as it ended where it ran."""
    return {name: str(run.state.seen_status(i)) for i, name in enumerate(run.plan.ids)}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_only_what_changed_ends_as_a_whole_run_of_the_edited_definition(data: st.DataObject) -> None:
    """C7.6, C7.4: same statuses and outputs, nothing unchanged runs, also after a crash at any event."""
    before = data.draw(definitions())
    after = data.draw(edits(before))
    first = Dialogue(before).start()
    first.play(pure(first))
    whole = Dialogue(after).start()
    whole.play(pure(whole))
    part = plan(after, earlier_of(first), only_changed=True)
    run = begin(after, part)
    run.play(pure(run))
    assert (ends(run), run.state.output) == (ends(whole), whole.state.output)
    assert run.state.status == whole.state.status
    ran = {story.split()[1] for story in run.story() if story.startswith("node_started")}
    assert ran <= set(part.explanation.of("runs"))
    for node, choice in part.explanation.nodes.items():
        if choice.plan == "reused":
            assert run.state.status_of(node) in ("reused", "bypassed", "skipped")
    if after == before and first.state.status == "completed":
        assert not ran
    other = run.crash(data.draw(st.integers(0, len(run.events) - 1)))
    if other.state.started_at is None:
        other.tell(other.scheduler.start_part, part.replays, False)
    elif not other.state.status.final:
        other.go_on()
    other.play(pure(other))
    assert (ends(other), other.state.output) == (ends(whole), whole.state.output)


def test_what_is_behind_a_trigger_that_does_not_start_the_run_takes_no_part() -> None:
    """C7.6: the explanation says what the run does (C2.4)."""
    nodes = {"m": {"action": "trigger.manual"}, "t": {"action": "trigger.schedule"}, "a": {}, "b": {}}
    starts = {"trigger": {"node": "m"}}
    part = plan_part(workflow(nodes, "m>a", "t>b"), Form(), None, NoCatalog(), {}, starts)  # type: ignore[arg-type]
    assert plans(part) == {"m": "runs", "a": "runs", "t": "out", "b": "out"}
    assert part.explanation.nodes["b"].reason == "it is behind t, and the run starts at m"
