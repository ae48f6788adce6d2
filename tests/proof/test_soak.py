"""Random ``kill -9`` over a workflow that uses every feature: no difference to a run that nothing happened to.

C6.3, C6.5, C7.2, C7.4, C7.5, C7.6, C7.7, C8, C9, C10. Every process is the command line itself, killed at a random
moment or before a random change of the store: those that run the workflow and let it go on, those that send it signals
and answers, the one that takes it over to an edited definition at its breakpoint, those that run a part of it again,
and those that prune it.
"""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path
from typing import Any

import pytest
from crash_flows import edited_definition, full_definition
from crash_oracle import RUN, Seen, Story, outcome_of

from floworch.errors import FlowError
from floworch.run.events import EventKind
from floworch.store.journal.doctor import check

SEED = int(os.environ.get("FLOWORCH_TEST_SEED", "20260101"))
#: Kills, and the seconds after which the short form takes no more of them.
SHORT, LONG = (12, 8.0), (200, 900.0)
#: A process is killed within these seconds, or before as many changes of the store: from before it has read the
#: journal to after most of its work.
MOMENTS, CHANGES = (0.0, 0.7), (1, 120)
#: The run of a part that follows the run.
PART = "part"
#: How the run and its child runs of three depths end.
ENDINGS = {
    "r": "completed",
    "r.trip": "failed",
    "r.trip.tour": "cancelled",
    "r.trip.tour.dinner": "cancelled",
    "part": "completed",
}


class Soak:
    """One run, again and again killed, a run of its end, and their pruning."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.story = Story(folder, full_definition())
        self.edited = folder / "edited.flow.json"
        self.edited.write_text(json.dumps(edited_definition()))
        self.chance = chance
        self.kills = 0

    def process(self, *arguments: str, kill: bool) -> Seen:
        """Run the command line; with ``kill`` only up to a random moment, and perhaps to its end."""
        disturbed: dict[str, Any] = {}
        if kill and self.chance.random() < 0.5:
            disturbed = {"plan": {"any": self.chance.randint(*CHANGES)}}
        elif kill:
            disturbed = {"kill_after": self.chance.uniform(*MOMENTS)}
        seen = self.story.process(*arguments, **disturbed)
        assert seen.code in (-9, 0, 3), seen.stderr
        self.kills += seen.code == -9
        self.story.crashes -= seen.code == 3  # suspended, or at a breakpoint: that is no crash
        self.story.check_promises()
        return seen

    def work(self, kill: bool) -> None:
        """Start the run, or let it go on: with the edited definition once it has been at its breakpoint."""
        follow = ["--events", "jsonl", "--exit-when-suspended"]
        if not self.story.exists():
            self.process("run", str(self.story.file), "--run-id", RUN, *self.inputs, *follow, kill=kill)
            return
        seen = {event.kind for event in self.story.store.events(RUN)}
        over = EventKind.BREAKPOINT_HIT in seen and EventKind.RUN_MIGRATED not in seen
        edited = [str(self.edited), "--migrate"] if over else []
        self.process("resume", RUN, *edited, "--in-doubt", "rerun", *follow, kill=kill)

    @property
    def inputs(self) -> tuple[str, str]:
        return "--set", f"folder={self.story.folder}"

    def again(self, kill: bool) -> None:
        """Run the end of the run that has ended, or let that go on."""
        if self.status(PART):
            self.process("resume", PART, kill=kill)
        else:
            words = ["run", str(self.edited), "--from", "last", "--reuse", RUN, "--run-id", PART]
            self.process(*words, *self.inputs, kill=kill)

    def status(self, run_id: str) -> str:
        """What a run is, or nothing when there is none."""
        try:
            return str(self.story.store.load(run_id).status)
        except FlowError:
            return ""

    def help(self, kill: bool) -> None:
        """Send what the run waits for, once it is known to wait; whether it arrived is seen afterwards."""
        store = self.story.store
        state = store.load(RUN)
        waiting = {state.node_ids[i] for (i, _) in state.waits}
        if "paid" in waiting and not state.signals:
            self.process("signal", RUN, "paid", '"yes"', kill=kill)
        if "ok" in waiting and not any(state.node_ids[i] == "ok" for (i, _) in state.approvals):
            self.process("approve", RUN, "ok", kill=kill)
        if "form" in waiting and not any(state.node_ids[i] == "form" for (i, _) in state.approvals):
            self.process("submit", RUN, "form", '{"amount": 7}', kill=kill)

    def to_the_end(self, kills: int, until: float) -> dict[str, Any]:
        """Kill until there were enough kills or both runs have ended, then let them end; returns how they did."""
        for _ in range(2 * kills + 30):
            kill = self.kills < kills and time.monotonic() < until
            if self.status(RUN) == "completed":
                if self.status(PART) == "completed":
                    return {**self.story.outcome(), PART: outcome_of(self.story.store.load(PART))}
                self.again(kill)
                continue
            self.work(kill)
            if self.story.exists() and not self.story.store.load(RUN).status.final:
                self.help(kill and self.chance.random() < 0.5)
        raise AssertionError(f"the run does not end: {self.story.said[-3:]}")

    def prune(self, kill: bool) -> list[str]:
        """Remove all but the last run, killed once or not at all; returns the runs that are left."""
        self.process("prune", "--keep", "1", kill=kill)
        assert self.process("prune", "--keep", "1", kill=False).code == 0
        store = self.story.store
        try:
            assert [each for each in check(store.path) if each.code != "index-stale"] == []
            return sorted(run.run_id for run in store.list())
        finally:
            store.close()


def soak(folder: Path, kills: int, seconds: float) -> int:
    """Runs with kills until there were enough; returns how many."""
    chance = random.Random(SEED)
    calm = Soak(folder / "calm", chance)
    expected, effects = calm.to_the_end(0, 0.0), calm.story.effects()
    assert {run_id: outcome["status"] for run_id, outcome in expected.items()} == ENDINGS
    assert effects["undo-meal"] == effects["undo-seat-2"] == effects["rows-9000"] == effects["pass"] == 1
    assert effects["last"] == effects["extra"] == 2, "the part did not run again"
    assert expected[RUN]["outputs"]["amount"] == 7
    assert expected[RUN]["outputs"]["said"], "the secret was not printed"
    calm.story.check_secret()
    left = calm.prune(kill=False)
    assert PART in left
    assert RUN not in left
    until = time.monotonic() + seconds
    done = number = 0
    while done < kills and time.monotonic() < until:
        each = Soak(folder / str(number), chance)
        assert each.to_the_end(kills - done, until) == expected, f"seed {SEED}, run {number}"
        each.story.check_effects(effects)
        each.story.check_secret()
        assert each.prune(kill=True) == left
        done += each.kills
        number += 1
    return done


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_few_kills_change_nothing(tmp_path: Path) -> None:
    assert soak(tmp_path, *SHORT) >= 3


@pytest.mark.proof
@pytest.mark.timeout(1200)
def test_two_hundred_kills_change_nothing(tmp_path: Path) -> None:
    assert soak(tmp_path, *LONG) >= 200
