"""``floworch submit``: answers a waiting form, and says what does not fit."""

from __future__ import annotations

from typing import Any

FORM: dict[str, Any] = {
    "id": "form",
    "outputs": {"city": "{{ nodes.ask.output.values.city }}"},
    "nodes": {"ask": {"action": "human.form", "params": {"schema": {"city": {"required": True}}}}},
}


def test_a_form_is_answered_and_the_run_goes_on_with_resume(cli: Any) -> None:
    """interfaces.md section 3."""
    stopped = cli("run", cli.file(FORM), "--run-id", "f-1", "--exit-when-suspended", code=3)
    assert """floworch submit f-1 ask '{"city": ""}'""" in stopped.stderr
    assert "The field 'city' is required" in cli("submit", "f-1", "ask", "{}", code=2).stderr
    assert "is not JSON" in cli("submit", "f-1", "ask", "{city}", code=2).stderr
    assert "recorded" in cli("submit", "f-1", "ask", '{"city": "Ulm"}').stderr
    assert cli.json("show", "f-1", "--json")["nodes"]["ask"]["status"] == "waiting"
    cli("resume", "f-1")
    assert cli.json("show", "f-1", "--json")["outputs"] == {"city": "Ulm"}
    assert '"kind":"form_submitted"' in cli("events", "f-1").stdout.replace(" ", "")
