"""What the engine finds in a definition is said in German, with its names and values as they are."""

from __future__ import annotations

import json
import string

import pytest
from PySide6.QtCore import QCoreApplication

from floworch.actions.registry import registry
from floworch.errors import FlowError
from floworch.model.files import read_bytes
from floworch.model.validate import validate
from floworch.model.workflow import Edge, Node, Workflow
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import CONTEXT, catalogue, speak


@pytest.fixture
def german(qapp):
    speak("de")
    yield
    speak("en")


def templates():
    return json.loads(catalogue("de").with_name("findings.json").read_text(encoding="utf-8"))


def filled(text):
    names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    values = {name: f"«{name}»" for name in names}
    return string.Formatter().vformat(text, [values[name] for name in names if name.isdigit()], values)


def test_every_sentence_of_the_validator_is_said_in_german(german):
    assert len(templates()) > 180
    left = []
    for template in templates():
        other = QCoreApplication.translate(CONTEXT, template)
        expected = string.Formatter().vformat(
            other, [f"«{number}»" for number in range(9)], {name: f"«{name}»" for name in _names(template)}
        )
        if said(filled(template)) != expected:
            left.append(template)
    assert not left


def _names(text):
    return [name for _, name, _, _ in string.Formatter().parse(text) if name and not name.isdigit()]


def test_what_is_found_is_said_with_its_names_and_values(german):
    nodes = {
        "odd": Node(action="data.sett"),
        "web": Node(action="http.request", params={"url": 3, "wrong": 1}),
        "say": Node(action="util.log", params={"message": "{{ inputs.nam }} {{ nodes.none.output }}"}),
    }
    edges = (Edge(source="web", target="say"), Edge(source="say", target="web"))
    found = {said(each.message) for each in validate(Workflow(id="w", nodes=nodes, edges=edges), registry)}
    assert {
        "Es gibt keine Aktion 'data.sett'.",
        "Es gibt keine Eingabe 'nam'.",
        "Es gibt keinen Knoten 'none'.",
    } <= found
    assert "Es gibt keinen Parameter 'wrong'." in found
    assert any(text.startswith("Die Verbindungen führen im Kreis: ") for text in found)


@pytest.mark.parametrize(
    ("english", "other"),
    [
        ("'url' must be a list, not an object.", "'url' muss eine Liste sein, nicht ein Objekt."),
        ("Its ports are true and false.", "Seine Ausgänge sind true und false."),
        ("There is a, b and c.", "Es gibt a, b und c."),
        ("The folder 'x' does not exist.", "Den Ordner 'x' gibt es nicht."),
        ("The lamp 'x' is a folder.", "The lamp 'x' is a folder."),
        ("There is no action 'x'." + " and" * 600, "There is no action 'x'." + " and" * 600),
        ("A package's own words.", "A package's own words."),
        ("", ""),
    ],
)
def test_lists_go_over_and_what_nobody_knows_stays(german, english, other):
    assert said(english) == other


def test_an_error_of_a_file_is_said_in_german(german, tmp_path):
    with pytest.raises(FlowError) as caught:
        read_bytes(tmp_path / "none.flow.json")
    assert said(caught.value.message).startswith("Es gibt keine Datei ")
    assert said(caught.value.hint) == "Prüfen Sie den Pfad; 'floworch new' schreibt eine."


def test_in_english_nothing_changes(qapp):
    assert said("There is no action 'x'.") == "There is no action 'x'."
