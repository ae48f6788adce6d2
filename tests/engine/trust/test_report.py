"""What a definition would do, without doing anything of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.actions.registry import Registry
from floworch.trust import Report, inspect
from floworch.trust.found import Found


def report(workflow: Any) -> dict[str, Any]:
    found = inspect(workflow, Registry()).to_json()
    return {name: values for name, values in found.items() if values}


def said(found: Report) -> dict[str, list[str]]:
    """The line of each thing, by the title that it stands below."""
    return {title: [entry.text for entry in entries] for title, entries in found.sections()}


@pytest.mark.parametrize(
    ("action", "params", "expected"),
    [
        ("http.request", {"url": "https://u:p@api.example:8443/x/{{ inputs.y }}"}, {"hosts": ["api.example:8443"]}),
        ("http.request", {"url": "{{ inputs.url }}"}, {"hosts": ["{{ inputs.url }}"]}),
        ("http.request", {"url": "https://{{ inputs.h }}/x"}, {"hosts": ["https://{{ inputs.h }}/x"]}),
        ("http.download", {"url": "http://h/f", "path": "f.zip"}, {"hosts": ["h"], "paths": ["f.zip"]}),
        ("http.request", {"url": "http://h/", "file": "/etc/hosts"}, {"hosts": ["h"], "paths": ["/etc/hosts"]}),
        (
            "http.request",
            {"url": "http://h/", "files": {"one": "/etc/hosts", "more": ["a", "{{ inputs.b }}"]}},
            {"hosts": ["h"], "paths": ["/etc/hosts", "a", "{{ inputs.b }}"]},
        ),
        (
            "http.request",
            {"url": "http://h/", "files": "{{ inputs.all }}"},
            {"hosts": ["h"], "paths": ["{{ inputs.all }}"]},
        ),
        ("ai.chat", {"url": "http://h", "prompt": "x", "images": ["a.png"]}, {"hosts": ["h"], "paths": ["a.png"]}),
        ("mail.send", {"host": "h", "attachments": ["a.pdf"]}, {"hosts": ["h"], "paths": ["a.pdf"]}),
        ("mail.read", {"host": "h", "save_attachments": "in"}, {"hosts": ["h"], "paths": ["in"]}),
        (
            "file.sftp",
            {"host": "h", "op": "put", "remote": "/r", "local": ["a"], "key": "id", "known_hosts": "kh"},
            {"hosts": ["h"], "paths": ["a", "id", "kh"]},
        ),
        (
            "ssh.run",
            {"host": "h", "command": "ls", "key": "id", "known_hosts": "kh"},
            {"commands": ["ls"], "hosts": ["h"], "paths": ["id", "kh"]},
        ),
        ("file.object", {"url": "http://h/b", "op": "put", "key": "k", "local": "a"}, {"hosts": ["h"], "paths": ["a"]}),
        ("file.archive", {"op": "zip", "source": ["a", "b"], "target": "c.zip"}, {"paths": ["a", "b", "c.zip"]}),
        ("file.delete", {"paths": ["a", "b"]}, {"paths": ["a", "b"]}),
        ("util.hash", {"file": "a.iso"}, {"paths": ["a.iso"]}),
        ("mail.send", {"host": "mail.example", "password": "PW"}, {"hosts": ["mail.example"], "secrets": ["PW"]}),
        ("chat.send", {"webhook": "HOOK"}, {"hosts": ["(chat.send)"], "secrets": ["HOOK"]}),
        ("db.query", {"connection": "shop.db"}, {"paths": ["shop.db"]}),
        ("db.query", {"connection": "sqlite:///{{ inputs.db }}"}, {"paths": ["{{ inputs.db }}"]}),
        ("db.query", {"connection": "sqlite+aiosqlite:////srv/x.db"}, {"paths": ["/srv/x.db"]}),
        ("db.query", {"connection": "sqlite{{ inputs.rest }}://x"}, {"hosts": ["sqlite{{ inputs.rest }}://x"]}),
        ("db.query", {"connection": "postgresql://u:p@db.example/x"}, {"hosts": ["db.example"]}),
        ("db.query", {"connection": "shop"}, {"connections": ["shop"]}),
        ("shell.run", {"command": "rm -rf ~", "cwd": "/srv"}, {"commands": ["rm -rf ~"], "paths": ["/srv"]}),
        ("shell.run", {"command": ["git", "log"]}, {"commands": ["git log"]}),
        ("python.code", {"code": "1 + 1"}, {"code": ["1 + 1"]}),
        ("python.script", {"path": "s.py"}, {"code": ["s.py"], "paths": ["s.py"]}),
        ("py:json:loads", {}, {"code": ["py:json:loads"]}),
        ("file.list", {"folder": "/home"}, {"paths": ["/home"]}),
        ("util.hash", {"value": "x", "hmac_key": "K"}, {"secrets": ["K"]}),
        ("util.log", {"message": "{{ secrets.A }}"}, {"secrets": ["A"]}),
        ("no.such", {"x": "{{ secrets.A }}"}, {"unknown": ["no.such"], "secrets": ["A"]}),
        ("data.filter", {"items": {"path": "a.csv"}, "where": "true"}, {"paths": ["a.csv"]}),
        ("data.sql", {"query": "x", "tables": {"t": {"path": "b.csv"}}}, {"paths": ["b.csv"]}),
        ("data.set", {"fields": {"url": "https://x"}}, {}),
        ("flow.foreach", {"items": [1]}, {}),
        ("flow.foreach", {"items": {"path": "c.csv"}}, {"paths": ["c.csv"]}),
        ("flow.call", {"workflow": "{{ inputs.w }}"}, {"calls": ["{{ inputs.w }}"]}),
    ],
)
def test_each_action_tells_what_it_reaches(
    place: Any, action: str, params: Any, expected: dict[str, list[str]]
) -> None:
    found = inspect(place({"n": {"action": action, "params": params}}), Registry())
    assert report(place({"n": {"action": action, "params": params}})) == {
        name: [{"what": what, "node": "n"} for what in values] for name, values in expected.items()
    }
    assert found.harmless == (set(expected) <= {"unknown"} and not expected)


KNOWN = {
    "shop": {"type": "sql", "url": "postgresql://u@db.example/x", "password": "SHOP_PW"},
    "file": {"type": "sql", "url": "sqlite:////srv/x.db"},
    "api": {"type": "http", "url": "https://api.example/v1", "auth": "oauth2", "token_url": "https://login.example/t",
            "client_id": "me", "client_secret": "API"},
    "mail": {"type": "mail", "host": "smtp.example", "port": "25"},
    "ops": {"type": "chat", "webhook": "HOOK"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("action", "params", "expected"),
    [
        ("db.query", {"connection": "shop"}, {"hosts": ["db.example"], "secrets": ["SHOP_PW"]}),
        ("db.load", {"connection": "file"}, {"paths": ["/srv/x.db"]}),
        ("http.request", {"connection": "api", "url": "orders"},
         {"hosts": ["api.example", "login.example"], "secrets": ["API"]}),
        ("mail.send", {"connection": "mail"}, {"hosts": ["smtp.example:25"]}),
        ("chat.send", {"connection": "ops"}, {"hosts": ["(ops)"], "secrets": ["HOOK"]}),
    ],
)  # fmt: skip
def test_a_connection_tells_where_it_leads_and_which_secrets_it_reads(
    place: Any, monkeypatch: pytest.MonkeyPatch, action: str, params: Any, expected: dict[str, list[str]]
) -> None:
    monkeypatch.setattr("floworch.actions.connections._read", lambda: KNOWN)
    name = params["connection"]
    found = inspect(place({"n": {"action": action, "params": params}}), Registry())
    assert report(place({"n": {"action": action, "params": params}})) == {
        "connections": [{"what": name, "node": "n"}],
        **{kind: [{"what": each, "node": "n", "via": name} for each in whats] for kind, whats in expected.items()},
    }
    lines = [line for entries in said(found).values() for line in entries]
    assert f"{next(iter(expected.values()))[0]}  (n, through your connection {name})" in lines
    assert not found.harmless


def test_layers_compensations_outputs_and_called_definitions_are_looked_into(place: Any) -> None:
    place({"deep": {"action": "shell.run", "params": {"command": "ls"}}}, "called")
    workflow = place(
        {
            "a": {
                "action": "util.log",
                "params": {"message": "x"},
                "breakpoint": "secrets.B",
                "middleware": [
                    {"use": "dead_letter", "with": {"path": "dead.jsonl"}, "when": "secrets.W"},
                    {"use": "fallback", "with": {"action": "file.read", "params": {"path": "f"}}},
                ],
                "compensate": {"action": "file.write", "params": {"path": "undo", "content": "x"}},
            },
            "c": {"action": "flow.call", "params": {"workflow": "called.flow.json"}},
            "again": {"action": "flow.call", "params": {"workflow": "called.flow.json"}},
            "gone": {"action": "flow.call", "params": {"workflow": "missing.flow.json"}},
        },
        outputs={"o": "{{ secrets.O }}"},
        middleware=[{"use": "cache", "with": {"key": "{{ secrets.M }}"}}],
    )
    found = inspect(workflow, Registry())
    assert [each.what for each in found.paths] == ["undo", "dead.jsonl", "f"]
    assert found.commands == [Found("ls", "called.flow.json: deep")]
    assert said(found)["Starts programs"] == ["ls  (called.flow.json: deep)"]
    assert f"undo  ({workflow.source.name}: a)" in said(found)["Reads or writes files"]
    assert {each.what for each in found.secrets} == {"B", "W", "M", "O"}
    assert [each.what for each in found.calls] == ["called.flow.json", "called.flow.json", "missing.flow.json"]
    assert not found.harmless


def test_local_actions_are_named_when_one_is_used_and_not_run(place: Any) -> None:
    mark = place.folder / "it ran"
    file = place.local(f"open({str(mark)!r}, 'w')\n")
    assert "local_files" not in report(place({"a": {"action": "util.log", "params": {"message": "x"}}}))
    assert report(place({"a": {"action": "own.act"}}))["local_files"] == [str(file)]
    assert not mark.exists()


def test_a_person_reads_one_short_line_for_each_thing(place: Any) -> None:
    nodes = {"a": {"action": "python.code", "params": {"code": "import os\nos.x()"}}, "b": {"action": "own.act"}}
    file = place.local()
    workflow = place(nodes)
    sections = said(inspect(workflow, Registry()))
    assert sections["Runs Python code"] == [f"import os …  ({workflow.source.name}: a)"]
    assert sections["Would run these Python files beside it"] == [str(file)]
    assert "Reads secrets" not in sections


def test_a_layer_of_a_module_is_code_as_a_function_is(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """(C5.4) What lies beside the definition needs trust."""
    for use, beside in (("py:json:loads", []), ("py:own_layers_beside:slow", ["own_layers_beside.py"])):
        workflow = place({"n": {"action": "util.log", "params": {"message": "x"}, "middleware": [{"use": use}]}})
        (workflow.source.parent / "own_layers_beside.py").write_text("1 / 0\n")
        monkeypatch.syspath_prepend(str(workflow.source.parent))
        found = inspect(workflow, Registry())
        assert [(each.what, each.node) for each in found.code] == [(use, "n")]
        assert [Path(each).name for each in found.local_files] == beside


def test_code_stands_there_as_a_whole_however_long_it_is(place: Any) -> None:
    code = "x = 0\n" + "x += 1\n" * 2000 + "os.remove(x)\n"
    found = inspect(place({"n": {"action": "python.code", "params": {"code": code}}}), Registry())
    assert found.to_json()["code"] == [{"what": code, "node": "n"}]
    (entry,) = dict(found.sections())["Runs Python code"]
    assert entry.text == "x = 0 …  (n)"
    assert (len(entry.whole), entry.whole[-1]) == (2002, "os.remove(x)")
