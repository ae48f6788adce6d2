"""Rollbacks and child runs against the reference interpreter, with crashes (C7.4, C9, C10.3, C15)."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from nested_runs import House
from run_reference import whole_run

FIRST = int(os.environ.get("FLOWORCH_TEST_SEED", "20260101")) * 1_000
PORTS = ("out", "out", "out", "done", "error")
RUNS = 400


def random_case(chance: random.Random, depth: int = 0) -> dict[str, Any]:
    """A definition, how its nodes and their compensations go, and the same of the child runs of its calls."""
    names = [f"n{i}" for i in range(chance.randint(1, 6 - 2 * depth))]
    nodes: dict[str, Any] = {}
    children: dict[str, Any] = {}
    edges: list[dict[str, str]] = []
    for place, name in enumerate(names):
        node: dict[str, Any] = {"action": "t.any", "effect": "pure", "retry": {"max_attempts": 1}}
        node["join"] = chance.choice(["all", "any", "first"])
        if depth < 2 and chance.random() < 0.3:
            node["action"] = "flow.call"
            children[name] = random_case(chance, depth + 1)
        if chance.random() < (0.15 if name in children else 0.6):
            node["compensate"] = {"action": "t.undo"}
        if chance.random() < 0.15:
            node["on_error"] = "continue"
        nodes[name] = node
        sources = chance.sample(names[:place], min(place, chance.choice([0, 1, 1, 2])))
        edges += [{"from": source, "to": name, "port": chance.choice(PORTS)} for source in sources]
    settings = {"fail_fast": False, "max_crashes": 100}
    definition = {"id": "t", "nodes": nodes, "edges": edges, "settings": settings}
    outcomes = {name: chance.choice(["out"] * 4 + ["fail"]) for name in names}
    undo = {name: chance.choice(["ok"] * 3 + ["fail"]) for name in names}
    return {"definition": definition, "outcomes": outcomes, "undo": undo, "children": children}


def played(seed: int, most_crashes: int = 0) -> House:
    """One case played to its end, and held to the reference interpreter."""
    chance = random.Random(seed)
    case = random_case(chance)
    try:
        house = House(case, chance, most_crashes).play()
        assert house.ended() == whole_run(case, house.story())
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {error}") from error
    return house


def seen(house: House, word: str = "") -> set[str]:
    """What happened in a run and below it, as words."""
    found = {f"{word}{house.run.state.status}"} | {f"{word}{name}" for name, listed in house.lists().items() if listed}
    return found.union(*(seen(child, f"child {word}") for child in house.children.values()))


ALL_SEEN = {"completed", "failed", "compensated", "not_needed", "child completed", "child failed", "child cancelled",
            "child compensated", "child child cancelled", "child child failed"}  # fmt: skip


def test_what_is_undone_is_what_the_reference_interpreter_undoes() -> None:
    """C9, C10.3, C15: in any order of endings, the last completion first, children by their own saga."""
    happened = set().union(*(seen(played(FIRST + number)) for number in range(RUNS)))
    assert happened >= ALL_SEEN, "too little happened to prove anything"


def test_crashes_in_a_run_and_its_children_change_nothing_of_it() -> None:
    """C7.4, C9: a rollback goes on where it was; no child begins twice, and what is undone stays so."""
    crashes = 0
    for number in range(RUNS):
        house = played(FIRST + number, most_crashes=6)
        crashes += 6 - house.crashes_left
        assert len(house.begun) == len(set(house.begun))
        undone = [event.node for event in house.run.events if event.word.startswith("node_compensat")]
        assert undone or not house.lists()["compensated"]
        assert [event.seq for event in house.run.events] == list(range(len(house.run.events)))
    assert crashes > RUNS, "too little happened to prove anything"


@pytest.mark.parametrize("lie", ["compensated", "failed", "not_needed"])
def test_the_comparison_notices_a_list_that_is_not_so(lie: str) -> None:
    house = next(each for each in map(played, range(FIRST, FIRST + RUNS)) if each.lists()[lie])
    ended = house.ended()
    ended[lie] = ended[lie][1:]
    assert ended != whole_run(house.case, house.story())
