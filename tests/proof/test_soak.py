"""Random ``kill -9`` over a workflow that uses every feature: no difference to a run that nothing happened to.

C6.3, C6.5, C7.2, C7.4, C8, C9, C10. Every process is the command line itself, killed at a random moment: those that
run the workflow, and those that send it signals and answers.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from crash_flows import full_definition
from crash_oracle import PATIENCE, RUN, Seen, Story, lines_of

SEED = int(os.environ.get("FLOWORCH_TEST_SEED", "20260101"))
#: Kills and, at the most, seconds.
SHORT, LONG = (8, 20.0), (200, 600.0)
#: Seconds within which a process is killed: from before it has read the journal to after most of its work.
MOMENTS = (0.2, 1.2)
#: How the run and its child runs of three depths end.
ENDINGS = {
    "r": "completed",
    "r.trip": "failed",
    "r.trip.tour": "cancelled",
    "r.trip.tour.dinner": "cancelled",
}


class Soak:
    """One run, again and again killed."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.story = Story(folder, full_definition())
        self.chance = chance
        self.kills = 0

    def process(self, *arguments: str, kill: bool) -> None:
        """Run the command line; with ``kill`` only up to a random moment, and perhaps to its end."""
        argv = [sys.executable, "-m", "floworch", *arguments]
        with subprocess.Popen(
            argv, env=self.story.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            try:
                out, err = process.communicate(timeout=self.chance.uniform(*MOMENTS) if kill else PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
        assert process.returncode in (-9, 0, 3), err.decode()
        self.kills += process.returncode == -9
        self.story.crashes -= process.returncode == 3  # suspended: that is no crash
        self.story.take(Seen(process.returncode, lines_of(out), err.decode("utf-8", "replace")))
        self.story.check_promises()

    def work(self, kill: bool) -> None:
        """Start the run, or let it go on."""
        follow = ["--events", "jsonl", "--exit-when-suspended"]
        if self.story.exists():
            self.process("resume", RUN, "--in-doubt", "rerun", *follow, kill=kill)
        else:
            folder = f"folder={self.story.folder}"
            self.process("run", str(self.story.file), "--run-id", RUN, "--set", folder, *follow, kill=kill)

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

    def to_the_end(self, kills: int, until: float) -> None:
        """Kill until there were enough kills or the run has ended, then let it end."""
        for _ in range(2 * kills + 20):
            if self.story.exists() and self.story.status() == "completed":
                return
            kill = self.kills < kills and time.monotonic() < until
            self.work(kill)
            if self.story.exists() and not self.story.store.load(RUN).status.final:
                self.help(kill and self.chance.random() < 0.5)
        raise AssertionError(f"the run does not end: {self.story.said[-3:]}")


def soak(folder: Path, kills: int, seconds: float) -> int:
    """Runs with kills until there were enough; returns how many."""
    chance = random.Random(SEED)
    calm = Soak(folder / "calm", chance)
    calm.to_the_end(0, 0.0)
    expected, effects = calm.story.outcome(), calm.story.effects()
    words = {run_id: outcome["status"] for run_id, outcome in expected.items()}
    assert words == {
        "r": "completed",
        "r.trip": "failed",
        "r.trip.tour": "cancelled",
        "r.trip.tour.dinner": "cancelled",
    }
    assert effects["undo-meal"] == effects["undo-seat-2"] == effects["rows-9000"] == effects["pass"] == 1
    assert expected["r"]["outputs"]["amount"] == 7
    assert expected["r"]["outputs"]["said"], "the secret was not printed"
    calm.story.check_secret()
    until = time.monotonic() + seconds
    done = number = 0
    while done < kills and time.monotonic() < until:
        each = Soak(folder / str(number), chance)
        each.to_the_end(kills - done, until)
        assert each.story.outcome() == expected, f"seed {SEED}, run {number}"
        each.story.check_effects(effects)
        each.story.check_secret()
        done += each.kills
        number += 1
    return done


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_few_kills_change_nothing(tmp_path: Path) -> None:
    assert soak(tmp_path, *SHORT) >= 3


@pytest.mark.proof
@pytest.mark.timeout(1200)
def test_as_many_kills_as_there_is_time_for_change_nothing(tmp_path: Path) -> None:
    """As many as fit into ten minutes, on a slow and busy machine at least 30."""
    assert soak(tmp_path, *LONG) >= 30
