"""When problems are looked for: a moment after the last edit, never for an old definition, never twice at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from floworch.model.problem import Problem
from floworch.model.workflow import Node, Workflow
from floworch_designer.document import Document, edits, problems
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.problems import DELAY, LARGE, ProblemChecker, model_validator

pytestmark = pytest.mark.usefixtures("qapp")


class FakeTimer:
    """A single-shot timer that fires when a test says so."""

    made: list[FakeTimer]

    def __init__(self, *_: object) -> None:
        self.starts, self.running, self.interval, self.single = 0, False, -1, False
        self.timeout = self
        self._slot: Any = None
        FakeTimer.made.append(self)

    def connect(self, slot: Any) -> None:
        self._slot = slot

    def setSingleShot(self, single: bool) -> None:
        self.single = single

    def setInterval(self, interval: int) -> None:
        self.interval = interval

    def start(self) -> None:
        self.starts, self.running = self.starts + 1, True

    def stop(self) -> None:
        self.running = False

    def isActive(self) -> bool:
        return self.running

    def fire(self) -> None:
        assert self.running
        self.running = False
        self._slot()


@pytest.fixture
def timers(monkeypatch: pytest.MonkeyPatch) -> list[FakeTimer]:
    """The timers made from now on, none of which runs by itself."""
    FakeTimer.made = []
    monkeypatch.setattr(problems, "QTimer", FakeTimer)
    return FakeTimer.made


def problem(code: str) -> Problem:
    return Problem(code, "error", "", "message")


class Validator:
    """Notes what it was asked and finds one problem named after the definition."""

    def __init__(self) -> None:
        self.asked: list[Workflow] = []

    def __call__(self, workflow: Workflow) -> list[Problem]:
        self.asked.append(workflow)
        return [problem(f"{workflow.id}:{len(workflow.nodes)}")]


def flow(count: int, name: str = "w") -> Workflow:
    return Workflow(id=name, nodes={f"n{i}": Node(action="x") for i in range(count)})


def test_many_edits_in_a_row_are_validated_once_and_the_last_one_counts(timers: list[FakeTimer]) -> None:
    validate = Validator()
    checker, found = ProblemChecker(validate), []
    checker.found.connect(found.append)
    for count in range(5):
        checker.request(flow(count))
    (timer,) = timers
    assert (timer.starts, timer.interval, timer.single) == (5, DELAY, True)
    assert checker.pending
    assert validate.asked == []
    timer.fire()
    assert [len(workflow.nodes) for workflow in validate.asked] == [4]
    assert [one[0].code for one in found] == ["w:4"]
    assert not checker.pending


def test_flushing_does_not_wait_and_leaves_nothing_to_fire(timers: list[FakeTimer]) -> None:
    validate = Validator()
    checker, found = ProblemChecker(validate), []
    checker.found.connect(found.append)
    checker.request(flow(1))
    checker.flush()
    assert len(found) == 1
    assert not timers[0].running
    assert not checker.pending


def test_a_checker_that_was_never_asked_has_nothing_to_say(timers: list[FakeTimer]) -> None:
    checker, found = ProblemChecker(Validator()), []
    checker.found.connect(found.append)
    checker.flush()
    checker._start()
    assert found == []


def test_the_document_checks_after_edits_undo_redo_and_loading(timers: list[FakeTimer]) -> None:
    validate = Validator()
    document = Document(validate=validate)
    document.reset(flow(1))
    timers[0].fire()
    document.apply(edits.add_node(document.workflow, "x", {}, (0, 0))[0], "Add")
    timers[0].fire()
    document.undo_stack.undo()
    timers[0].fire()
    document.undo_stack.redo()
    timers[0].fire()
    assert [len(workflow.nodes) for workflow in validate.asked] == [1, 2, 1, 2]
    document.apply(document.workflow, "Nothing")
    assert not timers[0].running


def test_problems_are_announced_only_when_they_differ(timers: list[FakeTimer]) -> None:
    answers = [[problem("a")], [problem("a")], [], [], [problem("b")]]
    document = Document(validate=lambda _: answers.pop(0))
    document.reset(flow(1))
    seen: list[list[str]] = []
    document.problems_changed.connect(lambda found: seen.append([one.code for one in found]))
    for index in range(5):
        document.apply(edits.set_param(document.workflow, "n0", "v", index), "Value")
        timers[0].fire()
    assert seen == [["a"], [], ["b"]]
    assert [one.code for one in document.problems] == ["b"]


def test_another_document_starts_without_the_problems_of_the_last(timers: list[FakeTimer]) -> None:
    document = Document(validate=lambda _: [problem("a")])
    document.reset(flow(1))
    timers[0].fire()
    seen: list[list[Problem]] = []
    document.problems_changed.connect(seen.append)
    document.reset(flow(2))
    assert document.problems == []
    assert seen == [[]]
    assert timers[0].running


def test_checking_now_answers_for_the_present_definition(timers: list[FakeTimer]) -> None:
    document = Document(validate=Validator())
    document.reset(flow(3, "now"))
    assert [one.code for one in document.check_now()] == ["now:3"]
    assert not timers[0].running


@pytest.mark.parametrize(("count", "threaded"), [(LARGE - 1, False), (LARGE, False), (LARGE + 1, True)])
def test_only_large_definitions_go_to_a_thread(count: int, threaded: bool, qtbot: QtBot) -> None:
    threads: list[threading.Thread] = []
    answered: list[threading.Thread] = []

    def validate(_: Workflow) -> list[Problem]:
        threads.append(threading.current_thread())
        return []

    checker = ProblemChecker(validate)
    checker.found.connect(lambda _: answered.append(threading.current_thread()))
    checker.request(flow(count))
    checker._timer.stop()
    checker._start()
    qtbot.waitUntil(lambda: bool(answered), timeout=5000)
    assert (threads[0] is not threading.main_thread()) is threaded
    assert answered == [threading.main_thread()]


def test_edits_while_a_thread_is_busy_start_no_second_one(qtbot: QtBot) -> None:
    gate, running, most = threading.Event(), [], []

    def validate(workflow: Workflow) -> list[Problem]:
        running.append(workflow.id)
        most.append(len(running))
        gate.wait(10)
        running.remove(workflow.id)
        return [problem(workflow.id)]

    checker, found = ProblemChecker(validate), []
    checker.found.connect(lambda some: found.extend(one.code for one in some))
    for name in ("one", "two", "three"):
        checker.request(flow(LARGE + 1, name))
        checker._timer.stop()
        checker._start()
    gate.set()
    qtbot.waitUntil(lambda: not checker.pending, timeout=5000)
    assert found == ["three"]
    assert max(most) == 1


def test_a_validator_that_raises_on_a_thread_does_not_end_validation_for_good(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: caught.append(str(args.exc_value)))

    def validate(workflow: Workflow) -> list[Problem]:
        if workflow.id == "bad":
            raise RuntimeError("a broken action")
        return [problem(workflow.id)]

    checker, found = ProblemChecker(validate), []
    checker.found.connect(lambda some: found.extend(one.code for one in some))
    checker.request(flow(LARGE + 1, "bad"))
    checker._timer.stop()
    checker._start()
    qtbot.waitUntil(lambda: not checker.pending, timeout=5000)
    assert caught == ["a broken action"]
    checker.request(flow(LARGE + 1, "good"))
    qtbot.waitUntil(lambda: found == ["good"], timeout=5000)


def test_the_models_validator_finds_real_problems_in_a_real_definition() -> None:
    from floworch.actions.registry import registry

    found = model_validator(registry)(Workflow(id="w", nodes={"a": Node(action="acme.nothing")}))
    assert [one.node for one in found] == ["a"]


def test_an_edit_of_a_document_looks_at_the_steps_that_it_can_have_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """designer.md 5.8: only touched nodes and those that see them."""
    from floworch.model.rules import expressions

    read: list[str] = []
    compile_text = expressions.compile_text
    monkeypatch.setattr(expressions, "compile_text", lambda text: read.append(text) or compile_text(text))
    texts = {"a": "{{ run.id }}", "b": "{{ nodes.a.output }}", "c": "{{ nodes.b.output }}", "d": "{{ run.trigger }}"}
    nodes = {name: Node(action="util.log", params={"message": text}) for name, text in texts.items()}
    document = Document()
    document.reset(Workflow(id="w", nodes=nodes, edges=(make_edge("a", "out", "b"), make_edge("b", "out", "c"))))

    def looked_at() -> set[str]:
        read.clear()
        document.check_now()
        return {name for name, text in texts.items() if text in read}

    assert looked_at() == set("abcd")
    assert document.problems == []
    document.apply(edits.set_param(document.workflow, "d", "level", "warning"), "Level")
    assert looked_at() == {"d"}
    document.apply(edits.disconnect(document.workflow, [0]), "Unwire")
    assert looked_at() == {"b"}
    assert [problem.node for problem in document.problems] == ["b"]
    document.undo_stack.undo()
    assert looked_at() == {"b"}
    assert document.problems == []
    document.apply(edits.move(document.workflow, {"a": (5.0, 5.0)}), "Move")
    assert looked_at() == set()
    assert looked_at() == set("abcd"), "asked again of what has not changed, it looks at everything"
