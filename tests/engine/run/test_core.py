"""Joins, dead paths and pass-through: which edges are taken, and what that means (C2)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from run_dialogue import OK, Dialogue, fails, output, workflow

from floworch.run.core import status_code
from floworch.run.status import NodeStatus

PURE = {"effect": "pure"}


def named(run: Dialogue) -> list[str]:
    return [run.plan.ids[command.node] for command in run.started]


@pytest.mark.parametrize(
    ("join", "expected"),
    [("all", "skipped"), ("any", "completed"), ("first", "completed")],
)
def test_a_join_over_one_taken_and_one_missed_edge(join: str, expected: str) -> None:
    """C2.3, C2.4"""
    nodes = {"a": {"on_error": "fail"}, "b": {}, "h": {}, "j": {"join": join}}
    run = Dialogue(workflow(nodes, "a:out>j", "b>j", "a:error>h")).start().play({"a": fails()})
    assert run.statuses()["j"] == expected


def test_any_waits_for_every_edge_and_first_does_not() -> None:
    """C2.3"""
    nodes = {"a": {}, "b": {}, "any": {"join": "any"}, "first": {"join": "first"}}
    run = Dialogue(workflow(nodes, "a>any", "b>any", "a>first", "b>first")).start()
    run.answer(OK)
    assert named(run) == ["b", "first"]
    run.answer(OK)
    assert named(run) == ["first", "any"]


def test_first_runs_once_although_more_edges_are_taken_later() -> None:
    """C2.3"""
    run = Dialogue(workflow({"a": {}, "b": {}, "j": {"join": "first"}}, "a>j", "b>j")).start().play()
    assert run.story().count("node_started j") == 1


def test_first_over_missed_edges_only_does_not_run() -> None:
    """C2.4"""
    nodes = {"a": {}, "b": {}, "j": {"join": "first"}}
    run = Dialogue(workflow(nodes, "a:x>j", "b:x>j")).start().play()
    assert run.statuses()["j"] == "bypassed"


def test_skipped_wins_over_bypassed_and_both_propagate() -> None:
    """C2.4: a missed edge from a failed node skips, one from a choice bypasses."""
    nodes = {"bad": {}, "if": {}, "h": {}, "both": {}, "not": {}, "below": {}, "deep": {}}
    edges = ("bad:error>h", "bad>both", "if:yes>both", "if:yes>not", "both>below", "not>deep")
    run = Dialogue(workflow(nodes, *edges)).start().play({"bad": fails(), "if": output(1, port="no")})
    assert run.statuses() == {
        "bad": "failed", "if": "completed", "h": "completed", "both": "skipped", "below": "skipped",
        "not": "bypassed", "deep": "bypassed",
    }  # fmt: skip
    assert run.state.status == "completed"


def test_a_disabled_node_passes_its_single_input_through() -> None:
    """C2.6"""
    nodes = {"a": {}, "off": {"disabled": True}, "b": {}, "c": {}, "h": {}}
    run = Dialogue(workflow(nodes, "a>off", "off>b", "off:any-port>c", "off:error>h")).start()
    run.play({"a": output({"k": 1})})
    words = run.statuses()
    assert (words["off"], words["b"], words["c"], words["h"]) == ("bypassed", "completed", "completed", "bypassed")
    assert run.state.node("off").output == {"k": 1}


def test_a_disabled_node_of_two_inputs_has_no_output() -> None:
    """C2.6"""
    run = Dialogue(workflow({"a": {}, "b": {}, "off": {"disabled": True}}, "a>off", "b>off")).start()
    run.play(lambda name, scope, attempt: output(name))
    assert run.state.node("off").output is None


def test_a_disabled_node_below_a_missed_edge_passes_nothing_on() -> None:
    """C2.6: only if its join would have run it."""
    nodes = {"a": {}, "off": {"disabled": True}, "b": {}}
    run = Dialogue(workflow(nodes, "a:x>off", "off>b")).start().play()
    assert run.statuses() == {"a": "completed", "b": "bypassed", "off": "bypassed"}
    failing = Dialogue(workflow(nodes, "a>off", "off>b")).start().play({"a": fails()})
    assert failing.statuses() == {"a": "failed", "b": "skipped", "off": "skipped"}


@pytest.mark.parametrize("length", [2, 20_000])
def test_a_long_dead_path_ends_without_recursion(length: int) -> None:
    """C2.4"""
    names = [f"n{i:05}" for i in range(length)]
    edges = [f"{a}>{b}" for a, b in pairwise(names)]
    run = Dialogue(workflow({name: {} for name in names}, *edges)).start()
    run.answer(fails())
    assert run.state.status == "failed"
    assert run.state.node_status.count(NodeStatus.SKIPPED.code) == length - 1


def test_a_long_chain_of_disabled_nodes_ends_without_recursion() -> None:
    """C2.6"""
    names = [f"n{i:05}" for i in range(20_000)]
    edges = [f"{a}>{b}" for a, b in pairwise(names)]
    run = Dialogue(workflow({name: {"disabled": True} for name in names}, *edges)).start()
    assert run.state.status == "completed"
    assert set(run.state.node_status) == {NodeStatus.BYPASSED.code}


def test_nodes_start_in_the_order_in_which_they_become_ready() -> None:
    """C2.5: no level barriers; a free slot goes to the node that waited longest."""
    run = Dialogue(workflow({"a": {}, "b": {}, "c": {}, "d": {}}, "a>d"), limit=1).start()
    order = []
    while run.started:
        order += named(run)
        run.answer(OK)
    assert order == ["a", "b", "c", "d"]


@pytest.mark.parametrize("edge", ["z:done>m", "z:error>m"])
def test_a_clean_up_branch_goes_on_after_a_crash_inside_it(edge: str) -> None:
    """C4.3, C7.4: whatever the ids are, what lies below a fired error or done port still runs."""
    nodes = {"z": PURE, "other": PURE, "m": PURE, "b": PURE, "a": {"disabled": True}, "end": PURE}
    run = Dialogue(workflow(nodes, edge, "m>b", "b>a", "a>end")).start()
    run.play({"z": fails(), "other": fails()})
    assert run.state.status == "failed"
    assert run.statuses()["end"] == "completed"
    for cut in range(run.story().index("node_failed z") + 1, len(run.events)):
        other = run.crash(cut).go_on().play({"z": fails(), "other": fails()})
        assert other.statuses() == run.statuses(), cut
        assert other.state.status == "failed"


def test_status_codes_are_read_at_both_levels() -> None:
    run = Dialogue(workflow({"loop": {}, "x": {"parent": "loop"}})).start()
    core, x = run.scheduler.core, run.state.index["x"]
    assert status_code(core, run.state.index["loop"], ()) == NodeStatus.RUNNING.code
    assert status_code(core, x, (3,)) == NodeStatus.PENDING.code
    assert run.state.bodies == {}


def test_a_node_starts_as_soon_as_it_resolves_whatever_else_still_runs() -> None:
    """C2.5: there are no level barriers."""
    run = Dialogue(workflow({"slow": {}, "a": {}, "b": {}, "c": {}}, "a>b", "b>c")).start()
    held = next(command for command in run.started if run.plan.ids[command.node] == "slow")
    for expected in ("a", "b", "c"):
        command = next(each for each in run.started if each is not held)
        assert run.plan.ids[command.node] == expected
        run.answer(OK, command)
    assert run.statuses()["slow"] == "running"


def test_sixteen_nodes_run_at_a_time_unless_the_file_says_otherwise() -> None:
    """C2.5"""
    assert workflow({"a": {}}).settings.max_concurrency == 16
    run = Dialogue(workflow({f"n{i}": {} for i in range(40)})).start().play()
    assert run.most_busy == 16


def test_a_disabled_node_fires_done_and_every_port_of_a_choice() -> None:
    """C2.6: all its success ports and ``done`` count as taken, ``error`` as missed: bypassed, not skipped."""
    nodes = {"off": {"disabled": True}, "t": {}, "f": {}, "d": {}, "e": {}, "below": {}}
    run = Dialogue(workflow(nodes, "off:true>t", "off:false>f", "off:done>d", "off:error>e", "e>below")).start().play()
    assert run.statuses() == {
        "off": "bypassed", "t": "completed", "f": "completed", "d": "completed", "e": "bypassed", "below": "bypassed",
    }  # fmt: skip


def test_an_edge_without_a_port_leaves_out_and_done_fires_with_either_ending() -> None:
    """C2.2"""
    nodes = {"a": {}, "o": {}, "d": {}, "e": {}}
    endings = ((OK, ["completed", "completed", "bypassed"]), (fails(), ["skipped", "completed", "completed"]))
    for answer, words in endings:
        run = Dialogue(workflow(nodes, "a>o", "a:done>d", "a:error>e", settings={"fail_fast": False})).start()
        run.play({"a": answer})
        assert [run.statuses()[name] for name in "ode"] == words


@pytest.mark.parametrize(
    ("ending", "expected"),
    [("failed", "skipped"), ("cancelled", "skipped"), ("skipped", "skipped"), ("bypassed", "bypassed")],
)
def test_what_a_missed_edge_comes_from_decides_between_skipped_and_bypassed(ending: str, expected: str) -> None:
    """C2.4"""
    nodes = {"root": {}, "a": {}, "b": {}}
    edge = "root:x>a" if ending == "bypassed" else "root>a"
    run = Dialogue(workflow(nodes, edge, "a>b", settings={"fail_fast": False})).start()
    if ending == "skipped":
        run.answer(fails())
    else:
        run.answer(OK)
    if ending == "failed":
        run.answer(fails())
    elif ending == "cancelled":
        command = run.started.popleft()
        run.tell(run.scheduler.ended_otherwise, "cancelled", command.node, (), "asked")
    assert (run.statuses()["a"], run.statuses()["b"]) == (ending, expected)
