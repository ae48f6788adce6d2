"""Results of an outdated workflow are dropped; the latest one always gets its answer."""

from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from floworch.model.problem import Problem
from floworch.model.workflow import Node, Workflow
from floworch_designer.document.problems import ProblemChecker


def big(name: str) -> Workflow:
    return Workflow(id=name, nodes={f"n{i}": Node(action="x") for i in range(2100)})


def test_only_the_latest_workflow_is_answered(qtbot: QtBot) -> None:
    gate, started = threading.Event(), threading.Event()

    def validate(workflow: Workflow) -> list[Problem]:
        started.set()
        gate.wait(10)
        return [Problem(workflow.id, "error", "", "")]

    checker, found = ProblemChecker(validate), []
    checker.found.connect(lambda problems: found.extend(problem.code for problem in problems))
    checker.request(big("old"))
    qtbot.waitUntil(started.is_set, timeout=5000)
    checker.request(big("new"))
    gate.set()
    qtbot.waitUntil(lambda: not checker.pending, timeout=5000)
    assert found == ["new"]


def test_flushing_answers_at_once() -> None:
    checker, found = ProblemChecker(lambda _: [Problem("x", "error", "", "")]), []
    checker.found.connect(found.append)
    checker.flush()
    checker.request(Workflow(id="w"))
    checker.flush()
    assert len(found) == 1
    assert not checker.pending
