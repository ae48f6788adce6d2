"""Runs actions that use secrets, then searches every byte that was written for them (C6.5)."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from floworch import Engine, FlatBuffersStore, RunResult, Workflow
from floworch.actions.connections import checked, save_connection


def keep(name: str, kind: str, **fields: str) -> None:
    save_connection(checked(name, kind, fields))


async def run(folder: Path, **nodes: dict[str, Any]) -> RunResult:
    """Run actions, each in a node of its own, one after the other; none is tried twice."""
    ids = list(nodes)
    workflow = Workflow.model_validate({
        "id": "w",
        "nodes": {
            name: {"action": params.pop("action"), "params": params, "retry": {"max_attempts": 1},
                   "effect": "idempotent", "on_error": "continue"}
            for name, params in nodes.items()
        },
        "edges": [{"from": a, "to": b, "port": "done"} for a, b in pairwise(ids)],
    })  # fmt: skip
    async with Engine(FlatBuffersStore(folder / "store")) as engine:
        return await (await engine.start(workflow, run_id="r")).result()


def written(folder: Path, result: RunResult, caplog: pytest.LogCaptureFixture) -> bytes:
    """Everything that was written: the store's files, the log, the result."""
    files = [path.read_bytes() for path in (folder / "store").rglob("*") if path.is_file()]
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("floworch"))
    assert files
    return b"\n".join([*files, said.encode(), repr(result).encode()])


def assert_hidden(text: bytes, *values: str) -> None:
    for value in values:
        encoded = base64.b64encode(value.encode()).decode().rstrip("=")[:-1]
        for form in (value, encoded, json.dumps(value)[1:-1]):
            assert form.encode() not in text
