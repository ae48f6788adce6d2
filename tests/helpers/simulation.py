"""A run in a world of chance: virtual time, a journal that crashes forget the end of, and everything in any order.

The scheduler under test is the product's; the shell around it follows the one rule of the real one:
append a batch, and obey its commands only once it is durable. One seed decides the definition, how each node answers
and what happens when; the same seed tells the same story.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable, Iterable
from typing import Any

from random_definition import declare, random_definition
from run_dialogue import NoCatalog
from simulated_checks import UNDONE, check_breakpoint, check_ending, check_signals, check_undone, check_ways
from simulated_children import Broken, Children
from simulated_edits import can_go_on, check_part, go_over, mend, runs_again

from floworch.errors import UsageError
from floworch.executor.stepping import step_key
from floworch.model.workflow import Workflow
from floworch.run.commands import Command, Op
from floworch.run.events import Event, EventKind
from floworch.run.part import Part
from floworch.run.plan import compile_plan
from floworch.run.scheduler import Scheduler
from floworch.run.state import RunState, Scope
from floworch.run.status import RunStatus

Key = tuple[int, Scope]
STEPS = 20_000
K = EventKind
#: Events after which something may run again that had completed.
AGAIN = (K.RUN_MIGRATED, K.RUN_RETRIED)
#: Kinds of waits that somebody answers.
ASKS = ("signal", "approval", "form")


class Simulation:
    """One run of one seed.

    Args:
        seed: Decides everything.
        chaos: Crashes, pauses and lost writes happen. Without it, the same definition runs undisturbed.
        cancels: The run may be cancelled by somebody.
        migrates: Whoever takes it over once edits its definition (C7.5).
        part: Plans the part of its definition that is run (C7.6).
        changed: Nodes with other parameters than in the run before it.
    """

    def __init__(
        self,
        seed: int,
        chaos: bool = True,
        cancels: bool = False,
        migrates: bool = False,
        part: Callable[[Workflow], Part] | None = None,
        changed: Iterable[str] = (),
    ) -> None:
        self.definition, self.answers = random_definition(random.Random(seed))
        self.undo_answers = declare(self.definition, random.Random(f"{seed} undo"))
        for name in changed:
            self.definition["nodes"][name]["params"] = {"changed": True}
        self.chance = random.Random(f"{seed} schedule {chaos}{' part' if part else ''}")
        self.plan = compile_plan(Workflow.model_validate(self.definition), NoCatalog())  # type: ignore[arg-type]
        self.part = part(self.plan.workflow) if part is not None else None
        self.versions = [(self.definition, self.plan)]
        self.edits_left, self.retries_left = int(migrates), int(chaos and self.chance.random() < 0.5)
        self.refused, self.retried, self.mended = 0, 0, False
        self.parts: list[Simulation] = []
        self.limit = self.chance.randint(1, 4)
        self.chaos, self.cancels = chaos, cancels
        self.now = 1000.0
        self.journal: list[Event] = []
        self.durable = 0
        self.acknowledged: list[Event] = []
        self.effects = Counter[Key]()
        self.undo_effects = Counter[Key]()
        self.confirmed: set[Key] = set()
        self.undone: set[Key] = set()
        self.disturbances = 0
        self.trouble_left = self.chance.randint(1, 12) if chaos else 0
        self.was_cancelled = False
        self.decided = False
        self.children = Children(self)
        self.trace: list[str] = []
        self._own(self.fresh())

    def fresh(self) -> RunState:
        """The state of a run of which nothing is known but its header."""
        plan = self.versions[0][1]
        return RunState("r", "t", plan.ids, {}, 0.0, dict(plan.parents), plan.compensates)

    def begin(self) -> None:
        """The first process begins the run, or another one begins it again."""
        if self.part is None:
            self.tell(self.scheduler.start)
        else:
            self.tell(self.scheduler.start_part, self.part.replays, False)

    def _own(self, state: RunState) -> None:
        """A new process has the run: everything in memory is fresh."""
        self.state = state
        self.scheduler = Scheduler(self.plan, state, self.limit)
        if not self.chaos:
            self.scheduler.core.watch = None  # without breakpoints
        self.held: deque[tuple[int, list[Command]]] = deque()
        self.running: dict[Key, int] = {}
        self.undoing: tuple[Key, int] | None = None
        self.stops: dict[Key, str] = {}
        self.timers: list[tuple[float, int, Scope]] = []
        self.stopped = False
        self.children.let_go()

    # the shell: append, wait, obey

    def tell(self, stimulus: Any, *arguments: Any) -> None:
        """Give a stimulus now and append what follows."""
        stimulus(*arguments, self.now)
        self.absorb()

    def absorb(self) -> None:
        events, commands = self.scheduler.take()
        for event in events:
            if event.seq != len(self.journal):
                raise Broken(f"event {event.seq} at place {len(self.journal)}")
            self.journal.append(event)
            if event.kind in (K.RUN_PAUSED, K.RUN_SUSPENDED):
                self.children.check_still(paused=event.kind == K.RUN_PAUSED)
        if commands:
            self.held.append((len(self.journal), commands))
        if self.scheduler.busy > self.limit:
            raise Broken(f"{self.scheduler.busy} attempts in {self.limit} slots")

    def sync(self, upto: int) -> None:
        """Everything before ``upto`` is durable: confirm it and obey what waited for it."""
        for event in self.journal[self.durable : upto]:
            self.acknowledged.append(event)
            if event.kind == K.NODE_COMPLETED:
                self.confirmed.add((event.node, event.scope))
            elif event.kind in UNDONE:
                self.undone.add((event.node, event.scope))
        self.durable = max(self.durable, upto)
        while self.held and self.held[0][0] <= self.durable:
            for command in self.held.popleft()[1]:
                self.obey(command)

    def obey(self, command: Command) -> None:
        key = (command.node, command.scope)
        if command.op == Op.START:
            if key in self.confirmed:
                raise Broken(f"{self.word(key)} runs again although its completion was confirmed")
            if key in self.running:
                raise Broken(f"{self.word(key)} runs twice at the same time")
            self.running[key] = command.attempt
            self.effects[key] += 1
            if len(self.running) > self.limit:
                raise Broken(f"{len(self.running)} attempts run in {self.limit} slots")
        elif command.op == Op.TIMER:
            self.timers.append((command.value, *key))
        elif command.op == Op.COMPENSATE:
            self.undo(key, command.attempt)
        elif command.op in (Op.INTERRUPT, Op.CANCEL):
            self.ask_to_stop(key, command.op)
        elif command.op in (Op.FINISH, Op.BREAK, Op.CHILD):
            self.ask(command)
        elif command.op == Op.STOPPED:
            self.stopped = True

    def ask(self, command: Command) -> None:
        """What the shell asks others: the outputs of the run, the condition of a breakpoint, a child run."""
        if command.op == Op.FINISH:
            self.tell(self.scheduler.finish, {}, None)
        elif command.op == Op.CHILD:
            self.children.obey((command.node, command.scope), *command.value)
        else:
            holds = (command.node + sum(command.scope)) % 2 == 0
            self.tell(self.scheduler.breakpoint, command.node, command.scope, holds, None)

    # what may happen

    def answer(self, key: Key) -> None:
        """An attempt ends in its way."""
        node, scope = key
        attempt = self.running.pop(key)
        how = self.stops.pop(key, None)
        if how is not None and self.chance.random() < 0.8:
            self.tell(self.scheduler.ended_otherwise, how, node, scope, "asked")
            return
        answer = self.answers[self.plan.ids[node]]
        _, lost = self.state.attempt_of(node, scope)
        fails = answer["how"] == "fail" or (answer["how"] == "flaky" and attempt - lost <= answer["failures"])
        if fails:
            error = {"kind": "processing_error", "message": "so"}
            self.tell(self.scheduler.failed, node, scope, error, self.plan.retry[node], self.chance.random())
        elif answer["how"] in ("timer", "signal", "approval", "form"):
            self.tell(self.scheduler.ended_otherwise, "waiting", node, scope, self.wait(answer["how"], node))
        elif answer["how"] == "call":
            wait = self.children.plan(key, answer["child"])
            self.tell(self.scheduler.ended_otherwise, "waiting", node, scope, wait)
        elif answer["how"] == "expand":
            detail = (answer["items"], answer["concurrency"], answer["mode"])
            self.tell(self.scheduler.ended_otherwise, "expanded", node, scope, detail)
        else:
            port = {"port": "true"} if answer["how"] == "port" else {}
            payload = {"output": [self.plan.ids[node], *scope], **port}
            self.tell(self.scheduler.completed, node, scope, attempt, payload)

    def ask_to_stop(self, key: Key, op: int) -> None:
        """What runs is asked to stop; a cancel weighs more than a pause."""
        undone = self.undoing is not None and self.undoing[0] == key
        if op == Op.CANCEL and key in self.running:
            self.stops[key] = "cancelled"
        elif op == Op.INTERRUPT and (undone or key in self.running):
            self.stops.setdefault(key, "interrupted")

    def undo(self, key: Key, attempt: int) -> None:
        """A compensation begins: alone, of something that completed and is not undone."""
        if self.running or self.undoing is not None:
            raise Broken(f"{self.word(key)} is undone while something else runs")
        if key in self.undone or key not in self.confirmed:
            raise Broken(
                f"{self.word(key)} is undone although it {'is already' if key in self.undone else 'is not done'}"
            )
        self.undoing = (key, attempt)
        self.undo_effects[key] += 1

    def answer_undo(self) -> None:
        """The compensation that runs ends in its way."""
        assert self.undoing is not None
        key, attempt = self.undoing
        self.undoing = None
        if self.stops.pop(key, None) is not None and self.chance.random() < 0.8:
            self.tell(self.scheduler.compensation_interrupted, *key, "asked")
            return
        answer = self.undo_answers[self.plan.ids[key[0]]]
        assert self.state.saga is not None
        assert self.state.saga.current is not None
        counted = attempt - self.state.saga.current.lost
        if answer["how"] == "fail" or (answer["how"] == "flaky" and counted <= answer["failures"]):
            error = {"kind": "processing_error", "message": "so"}
            policy = self.plan.undo_retry[key[0]]
            self.tell(self.scheduler.compensation_failed, *key, error, policy, self.chance.random())
        else:
            self.tell(self.scheduler.compensated, *key, None)

    def wait(self, how: str, node: int) -> dict[str, Any]:
        if how == "timer":
            due = self.now + self.chance.choice([0.5, 5.0])
            return {"kind": "timer", "name": "", "due": due, "on_timeout": "complete", "details": {}}
        return {"kind": how, "name": self.plan.ids[node], "due": None, "on_timeout": "fail", "details": {}}

    def fire(self) -> None:
        """The earliest timer comes due; time goes on to it."""
        self.timers.sort()
        at, node, scope = self.timers.pop(0)
        self.now = max(self.now, at)
        self.tell(self.scheduler.due, node, scope)

    def help(self) -> None:
        """Somebody answers what is waited for."""
        waits = [(key, wait) for key, wait in self.state.waits.items() if wait["kind"] in ASKS]
        key, wait = self.chance.choice(waits)
        if wait["kind"] == "signal":
            self.tell(self.scheduler.signal, wait["name"], "sent")
        elif wait["kind"] == "form":
            self.tell(self.scheduler.submit, *key, {"filled": "in"})
        else:
            self.tell(self.scheduler.answer, *key, True, "somebody", "")

    def crash(self) -> None:
        """The process dies; of what was not durable, any prefix is left."""
        self.disturbances += 1
        kept = self.chance.randint(self.durable, len(self.journal))
        self.recover(kept)

    def recover(self, kept: int) -> None:
        del self.journal[kept:]
        self.durable = kept
        if self.journal[: len(self.acknowledged)] != self.acknowledged[:kept]:
            raise Broken("what was acknowledged is not a prefix of what is kept")
        self.acknowledged = list(self.journal)  # whoever looks now sees all of it
        self.definition, self.plan = self.versions[sum(e.kind == K.RUN_MIGRATED for e in self.journal)]
        self.confirmed = set(self.completions())
        self.undone = {(e.node, e.scope) for e in self.journal if e.kind in UNDONE}
        self._own(self.folded())
        state = self.state
        if self.edits_left and go_over(self):
            return
        if not self.journal or (self.part is not None and state.status is RunStatus.CREATED):
            self.begin()
        elif state.status is RunStatus.PAUSED and self.chaos and self.chance.random() < 0.3:
            self.step()
        elif not state.status.final:
            self.tell(self.scheduler.go_on, "crash", self.decision())
        elif self.journal[-1].kind == K.RUN_MIGRATED:
            self.tell(self.scheduler.retry)
            self.confirmed = set(self.completions())
        else:
            self.stopped = True

    def folded(self) -> RunState:
        """The fold of what the journal holds now."""
        state = self.fresh()
        for event in self.journal:
            state.apply(event)
        return state

    def completions(self, counts: Callable[[Event], bool] = lambda event: True) -> list[Key]:
        """What completed and still counts, in order: what an edited definition lets run again does not."""
        found: dict[Key, None] = {}
        for event in self.journal:
            if event.kind in AGAIN:
                found = {key: None for key in found if not runs_again(event, key)}
            elif event.kind == K.NODE_COMPLETED and counts(event):
                found.pop((event.node, event.scope), None)
                found[event.node, event.scope] = None
        return list(found)

    def step(self) -> None:
        """Somebody steps: the node that the product chooses runs, or nothing is ready and the run goes on (C7.7)."""
        try:
            key = step_key(self.plan, self.folded(), None, None, self.now)
        except UsageError:
            self.tell(self.scheduler.go_on, "crash", "rerun")
            return
        self.trace.append(f"{len(self.journal)}: step")
        self.tell(self.scheduler.step, "resumed", key)

    def decision(self) -> str | None:
        """What whoever resumes says of nodes in doubt; nothing now and then, which pauses the run again (C7.8)."""
        chance = self.chance.random() if self.chaos else 1.0
        if chance < 0.2:
            return None
        if chance < 0.25:
            self.decided = True
            return self.chance.choice(["done", "fail"])
        return "rerun"

    def moves(self) -> list[Any]:
        """What can happen now, as often as it is likely."""
        found: list[Any] = []
        if self.held or self.durable < len(self.journal):
            found += [lambda: self.sync(self.chance.randint(self.durable, len(self.journal)))] * 2
            found += [lambda: self.sync(len(self.journal))] * 3
        found += [lambda key=key: self.answer(key) for key in list(self.running)] * 2
        if self.undoing is not None:
            found += [self.answer_undo] * 2
        found += self.children.moves()
        if self.timers:
            found.append(self.fire)
        live = self.state.status in (RunStatus.RUNNING, RunStatus.SUSPENDED)
        if live and any(wait["kind"] in ASKS for wait in self.state.waits.values()):
            found.append(self.help)
        if self.trouble_left > 0 and self.chance.random() < 0.2:
            found += [self.trouble]
        return found

    def trouble(self) -> None:
        """One disturbance."""
        self.trouble_left -= 1
        mode = self.scheduler.core.mode
        kinds = ["crash", "crash"]
        if mode in ("running", "rolling_back") and not self.stopped:
            kinds += ["pause", "pause now"]
            if mode == "running" and self.cancels and not self.was_cancelled:
                kinds.append("cancel")
        if mode == "pausing" and self.state.status is RunStatus.PAUSING:
            kinds += ["resume"] * 2
        if mode == "running" and not self.stopped:
            kinds.append("early signal")
        kind = self.chance.choice(kinds)
        self.trace.append(f"{len(self.journal)}: {kind}")
        if kind == "crash":
            self.crash()
        elif kind == "cancel":
            self.was_cancelled = True
            self.tell(self.scheduler.cancel, "somebody")
        elif kind == "resume":
            self.tell(self.scheduler.resume)
        elif kind == "early signal":
            self.tell(self.scheduler.signal, self.chance.choice(self.plan.ids), "sent")
        else:
            self.disturbances += 1
            self.tell(self.scheduler.pause, kind == "pause now", None)

    # the whole

    def word(self, key: Key) -> str:
        return self.plan.ids[key[0]] + "".join(f"[{i}]" for i in key[1])

    def play(self) -> Simulation:
        """Let things happen until the run has ended; raises Broken when an invariant does not hold."""
        self.begin()
        for _ in range(STEPS):
            moves = self.moves()
            if moves:
                self.chance.choice(moves)()
            elif self.edits_left and self.state.status.final and self.stopped and can_go_on(self):
                self.recover(len(self.journal))
                self.edits_left = 0
            elif self.retries_left and self.stopped and can_go_on(self):
                mend(self)
            elif self.state.status.final and self.stopped:
                self.check_end()
                return self
            elif self.state.status is RunStatus.PAUSED:
                self.recover(len(self.journal))
            else:
                raise Broken(f"stuck: {self.state.status}, {self.statuses()}")
            self.check()
        raise Broken("the run does not end")

    def statuses(self) -> dict[str, str]:
        return {name: str(self.state.status_of(name)) for name in self.plan.ids}

    def check(self) -> None:
        """Holds at every step."""
        if self.journal[: len(self.acknowledged)] != self.acknowledged:
            raise Broken("a confirmed event is another one now")
        if self.state.seq != len(self.journal):
            raise Broken("the state is not the fold of the journal")

    def check_end(self) -> None:
        """Holds when the run has ended."""
        state = self.fresh()
        complete: set[Key] = set()
        for event in self.journal:
            state.apply(event)
            key = (event.node, event.scope)
            if event.kind in AGAIN:
                complete = {each for each in complete if not runs_again(event, each)}
            if event.kind == K.NODE_STARTED and key in complete:
                raise Broken(f"{self.word(key)} started again although it had completed")
            check_breakpoint(self, event, state)
            if event.kind == K.NODE_COMPLETED:
                if key in complete:
                    raise Broken(f"{self.word(key)} completed twice")
                complete.add(key)
        if state.pack() != self.state.pack():
            raise Broken("the live state is not the fold of the journal")
        check_signals(self)
        check_undone(self)
        check_ending(self)
        check_ways(self)
        self.children.check_end()
        if self.part is not None:
            check_part(self, self.part)

    def is_undone(self, completion: Event) -> bool:
        """Whether a rollback undoes it: it declares how, or it is a call whose child has a saga."""
        if completion.node in self.plan.undo_calls:
            return bool(completion.payload and completion.payload.get("undo"))
        return self.plan.ids[completion.node] in self.undo_answers

    @property
    def poisoned(self) -> bool:
        """Whether a compensation crashed so often that it counts as failed (C7.8)."""
        return any(
            e.kind == K.NODE_COMPENSATION_FAILED and "died" in e.payload["error"]["message"] for e in self.journal
        )

    def outcome(self) -> dict[str, Any]:
        """What must be the same however the run was disturbed."""
        return {
            "status": str(self.state.status),
            "undone": {kind: sorted(names) for kind, names in self.state.to_json()["compensation"].items()},
            "nodes": {n: w for n, w in self.statuses().items() if "parent" not in self.definition["nodes"][n]},
            "outputs": {
                n: timeless(self.state.output[self.plan.index[n]])
                for n, node in self.definition["nodes"].items()
                if "parent" not in node and self.answers[n]["how"] in ("ok", "port", "flaky", "expand", "call", "form")
            },
        }


def timeless(output: Any) -> Any:
    """An output without the moments in it."""
    if isinstance(output, list):
        return [timeless(each) for each in output]
    if isinstance(output, dict):
        return "a moment" if "due" in output else {name: timeless(each) for name, each in output.items()}
    return output
