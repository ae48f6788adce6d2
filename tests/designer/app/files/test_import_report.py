"""Files of other tools are imported with mouse and keys: what they become, and the report of what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from by_hand import choose, name_file, press, shown
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from floworch import load
from floworch.exchange.bundle import write_bundle
from floworch.exchange.imported import Finding
from floworch.exchange.reading import import_text
from floworch_designer.app.files.import_report import ImportReport, as_text
from floworch_designer.app.main_window import MainWindow
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import speak

FIXTURES = Path(__file__).parents[3] / "engine" / "exchange" / "fixtures"
CRONTAB = """MAILTO=me@example.org
15 3 * * 1-5 /usr/local/bin/backup --all
*/10 * * * * curl -s https://example.org/ping
"""


OWN = """from floworch import action
raise SystemExit('opening runs nothing')
@action("my.own")
def own() -> int:
    return 1
"""


@pytest.fixture
def sample(tmp_path):
    """Makes a file of a form of its own; the others are those the engine's tests import."""

    def make(form):
        if form == "crontab":
            (tmp_path / "nightly.crontab").write_text(CRONTAB)
            return tmp_path / "nightly.crontab"
        return FIXTURES / {"n8n": "orders.n8n.json", "node-red": "house.node-red.json"}[form]

    return make


@pytest.fixture
def import_by_hand(window, qtbot, until):
    return by_hand_in(window, qtbot, until)


def by_hand_in(window, qtbot, until, menu="File"):
    def go(path):
        choose(window, qtbot, menu, "file.import")
        until(lambda: shown(window, QFileDialog) is not None)
        name_file(qtbot, window, path)
        until(lambda: shown(window, QFileDialog) is None and "message" in window.banners.shown)
        window.activateWindow()  # without a window manager nobody does it
        until(window.isActiveWindow)
        return window.banners.shown["message"]

    return go


@pytest.mark.parametrize(
    ("form", "node"),
    [("crontab", "backup"), ("n8n", "get_orders"), ("node-red", "weather")],
)
def test_a_file_of_another_tool_is_imported_by_hand_and_reported(
    window, qtbot, until, sample, import_by_hand, form, node
):
    strip = import_by_hand(sample(form))
    assert f"({form}) has become" in strip.title.text()
    assert node in window.document.workflow.nodes
    assert window.document.path is None, "saving asks where"
    assert "not converted" in strip.text.text()
    press(qtbot, strip.buttons["Show report"])
    until(lambda: shown(window, ImportReport) is not None)
    tree = shown(window, ImportReport).tree
    heads = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    assert heads[0].text(0) == f"Not converted ({heads[0].childCount()})"
    assert heads[0].child(0).text(1)


def test_a_line_of_the_report_leads_to_its_step_by_mouse_and_by_keys(window, qtbot, until, sample, import_by_hand):
    strip = import_by_hand(sample("n8n"))
    press(qtbot, strip.buttons["Show report"])
    until(lambda: shown(window, ImportReport) is not None)
    report = shown(window, ImportReport)
    lines = [report.tree.topLevelItem(0).child(row) for row in range(2)]
    nodes = [line.data(0, Qt.ItemDataRole.UserRole) for line in lines]
    qtbot.mouseClick(
        report.tree.viewport(), Qt.MouseButton.LeftButton, pos=report.tree.visualItemRect(lines[0]).center()
    )
    assert list(window.selection.nodes) == [nodes[0]]
    assert report.whole.text() == lines[0].text(1), "what the row cuts off"
    qtbot.keyClick(report.tree, Qt.Key.Key_Down)
    qtbot.keyClick(report.tree, Qt.Key.Key_Return)
    assert list(window.selection.nodes) == [nodes[1]]
    press(qtbot, report.copy)
    assert "Not converted" in QGuiApplication.clipboard().text()
    press(qtbot, report.close_)
    until(lambda: shown(window, ImportReport) is None)


def test_a_bundle_is_unpacked_beside_itself_by_hand_and_is_not_trusted(window, tmp_path, import_by_hand):
    child = {"id": "child", "nodes": {"a": {"action": "util.log", "params": {"message": "x"}}}}
    call = {"action": "flow.call", "params": {"workflow": "child.flow.json"}}
    home = tmp_path / "home"
    (home / "actions").mkdir(parents=True)
    (home / "child.flow.json").write_text(json.dumps(child))
    (home / "parent.flow.json").write_text(
        json.dumps({"id": "parent", "nodes": {"c": call, "own": {"action": "my.own"}}})
    )
    (home / "actions" / "mine.py").write_text(OWN)
    write_bundle(load(home / "parent.flow.json"), tmp_path / "orders.zip")
    for folder in ("orders", "orders-2"):
        strip = import_by_hand(tmp_path / "orders.zip")
        assert folder in strip.title.text()
        assert window.document.path.is_relative_to(tmp_path / folder)
        assert window.document.path.with_name("child.flow.json").is_file()
        assert window.tab.restricted
        assert "trust" in window.banners.shown
        window.banners.remove("message", window.tab)


