"""A run and the child runs of its calls, each with a scheduler and a journal of its own, played in a random order."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from run_dialogue import OK, Dialogue, fails, output, waits

from floworch.model.workflow import Workflow
from floworch.run.commands import Op

ERROR = {"kind": "processing_error", "message": "the child failed"}


class House:
    """One run of a case (``run_reference.whole_run``) and below it those of its children.

    Args:
        case: What runs. chance: decides what happens next.
        most_crashes: So many crashes may happen to this run, each forgetting some end of its journal, but nothing that
            was durable before a command was obeyed.
    """

    def __init__(self, case: Mapping[str, Any], chance: random.Random, most_crashes: int = 0) -> None:
        self.case, self.chance = case, chance
        self.crashes_left = most_crashes
        self.children: dict[str, House] = {}
        self.begun: list[str] = []
        self.durable = 2
        self.run = Dialogue(Workflow.model_validate(case["definition"])).start()

    def play(self, most: int = 10_000) -> House:
        """Let things happen until this run has ended."""
        for _ in range(most):
            if self.crashes_left and self.chance.random() < 0.2:
                self.crash()
            moves = self.moves()
            if not moves:
                assert self.run.state.status.final, f"stuck: {self.run.state.status}, {self.run.statuses()}"
                return self
            self.durable = len(self.run.events)
            self.chance.choice(moves)()
        raise AssertionError("the run does not end")

    def moves(self) -> list[Callable[[], None]]:
        found: list[Callable[[], None]] = [lambda c=command: self.answer(c) for command in self.run.started]
        asked = [command for command in self.run.other if command.op == Op.CHILD]
        found += [lambda c=command: self.child(c) for command in asked]
        return [*found, self.undo] if self.run.undoing else found

    def crash(self) -> None:
        """This run's process dies; its children keep what their journals hold."""
        self.crashes_left -= 1
        self.run = self.run.crash(self.chance.randint(self.durable, len(self.run.events)))
        if not self.run.state.status.final:
            self.run.go_on()

    def answer(self, command: Any) -> None:
        name = self.run.plan.ids[command.node]
        if name in self.case["children"]:
            return self.run.answer(waits("call", name), command)
        outcome = self.case["outcomes"][name]
        if outcome == "fail":
            return self.run.answer(fails(), command)
        return self.run.answer(OK if outcome == "out" else output(1, port=outcome), command)

    def child(self, command: Any) -> None:
        """A child runs from its beginning to its end, unless it has done so already; the call hears of it."""
        self.run.other.remove(command)
        name = self.run.plan.ids[command.node]
        assert command.value[0] == "go", command
        if name not in self.children:
            self.begun.append(name)
            self.children[name] = House(self.case["children"][name], self.chance, self.crashes_left).play()
        state = self.children[name].run.state
        detail = {"outputs": {}, "undo": bool(state.saga and state.saga.order)}
        how = str(state.status)
        self.run.tell(
            self.run.scheduler.child, command.node, (), how, detail if how == "completed" else {"error": ERROR}, 0.5
        )

    def undo(self) -> None:
        """The compensation that runs ends: a call's is the rollback of its child."""
        node = self.run.undoing[0].node
        name = self.run.plan.ids[node]
        well = self.case["undo"].get(name) != "fail"
        if node in self.run.plan.undo_calls:
            well = self.children[name].roll_back()
        self.run.undo(OK if well else fails())

    def roll_back(self) -> bool:
        """Undo this completed run; one that has been undone already, is. Returns whether all of it could be undone."""
        while self.run.state.status == "completed":  # a crash may forget that it was asked
            self.run = self.run.crash(len(self.run.events))  # another process opens it
            self.durable = len(self.run.events)
            self.run.tell(self.run.scheduler.roll_back, "its caller is undone")
            self.play()
        return not self.lists()["failed"]

    def lists(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = self.run.state.to_json()["compensation"]
        return found

    def story(self) -> dict[str, Any]:
        """The orders of completion, as ``whole_run`` takes them."""
        ids = self.run.plan.ids
        order = [ids[event.node] for event in self.run.events if event.word == "node_completed"]
        return {"order": order, "children": {name: child.story() for name, child in self.children.items()}}

    def ended(self) -> dict[str, Any]:
        """How it ended, as ``whole_run`` says it."""
        children = {name: child.ended() for name, child in self.children.items()}
        return {
            "status": str(self.run.state.status),
            "nodes": self.run.statuses(),
            **self.lists(),
            "children": children,
        }
