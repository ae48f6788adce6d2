"""``floworch trust``: content, folders, single secrets; the list of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def test_a_definition_a_folder_and_a_secret(cli: Any, hello: Path, gate: Path, tmp_path: Path) -> None:
    cli.env["FLOWORCH_CONFIG_DIR"] = str(tmp_path / "config")
    assert "Nothing is trusted yet" in cli("trust", "--list").stderr
    assert "is trusted as it is now" in cli("trust", hello).stderr
    text = gate.read_text().replace("Ship it?", "{{ secrets.TOKEN }}")
    gate.write_text(text)
    assert "may use TOKEN" in (said := cli("trust", gate, "--secret", "TOKEN").stderr)
    assert "not set on this machine yet" in said
    assert "also what is written there later" in cli("trust", tmp_path).stderr
    listed = cli.json("trust", "--list", "--json")
    assert [each.get("path") or each.get("folder") for each in listed] == [str(hello), str(gate), str(tmp_path)]
    assert listed[1]["secrets"] == ["TOKEN"]
    assert not any("mac" in each for each in listed)
    assert "TOKEN" in cli("trust", "--list").stdout


def test_json_tells_the_content_for_continuous_integration(cli: Any, hello: Path, tmp_path: Path) -> None:
    cli.env["FLOWORCH_CONFIG_DIR"] = str(tmp_path / "config")
    (done,) = cli.json("trust", hello, "--json")
    assert done["digest"] == cli.json("inspect", hello, "--json")["digest"]


def test_wrong_use(cli: Any, tmp_path: Path) -> None:
    cli.env["FLOWORCH_CONFIG_DIR"] = str(tmp_path / "config")
    assert "Nothing was named" in cli("trust", code=2).stderr
    assert "one definition" in cli("trust", tmp_path, "--secret", "A", code=2).stderr
    cli("trust", tmp_path / "missing.flow.json", code=2)


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["--secret", "TOKN"], "does not read the secret 'TOKN'", "Did you mean 'TOKEN'?"),
        (["--secret", "ZZZZ"], "does not read the secret 'ZZZZ'", "It reads TOKEN."),
        (["--connection", "shop"], "does not use the connection 'shop'", "It uses no connection at all."),
    ],
)
def test_consent_to_what_it_does_not_use_is_refused(cli: Any, arguments: list[str], error: str, hint: str) -> None:
    cli.env["FLOWORCH_CONFIG_DIR"] = str(cli.folder / "config")
    log = {"action": "util.log", "params": {"message": "{{ secrets.TOKEN }}"}}
    file = cli.file({"id": "f", "nodes": {"a": log}})
    said = cli("trust", file, *arguments, code=2).stderr
    assert error in said
    assert hint in said
    assert cli.json("trust", "--list", "--json") == []
    any_of = {"action": "util.log", "params": {"message": "{{ secrets[inputs.which] }}"}}
    unclear = cli.file({"id": "g", "inputs": {"which": {}}, "nodes": {"a": any_of}})
    cli("trust", unclear, "--secret", "TOKN")


def test_actions_beside_a_definition_run_once_it_is_trusted_and_not_when_they_changed(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    mark = tmp_path / "mark"
    own = Path(cli.folder) / "actions" / "own.py"
    own.parent.mkdir(parents=True)
    effects = f"import pathlib\npathlib.Path({str(mark)!r}).touch()\n"
    text = "from floworch import action\n\n@action('own.act')\ndef act(ctx):\n    return {'n': 1}\n"
    own.write_text(effects + text)
    flow = cli.file({"id": "f", "nodes": {"a": {"action": "own.act"}}})
    for words in (["validate", flow], ["inspect", flow], ["graph", flow, "--format", "mermaid"], ["actions", "list"]):
        cli(*words)
    assert "not imported before you trust" in cli("validate", flow).stdout
    assert "own.py" in cli("run", flow, code=5).stderr
    assert not mark.exists(), "nothing of it ran"
    assert cli.json("run", flow, "--trust", "--json")["nodes"]["a"]["output"] == {"n": 1}
    assert mark.exists()
    cli("trust", flow)
    assert "valid" in cli("validate", flow).stdout + cli("validate", flow).stderr
    assert cli.json("run", flow, "--json")["status"] == "completed"
    own.write_text(effects + text.replace("1", "2"))
    assert "changed" in cli("run", flow, code=5).stderr
    cli("trust", flow)
    assert cli.json("run", flow, "--json")["nodes"]["a"]["output"] == {"n": 2}


def test_an_older_content_stays_trusted_and_the_list_says_so(cli: Any, hello: Path, tmp_path: Path) -> None:
    """actions.md section 5: trust is an HMAC of a content; a file that goes back to one is trusted again."""
    cli.env["FLOWORCH_CONFIG_DIR"] = str(tmp_path / "config")
    first = hello.read_text()
    cli("trust", hello)
    assert "earlier" not in cli("trust", "--list").stdout
    hello.write_text(first.replace("Hello", "Goodbye"))
    cli("trust", hello)
    old, new = cli("trust", "--list").stdout.splitlines()[1:]
    assert "content, earlier" in old
    assert "earlier" not in new
    assert "goes back to an earlier one is trusted again" in cli("trust", "--list").stderr
    assert [each["earlier"] for each in cli.json("trust", "--list", "--json")] == [True, False]
    hello.write_text(first)
    assert cli.json("inspect", hello, "--json")["trusted"]
    cli("untrust", hello)
    assert cli.json("trust", "--list", "--json") == []
