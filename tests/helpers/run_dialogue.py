"""Runs a scheduler by hand: a test says how each node answers, and reads the story that follows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from floworch.model.codec import dumps, logic_hash
from floworch.model.workflow import Workflow
from floworch.run.commands import Command, Op
from floworch.run.events import Event, EventKind
from floworch.run.migrate import plan_migration
from floworch.run.plan import Plan, compile_plan
from floworch.run.recover import lose_attempts
from floworch.run.scheduler import Scheduler
from floworch.run.state import RunState
from floworch.run.status import RUN_TRANSITIONS, RunStatus
from floworch.store.summary import STATUS_AFTER


class NoCatalog:
    """A catalog that knows no action: every node is unsafe unless it says otherwise, and has one attempt."""

    def find_action(self, action_id: str) -> None:
        return None


def workflow(nodes: Mapping[str, Any], *edges: str, **fields: Any) -> Workflow:
    """A definition from ``{"id": {fields}}`` and edges written ``a>b`` or ``a:error>b``."""
    listed = []
    for edge in edges:
        source, target = edge.split(">")
        node, _, port = source.partition(":")
        listed.append({"from": node, "to": target, **({"port": port} if port else {})})
    filled = {name: {"action": "t.any", **fields_of} for name, fields_of in nodes.items()}
    return Workflow.model_validate({"id": "t", "nodes": filled, "edges": listed, **fields})


Answer = Any
Answers = Callable[[str, tuple[int, ...], int], Answer]

OK = {"ok": True}


def fails(kind: str = "processing_error", **more: Any) -> Answer:
    """An answer: the attempt fails."""
    return {"error": {"kind": kind, "message": kind, **more}}


def output(value: Any, **more: Any) -> Answer:
    """An answer: the attempt completes with an output, and perhaps a port."""
    return {"payload": {"output": value, **more}}


def waits(kind: str = "signal", name: str = "", due: float | None = None, on_timeout: str = "fail") -> Answer:
    """An answer: the node waits."""
    return {"wait": {"kind": kind, "name": name, "due": due, "on_timeout": on_timeout, "details": {}}}


def expands(items: list[Any], concurrency: int = 2, on_item_error: str = "stop") -> Answer:
    """An answer: the container lists its items."""
    return {"expand": (items, concurrency, on_item_error)}


def repeats(most: int = 3, until: str | None = None, start: Any = None, **more: Any) -> Answer:
    """An answer: the container repeats its body; ``Dialogue.holds`` says when ``until`` holds."""
    return {"expand": ([start], 1, "stop", {"kind": "repeat", "most": most, "until": until, **more})}


def tries(most: int = 1, *catch: str, **more: Any) -> Answer:
    """An answer: the container tries its body."""
    return {"expand": ([None], 1, "stop", {"kind": "try", "most": most, "catch": list(catch), **more})}


NEVER = {"never": True}
#: Statuses in which timers fire by themselves.
LIVELY = ("running", "rolling_back")


class Dialogue:
    """One run. ``started`` holds attempts that were started and not answered yet, in order, ``undoing`` those of
    compensations; ``play`` looks their answers up as ``~node``."""

    def __init__(self, definition: Workflow, limit: int = 16, state: RunState | None = None) -> None:
        ids = state.node_ids if state is not None else None
        self.plan: Plan = compile_plan(definition, NoCatalog(), ids)  # type: ignore[arg-type]
        self.state = state or RunState("r", "t", self.plan.ids, {}, 0.0, dict(self.plan.parents), self.plan.compensates)
        self.scheduler = Scheduler(self.plan, self.state, limit)
        self.now = 1000.0
        self.status = RunStatus(self.state.status)
        self.events: list[Event] = []
        self.started: deque[Command] = deque()
        self.undoing: deque[Command] = deque()
        self.timers: list[Command] = []
        self.other: list[Command] = []
        self.most_busy = 0
        self.sleeps = False  # whether ``play`` lets the timers of a suspended run come due
        self.stops: Callable[[str, tuple[int, ...]], bool | dict[str, Any]] = lambda name, scope: True
        self.holds: Callable[[str, tuple[int, ...], Any], bool | dict[str, Any]] = lambda name, scope, result: False

    def absorb(self) -> None:
        """Take what the scheduler decided."""
        events, commands = self.scheduler.take()
        self.events += events
        self.check_statuses(events)
        self.most_busy = max(self.most_busy, self.scheduler.busy)
        for command in commands:
            if command.op == Op.START:
                self.started.append(command)
            elif command.op == Op.COMPENSATE:
                self.undoing.append(command)
            elif command.op == Op.TIMER:
                self.timers.append(command)
            elif command.op == Op.VERDICT:
                self._judge(command)
            elif command.op == Op.BREAK:
                self._ask(command)
            else:
                self.other.append(command)
        if any(command.op == Op.FINISH for command in commands):
            self.scheduler.finish({}, None, self.now)
            self.absorb()

    def check_statuses(self, events: list[Event]) -> None:
        """Every change of the run's status is one that the table allows (C3)."""
        for event in events:
            if (after := STATUS_AFTER.get(event.kind)) is not None:
                if event.kind != EventKind.RUN_CREATED:
                    assert after in RUN_TRANSITIONS[self.status], f"{self.status} -> {after} by {event}"
                self.status = after

    def _ask(self, command: Command) -> None:
        held = self.stops(self.plan.ids[command.node], command.scope)
        holds, error = (False, held) if isinstance(held, dict) else (held, None)
        self.scheduler.breakpoint(command.node, command.scope, holds, error, self.now)
        self.absorb()

    def _judge(self, command: Command) -> None:
        held = self.holds(self.plan.ids[command.node], command.scope, command.value)
        met, error = (False, held) if isinstance(held, dict) else (held, None)
        self.scheduler.verdict(command.node, command.scope, met, error, self.now)
        self.absorb()

    def start(self) -> Dialogue:
        self.scheduler.start(self.now)
        self.absorb()
        return self

    def answer(self, answer: Answer, command: Command | None = None) -> None:
        """Answer one started attempt, the oldest when none is named."""
        if command is None:
            command = self.started.popleft()
        else:
            self.started.remove(command)
        self.now += 1.0
        node, scope = command.node, command.scope
        if "error" in answer:
            self.scheduler.failed(node, scope, answer["error"], self.plan.retry[node], 0.5, self.now)
        elif "wait" in answer:
            self.scheduler.ended_otherwise("waiting", node, scope, answer["wait"], self.now)
        elif "expand" in answer:
            self.scheduler.ended_otherwise("expanded", node, scope, answer["expand"], self.now)
        else:
            self.scheduler.completed(node, scope, command.attempt, answer.get("payload"), self.now)
        self.absorb()

    def undo(self, answer: Answer = OK) -> None:
        """Answer the compensation that runs."""
        command = self.undoing.popleft()
        self.now += 1.0
        node, scope = command.node, command.scope
        if "error" in answer:
            policy = self.plan.undo_retry[node]
            self.scheduler.compensation_failed(node, scope, answer["error"], policy, 0.5, self.now)
        else:
            self.scheduler.compensated(node, scope, answer.get("payload"), self.now)
        self.absorb()

    def play(self, answers: Mapping[str, Answer] | Answers | None = None, most: int = 10_000) -> Dialogue:
        """Answer attempts, oldest first, until none is left; timers fire when nothing else happens."""
        held: deque[Command] = deque()
        for _ in range(most):
            if self.started:
                command = self.started[0]
                answer = self._answer_for(answers, command)
                if answer is NEVER:
                    held.append(self.started.popleft())
                else:
                    self.answer(answer, command)
            elif self.undoing:
                answer = self._answer_for(answers, self.undoing[0], "~")
                if answer is NEVER:
                    break
                self.undo(answer)
            elif self.timers and self.state.status in LIVELY + (("suspended",) if self.sleeps else ()):
                self.fire()
            else:
                break
        self.started.extend(held)
        return self

    def _answer_for(self, answers: Mapping[str, Answer] | Answers | None, command: Command, mark: str = "") -> Answer:
        name = mark + self.plan.ids[command.node]
        if answers is None:
            return OK
        if callable(answers):
            return answers(name, command.scope, command.attempt)
        return answers.get(name, OK)

    def fire(self) -> None:
        """Let the earliest timer come due."""
        self.timers.sort(key=lambda command: command.value)
        command = self.timers.pop(0)
        self.now = max(self.now, command.value)
        self.scheduler.due(command.node, command.scope, self.now)
        self.absorb()

    def tell(self, stimulus: Callable[..., Any], *arguments: Any) -> None:
        """Give any stimulus of the scheduler, now."""
        self.now += 1.0
        stimulus(*arguments, self.now)
        self.absorb()

    def statuses(self) -> dict[str, str]:
        """Status words by node id."""
        return {name: str(self.state.status_of(name)) for name in self.state.index}

    def story(self) -> list[str]:
        """Events as short words: ``node_started a``, ``run_completed``."""
        names = self.plan.ids
        return [
            EventKind(event.kind).public
            + (f" {names[event.node]}" if event.node >= 0 else "")
            + ("".join(f"[{index}]" for index in event.scope))
            for event in self.events
        ]

    def crash(self, after: int) -> Dialogue:
        """The run as another process finds it, with only the first ``after`` events in its journal."""
        state = RunState("r", "t", self.plan.ids, {}, 0.0, dict(self.plan.parents), self.plan.compensates)
        for event in self.events[:after]:
            state.apply(event)
        other = Dialogue(self.plan.workflow, self.scheduler.core.limit, state)
        other.events = self.events[:after]
        other.now = self.now
        other.holds, other.sleeps, other.stops = self.holds, self.sleeps, self.stops
        return other

    def migrate(self, definition: Workflow, **options: Any) -> Dialogue:
        """The same run, standing still, with another definition (C7.5); ``go_on`` continues it."""
        core = self.scheduler.core
        lose_attempts(core, "crash")
        migration = plan_migration(self.state, self.plan.workflow, definition, **options)
        assert migration.possible, migration.refused
        text: dict[str, Any] = {"definition": dumps(definition), "definition_hash": logic_hash(definition)}
        plan = compile_plan(definition, NoCatalog(), migration.payload["nodes"])  # type: ignore[arg-type]
        text["compensates"] = plan.compensates
        core.emit(EventKind.RUN_MIGRATED, payload={**migration.payload, **text})
        self.absorb()
        other = Dialogue(definition, core.limit, self.state)
        other.events, other.now = self.events, self.now
        other.holds, other.sleeps = self.holds, self.sleeps
        return other

    def go_on(self) -> Dialogue:
        """Continue after a crash or a pause elsewhere."""
        self.tell(self.scheduler.go_on, "crash", None)
        return self
