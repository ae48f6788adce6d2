"""A small catalog and short ways to make and check definitions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from floworch.model.catalog import Effect, ParamIssue, RunOn
from floworch.model.codec import loads
from floworch.model.problem import Problem
from floworch.model.validate import validate
from floworch.model.workflow import Workflow


@dataclass(frozen=True)
class FakeAction:
    """An action with the ports of its id."""

    id: str
    container: bool = False
    effect: Effect = "idempotent"
    run_on: RunOn = "loop"
    raw_params: frozenset[str] = frozenset()
    condition_params: frozenset[str] = frozenset()
    round_params: frozenset[str] = frozenset()
    expression_params: frozenset[str] = frozenset()
    own_item: bool = True
    ports: tuple[str, ...] = ("out",)
    required: tuple[str, ...] = ()

    def success_ports(self, params: Mapping[str, Any]) -> tuple[str, ...]:
        if self.id == "flow.switch":
            return (*(case["port"] for case in params["cases"]), *([params["default"]] if "default" in params else []))
        return self.ports

    def check_params(self, params: Mapping[str, Any]) -> Sequence[ParamIssue]:
        return [ParamIssue(name, f"{name} is missing.") for name in self.required if name not in params]


ACTIONS = {
    action.id: action
    for action in (
        FakeAction("util.log", required=("message",)),
        FakeAction("data.set"),
        FakeAction(
            "data.filter",
            raw_params=frozenset({"where"}),
            ports=("kept", "dropped"),
            expression_params=frozenset({"where"}),
        ),
        FakeAction("flow.repeat", container=True, raw_params=frozenset({"until"}), round_params=frozenset({"until"})),
        FakeAction("flow.try", container=True, own_item=False),
        FakeAction("flow.if", condition_params=frozenset({"condition"}), ports=("true", "false")),
        FakeAction("flow.switch", condition_params=frozenset({"cases[].when"})),
        FakeAction("flow.foreach", container=True),
        FakeAction("file.read", run_on="thread"),
        FakeAction("shell.run", effect="unsafe"),
        FakeAction("human.approve", ports=("approved", "rejected", "out")),
    )
}


class FakeCatalog:
    """Knows the actions above and the layers logging and retry."""

    def __init__(self) -> None:
        self.broken = {"shop.torn": "ModuleNotFoundError: No module named 'shop'"}

    def find_action(self, action_id: str) -> FakeAction | None:
        return ACTIONS.get(action_id)

    def action_ids(self) -> Sequence[str]:
        return list(ACTIONS)

    def check_layer(self, use: str, options: Mapping[str, Any]) -> Sequence[ParamIssue] | None:
        if use not in self.layer_ids():
            return None
        return [ParamIssue("level", "level is not a level.")] if options.get("level") == "loud" else []

    def layer_ids(self) -> Sequence[str]:
        return ["logging", "retry"]


@pytest.fixture
def catalog() -> FakeCatalog:
    return FakeCatalog()


def make_workflow(nodes: Mapping[str, Any], edges: Sequence[Any] = (), **more: Any) -> Workflow:
    """Nodes by id (None is a data.set), edges as ``"a>b"``, ``"a:port>b"`` or objects."""
    links = []
    for edge in edges:
        if isinstance(edge, str):
            left, _, target = edge.partition(">")
            source, _, port = left.partition(":")
            links.append({"from": source, "to": target, **({"port": port} if port else {})})
        else:
            links.append(edge)
    filled = {name: {"action": "data.set", **(node or {})} for name, node in nodes.items()}
    return loads(json.dumps({"id": "w", "nodes": filled, "edges": links, **more}))


@pytest.fixture
def workflow() -> Callable[..., Workflow]:
    return make_workflow


@pytest.fixture
def problems() -> Callable[..., list[Problem]]:
    """Make a definition and validate it."""

    def check(nodes: Mapping[str, Any], edges: Sequence[Any] = (), **more: Any) -> list[Problem]:
        return validate(make_workflow(nodes, edges, **more), FakeCatalog())

    return check


@pytest.fixture
def codes(problems: Callable[..., list[Problem]]) -> Callable[..., list[tuple[str, str]]]:
    """Make a definition and give ``(code, path)`` of every problem."""

    def check(nodes: Mapping[str, Any], edges: Sequence[Any] = (), **more: Any) -> list[tuple[str, str]]:
        return [(problem.code, problem.path) for problem in problems(nodes, edges, **more)]

    return check
