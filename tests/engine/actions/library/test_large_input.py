"""Actions that have no large-input test of their own, with input as large as people give them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.outcome import Expand, Outcome, Wait
from floworch.executor import processes
from floworch.testing import FakeHost
from floworch.testing.actions import call_action

MANY = 20_000
ROWS = [{"id": n, "kind": f"k{n % 7}"} for n in range(MANY)]
TEXT = "ü" * 1_000_000

#: By action: its parameters, and what must be true of what it gives.
CASES: dict[str, tuple[dict[str, Any], Callable[[Any], object]]] = {
    "data.set": ({"fields": {"a": ROWS}}, lambda out: out["a"] == ROWS),
    "data.parse": ({"text": json.dumps(ROWS), "format": "json"}, lambda out: out == ROWS),
    "data.filter": ({"items": ROWS, "where": "item.id >= 100"}, lambda out: len(out.output["kept"]) == MANY - 100),
    "data.dedupe": ({"items": ROWS, "keys": ["kind"]}, lambda out: len(out["items"]) == 7),
    "data.validate": (
        {"items": ROWS, "rules": [{"field": "id", "min": 5}], "on_bad": "route"},
        lambda out: len(out.output["invalid"]) == 5,
    ),
    "data.sql": (
        {"query": "SELECT count(*) AS n FROM t", "tables": {"t": ROWS}},
        lambda out: out == [{"n": MANY}],
    ),
    "data.write_table": ({"rows": ROWS, "path": "t.csv"}, lambda out: out["rows"] == MANY),
    "file.list": ({"folder": "many"}, lambda out: len(out["files"]) == 2000),
    "file.read": ({"path": "large.txt"}, lambda out: out["content"] == TEXT),
    "trigger.file": ({"path": "many"}, lambda out: len(out["paths"]) == 2000),
    "db.query": (
        {"connection": "x.db", "max_rows": MANY,
         "sql": f"with recursive c(n) as (select 1 union all select n + 1 from c where n < {MANY}) select n from c"},
        lambda out: out["count"] == MANY,
    ),
    "db.wait": (
        {"connection": "x.db", "sql": "select zeroblob(10000000) as blob"}, lambda out: len(out["row"]["blob"]) == 10**7
    ),
    "python.code": ({"code": "len(text)", "inputs": {"text": TEXT}}, lambda out: out == len(TEXT)),
    "python.script": ({"path": "script.py", "args": {"text": TEXT}}, lambda out: out["value"] == TEXT),
    "shell.run": ({"command": [sys.executable, "-c", "print(len(input()))"], "stdin": TEXT},
                  lambda out: out["stdout"].strip() == str(len(TEXT))),
    "util.state": ({"op": "set", "key": "k", "value": "x" * 1_000_000}, lambda out: "x" * 1_000_000 in str(out)),
    "human.choose": ({"items": [f"i{n}" for n in range(MANY)]}, lambda out: isinstance(out, Wait)),
    "human.form": (
        {"schema": {f"f{n}": {"type": "string"} for n in range(500)}}, lambda out: "f499" in str(out.details)
    ),
    "flow.if": ({"condition": True}, lambda out: isinstance(out, Outcome)),
    "flow.switch": ({"cases": [{"when": n == 999, "port": f"p{n}"} for n in range(1000)]},
                    lambda out: out.port == "p999"),
    "flow.foreach": ({"items": ROWS}, lambda out: isinstance(out, Expand) and len(out.items) == MANY),
    "flow.join": ({"values": {f"a{n}": ROWS for n in range(5)}}, lambda out: len(out) == 5),
    "trigger.manual": ({}, lambda out: out["text"] == TEXT),
    "trigger.webhook": ({"path": "/x"}, lambda out: out["body"] == TEXT),
}  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="names POSIX paths")
@pytest.mark.parametrize("action", sorted(CASES))
async def test_it_takes_it(action: str, tmp_path: Path) -> None:
    if action in {"file.list", "trigger.file"}:
        (tmp_path / "many").mkdir()
        for number in range(2000):
            (tmp_path / "many" / f"{number}.txt").touch()
    (tmp_path / "large.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "script.py").write_text("def main(text):\n    return text\n")
    event = {"body": TEXT, "headers": {}, "query": {}} if action == "trigger.webhook" else None
    host = FakeHost(
        folder=str(tmp_path), inputs={"text": TEXT}, trigger={"node": "node", "event": event} if event else None
    )
    params, fits = CASES[action]
    try:
        assert fits(await call_action(action, params, host))
    finally:
        await processes.close_shared_pool()
