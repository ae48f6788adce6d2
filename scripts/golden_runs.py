"""Makes the golden runs: small stores that every later version must open, fold and go on with (journal.md section 7).

    python scripts/golden_runs.py tests/golden/NAME [SCENE...]

Each scene becomes a folder with the store (``runs``, ``artifacts``), ``expected.json`` (the run as ``show --json`` has
it, long values by their checksum) and, for a run that has not ended, ``resumed.json``: the ``answers`` that a person
gives, and how it ends with them. Golden files are never made again: a feature or a format that comes later gets a
scene here, and a folder of its own.
"""

from __future__ import annotations

import asyncio
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
from floworch.executor.handle import RunHandle
from floworch.model.codec import loads
from floworch.model.values import encode
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
    async for event in run.events():
        if event.kind == "node_started" and event.node == "slow":
            break
    shutil.copytree(kept.parent / "store", kept, ignore=NOT_KEPT)
    await run.cancel()
    await run.result()


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
}


async def make(scene: Scene, folder: Path) -> None:
    """Play one scene and write its files to ``folder``, which must not exist."""
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(scratch) / "kept"
        store = scene.store(kept.parent / "store", segment_size=scene.segment_size)
        async with Engine(store=store) as engine:
            run = await engine.start(loads(json.dumps(scene.definition)), scene.inputs, RUN)
            await scene.play(run, kept)
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
        run = await engine.resume(RUN)
        for verb, *arguments in answers:
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
