"""What must hold at the end of a simulated run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulated_children import Broken

from floworch.run.events import Event, EventKind
from floworch.run.fold import PASSED
from floworch.run.ports import fired_ports
from floworch.run.state import RunState
from floworch.run.status import NodeStatus, RunStatus

if TYPE_CHECKING:
    from simulation import Simulation

K = EventKind
UNDONE = (K.NODE_COMPENSATED, K.NODE_COMPENSATION_FAILED)


def check_breakpoint(run: Simulation, event: Event, state: RunState) -> None:
    """Nothing starts that has not passed its breakpoint (C7.7)."""
    first = event.kind == K.NODE_STARTED and event.attempt == 1
    has_one = run.chaos and event.node in run.plan.breakpoints
    if first and has_one and not state.breaks.get((event.node, event.scope)):
        raise Broken(f"{run.word((event.node, event.scope))} started without passing its breakpoint")


def check_signals(run: Simulation) -> None:
    """Each signal is used by one node at the most, and after it came (C8.2)."""
    used = [(e.payload["signal"], e.seq) for e in run.journal if e.payload and "signal" in e.payload]
    if len({signal for signal, _ in used}) < len(used) or any(signal > at for signal, at in used):
        raise Broken(f"signals were used more than once, or before they came: {used}")


def check_undone(run: Simulation) -> None:
    """What completed and declares it is undone once, the last first, in a run that did not complete (C9)."""
    declared = run.completions(run.is_undone)
    ended = [(e.node, e.scope) for e in run.journal if e.kind in UNDONE]
    expected = declared[::-1] if run.state.status is not RunStatus.COMPLETED else []
    if ended != expected:
        raise Broken(f"undone were {[*map(run.word, ended)]}, not {[*map(run.word, expected)]}")
    for key, count in run.undo_effects.items():
        if count > 3 * len(run.versions) + run.disturbances:
            raise Broken(f"{run.word(key)} was undone {count} times in {run.disturbances} disturbances")


def check_ending(run: Simulation) -> None:
    """Every node is final, effects are bounded, and the run's status is one it may have."""
    for name, word in run.statuses().items():
        parent = run.definition["nodes"][name].get("parent")
        if parent is None and not NodeStatus(word).final:
            raise Broken(f"the run ended and {name} is {word}")
    for key, count in run.effects.items():
        if count > 4 * (len(run.versions) + run.retried) + run.disturbances:
            raise Broken(f"{run.word(key)} took effect {count} times in {run.disturbances} disturbances")
    wanted = {RunStatus.COMPLETED, RunStatus.FAILED} | ({RunStatus.CANCELLED} if run.was_cancelled else set())
    if run.state.status not in wanted:
        raise Broken(f"the run ended as {run.state.status}")


def check_ways(run: Simulation) -> None:
    """Nothing was left out although its join let it run (C2.3), also where an edited definition decided anew."""
    settings = run.definition["settings"]
    if run.was_cancelled or settings["fail_fast"] or "timeout" in settings or run.part is not None:
        return
    edges, index = run.definition["edges"], run.plan.index
    for name, node in run.definition["nodes"].items():
        left_out = run.statuses()[name] in ("skipped", "bypassed")
        if "parent" in node or node.get("disabled") or not left_out:
            continue
        taken = []
        for edge in (edge for edge in edges if edge["to"] == name):
            source = index[edge["from"]]
            fired = fired_ports(run.state, source, (), source in run.plan.continues)
            taken.append(edge["port"] in fired or (fired is PASSED and edge["port"] != "error"))
        if all(taken) if node.get("join", "all") == "all" else any(taken):
            raise Broken(f"{name} is {run.statuses()[name]} although its way was open")
