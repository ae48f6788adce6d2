"""What can be asked of the runs of a store beside running them: compare two, name one, weigh and remove them."""

from __future__ import annotations

import asyncio
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.errors import FlowError, UsageError
from floworch.model import codec
from floworch.model.graph import plan_of
from floworch.run.status import RunStatus
from floworch.store.journal.damaged import unreadable
from floworch.store.labels import Label, read_labels, write_label
from floworch.store.usage import usage_of

if TYPE_CHECKING:
    from floworch.host.protocol import EngineHost
    from floworch.run.compare import RunDifference
    from floworch.run.state import RunState
    from floworch.store.protocol import RunHeader, RunStore, RunSummary

#: What a run that may be asked to go on is called.
_GO_ON = frozenset({RunStatus.PAUSED, RunStatus.SUSPENDED, RunStatus.INTERRUPTED})


async def difference(host: EngineHost, store: RunStore, first: str, second: str) -> RunDifference:
    """What differs between two runs, computed on a thread: their outputs may be large."""
    from floworch.run.compare import compare_runs

    one, two = await host.load(first), await host.load(second)
    header = await host.header(first)

    def found() -> RunDifference:
        return compare_runs(one, two, _order(header), (times_of(store, one), times_of(store, two)))

    return await asyncio.to_thread(found)


def times_of(store: RunStore, state: RunState) -> dict[int, float]:
    """How long the body nodes of a run worked up to a state of it; nothing where its past cannot be read."""
    from floworch.run.body_times import body_times

    if not state.parents:
        return {}
    try:
        return body_times(islice(store.events(state.run_id), state.seq), state.parents)
    except FlowError:  # what is told of the past is damaged, the state is not
        return {}


def _order(header: RunHeader) -> list[str]:
    """Node ids as the edges lead; empty when the definition cannot be read here."""
    try:
        plan = plan_of(codec.loads(header.definition))
    except FlowError:  # written by a newer version
        return []
    return [plan.ids[number] for number in plan.order]


def listed(store: RunStore, **filters: Any) -> list[RunSummary]:
    """Runs of a store, newest first, with what people named them; filters are those of ``RunStore.list``.

    A paused, waiting or interrupted run whose journal cannot be opened is called damaged, as ``floworch runs`` does: it
    cannot go on.
    """
    found = store.list(**filters)
    path = getattr(store, "path", None)
    lost = [run.run_id for run in found if run.status in _GO_ON]
    if lost and isinstance(path, str | Path):
        bad = set(unreadable(path, lost, whole=False))
        found = [run.replace(status="damaged") if run.run_id in bad else run for run in found]
        if filters.get("status") is not None:
            found = [run for run in found if run.run_id not in bad]
    return labelled(store, found)


def labelled(store: RunStore, runs: list[RunSummary]) -> list[RunSummary]:
    """Run summaries with the names and tags that people gave them."""
    labels = read_labels(store, [run.run_id for run in runs])
    return [
        run.replace(name=label.name, tags=label.tags) if (label := labels.get(run.run_id)) is not None else run
        for run in runs
    ]


def set_label(store: RunStore, run_id: str, name: str, tags: list[str]) -> None:
    """Name a run and tag it."""
    store.header(run_id)
    write_label(store, run_id, Label.of(name, tags))


def remove(store: RunStore, run_id: str) -> list[str]:
    """Remove a run and what it called, the deepest first; returns the ids.

    Raises:
        RunNotFound, RunLocked: As ``RunStore.delete``. UsageError: Another run called it and is still there.
    """
    from floworch.store.retention import families

    runs = store.list()
    run = next((each for each in runs if each.run_id == run_id), None)
    if run is not None and run.parent is not None and any(each.run_id == run.parent for each in runs):
        raise UsageError(f"Run '{run_id}' is part of run '{run.parent}'.", f"Delete '{run.parent}', and it goes too.")
    going = families(run, runs) if run is not None else [run_id]
    for each in going:
        store.delete(each)
    return going


def sweep(store: RunStore, older_than: float | None, keep: int | None, dry_run: bool) -> dict[str, Any]:
    """Remove ended runs by age (seconds) or number; see ``EngineHost.prune``."""
    from floworch.store.retention import ENDED, RetentionPolicy, prune

    if older_than is None and keep is None:
        raise UsageError("Nothing says which runs may go.", "Give an age, a number, or both.")
    done = prune(store, RetentionPolicy(older_than, keep, ENDED), time.time(), dry_run=dry_run)
    return {"removed": list(done.removed), "kept": [list(each) for each in done.kept]}


async def weigh(store: RunStore) -> dict[str, int]:
    """Bytes on disk by run id, and under an empty id those of large values, which runs may share."""
    return await asyncio.to_thread(usage_of, store)
