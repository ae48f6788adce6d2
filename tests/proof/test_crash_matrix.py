"""The crash matrix: every named point of a run's life, killed or refused there, and what a fresh process makes of it.

Contract C7.2, C7.4, C7.8, C9. Each case is a process of its own (``tests/helpers/crash_child.py``).
What it acknowledged is what it printed; what happened is counted in a file outside the store.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from crash_flows import SAGA, shell
from crash_oracle import RUN, Story

from floworch.store.journal.doctor import check

SEED = int(os.environ.get("FLOWORCH_TEST_SEED", "20260101"))
#: Passages of one name that are tried where there are more: the first ones, the last ones and some between.
EDGES, BETWEEN = 4, 6
#: Cases that the short form tries.
SAMPLE = 3
#: Seconds within which every case of a full form is done even on a slow and busy machine.
PATIENCE = 900


@dataclass(frozen=True)
class Case:
    """A fault at one passage of one point."""

    point: str
    nth: int
    fault: str

    def __str__(self) -> str:
        return f"{self.fault} at {self.point} #{self.nth}"

    @property
    def plan(self) -> dict[str, Any]:
        return {"point": self.point, "nth": self.nth, "fault": self.fault}


def faults_of(point: str) -> tuple[str, ...]:
    """What can go wrong at a point."""
    operation, what = point.split()
    if operation in ("spawn", "close"):
        return ("before", "after")
    if operation in ("remove", "give_back"):
        return ("before", "after", "EIO")
    if what == "release":
        return ("before", "after")
    if operation == "index":
        return ("before", "after", "EIO")
    common = ("before", "after", "EIO", "ENOSPC")
    return (*common, "short", "torn", "full") if operation == "write" else common


def cases(points: list[str], *, whole: bool = False) -> list[Case]:
    """Every fault at every name: at each passage, or at the first, the last and some between."""
    chance = random.Random(SEED)
    found = []
    for point, count in Counter(points).items():
        passages = set(range(1, min(EDGES, count) + 1)) | set(range(max(1, count - EDGES + 1), count + 1))
        rest = sorted(set(range(1, count + 1)) - passages)
        passages |= set(rest if whole else chance.sample(rest, min(BETWEEN, len(rest))))
        found += [Case(point, nth, fault) for nth in sorted(passages) for fault in faults_of(point)]
    return found


@dataclass
class Undisturbed:
    """A run that nothing happened to, and the points it passed."""

    points: list[str]
    outcome: dict[str, Any]
    effects: Counter[str]


def undisturbed(folder: Path, durability: str = "power", definition: dict[str, Any] | None = None) -> Undisturbed:
    """Run once with every point written down."""
    story = Story(folder, **({"definition": definition} if definition else {}), durability=durability)
    record = folder / "points"
    assert story.start({"record": str(record)}).code == 0
    story.check_promises()
    assert story.acknowledged, "a run that prints nothing proves nothing"
    return Undisturbed(record.read_text().splitlines(), story.outcome(), story.effects())


@pytest.fixture(scope="module", params=["power", "process"])
def calm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Undisturbed]:
    """An undisturbed run per durability."""
    return request.param, undisturbed(tmp_path_factory.mktemp("calm") / "run", request.param)


def judge(story: Story, calm: Undisturbed, case: Case) -> None:
    """Go on to the end and compare."""
    try:
        story.finish()
        story.check_promises()
        assert story.outcome() == calm.outcome
        story.check_effects(calm.effects)
    except AssertionError as error:
        said = "\n".join(story.said)
        raise AssertionError(f"{case} (durability {story.durability}, seed {SEED}): {error}\n{said}") from error


def run_matrix(
    todo: Iterable[Case], calm: Undisturbed, durability: str, folder: Path, definition: dict[str, Any] | None = None
) -> None:
    for number, case in enumerate(todo):
        story = Story(folder / str(number), **({"definition": definition} if definition else {}), durability=durability)
        seen = story.start(case.plan)
        assert seen.code in (-9, 0, 1, 3, 4), f"{case}: {seen}"
        judge(story, calm, case)


def sample(todo: list[Case], count: int) -> list[Case]:
    """Some cases, every operation as often as it can be."""
    chance = random.Random(SEED)
    chance.shuffle(todo)
    by_point: dict[str, list[Case]] = {}
    for case in todo:
        by_point.setdefault(case.point, []).append(case)
    chosen: list[Case] = []
    while len(chosen) < count and any(by_point.values()):
        chosen += [each.pop() for each in by_point.values() if each]
    return chosen[:count]


@pytest.mark.slow
def test_a_run_survives_a_sample_of_every_kind_of_fault(calm: tuple[str, Undisturbed], tmp_path: Path) -> None:
    durability, quiet = calm
    run_matrix(sample(cases(quiet.points), SAMPLE), quiet, durability, tmp_path)


@pytest.mark.proof
@pytest.mark.timeout(PATIENCE)
def test_a_run_survives_every_fault_at_every_point(calm: tuple[str, Undisturbed], tmp_path: Path) -> None:
    durability, quiet = calm
    run_matrix(cases(quiet.points, whole=True), quiet, durability, tmp_path)


# --- a run that fails and undoes what it did (C9) ---


@pytest.fixture(scope="module")
def undone(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """An undisturbed rollback."""
    story = Story(tmp_path_factory.mktemp("undone") / "run", SAGA, ends="failed")
    record = story.folder / "points"
    assert story.start({"record": str(record)}).code == 1
    assert story.effects()["undo-book"] == story.effects()["undo-seat-1"] == story.effects()["undo-meal"] == 1
    assert story.outcome()[f"{RUN}.tour.dinner"]["status"] == "cancelled"
    return Undisturbed(record.read_text().splitlines(), story.outcome(), story.effects())


def roll_back(todo: Iterable[Case], calm: Undisturbed, folder: Path) -> None:
    for number, case in enumerate(todo):
        story = Story(folder / str(number), SAGA, ends="failed")
        seen = story.start(case.plan)
        assert seen.code in (-9, 0, 1, 3, 4), f"{case}: {seen}"
        judge(story, calm, case)


def late(calm: Undisturbed, *, whole: bool = False) -> list[Case]:
    """Cases of the second half of a run, in which the rollback lies."""
    count = Counter(calm.points)
    return [case for case in cases(calm.points, whole=whole) if case.nth > count[case.point] // 2]


@pytest.mark.slow
def test_a_rollback_survives_a_sample_of_faults(undone: Undisturbed, tmp_path: Path) -> None:
    roll_back(sample(late(undone), SAMPLE), undone, tmp_path)


@pytest.mark.proof
@pytest.mark.timeout(PATIENCE)
def test_a_rollback_survives_every_fault_at_every_point(undone: Undisturbed, tmp_path: Path) -> None:
    roll_back(late(undone, whole=True), undone, tmp_path)


# --- recovery is faulted too ---


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Story, list[str], Undisturbed]:
    """A run that was killed in the middle of a write, and the points that its recovery passes."""
    folder = tmp_path_factory.mktemp("broken")
    quiet = undisturbed(folder / "calm")
    story = Story(folder / "run")
    assert story.start({"point": "write journal", "nth": 8, "fault": "torn"}).code == -9
    rehearsal = story.copy(folder / "rehearsal")
    record = folder / "points"
    assert rehearsal.resume({"record": str(record)}).code == 0
    points = record.read_text().splitlines()
    assert {"write copy", "sync copy", "truncate journal", "lock take"} <= set(points), "nothing was torn"
    return story, points, quiet


def recover(story: Story, todo: Iterable[Case], calm: Undisturbed, folder: Path) -> None:
    for number, case in enumerate(todo):
        other = story.copy(folder / str(number))
        other.resume(case.plan)
        judge(other, calm, case)


@pytest.mark.slow
def test_recovery_survives_a_sample_of_faults(broken: tuple[Story, list[str], Undisturbed], tmp_path: Path) -> None:
    story, points, quiet = broken
    recover(story, sample(cases(points), SAMPLE), quiet, tmp_path)


@pytest.mark.proof
@pytest.mark.timeout(PATIENCE)
def test_recovery_survives_every_fault_at_every_point(
    broken: tuple[Story, list[str], Undisturbed], tmp_path: Path
) -> None:
    story, points, quiet = broken
    recover(story, cases(points, whole=True), quiet, tmp_path)


# --- the index is thrown away and made again, with faults ---


def index_cases(points: list[str]) -> Iterator[Case]:
    for case in cases(points):
        if case.point.startswith("index"):
            yield case


@pytest.mark.slow
def test_a_rebuild_of_the_index_survives_its_faults(tmp_path: Path) -> None:
    story = Story(tmp_path / "run")
    assert story.start().code == 0
    for number in range(3):
        story.process("run", str(story.file), "--run-id", f"other-{number}")
    listed = listing(story)
    assert {row["run_id"] for row in listed} == {RUN, "other-0", "other-1", "other-2"}
    forget_index(story)
    story.process("runs", "--json", plan={"record": str(tmp_path / "points")})
    points = (tmp_path / "points").read_text().splitlines()
    assert {"index open", "index rebuild", "index write"} <= set(points)
    for case in index_cases(points):
        forget_index(story)
        story.process("runs", "--json", plan=case.plan)
        assert listing(story) == listed, str(case)


def forget_index(story: Story) -> None:
    for path in (story.folder / "store").glob("index.sqlite*"):
        path.unlink()


def listing(story: Story) -> list[dict[str, Any]]:
    found = story.store
    try:
        rows = [{"run_id": row.run_id, "status": str(row.status)} for row in found.list()]
    finally:
        found.close()
    return json.loads(json.dumps(rows))


# --- large values: their files are faulted, and so is removing them ---

#: Steps with effects around values that become artifacts (C6.3), one of them used twice.
LARGE: dict[str, Any] = {
    "id": "large",
    "nodes": {
        "first": shell("first"),
        "big": {"action": "data.set", "params": {"fields": {"rows": "{{ ['a row of a large value'] * 9000 }}"}}},
        "same": {"action": "data.set", "params": {"fields": {"rows": "{{ ['a row of a large value'] * 9000 }}"}}},
        "other": {"action": "data.set", "params": {"fields": {"n": "{{ nodes.big.output.rows | length }}"}}},
        "last": shell("last-{{ nodes.big.output.rows | length }}"),
    },
    "edges": [
        {"from": "first", "to": "big"},
        {"from": "big", "to": "same"},
        {"from": "big", "to": "other"},
        {"from": "same", "to": "last"},
    ],
    "outputs": {"n": "{{ nodes.other.output.n }}", "same": "{{ nodes.same.output.rows | length }}"},
}


def of_artifacts(points: list[str]) -> list[str]:
    """The points that only a run with large values passes."""
    return [point for point in points if point.split()[1] in ("artifact", "mark")]


@pytest.mark.slow
@pytest.mark.parametrize("durability", ["power", "process"])
def test_a_run_with_large_values_survives_a_sample_of_their_faults(tmp_path: Path, durability: str) -> None:
    """(C6.3) The file is there before the event that refers to it, whatever happens between."""
    quiet = undisturbed(tmp_path / "calm", durability, LARGE)
    points = of_artifacts(quiet.points)
    assert {"create artifact", "write artifact", "sync artifact", "rename artifact", "create mark"} <= set(points)
    run_matrix(sample(cases(points), SAMPLE), quiet, durability, tmp_path, LARGE)


@pytest.mark.proof
@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("durability", ["power", "process"])
def test_a_run_with_large_values_survives_all_of_their_faults(tmp_path: Path, durability: str) -> None:
    quiet = undisturbed(tmp_path / "calm", durability, LARGE)
    run_matrix(cases(of_artifacts(quiet.points), whole=True), quiet, durability, tmp_path, LARGE)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Story, list[str]]:
    """Three ended runs that share a large value and have one each, and the points that pruning two of them passes."""
    story = Story(tmp_path_factory.mktemp("crowded") / "runs", definition=LARGE)
    own = {**LARGE, "inputs": {"mine": {"type": "string"}}}
    story.file.write_text(json.dumps(own))
    for number in range(3):
        mine = f"mine={number}{'x' * 70_000}"
        assert story.process("run", str(story.file), "--run-id", f"r-{number}", "--set", mine).code == 0
    rehearsal = story.copy(story.folder.parent / "rehearsal")
    record = story.folder.parent / "points"
    assert rehearsal.process("prune", "--keep", "1", plan={"record": str(record)}).code == 0
    return story, record.read_text().splitlines()


def prune_with(story: Story, todo: Iterable[Case], folder: Path) -> None:
    """Prune with a fault, then without; the run that stays is whole, and nothing is left over."""
    for number, case in enumerate(todo):
        other = story.copy(folder / str(number))
        assert other.process("prune", "--keep", "1", plan=case.plan).code in (-9, 0, 4), str(case)
        assert other.process("prune", "--keep", "1").code == 0, str(case)
        store = other.store
        assert [run.run_id for run in store.list()] == ["r-2"], str(case)
        state = store.load("r-2")
        assert len(state.node("big").output["rows"]) == 9000, str(case)
        findings = [finding for finding in check(store.path) if finding.code != "index-stale"]
        assert findings == [], f"{case}: {findings}"
        assert len(store.artifacts.names()) == 2, str(case)
        store.close()


@pytest.mark.slow
def test_pruning_survives_a_sample_of_faults(crowded: tuple[Story, list[str]], tmp_path: Path) -> None:
    story, points = crowded
    assert {"rename directory", "remove artifact"} <= set(points)
    prune_with(story, sample(cases(points), SAMPLE), tmp_path)


@pytest.mark.proof
@pytest.mark.timeout(PATIENCE)
def test_pruning_survives_every_fault_at_every_point(crowded: tuple[Story, list[str]], tmp_path: Path) -> None:
    story, points = crowded
    prune_with(story, cases(points, whole=True), tmp_path)
