"""A process that runs nodes inside layers and is killed there; ``tests/proof/test_layers.py`` starts it.

    python layer_child.py start|resume STORE EFFECTS DEFINITION

Every entry into an action is a line ``enter NODE ATTEMPT`` of the file EFFECTS, every end a line ``done NODE``. With
``start`` an action whose node begins with ``hold`` never ends, and one whose node begins with ``back`` fails in its
first attempt. The process prints ``ready`` once every node is held or waits for its next attempt. ``resume`` goes on
to the end and prints ``{"status", "outputs", "attempts"}``.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from floworch import Engine, FlatBuffersStore, action, load
from floworch.actions.context import Context

if hasattr(signal, "alarm"):
    signal.alarm(90)  # whoever waits for it learns that something is wrong
MODE, STORE, EFFECTS, DEFINITION = sys.argv[1:5]


def note(line: str) -> None:
    """Write a line outside the store, whole and at once."""
    descriptor = os.open(EFFECTS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


@action("m.act", effect="idempotent")
async def act(ctx: Context, text: str) -> str:
    """Leave traces, and do what the node's name says."""
    note(f"enter {ctx.node} {ctx.attempt}")
    if MODE == "start" and ctx.node.startswith("hold"):
        await asyncio.Event().wait()
    if ctx.node.startswith("back") and ctx.attempt == 1:
        raise ConnectionError("down")
    note(f"done {ctx.node}")
    return f"{text} of {ctx.node}"


async def start() -> None:
    """Run until every node is where it is to be killed."""
    async with Engine(FlatBuffersStore(STORE)) as engine:
        flow = load(DEFINITION)
        run = await engine.start(flow, run_id="r")
        held = {name for name in flow.nodes if name.startswith("hold")}
        backed = {name for name in flow.nodes if name.startswith("back")}
        # What an action writes outside is no event of the run, and may be the last to come.
        while not _there(run, held, backed):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def _there(run: Any, held: set[str], backed: set[str]) -> bool:
    entered = {line.split()[1] for line in _lines() if line.startswith("enter")}
    return held <= entered and all(run.state.status_of(name) == "retrying" for name in backed)


def _lines() -> list[str]:
    path = Path(EFFECTS)
    return path.read_text().splitlines() if path.exists() else []


async def resume() -> None:
    """Go on to the end and say how it ended."""
    async with Engine(FlatBuffersStore(STORE)) as engine:
        result = await (await engine.resume("r")).result()
        attempts = {name: view.attempts for name, view in result.nodes.items()}
        sys.stdout.write(json.dumps({"status": result.status, "outputs": result.outputs, "attempts": attempts}))


asyncio.run(start() if MODE == "start" else resume())
