"""A run as a document."""

from __future__ import annotations

import json

import replay_kit as kit
from msgspec.structs import replace

from floworch.run.events import EventKind
from floworch.run.state import RunState
from floworch_designer.export.report import LONGEST, report_of, to_html, to_markdown
from floworch_designer.settings.words import speak


def ran(inputs=None):
    state = RunState.of(kit.header())
    state.inputs = inputs or {}
    for event in kit.events():
        state.apply(event)
    return report_of(state, json.loads(kit.DEFINITION), "Night | run")


def test_markdown_tells_what_every_node_did():
    text = to_markdown(ran({"n": 1}))
    assert text.startswith("# Night \\| run\n")
    assert "- **Status:** failed" in text
    assert "- **Took:** 6.0" in text
    assert "> **Error:** broken" in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows] == ["| Node", "| First", "| b", "| c", "| d"]
    assert "| d | failed | 1 | 1970-01-01 00:01:45 UTC | 0.90 s | broken (processing\\_error) |" in rows
    assert '```json\n{\n  "n": 1\n}\n```' in text


def test_html_is_one_page_in_which_nothing_of_the_run_is_markup():
    text = to_html(ran({"evil": "<script>alert(1)</script>"}))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "http" not in text
    assert '<tr class="failed"><td>d</td>' in text


def test_a_fence_in_a_value_does_not_end_it_and_a_long_value_is_cut():
    assert "````json" in to_markdown(ran({"text": "```"}))
    assert "more characters" in to_markdown(ran({"text": "x" * (2 * LONGEST)}))


def test_it_is_written_in_the_language_of_the_window(qapp):
    speak("de")
    try:
        report = ran({"n": 1})
        text, page = to_markdown(report), to_html(report)
    finally:
        speak("en")
    assert "- **Zustand:** fehlgeschlagen" in text
    assert "## Knoten" in text
    assert '<html lang="de">' in page
    assert '<tr class="failed"><td>d</td><td>fehlgeschlagen</td>' in page
    assert "broken (Verarbeitungsfehler)" in page


def test_errors_of_the_engine_are_said_in_that_language_too(qapp):
    state = RunState.of(kit.header())
    for event in kit.events():
        failed = event.kind in (EventKind.NODE_FAILED, EventKind.RUN_FAILED)
        error = {"kind": "not_found_error", "message": "There is no file '/x/y.csv'."}
        state.apply(replace(event, payload={**(event.payload or {}), "error": error}) if failed else event)
    speak("de")
    try:
        report = report_of(state, json.loads(kit.DEFINITION))
        page = to_html(report)
    finally:
        speak("en")
    assert report["error"] == "Es gibt keine Datei '/x/y.csv'."
    assert "Es gibt keine Datei &#x27;/x/y.csv&#x27;. (Nicht gefunden)" in page
    assert "There is" not in page
