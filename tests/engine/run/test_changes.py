"""Why a node runs again (C7.6)."""

from __future__ import annotations

from typing import Any

from part_kit import earlier_of, named, plan
from run_dialogue import Dialogue, NoCatalog, output, workflow

from floworch.model.workflow import Workflow
from floworch.run.explanation import Form
from floworch.run.part import Part, plan_part

PURE = {"effect": "pure"}


def says(text: str, **fields: Any) -> dict[str, Any]:
    return {**PURE, "params": {"x": text}, **fields}


def changes(before: Workflow, after: Workflow, answers: Any = named, inputs: Any = None) -> Part:
    """Only what changed, after a run of ``before`` that ended well."""
    run = Dialogue(before).start().play(answers)
    assert run.state.status == "completed"
    return plan(after, earlier_of(run, inputs=inputs), inputs, only_changed=True)


def reasons(part: Part) -> dict[str, str]:
    return {node: choice.reason for node, choice in part.explanation.nodes.items() if choice.plan == "runs"}


def test_nothing_changed() -> None:
    definition = workflow({"a": says("1"), "b": says("{{ nodes.a.output }}")}, "a>b")
    assert reasons(changes(definition, definition)) == {}
    retitled = workflow({"a": says("1", title="T"), "b": says("{{ nodes.a.output }}", timeout="1s")}, "a>b")
    assert reasons(changes(definition, retitled)) == {}


def test_a_change_runs_again_with_everything_below_it() -> None:
    """C7.6"""
    before = workflow({"a": says("1"), "b": PURE, "c": PURE, "d": PURE}, "a>b", "b>c")
    after = workflow({"a": says("2"), "b": PURE, "c": PURE, "d": PURE, "e": PURE}, "a>b", "b>c")
    assert reasons(changes(before, after)) == {
        "a": "parameter x changed", "b": "upstream a runs again", "c": "upstream b runs again",
        "e": "one did not have it",
    }  # fmt: skip


def test_a_changed_node_on_a_branch_that_was_not_taken_moves_nothing() -> None:
    """C7.6, C2.4"""
    edges = ("a:p>b", "a>c", "b>d", "c>d")
    before = workflow({"a": PURE, "b": says("1"), "c": PURE, "d": {**PURE, "join": "any"}}, *edges)
    after = workflow({"a": PURE, "b": says("2"), "c": PURE, "d": {**PURE, "join": "any"}}, *edges)
    assert reasons(changes(before, after)) == {}


def test_what_no_journal_holds_runs_again() -> None:
    """C7.6: run.id is another in every run; a secret counts by its name, its value is never kept."""
    definition = workflow({"a": says("{{ run.id }}"), "b": says("{{ 'HOME' | env }}"), "c": says("{{ secrets.s }}")})
    found = reasons(changes(definition, definition))
    assert found["a"] == "it reads run.id or run.trigger, which is another in every run"
    assert found["b"] == "it reads the environment of the process, which is not recorded"
    assert "c" not in found
    other = workflow({"a": PURE, "b": PURE, "c": says("{{ secrets.other }}")})
    assert reasons(changes(definition, other))["c"] == "parameter x changed"


def test_cache_false_is_never_taken_over() -> None:
    """C7.6: the field of the node that opts out."""
    definition = workflow({"a": {**PURE, "cache": False}, "b": {**PURE, "cache": True}, "c": PURE}, "a>c")
    assert set(reasons(changes(definition, definition))) == {"a", "c"}


def writes(name: str, scope: tuple[int, ...], attempt: int) -> Any:
    """An answer: node ``w`` writes the key ``k``."""
    return output(name, data={"set": {"k": 1}, "delete": []}) if name == "w" else output(name)


