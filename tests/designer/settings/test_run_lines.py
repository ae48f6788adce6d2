"""Lines of the product's own actions are translated, whatever somebody else wrote is not (designer.md, 6)."""

from __future__ import annotations

import json

import pytest

from floworch_designer.settings.run_lines import OTHERS, line_said
from floworch_designer.settings.words import catalogue, speak


@pytest.fixture
def german(qapp):
    speak("de")
    yield
    speak("en")


@pytest.mark.parametrize(
    ("action", "text", "german_text"),
    [
        ("data.filter", "Kept 3 of 10 items.", "3 von 10 Elementen behalten."),
        ("file.archive", "Packed 2 files into /x/a.zip.", "2 Dateien in /x/a.zip gepackt."),
        ("file.delete", "Moved to the trash: 4", "In den Papierkorb verschoben: 4"),
        ("file.copy_move", "copy: 2 of 3 files, 12 bytes", "copy: 2 von 3 Dateien, 12 Bytes"),
        ("http.request", "GET https://x.org/a: 200, 512 bytes", "GET https://x.org/a: 200, 512 Bytes"),
        ("db.execute", "Rows affected by 2 statements: 5.", "Von 2 Anweisungen betroffene Zeilen: 5."),
        ("db.wait", "The row was there when asked 3 times.", "Die Zeile war da, gefragt 3-mal."),
        ("db.wait", "asked 2×: no row", "2× gefragt: keine Zeile"),
        ("file.wait", "looked 2×: 3 there", "2× nachgesehen: 3 da"),
        ("mail.read", "Read 5 messages of INBOX, there are more.", "5 Nachrichten aus INBOX gelesen, es gibt mehr."),
        ("mail.send", "sending 1234 KiB to x.org", "sendet 1234 KiB an x.org"),
        ("util.clipboard", "There is no clipboard to write to.", "Es gibt keine Zwischenablage zum Schreiben."),
        ("http.request", "completed in 1.250 s", "in 1,250 s abgeschlossen"),
        ("util.log", "attempt 2 started", "Versuch 2 begonnen"),
        ("util.log", "the result comes from the cache", "das Ergebnis kommt aus dem Zwischenspeicher"),
        ("file.read", "x: There is no file '/x'.; using 3", "x: Es gibt keine Datei '/x'.; stattdessen 3"),
    ],
)  # fmt: skip
def test_lines_of_actions_and_middleware_are_german(german, action, text, german_text):
    assert line_said(text, action) == german_text


@pytest.mark.parametrize("action", [*sorted(OTHERS), "acme.load", ""])
@pytest.mark.parametrize("text", ["Kept 3 of 10 items.", "12 rows.", "a: b; using c", "Deleted: 4"])
def test_what_somebody_else_wrote_stays(german, action, text):
    assert line_said(text, action) == text


def test_a_line_that_nobody_knows_or_that_is_very_long_stays(german):
    assert line_said("Deleted everything", "file.delete") == "Deleted everything"
    long = f"Packed 2 files into {'x' * 600}."
    assert line_said(long, "file.archive") == long
    assert line_said("", "file.archive") == ""


def test_in_english_every_line_stays(qapp):
    assert line_said("Kept 3 of 10 items.", "data.filter") == "Kept 3 of 10 items."


def test_every_template_is_translated_in_its_place(german):
    listed = json.loads(catalogue("de").with_name("lines.json").read_text(encoding="utf-8"))
    assert len(listed["actions"]) > 40
    for template in (*listed["actions"], *listed["middleware"]):
        text = template.format(*(f"v{number}" for number in range(9)))
        made = line_said(text, "data.filter")
        assert made != text, template
        assert all(f"v{number}" in made for number in range(template.count("{")))
