"""Runs a workflow in processes that crash, and judges what is left: effects and printed lines against the journal."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crash_flows import INNER, OUTER, SAGA, SMALL
from zygote import zygote

from floworch.errors import FlowError
from floworch.run.public import public_event
from floworch.run.state import RunState
from floworch.store.journal.store import FlatBuffersStore

RUN = "r"
#: A secret that steps use and nothing may keep (C6.5).
SECRET = "n0b0dy-w1ll-r3ad-th1s"
Event = dict[str, Any]


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
        for each in (SAGA, OUTER, INNER):
            (self.folder / f"{each['id']}.flow.json").write_text(json.dumps(each))

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
            "FLOWORCH_SECRET_PASS": SECRET,
        }

    def process(self, *arguments: str, plan: dict[str, Any] | None = None, kill_after: float | None = None) -> Seen:
        """Run one process of the command line, with a fault or killed after some seconds, to its end."""
        done = zygote().run(arguments, self.environment, plan, kill_after)
        return self.take(Seen(done.code, lines_of(done.stdout), done.stderr.decode("utf-8", "replace")))

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

    def runs(self) -> list[str]:
        """The run and its child runs of every depth, as far as they have begun."""
        found = []
        for folder in sorted((self.folder / "store" / "runs").glob(f"{RUN}*")):
            with contextlib.suppress(FlowError):
                self.store.header(folder.name)
                found.append(folder.name)
        return found

    def events(self, run_id: str = RUN) -> list[Event]:
        """The journal as scripts see it, as JSON would carry it."""
        from floworch.model import values

        store = self.store
        ids = store.load(run_id).node_ids  # a migration has added to those of the header
        return [json.loads(values.encode(public_event(event, run_id, ids))) for event in store.events(run_id)]

    def effects(self) -> Counter[str]:
        """How often each step took effect."""
        path = self.folder / "effects"
        return Counter(path.read_text().split()) if path.exists() else Counter()

    def outcome(self) -> dict[str, Any]:
        """The final states, of child runs too, as far as an undisturbed run has the same."""
        return {run_id: outcome_of(self.store.load(run_id)) for run_id in self.runs()}

    def check_promises(self) -> None:
        """What was acknowledged is a prefix of what is kept, and nothing that was completed ran again."""
        if not self.exists():
            return
        events = self.events()
        assert [event["seq"] for event in events] == list(range(len(events)))
        for seq, event in self.acknowledged.items():
            assert seq < len(events), f"event {seq} was printed and is gone: {event}"
            assert events[seq] == event, f"event {seq} was printed and is another now"
        for run_id in self.runs():
            check_once(self.events(run_id))

    def check_secret(self) -> None:
        """The secret is in no file of the store, and nothing that was said holds it."""
        for path in (self.folder / "store").rglob("*"):
            assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
        assert SECRET not in "".join(self.said) + json.dumps(list(self.acknowledged.values()))

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


def outcome_of(state: RunState) -> dict[str, Any]:
    """The final state of one run as far as an undisturbed one has the same."""
    return {
        "status": str(state.status),
        "nodes": {name: str(state.status_of(name)) for name in state.node_ids},
        "outputs": state.outputs,
        "undone": {word: sorted(names) for word, names in state.to_json()["compensation"].items()},
    }


def check_once(events: list[Event]) -> None:
    """Nothing that was completed ran again (C7.2)."""
    complete: set[tuple[str, str]] = set()
    for event in events:
        step = (str(event["node"]), str(event["item"]))
        if event["kind"] == "node_started":
            assert step not in complete, f"{step} ran again although it had completed"
        elif event["kind"] == "node_completed":
            assert step not in complete, f"{step} completed twice"
            complete.add(step)
