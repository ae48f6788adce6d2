"""Makes the golden runs: small stores that every later version must open, fold and go on with (journal.md section 7).

    python scripts/golden_runs.py tests/golden/NAME [SCENE...]

Each scene becomes a folder with the store (``runs``, ``artifacts``), ``expected.json`` (the run as ``show --json`` has
it, long values by their checksum) and, for a run that has not ended, ``resumed.json``: the ``answers`` that a person
gives (``in_doubt`` comes with the resume), and how it ends with them. Golden files are never made again: a feature or
a format that comes later gets a scene here, and a folder of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from floworch import Engine, FlatBuffersStore, JsonStore
from floworch.errors import FlowError
from floworch.executor.handle import RunHandle
from floworch.model.codec import loads
from floworch.model.values import encode
from floworch.model.workflow import Workflow
from floworch.store.journal.store import JournalStore

RUN = "golden"
#: What is not part of a journal.
NOT_KEPT = shutil.ignore_patterns("index.sqlite*", "lock", "reserve", "control*", ".deleted-*")
_ROWS = "{{ ['a row that is long enough'] * 4000 }}"


def _set(**fields: Any) -> dict[str, Any]:
    return {"action": "data.set", "params": {"fields": fields}}


#: A step of every kind that this version has; it ends by itself.
EVERYTHING: dict[str, Any] = {
    "id": "everything",
    "inputs": {"who": {"type": "string", "default": "you"}, "much": {"type": "string"}},
    "nodes": {
        "first": _set(hello="{{ inputs.who }}", big=2**70),
        "again": {"action": "flow.fail", "params": {"message": "not yet", "kind": "connection_error"},
                  "retry": {"max_attempts": 3, "delay": "5ms", "jitter": 0}, "on_error": "continue"},
        "wait": {"action": "flow.wait", "params": {"for": "10ms"}},
        "rows": _set(rows=_ROWS),
        "count": _set(n="{{ nodes.rows.output.rows | length }}", much="{{ inputs.much | length }}"),
        "keep": {"action": "data.set", "params": {"fields": {"total": 3, "rows": _ROWS}, "target": "data"}},
        "which": {"action": "flow.if", "params": {"condition": "{{ nodes.count.output.n == 4000 }}"}},
        "yes": _set(), "no": _set(), "off": {**_set(), "disabled": True},
        "loop": {"action": "flow.foreach", "params": {"items": [1, 2, 3], "on_item_error": "collect"}},
        "item": {**_set(twice="{{ item * 2 }}"), "parent": "loop"},
        "odd": {"action": "flow.if", "params": {"condition": "{{ item == 2 }}"}, "parent": "loop"},
        "bad": {"action": "flow.fail", "params": {"message": "item {{ item }}"}, "parent": "loop"},
        "rounds": {"action": "flow.repeat", "params": {"until": "index == 2", "max": 5, "delay": "1ms"}},
        "round": {**_set(i="{{ index }}"), "parent": "rounds"},
        "attempt": {"action": "flow.try", "params": {"retry_block": 1, "delay": "1ms"}},
        "hopeless": {"action": "flow.fail", "params": {"message": "never"}, "parent": "attempt"},
        "rescue": _set(saved=True),
    },
    "edges": [{"from": a, "to": b, **({"port": port} if port else {})} for a, b, port in (
        ("first", "again", ""), ("again", "wait", ""), ("wait", "rows", ""), ("rows", "count", ""),
        ("rows", "keep", ""),
        ("count", "which", ""), ("which", "yes", "true"), ("which", "no", "false"), ("first", "off", ""),
        ("first", "loop", ""), ("item", "odd", ""), ("odd", "bad", "true"), ("loop", "rounds", ""),
        ("rounds", "attempt", ""), ("attempt", "rescue", "error"))],
    "outputs": {"n": "{{ nodes.count.output.n }}", "rows": "{{ data.rows }}"},
}  # fmt: skip

#: Waits for people and signals in every way.
ASKING: dict[str, Any] = {
    "id": "asking",
    "nodes": {
        "ok": {"action": "human.approve", "params": {"message": "Go on?"}},
        "form": {"action": "human.form", "params": {"schema": {"amount": {"type": "integer"}}}},
        "paid": {"action": "flow.signal", "params": {"name": "paid"}},
        "early": {"action": "flow.signal", "params": {"name": "early"}},
        "each": {"action": "flow.foreach", "params": {"items": ["a", "b"]}},
        "mark": {**_set(of="{{ item }}"), "parent": "each"},
        "sum": _set(amount="{{ nodes.form.output['values'].amount }}", paid="{{ nodes.paid.output.by }}",
                    rows="{{ nodes.early.output | length }}"),
    },
    "edges": [{"from": "ok", "to": "sum", "port": "approved"}, {"from": "form", "to": "sum"},
              {"from": "paid", "to": "early"}, {"from": "early", "to": "sum"}, {"from": "each", "to": "sum"}],
    "outputs": {"sum": "{{ nodes.sum.output }}"},
}  # fmt: skip

#: Is cut off in the middle of a step.
CUT: dict[str, Any] = {
    "id": "cut",
    "nodes": {
        "before": _set(n=1),
        "slow": {"action": "shell.run", "params": {"command": "sleep 0.5; printf done"}, "effect": "idempotent"},
        "after": _set(said="{{ nodes.slow.output.stdout }}", n="{{ nodes.before.output.n + 1 }}"),
    },
    "edges": [{"from": "before", "to": "slow"}, {"from": "slow", "to": "after"}],
    "outputs": {"said": "{{ nodes.after.output.said }}"},
}

#: Fails at its end and undoes what it did, items and a child run too; one compensation fails (C9).
UNDONE: dict[str, Any] = {
    "id": "undone",
    "nodes": {
        "book": {**_set(room=7), "compensate": _set(of="{{ output.room }}")},
        "seats": {"action": "flow.foreach", "params": {"items": ["a", "b"]}},
        "seat": {**_set(of="{{ item }}"), "parent": "seats",
                 "compensate": {"action": "shell.run", "params": {"command": "sleep 0.5; printf {{ output.of }}"}}},
        "stays": {**_set(), "compensate": {"action": "flow.fail", "params": {"message": "cannot be undone"}}},
        "trip": {"action": "flow.call", "params": {"workflow": "trip"}},
        "never": {**_set(), "compensate": _set()},
        "pay": {"action": "flow.fail", "params": {"message": "no money"}},
    },
    "edges": [{"from": "book", "to": "seats"}, {"from": "seats", "to": "stays"}, {"from": "stays", "to": "trip"},
              {"from": "trip", "to": "pay"}, {"from": "pay", "to": "never"}],
}  # fmt: skip
TRIP: dict[str, Any] = {
    "id": "trip",
    "nodes": {"fly": {**_set(to="Rome"), "compensate": _set(back="{{ output.to }}")}},
    "edges": [],
    "outputs": {"to": "{{ nodes.fly.output.to }}"},
}

#: Calls a workflow that calls another one (C10.3).
CALLING: dict[str, Any] = {
    "id": "calling",
    "nodes": {
        "call": {"action": "flow.call", "params": {"workflow": "middle", "inputs": {"n": 3}}},
        "after": _set(n="{{ nodes.call.output.n + 1 }}"),
    },
    "edges": [{"from": "call", "to": "after"}],
    "outputs": {"n": "{{ nodes.after.output.n }}"},
}
MIDDLE: dict[str, Any] = {
    "id": "middle",
    "inputs": {"n": {"type": "integer"}},
    "nodes": {"call": {"action": "flow.call", "params": {"workflow": "cut"}}, "add": _set(n="{{ inputs.n * 2 }}")},
    "edges": [{"from": "call", "to": "add"}],
    "outputs": {"n": "{{ nodes.add.output.n }}"},
}

#: Stops at a breakpoint inside a loop, and before a step that its condition names (C7.7).
STOPS: dict[str, Any] = {
    "id": "stops",
    "nodes": {
        "first": _set(n=1),
        "each": {"action": "flow.foreach", "params": {"items": [1, 2, 3], "concurrency": 1}},
        "item": {**_set(n="{{ item }}"), "parent": "each", "breakpoint": "{{ item == 2 }}"},
        "last": _set(n="{{ nodes.each.output | length }}"),
    },
    "edges": [{"from": "first", "to": "each"}, {"from": "each", "to": "last"}],
    "outputs": {"n": "{{ nodes.last.output.n }}"},
}

#: The definition that the run of STOPS goes over to while it stands at its breakpoint (C7.5).
EDITED: dict[str, Any] = {
    **STOPS,
    "nodes": {**STOPS["nodes"], "last": _set(n="{{ nodes.first.output.n + 10 }}"), "new": _set(fresh=True)},
    "edges": [*STOPS["edges"], {"from": "last", "to": "new"}],
}

#: Takes longer than it may.
LATE: dict[str, Any] = {
    "id": "late",
    "nodes": {"quick": _set(n=1), "slow": {"action": "flow.wait", "params": {"for": "1h"}}, "after": _set()},
    "edges": [{"from": "quick", "to": "slow"}, {"from": "slow", "to": "after"}],
    "settings": {"timeout": "300ms"},
}

#: CUT, with a step of which nobody knows whether it took effect (C7.8).
DOUBTFUL: dict[str, Any] = {
    **CUT, "id": "doubtful", "nodes": {**CUT["nodes"], "slow": {**CUT["nodes"]["slow"], "effect": "unsafe"}},
}  # fmt: skip

ANSWERS: list[list[Any]] = [
    ["approve", "ok"], ["submit", "form", {"amount": 7}], ["signal", "paid", {"by": "card"}],
]  # fmt: skip

Play = Callable[[RunHandle, Path], Awaitable[None]]


async def _to_its_stop(run: RunHandle, _kept: Path) -> None:
    await run.result()


async def _early_signal(run: RunHandle, _kept: Path) -> None:
    await run.signal("early", ["row"] * 20_000)
    await run.result()


async def _cut_off(run: RunHandle, kept: Path) -> None:
    """Copy the store while a step runs: what a killed process leaves."""
    await _cut_at("node_started", "slow", run, kept)


async def _cut_in_rollback(run: RunHandle, kept: Path) -> None:
    """Copy the store while a compensation runs."""
    await _cut_at("node_compensating", "seat", run, kept)


async def _cut_at(word: str, node: str, run: RunHandle, kept: Path) -> None:
    async for event in run.events():
        if (event.kind, event.node) == (word, node):
            break
    await _cut_now(run, kept)


async def _cut_in_child(run: RunHandle, kept: Path) -> None:
    """Copy the store while a step of a child's child runs."""
    store = FlatBuffersStore(kept.parent / "store")
    for _ in range(1000):
        with contextlib.suppress(FlowError):
            if store.load(f"{RUN}.call.call").status_of("slow") == "running":
                break
        await asyncio.sleep(0.01)
    await _cut_now(run, kept)


