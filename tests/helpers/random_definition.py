"""Random definitions for the simulation, and how each of their nodes answers: from a seed, the same each time."""

from __future__ import annotations

import random
from typing import Any


def random_definition(chance: random.Random) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """A definition as JSON, and how each of its nodes answers (``how``: ok, port, fail, flaky, wait, expand...)."""
    nodes: dict[str, dict[str, Any]] = {}
    answers: dict[str, dict[str, Any]] = {}
    edges: list[dict[str, str]] = []

    def graph(prefix: str, count: int, parent: str | None, depth: int) -> None:
        names = [f"{prefix}{i}" for i in range(count)]
        for place, name in enumerate(names):
            node, answers[name] = random_node(chance, depth)
            if parent is not None:
                node["parent"] = parent
            nodes[name] = node
            for source in chance.sample(names[:place], min(place, chance.choice([0, 1, 1, 2, 3]))):
                port = chance.choice(["out", "out", "out", "done", "error", "true"])
                edges.append({"from": source, "to": name, "port": port})
            if answers[name]["how"] == "expand":
                graph(f"{name}x", chance.randint(1, 3), name, depth + 1)

    graph("n", chance.randint(1, 8), None, 0)
    settings: dict[str, Any] = {"fail_fast": chance.random() < 0.3, "max_crashes": chance.choice([1, 2, 3, 3])}
    if chance.random() < 0.1:
        settings["timeout"] = chance.choice([0.5, 4.0, 30.0])
    return {"id": "t", "nodes": nodes, "edges": edges, "settings": settings}, answers


def random_node(chance: random.Random, depth: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """One node and its answer."""
    node: dict[str, Any] = {
        "action": "t.any",
        "effect": chance.choice(["pure", "idempotent", "unsafe"]),
        "retry": {"max_attempts": 4, "delay": "1s"},
        "join": chance.choice(["all", "all", "any", "first"]),
    }
    if chance.random() < 0.1:
        node["disabled"] = True
    if chance.random() < 0.15:
        node["on_error"] = "continue"
    if chance.random() < 0.12:
        node["breakpoint"] = chance.choice([True, "{{ inputs.stops }}"])
    kinds = ["ok"] * 5 + ["port", "fail", "flaky", "flaky", "timer", "signal", "approval", "form", "call", "call"]
    how = chance.choice(kinds + ["expand"] * 2 * (depth < 2))
    answer: dict[str, Any] = {"how": how}
    if how == "flaky":
        answer["failures"] = chance.randint(1, 3)
    elif how == "expand":
        answer["items"] = list(range(chance.randint(0, 4)))
        answer["concurrency"] = chance.randint(1, 3)
        answer["mode"] = chance.choice(["stop", "collect"])
    elif how == "call":
        node["action"] = "flow.call"
        answer["child"] = random_child(chance)
    return node, answer


def random_child(chance: random.Random) -> dict[str, Any]:
    """How the child run of a call goes: how often it fails before it completes, what it leaves to undo, its time."""
    return {
        "failures": chance.choice([0, 0, 0, 0, 1, 2, 9]),
        "undo": chance.random() < 0.5,
        "naps": chance.randint(0, 2),
        "timeout": chance.choice([3.0, 20.0]) if chance.random() < 0.1 else None,
    }


def declare(definition: dict[str, Any], chance: random.Random) -> dict[str, dict[str, Any]]:
    """Let some nodes of some definitions declare a compensation; returns how each answers, by node (C9)."""
    answers: dict[str, dict[str, Any]] = {}
    share = chance.choice([0.0, 0.5, 0.9])
    for name, node in definition["nodes"].items():
        if node["action"] == "flow.call":
            answers[name] = {"how": "ok", "failures": 0}  # the saga of its child undoes it
        if chance.random() < (share / 3 if name in answers else share):
            node["compensate"] = {"action": "t.undo", "retry": {"max_attempts": 3, "delay": "1s"}}
            how = chance.choice(["ok", "ok", "ok", "flaky", "fail"])
            answers[name] = {"how": how, "failures": chance.randint(1, 2)}
    return answers