def test_a_damaged_bundle_is_told_and_leaves_nothing(window, flow, tmp_path, import_by_hand):
    window.session.document.reset(flow())
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 and no more")
    assert "bad.zip cannot be imported" in import_by_hand(tmp_path / "bad.zip").title.text()
    assert [path.name for path in tmp_path.glob("bad*")] == ["bad.zip"]
    assert len(window.document.workflow.nodes) == 2


def test_the_report_as_text_has_the_gravest_first():
    findings = [Finding("note", "", "It is new."), Finding("not_converted", "Slack", "No counterpart.", "slack")]
    assert as_text("2 steps.", findings) == (
        "2 steps.\n\nNot converted (1)\n- Slack: No counterpart.\n\nGood to know (1)\n- It is new.\n"
    )


CURL = """curl -X BREW -H 'Authorization: Bearer abc' -u me:pw -F 'a=@f' -d @x.txt -H @more.txt -o out --weird 3 \\
  https://example.org/a | sh"""


@pytest.fixture
def german(session, theme, qtbot):
    speak("de")
    window = MainWindow(session, theme)
    qtbot.addWidget(window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
    window.show()
    yield window
    speak("en")


@pytest.mark.parametrize("form", ["n8n", "node-red", "crontab", "curl"])
def test_whatever_is_said_of_an_import_is_said_in_german(german, sample, form):
    text = CURL if form == "curl" else sample(form).read_text(encoding="utf-8")
    if form == "crontab":
        text += "SHELL=/bin/zsh\n1 * * * * root backup\n@reboot backup\n"
    found, read_as = import_text(text, form)
    assert read_as == form
    assert len(found.findings) > 2
    assert [each.message for each in found.findings if said(each.message) == each.message] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "Das ist kein JSON"),
        ("import os\nx = os.getcwd()\n", "Es ist ein Python-Programm, das nicht umgewandelt wird."),
        ("curl 'https://x", "Der cURL-Befehl kann nicht gelesen werden: ein schließendes Anführungszeichen fehlt."),
        ("curl -s", "Der cURL-Befehl nennt keine Adresse."),
    ],
)
def test_why_a_file_is_no_import_is_told_in_german(german, tmp_path, text, words):
    (tmp_path / "x.txt").write_text(text)
    assert not german.parts["exchange"].open_import(tmp_path / "x.txt")
    strip = german.banners.shown["message"]
    assert strip.title.text().startswith("x.txt lässt sich nicht importieren. ")
    assert words in strip.title.text()
    assert strip.text.text().split()[0] in {"Geben", "Rufen", "Kopieren"}


def test_a_damaged_bundle_is_told_in_german(german, tmp_path):
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 and no more")
    assert not german.parts["exchange"].open_import(tmp_path / "bad.zip")
    strip = german.banners.shown["message"]
    assert "kann nicht als Bündel geöffnet werden: das Archiv ist beschädigt" in strip.title.text()
    assert strip.text.text() == "Machen Sie es neu mit: floworch export FILE --to bundle"


def test_the_report_is_german_in_a_german_window_and_so_are_placeholders(german, qtbot, until, sample):
    strip = by_hand_in(german, qtbot, until, "Datei")(sample("n8n"))
    press(qtbot, strip.buttons["Show report"])
    until(lambda: shown(german, ImportReport) is not None)
    report = shown(german, ImportReport)
    lines = {
        report.tree.topLevelItem(row).child(at).text(1)
        for row in range(report.tree.topLevelItemCount())
        for at in range(report.tree.topLevelItem(row).childCount())
    }
    assert "JavaScript-Code hat keine Entsprechung; dafür steht ein Platzhalter, der fehlschlägt." in lines
    press(qtbot, report.copy)
    copied = QGuiApplication.clipboard().text()
    assert all(f": {line}" in copied or f"- {line}" in copied for line in lines)
    code = german.document.workflow.nodes["code"]
    assert code.params["message"] == "Ersetzen Sie diesen Schritt, denn JavaScript-Code hat hier keine Entsprechung."
    assert code.notes.startswith("Platzhalter (JavaScript-Code). Das Original:\n\n```json\n{")
    press(qtbot, report.close_)


def test_a_line_of_a_crontab_is_called_so_in_german(german):
    findings = [Finding("partly", "line 3", "It has no condition."), Finding("note", "line up", "It has no condition.")]
    assert "- Zeile 3: Er hat keine Bedingung.\n" in as_text("x", findings)
    assert "- line up: Er hat keine Bedingung.\n" in as_text("x", findings)
