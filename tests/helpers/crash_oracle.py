"""Runs a workflow in processes that crash, and judges what is left: effects and printed lines against the journal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from floworch.errors import FlowError
from floworch.run.public import public_event
from floworch.store.journal.store import FlatBuffersStore

CHILD = Path(__file__).with_name("crash_child.py")
PATIENCE = 90
RUN = "r"
Event = dict[str, Any]


def effect(name: str) -> str:
    """A shell command that leaves one line outside the store."""
    return f"printf '%s\\n' '{name}' >> \"$EFFECTS\""


def shell(name: str, *, before: str = "", **fields: Any) -> dict[str, Any]:
    """A node whose effect can be counted."""
    command = f"{before}{effect(name)}"
    return {"action": "shell.run", "params": {"command": command}, "effect": "idempotent", **fields}


#: A small workflow with a step of every kind that asks something different of the journal: a worker process, a shell, a
#: failure that is tried again, a step whose crash leaves a doubt, items, a timer, a choice, a branch not taken.
SMALL: dict[str, Any] = {
    "id": "small",
    "nodes": {
        "first": shell("first"),
        "again": shell(
            "again",
            before='[ -e "$EFFECTS.tried" ] || { touch "$EFFECTS.tried"; exit 1; }; ',
            retry={"max_attempts": 9, "delay": "10ms", "jitter": 0},
        ),
        "unsafe": {**shell("unsafe"), "effect": "unsafe"},
        "wait": {"action": "flow.wait", "params": {"for": "20ms"}},
        "loop": {"action": "flow.foreach", "params": {"items": [1, 2], "concurrency": 2}},
        "item": {**shell("item-{{ item }}"), "parent": "loop"},
        "code": {
            "action": "python.code",
            "params": {"code": "sum(values)", "inputs": {"values": [1, 2, 3]}},
            "effect": "pure",
        },
        "which": {"action": "flow.if", "params": {"condition": "{{ nodes.code.output == 6 }}"}},
        "yes": shell("yes"),
        "no": shell("no"),
    },
    "edges": [
        {"from": "first", "to": "again"},
        {"from": "first", "to": "unsafe"},
        {"from": "first", "to": "wait"},
        {"from": "wait", "to": "loop"},
        {"from": "unsafe", "to": "code"},
        {"from": "code", "to": "which"},
        {"from": "which", "to": "yes", "port": "true"},
        {"from": "which", "to": "no", "port": "false"},
    ],
    "outputs": {"sum": "{{ nodes.code.output }}"},
}


def undo(name: str) -> dict[str, Any]:
    """A compensation whose effect can be counted; its action is unsafe, and runs again after a crash all the same."""
    return {"action": "shell.run", "params": {"command": effect(f"undo-{name}")}}


#: A workflow that fails at its end and undoes what it did, items one by one (C9).
SAGA: dict[str, Any] = {
    "id": "saga",
    "nodes": {
        "book": shell("book", compensate=undo("book")),
        "seats": {"action": "flow.foreach", "params": {"items": [1, 2], "concurrency": 2}},
        "seat": shell("seat-{{ item }}", parent="seats", compensate=undo("seat-{{ item }}")),
        "plain": shell("plain"),
        "pay": {"action": "flow.fail", "params": {"message": "on purpose"}},
    },
    "edges": [
        {"from": "book", "to": "seats"},
        {"from": "seats", "to": "plain"},
        {"from": "plain", "to": "pay"},
    ],
}


def lines_of(stdout: bytes) -> list[Event]:
    """The events that a process printed whole."""
    printed = stdout.decode().splitlines(keepends=True)
    return [json.loads(line) for line in printed if line.startswith("{") and line.endswith("}\n")]


@dataclass
class Seen:
    """What one process showed of itself.

    Attributes:
        code: Its exit code; negative for a signal.
        lines: The events that it printed: what it acknowledged.
        stderr: What it said.
    """

    code: int
    lines: list[Event]
    stderr: str


@dataclass
class Story:
    """One run through crashes, which ``ends`` so at last.

    ``acknowledged`` are all events that any of its processes printed, by number.
    """

    folder: Path
    definition: dict[str, Any] = field(default_factory=lambda: SMALL)
    durability: str = "power"
    crashes: int = 0
    acknowledged: dict[int, Event] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    ends: str = "completed"

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / "w.flow.json"
        self.file.write_text(json.dumps(self.definition))
        (self.folder / "saga.flow.json").write_text(json.dumps(SAGA))

    @property
    def store(self) -> FlatBuffersStore:
        return FlatBuffersStore(self.folder / "store")

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "FLOWORCH_STORE": str(self.folder / "store"),
            "EFFECTS": str(self.folder / "effects"),
            "NO_COLOR": "1",
        }

    def process(self, *arguments: str, plan: dict[str, Any] | None = None) -> Seen:
        """Run one process of the command line, with a fault, to its end."""
        environment = {**self.environment, "CRASH_PLAN": json.dumps(plan or {})}
        argv = [sys.executable, str(CHILD), *arguments]
        done = subprocess.run(argv, env=environment, capture_output=True, timeout=PATIENCE, check=False)
        return self.take(Seen(done.returncode, lines_of(done.stdout), done.stderr.decode("utf-8", "replace")))

    def take(self, seen: Seen) -> Seen:
        """Note what a process acknowledged and how it ended."""
        assert "Traceback" not in seen.stderr, seen.stderr
        self.said.append(f"exit {seen.code}: {seen.stderr.strip()}")
        self.crashes += seen.code != 0
        for event in seen.lines:
            assert self.acknowledged.setdefault(event["seq"], event) == event, "one number was given to two events"
        return seen

    def start(self, plan: dict[str, Any] | None = None) -> Seen:
        """Start the run."""
        options = ["--run-id", RUN, "--events", "jsonl", "--durability", self.durability]
        return self.process("run", str(self.file), *options, plan=plan)

    def resume(self, plan: dict[str, Any] | None = None) -> Seen:
        """Go on with the run."""
        return self.process("resume", RUN, "--events", "jsonl", "--in-doubt", "rerun", plan=plan)

    def finish(self) -> None:
        """Go on in fresh processes until the run has ended; starts it when nothing of it was kept."""
        for _ in range(5):
            self.check_promises()
            if not self.exists():
                assert not self.acknowledged, "what was acknowledged is gone"
                assert not self.effects(), "something took effect before the run was kept"
                self.start()
            elif self.status() == self.ends:
                return
            else:
                self.resume()
        raise AssertionError("the run does not end:\n" + "\n".join(self.said))

    def exists(self) -> bool:
        try:
            self.store.header(RUN)
        except FlowError:
            return False
        return True

    def status(self) -> str:
        return str(self.store.load(RUN).status)

    def events(self) -> list[Event]:
        """The journal as scripts see it, as JSON would carry it."""
        from floworch.model import values

        store = self.store
        ids = store.header(RUN).node_ids
        return [json.loads(values.encode(public_event(event, RUN, ids))) for event in store.events(RUN)]

    def effects(self) -> Counter[str]:
        """How often each step took effect."""
        path = self.folder / "effects"
        return Counter(path.read_text().split()) if path.exists() else Counter()

    def outcome(self) -> dict[str, Any]:
        """The final state as far as an undisturbed run has the same."""
        state = self.store.load(RUN)
        return {
            "status": str(state.status),
            "nodes": {name: str(state.status_of(name)) for name in state.node_ids},
            "outputs": state.outputs,
            "undone": {word: sorted(names) for word, names in state.to_json()["compensation"].items()},
        }

    def check_promises(self) -> None:
        """What was acknowledged is a prefix of what is kept, and nothing that was completed ran again."""
        if not self.exists():
            return
        events = self.events()
        assert [event["seq"] for event in events] == list(range(len(events)))
        for seq, event in self.acknowledged.items():
            assert seq < len(events), f"event {seq} was printed and is gone: {event}"
            assert events[seq] == event, f"event {seq} was printed and is another now"
        complete: set[tuple[str, str]] = set()
        for event in events:
            step = (str(event["node"]), str(event["item"]))
            if event["kind"] == "node_started":
                assert step not in complete, f"{step} ran again although it had completed"
            elif event["kind"] == "node_completed":
                assert step not in complete, f"{step} completed twice"
                complete.add(step)

    def check_effects(self, undisturbed: Counter[str]) -> None:
        """Every step took effect, at most once more per crash; nothing else did."""
        found = self.effects()
        assert found.keys() == undisturbed.keys()
        for name, count in found.items():
            most = undisturbed[name] + self.crashes
            assert count <= most, f"{name} took effect {count} times in {self.crashes} crashes"

    def copy(self, folder: Path) -> Story:
        """The same story elsewhere, to go on differently."""
        shutil.copytree(self.folder, folder)
        acknowledged = dict(self.acknowledged)
        return Story(folder, self.definition, self.durability, self.crashes, acknowledged, list(self.said), self.ends)


def full_definition() -> dict[str, Any]:
    """SMALL, and a step for every other feature: waits for people and signals, rounds, a caught failure, a thread."""
    nodes = {
        **SMALL["nodes"],
        "each": {"action": "flow.foreach", "params": {"items": [1, 2, 3, 4, 5, 6], "concurrency": 2}},
        "left": {**shell("left-{{ item }}"), "parent": "each"},
        "right": {**shell("right-{{ item }}"), "parent": "each"},
        "rounds": {"action": "flow.repeat", "params": {"max": 3, "delay": "20ms"}},
        "round": {**shell("round-{{ index }}"), "parent": "rounds"},
        "attempt": {"action": "flow.try", "params": {"retry_block": 1, "delay": "10ms"}},
        "hopeless": {**shell("hopeless"), "parent": "attempt", "retry": {"max_attempts": 1}},
        "rescue": shell("rescue"),
        "paid": {"action": "flow.signal", "params": {"name": "paid"}},
        "ok": {"action": "human.approve", "params": {"message": "Go on?"}},
        "note": {
            "action": "file.write",
            "params": {"path": "{{ inputs.folder }}/note.txt", "content": "{{ nodes.paid.output }}"},
        },
        "trip": {"action": "flow.call", "params": {"workflow": "saga.flow.json"}, "on_error": "continue"},
        "last": shell("last", join="any"),
    }
    nodes["hopeless"]["params"] = {"command": effect("hopeless") + "; exit 3"}
    edges = [
        *SMALL["edges"],
        {"from": "yes", "to": "each"},
        {"from": "left", "to": "right"},
        {"from": "loop", "to": "rounds"},
        {"from": "rounds", "to": "attempt"},
        {"from": "attempt", "to": "rescue", "port": "error"},
        {"from": "rescue", "to": "paid"},
        {"from": "each", "to": "ok"},
        {"from": "rounds", "to": "trip"},
        {"from": "paid", "to": "note"},
        {"from": "note", "to": "last"},
        {"from": "ok", "to": "last", "port": "approved"},
    ]
    return {
        "id": "full",
        "inputs": {"folder": {"type": "string"}},
        "nodes": nodes,
        "edges": edges,
        "outputs": {**SMALL["outputs"], "paid": "{{ nodes.paid.output }}"},
        "settings": {"fail_fast": False},
    }
