"""Runs that nobody works on and that only a person makes go on: those cut off, and those that a run had begun."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from floworch.cli.render.wording import resume_text
from floworch.errors import StoreError

if TYPE_CHECKING:
    from floworch.run.state import RunState
    from floworch.store.protocol import RunStore

#: Runs that are named before the rest is only counted.
MOST = 5


def begun_lines(store: RunStore, state: RunState, flag: str = "") -> list[str]:
    """Two lines for each run that this one began with ``wait: false`` and that stands still: how, and what resumes it.

    Args:
        store: Where they are.
        state: The run that began them, which has ended and so does not take them along when it is resumed.
        flag: Text that names the store in suggested commands.
    """
    from floworch.executor.begun_runs import only_begun

    lines: list[str] = []
    for run_id in sorted(set(state.children.values())):
        try:
            if not only_begun(store.header(run_id)) or store.owner(run_id) is not None:
                continue
            begun = store.load(run_id)
        except StoreError:
            continue  # it was deleted, or cannot be read
        if not begun.status.final:
            lines += [f"Run {run_id}, which it began, is {begun.status.value}.", resume_text(begun, flag)]
    return lines


def cut_off_text(run_ids: Sequence[str], flag: str = "") -> str:
    """What is said of runs whose process died: which they are, and what makes them go on; empty for none."""
    if not run_ids:
        return ""
    more = f" and {len(run_ids) - MOST} more" if len(run_ids) > MOST else ""
    word = run_ids[0] if len(run_ids) == 1 else "RUN"
    return (
        f"Cut off, and nobody works on it: {', '.join(run_ids[:MOST])}{more}. Go on with: floworch resume {word}{flag}"
    )