async def _cut_now(run: RunHandle, kept: Path) -> None:
    shutil.copytree(kept.parent / "store", kept, ignore=NOT_KEPT)
    with contextlib.suppress(FlowError):  # one that rolls back already
        await run.cancel()
    await run.result()


async def _in_doubt(run: RunHandle, kept: Path) -> None:
    """Let the copy of a run that was cut off find that it does not know."""
    await _cut_off(run, kept)
    store = FlatBuffersStore(kept)
    async with Engine(store=store) as engine:
        await (await engine.resume(RUN)).result()
    store.close()
    for name in ("index.sqlite", "index.sqlite-wal", "index.sqlite-shm"):
        (kept / name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Scene:
    """One golden store: a definition, the store it runs in and what happens to it."""

    definition: dict[str, Any]
    play: Play = _to_its_stop
    store: type[JournalStore] = FlatBuffersStore
    segment_size: int = 64 * 1024 * 1024
    inputs: dict[str, Any] = field(default_factory=dict)
    answers: list[list[Any]] = field(default_factory=list)
    torn: bytes = b""
    called: list[dict[str, Any]] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    edited: dict[str, Any] | None = None

    def workflow(self, definition: dict[str, Any]) -> Workflow:
        """A definition with all that it calls: each calls the one after it."""
        attached: list[Workflow] = []
        for each in reversed(self.called):
            attached = [loads(json.dumps(each)).attach(*attached)]
        return loads(json.dumps(definition)).attach(*attached)


MUCH = {"much": "x" * 70_000}
SCENES: dict[str, Scene] = {
    "finished": Scene(EVERYTHING, inputs=MUCH),
    "finished-json": Scene(EVERYTHING, store=JsonStore, inputs=MUCH),
    "segments": Scene(EVERYTHING, segment_size=3000, inputs=MUCH),
    "suspended": Scene(ASKING, _early_signal, answers=ANSWERS),
    "suspended-json": Scene(ASKING, _early_signal, store=JsonStore, answers=ANSWERS),
    "interrupted": Scene(CUT, _cut_off),
    "torn": Scene(CUT, _cut_off, torn=b"\x90\0\0\0torn in the middle of a frame"),
    "torn-json": Scene(CUT, _cut_off, store=JsonStore, torn=b'{"crc":"0011aabb","seq":6,"syn'),
    "rolled-back": Scene(UNDONE, called=[TRIP]),
    "rolling-back": Scene(UNDONE, _cut_in_rollback, called=[TRIP]),
    "called": Scene(CALLING, called=[MIDDLE, CUT]),
    "called-interrupted": Scene(CALLING, _cut_in_child, called=[MIDDLE, CUT]),
    "part": Scene(EVERYTHING, inputs=MUCH, options={"to": ["count", "keep"]}),
    "breakpoint": Scene(STOPS),
    "migrated": Scene(STOPS, edited=EDITED),
    "timed-out": Scene(LATE),
    "in-doubt": Scene(DOUBTFUL, _in_doubt, answers=[["in_doubt", "rerun"]]),
}


async def make(scene: Scene, folder: Path) -> None:
    """Play one scene and write its files to ``folder``, which must not exist."""
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(scratch) / "kept"
        store = scene.store(kept.parent / "store", segment_size=scene.segment_size)
        async with Engine(store=store) as engine:
            # A folder that is there on the machine which goes on with the run.
            run = await engine.start(scene.workflow(scene.definition), scene.inputs, RUN, folder="/", **scene.options)
            await scene.play(run, kept)
            if scene.edited is not None:
                await (await engine.resume(RUN, workflow=scene.workflow(scene.edited))).result()
        store.close()
        if not kept.exists():
            shutil.copytree(store.path, kept, ignore=NOT_KEPT)
        if scene.torn:
            with max((kept / "runs" / RUN).glob("journal-*")).open("ab") as file:
                file.write(scene.torn)
        folder.mkdir(parents=True)  # noqa: ASYNC240 - nothing else runs
        shutil.copytree(kept, folder / "store")
        write(folder / "expected.json", brief(scene.store(kept).load(RUN).to_json()))
        if not scene.store(kept).load(RUN).status.final:
            write(folder / "resumed.json", {"answers": scene.answers, **await go_on(scene.store(kept), scene.answers)})


async def go_on(store: JournalStore, answers: list[list[Any]]) -> dict[str, Any]:
    """Resume the run, answer what it asks and return how it ends, without times."""
    async with Engine(store=store) as engine:
        options: dict[str, Any] = dict(answer for answer in answers if answer[0] == "in_doubt")
        run = await engine.resume(RUN, **options)
        for verb, *arguments in answers[len(options) :]:
            await getattr(run, verb)(*arguments)
        result = await run.result()
        nodes = {name: str(view.status) for name, view in result.nodes.items()}
    store.close()
    return {"status": str(result.status), "nodes": nodes, "outputs": brief(result.outputs)}


def brief(value: Any) -> Any:
    """The value with long texts and lists in it named by their checksum."""
    if isinstance(value, dict):
        return {key: brief(item) for key, item in value.items()}
    if isinstance(value, (str, list)) and len(value) > 500:
        return {"long": sha256(encode(value)).hexdigest()}
    return [brief(item) for item in value] if isinstance(value, list) else value


def write(path: Path, value: Any) -> None:
    """Write a value as one line of tagged JSON."""
    path.write_bytes(encode(value) + b"\n")


def main(arguments: list[str]) -> int:
    """Make the scenes that are named, or all. Returns 2 when one is there already."""
    root, names = Path(arguments[0]), arguments[1:] or list(SCENES)
    for name in names:
        if (root / name).exists():
            print(f"{root / name} is there already; golden files are never made again.", file=sys.stderr)
            return 2
        asyncio.run(make(SCENES[name], root / name))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
