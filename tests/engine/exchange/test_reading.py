"""Which form a text has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from floworch import UsageError
from floworch.exchange.reading import import_text

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"\xef\xbb\xbfcurl https://a.example", "curl"),
        ("0 1 * * * x", "crontab"),
        ((FIXTURES / "orders.n8n.json").read_bytes(), "n8n"),
        (f"[{(FIXTURES / 'orders.n8n.json').read_text()}]", "n8n"),
        ((FIXTURES / "house.node-red.json").read_bytes(), "node-red"),
        (json.dumps({"flows": json.loads((FIXTURES / "house.node-red.json").read_text())}), "node-red"),
    ],
)
def test_the_form_is_found_out(data: str | bytes, form: str) -> None:
    assert import_text(data)[1] == form


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"$schema": "floworch:workflow/1", "id": "x", "nodes": {}}', "a definition of Flow Orchestrator already"),
        ('{"id": "x", "nodes": {"a": {"action": "util.log"}}}', "a definition of Flow Orchestrator already"),
        ("import os\nprint(os.getcwd())\n", "a Python program"),
        ("# a comment\nfrom a import b\n\n@b\ndef c():\n    pass\n", "a Python program"),
    ],
)
def test_what_needs_no_import_is_told_what_it_is(text: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        import_text(text)


def test_a_crontab_that_reads_a_little_like_python_is_one() -> None:
    assert import_text("# import nothing\nimport_at = x\n0 1 * * * import x\n")[1] == "crontab"


def test_other_forms_are_refused() -> None:
    with pytest.raises(UsageError, match="'pdf' is not known"):
        import_text("x", "pdf")
    with pytest.raises(UsageError, match="UTF-8"):
        import_text(b"\xff")
