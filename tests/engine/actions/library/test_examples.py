"""The example of each reference page runs, and gives what the page declares as its output.

What needs a server is checked wherever its own tests run it: the fixture ``act`` holds every output against its schema.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from declared_output import fits
from engine_kit import Kit, until
from run_dialogue import workflow

from floworch.actions.registry import builtin_actions, registry

FILES = [
    {"path": "a/x.py", "name": "x.py", "size": 1200, "extension": ".py", "suffix": ".py"},
    {"path": "b/x.py", "name": "x.py", "size": 20, "extension": ".py", "suffix": ".py"},
]
ORDER = {"id": "o-1", "amount": 1200, "supplier": "ACME", "endpoint": ""}
INPUTS = {"order": ORDER, "limit": 1000, "day": "monday", "count": 3, "item": FILES[0]}
ORDERS = [{"customer": "ada", "amount": 12}, {"customer": "bob", "amount": 3}]
NODES: dict[str, Any] = {
    "files": {"files": FILES},
    "list": {"files": FILES},
    "order": {"prices": [1, 2.5]},
    "orders": ORDERS,
    "customers": [{"customer": "ada", "city": "London"}],
    "page": {"body": "<table class=prices><tr><td>1</td><td>2</td></tr></table>"},
    "group": FILES,
    "report": "text",
    "search": [{"name": "one"}, {"name": "two"}],
}


def _files(place: Path) -> None:
    (place / "in" / "deep").mkdir(parents=True)
    for name in ("a.csv", "deep/b.csv", "c.py", "d.tmp"):
        (place / "in" / name).write_text("zip,n\n01234,1\n")
    (place / "value.json").write_text('{"n": 1}')
    (place / "scripts").mkdir()
    (place / "scripts" / "report.py").write_text("def main(day):\n    print(day)\n    return {'day': day}\n")


def _database(place: Path) -> None:
    with closing(sqlite3.connect(place / "shop.db")) as database, database:
        database.execute("CREATE TABLE orders (id TEXT, state TEXT)")
        database.execute("INSERT INTO orders VALUES ('o-1', 'paid')")
    with closing(sqlite3.connect(place / "report.db")) as database, database:
        database.execute("CREATE TABLE files (path TEXT, name TEXT, size INT, extension TEXT, suffix TEXT)")
        database.execute("INSERT INTO files VALUES ('a', 'a', 2000, '.a', '.a')")


def _repository(place: Path) -> None:
    for words in (
        ["init", "-q"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"],
    ):
        subprocess.run(["git", *words], cwd=place / "in", check=True)


#: What each example needs besides: its inputs, where they differ, and what is changed in it so that it runs here.
RUN: dict[str, dict[str, Any]] = {
    **{name: {} for name in (
        "data.dedupe", "data.filter", "data.join", "data.parse", "data.set", "data.sort_limit", "data.sql",
        "data.template", "data.validate", "desktop.notify", "file.write", "flow.end", "flow.if", "flow.join",
        "flow.switch", "python.code", "util.datetime", "util.log", "util.state", "flow.wait", "trigger.schedule",
        "trigger.webhook", "python.script",
    )},
    "data.group": {"nodes": {"files": FILES}},
    "data.write_table": {"nodes": {"report": ORDERS}},
    "data.read_table": {"inputs": {"file": "in/a.csv"}},
    "db.execute": {"inputs": {"order": "o-1"}},
    "db.wait": {"inputs": {"order": "o-1"}},
    "db.load": {},
    "db.query": {},
    "file.archive": {"inputs": {"folder": "in"}},
    "file.copy_move": {"inputs": {"folder": "in", "backup": "backup"}},
    "file.delete": {"inputs": {"folder": "in"}, "params": {"to_trash": False}},
    "file.list": {"inputs": {"folder": "in"}},
    "file.read": {"inputs": {"file": "value.json"}},
    "shell.run": {"inputs": {"folder": "in"}},
    "trigger.file": {"inputs": {"inbox": "in"}},
    "trigger.manual": {"inputs": {"folder": "in"}},
    "util.clipboard": {},
    "util.open": {"nodes": {"report": {"path": "value.json"}}},
    "util.hash": {"params": {"file": "{{ inputs.item.path }}"}},
    "flow.call": {"inputs": {"order": ORDER}},
    "flow.foreach": {"nodes": {"list": [1, 2]}, "body": {"b": {"action": "t.any"}}},
    "flow.repeat": {"params": {"until": "true", "delay": "1s"}, "body": {"b": {"action": "t.any"}}},
    "flow.try": {"body": {"b": {"action": "t.any"}}},
    "human.approve": {"answer": lambda run: run.approve("node")},
    "human.choose": {"answer": lambda run: run.submit("node", NODES["search"][1])},
    "human.form": {"answer": lambda run: run.submit("node", {"city": "London"})},
    "flow.signal": {"answer": lambda run: run.signal("paid", {"ok": True})},
}  # fmt: skip
#: Families that talk to servers, what looks at a folder by the real clock, and the one that ends its run.
ELSEWHERE = ("file.wait", "ai.", "chat.", "http.", "mail.", "mqtt.", "ssh.", "file.sftp", "file.object", "flow.fail")


def test_every_example_is_run_here_or_needs_a_server() -> None:
    left = {name for name in builtin_actions() if name not in RUN and not name.startswith(ELSEWHERE)}
    assert left == set()


@pytest.mark.parametrize("name", sorted(RUN))
async def test_the_example_gives_what_its_page_declares(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _files(tmp_path)
    _database(tmp_path)
    if name == "shell.run":
        if shutil.which("git") is None:
            pytest.skip("git is not installed")
        _repository(tmp_path)
    about = RUN[name]
    spec = registry.resolve(name)
    text = json.dumps({**spec.example, **about.get("params", {})})
    kit = Kit()
    given = {**NODES, **about.get("nodes", {})}
    read = [node for node in given if f"nodes.{node}." in text]
    nodes: dict[str, Any] = {"node": {"action": name, "params": json.loads(text)}}
    for node in read:
        nodes[node] = {"action": "t.given", "params": {"name": node}}
    nodes.update({key: {**body, "parent": "node"} for key, body in about.get("body", {}).items()})

    async def give(name: str) -> Any:
        return given[name]

    kit.add("given", give)
    inputs = {**INPUTS, **about.get("inputs", {})}
    flow = workflow(nodes, *(f"{node}>node" for node in read), inputs={key: {} for key in inputs})
    leaf = workflow({"a": {"action": "t.any"}}, id="ship.flow.json", inputs={"order": {}}, outputs={"n": 1})
    answer: Callable[[Any], Any] | None = about.get("answer")
    async with kit.running(flow.attach(leaf) if name == "flow.call" else flow, inputs=inputs) as (_, run):
        if answer is not None:
            await until(lambda: kit.store.load("r").status == "suspended")
            await answer(run)
        result = await run.outcome()
    view = result.nodes["node"]
    assert str(view.status) == "completed", view.error
    fits(spec, view.output)