def test_readers_of_data_run_again_with_their_writers() -> None:
    """C7.6: by key when the expression names one, below it when they follow, never above the writer."""
    nodes = {
        "above": says("{{ data.k }}"), "beside": says("{{ data.k }}"), "all": says("{{ data }}"),
        "other": says("{{ data.other }}"), "follows": PURE, "by-code": {},
    }  # fmt: skip
    edges = ("above>w", "beside>follows")
    before = workflow({**nodes, "w": says("1")}, *edges)
    found = reasons(changes(before, workflow({**nodes, "w": says("2")}, *edges), writes))
    assert found == {
        "w": "parameter x changed", "beside": "it reads data that w wrote, and w runs again",
        "all": "it reads data that w wrote, and w runs again", "follows": "upstream beside runs again",
        "by-code": "it reads data that w wrote, and w runs again",
    }  # fmt: skip
    gone = reasons(changes(before, workflow(nodes, "beside>follows"), writes))
    assert gone["above"] == "it reads data that w wrote, and w is gone"
    pinned = reasons(changes(before, workflow({**nodes, "w": says("1", pin="w")}, *edges), writes))
    assert pinned["beside"] == "it reads data that w wrote, and w is pinned"


def test_an_input_counts_for_the_nodes_that_name_it() -> None:
    """C7.6"""
    declared = {"n": {"type": "any"}, "m": {"type": "any"}}
    definition = workflow({"a": says("{{ inputs.n }}"), "b": says("{{ inputs.m }}")}, inputs=declared)
    run = Dialogue(definition).start().play(named)
    part = plan(definition, earlier_of(run, inputs={"n": 1, "m": 2}), {"n": 1, "m": 3}, only_changed=True)
    assert reasons(part) == {"b": "input m changed"}


def test_a_pin_counts_by_its_output() -> None:
    """C7.6: upstream output hashes."""
    edges = ("a>b", "b>c")
    before = workflow({"a": PURE, "b": PURE, "c": PURE}, *edges)
    same = workflow({"a": PURE, "b": {**PURE, "pin": "b"}, "c": PURE}, *edges)
    other = workflow({"a": PURE, "b": {**PURE, "pin": "B"}, "c": PURE}, *edges)
    assert reasons(changes(before, same)) == {}
    assert reasons(changes(before, other)) == {"c": "upstream b is pinned to another output"}
    above = workflow({"a": says("new"), "b": {**PURE, "pin": "b"}, "c": PURE}, *edges)
    assert reasons(changes(before, above)) == {"a": "parameter x changed", "c": "upstream b hangs on what runs again"}


def test_a_run_that_starts_elsewhere_takes_over_no_result_that_may_hang_on_the_folder() -> None:
    """C7.6: relative paths start in the folder of the run."""
    definition = workflow({"a": says("1"), "b": PURE}, "a:p>b")
    run = Dialogue(definition).start().play(named)
    earlier = earlier_of(run)
    earlier.options = {"folder": "/there"}
    form = Form(only_changed=True)
    for folder, expected in (("/there", {}), ("/here", {"a": "the run starts in the folder /here, one in /there"})):
        part = plan_part(definition, form, earlier, NoCatalog(), {}, {"folder": folder})  # type: ignore[arg-type]
        assert {node: why for node, why in reasons(part).items() if node == "a"} == expected


def test_another_trigger_and_another_event_of_it_are_changes() -> None:
    """C7.6: what the former one led to is left, what this one leads to runs."""
    trigger = {"action": "trigger.manual", "effect": "pure"}
    definition = workflow({"s": trigger, "t": trigger, "x": PURE, "y": PURE, "z": PURE}, "s>x", "t>y")
    earlier = earlier_of(Dialogue(definition).start().play(named))
    earlier.options = {"trigger": {"node": "s", "event": None}}

    def of(node: str, event: Any) -> dict[str, str]:
        options = {"trigger": {"node": node, "event": event}}
        return reasons(plan_part(definition, Form(only_changed=True), earlier, NoCatalog(), {}, options))  # type: ignore[arg-type]

    assert of("s", None) == {}
    told = "its event is another one than in one"
    assert of("s", {"n": 1}) == {"s": told, "x": "upstream s runs again"}
    moved = "the run starts at t, one at s"
    assert of("t", None) == {"t": moved, "y": "upstream t runs again"}
