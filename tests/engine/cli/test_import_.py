"""``floworch import``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch import load
from floworch.cli.app import app

FIXTURES = Path(__file__).parent.parent / "exchange" / "fixtures"
CURL = "curl https://api.example.com/a -H 'X-Api-Key: k' --data-raw '{\"n\": 1}' -H 'content-type: application/json'"


@pytest.fixture
def command(tmp_path: Path) -> Path:
    path = tmp_path / "command.txt"
    path.write_text(CURL)
    return path


def test_a_definition_is_written_and_what_is_missing_is_said(cli: Any, tmp_path: Path) -> None:
    out = tmp_path / "out.flow.json"
    said = cli("import", FIXTURES / "orders.n8n.json", "--from", "n8n", "-o", out).stderr
    assert "not converted  Google Sheets: " in said
    assert "2 of them placeholders to replace" in said
    assert f"floworch design {out}" in said
    assert len(load(out).nodes) == 12
    assert "already there" in cli("import", FIXTURES / "orders.n8n.json", "-o", out, code=2).stderr
    cli("import", FIXTURES / "house.node-red.json", "-o", out, "--force")
    assert load(out).id == "house"


def test_without_a_file_the_definition_goes_to_standard_output(cli: Any, command: Path) -> None:
    printed = cli("import", command)
    assert '"json": {"n": 1}' in printed.stdout
    assert "floworch secrets set API_EXAMPLE_COM_X_API_KEY" in printed.stderr
    assert '"k"' not in printed.stdout


def test_the_report_as_json(cli: Any, command: Path, tmp_path: Path) -> None:
    report = cli.json("import", command, "--json")
    assert (report["from"], report["nodes"], report["placeholders"]) == ("curl", 1, [])
    assert report["definition"]["nodes"]["api_example_com"]["action"] == "http.request"
    assert {"level", "where", "node", "message"} == set(report["findings"][0])
    report = cli.json("import", command, "--json", "-o", tmp_path / "x.flow.json")
    assert "definition" not in report
    assert report["output"] == str(tmp_path / "x.flow.json")


def test_it_reads_standard_input(cli: Any) -> None:
    result = cli._runner.invoke(cli_app(), ["import", "-", "--from", "curl"], input=CURL, env=cli.env)
    assert result.exit_code == 0
    assert '"method": "POST"' in result.stdout


def cli_app() -> Any:
    from floworch.cli.app import app

    return app


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("curl", b"wget x"), ("curl", b"curl 'open"), ("curl", b"curl"), ("crontab", b"hello"), ("crontab", b""),
        ("n8n", b"{"), ("n8n", b"[1, 2]"), ("n8n", b'{"nodes": []}'), ("node-red", b"{}"), ("node-red", b"[]"),
        ("n8n", b"[" * 100_000), ("n8n", b"\xff\xfe"), ("gif", b"x"), ("node-red", b'[{"type": 7}]'),
    ],
)  # fmt: skip
def test_garbage_is_a_message_and_2(cli: Any, tmp_path: Path, form: str, data: bytes) -> None:
    path = tmp_path / "garbage"
    path.write_bytes(data)
    said = cli("import", path, "--from", form, "-o", tmp_path / "o.flow.json", code=2).stderr
    assert said.startswith("Error: ")
    assert "Hint: " in said
    assert not (tmp_path / "o.flow.json").exists()


def test_input_without_end_is_a_message(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """C13"""
    monkeypatch.setattr("floworch.model.jsontext.MAX_BYTES", 10)
    result = cli._runner.invoke(app, ["import", "-"], input="curl http://localhost/", env=cli.env)
    assert result.exit_code == 2
    assert "Standard input has more than 10 bytes." in result.stderr
