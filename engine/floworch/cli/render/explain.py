"""What a run would do, for people: a table of its steps, and one line about a part (contract C7.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from floworch.cli.render.text import print_table
from floworch.run.explanation import Plan

if TYPE_CHECKING:
    from floworch.run.explanation import Explanation
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader

#: Sign and colour of each plan.
SIGNS: dict[Plan, tuple[str, str]] = {
    Plan.RUNS: ("▶", "cyan"),
    Plan.REUSED: ("=", "green"),
    Plan.PINNED: ("=", "green"),
    Plan.OUT: ("-", "dim"),
}


def print_explanation(explanation: Explanation) -> None:
    """Print a row for every step, then how many there are of each kind and where results come from."""
    rows, colours = [], []
    for node, choice in explanation.nodes.items():
        sign, colour = SIGNS[choice.plan]
        rows.append((node, f"{sign} {choice.plan}", choice.reason))
        colours.append(colour)
    print_table(rows, ("node", "plan", "why"), colours)
    counts = ", ".join(f"{count} {plan}" for plan, count in explanation.counts.items() if count)
    source = f" Results come from {explanation.reuse}." if explanation.reuse is not None else ""
    typer.echo(f"{counts}.{source} Nothing was run.")


def part_text(state: RunState, header: RunHeader) -> str:
    """What a run of a part takes over and leaves out, to stand behind its id; empty for a whole run."""
    part = header.options.get("part")
    if not part:
        return ""
    taken = sum(1 for run in state.reused.values() if run is not None)
    words = [f"{taken} taken over from {part['reuse']}"] if taken else []
    if pinned := len(state.reused) - taken:
        words.append(f"{pinned} pinned")
    if part["out"]:
        words.append(f"{len(part['out'])} left out")
    return f" (a part: {', '.join(words)})" if words else ""
