"""The window in German: nothing in any panel or dialog is left in English, and every word has its room."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTextBrowser, QToolButton
from window_walk import everything, scenes
from words_seen import Catalogue, words_of

from floworch import ActionError, Engine, MemoryStore, Node, UsageError, Workflow
from floworch.actions.connections import checked, connections_file, save_connection
from floworch.actions.listing import list_actions
from floworch.actions.registry import registry
from floworch.run.events import EventKind
from floworch_designer.app.main_window import MainWindow
from floworch_designer.app.panels.problems_panel import Elided
from floworch_designer.app.preferences.connections_page import ConnectionsPage
from floworch_designer.inspector.schema import Field, fields_of
from floworch_designer.inspector.secret_dialog import SecretDialog
from floworch_designer.settings.words import catalogue, speak, tr

#: Set where the walk runs in a process of its own.
WALK = "FLOWORCH_TEST_WALK"
#: Data and words of the definition's own language, which are written as they are.
DATA = {
    "none",
    "process",
    "all",
    "any",
    "first",
    "running",
    "text",
    "body",
    "set",
    "loop",
    "node",
    "note",
    "run",
    "new",
}
#: Words that no German sentence has and that hardly an English one is without.
ENGLISH = re.compile(
    r"\b(the|of|and|with|is|are|this|that|for|from|not|no|to|it|when|what|which|by|on the)\b", re.IGNORECASE
)


#: Qt's own dialogs of files: they show paths.
OF_FILES = ("file.export", "file.import")


def translations() -> dict[str, str]:
    tree = ElementTree.fromstring(catalogue("de").with_suffix(".ts").read_text(encoding="utf-8"))
    return {each.findtext("source") or "": each.findtext("translation") or "" for each in tree.iter("message")}


def forms() -> list[Field]:
    """Every field of the form of every action and layer of the product, those inside of others too."""
    own = [each.id for each in list_actions(registry) if each.source == "built in"]
    specs = [spec.params for each in own if (spec := registry.find_action(each)) is not None and spec.params]
    waiting = [
        field
        for model in (*specs, *(layer.options for layer in registry.all_layers()))
        for field in fields_of(model.model_json_schema())
    ]
    found = []
    while waiting:
        found.append(waiting.pop())
        waiting += [*found[-1].fields, *([found[-1].item] if found[-1].item is not None else [])]
    return found


def without_names(text: str) -> str:
    text = text.replace("pytest-of-", "")
    text = re.sub(r"'\w+'", "", text)  # the name of a parameter, such as 'from'
    text = re.sub(r"\{\w+(?:, \w+)*\}", "", text)  # the shape of an object, such as {when, port}
    return re.sub(r"^(nodes\.\S+|\w+:)\s*", "", text)


def squeezed(root) -> set[str]:
    """Words that have less room than they need, where nothing elides or wraps them."""
    found = set()
    for kind in (QLabel, QAbstractButton):
        for widget in root.findChildren(kind):
            text = widget.text()
            plain = isinstance(widget, QLabel) and (widget.wordWrap() or "<" in text or widget.minimumWidth() == 10)
            icon = isinstance(widget, QToolButton) and widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
            if not text or plain or icon or isinstance(widget, Elided) or widget.visibleRegion().isEmpty():
                continue
            needed = widget.fontMetrics().horizontalAdvance(text.replace("&", "").splitlines()[0])
            if widget.width() + 1 < needed and widget.property("role") not in {"caption", "secondary"}:
                found.add(f"{type(widget).__name__} {text!r}: {widget.width()} of {needed}")
    return found


@pytest.fixture
def german(qapp, session, theme, qtbot):
    speak("de")
    window = MainWindow(session, theme)
    qtbot.addWidget(window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
    window.resize(1600, 1000)
    window.show()
    yield window
    speak("en")


@pytest.mark.proof
@pytest.mark.timeout(300)
def test_every_panel_and_dialog_speaks_german_and_has_room_for_it():
    """In a process of its own: it opens every window there is, and none shall be there in the tests after it."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-m", "proof"]
    done = subprocess.run(
        [*command, f"{__file__}::test_the_walk_through_every_panel_and_dialog_in_german"],
        env=os.environ | {WALK: "1"}, capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip
    assert "1 passed" in done.stdout, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.proof
@pytest.mark.skipif(WALK not in os.environ, reason="the test above runs it in a process of its own")
def test_the_walk_through_every_panel_and_dialog_in_german(german, host, until, flow):
    made = translations()
    known, english = Catalogue(made.values()), {text for text, there in made.items() if text != there} - DATA
    left, narrow = set(), set()
    for name, root in scenes(german, host, until, flow()):
        for text in words_of(root):
            rest = without_names(text)
            said = known.knows(rest) or known.knows(text)
            if text in english or (ENGLISH.search(rest) and not said and name not in OF_FILES):
                left.add(f"{text!r} in {name}")
        narrow |= {f"{name}: {each}" for each in squeezed(root)}
    assert not left, "not in German:\n" + "\n".join(sorted(left))
    assert not narrow, "clipped:\n" + "\n".join(sorted(narrow))


def test_the_walk_sees_what_is_english(german):
    german.status_strip.host.setText("Runs of the day")
    assert "Runs of the day" in words_of(german)
    assert ENGLISH.search("Runs of the day")
    assert not Catalogue(["{n} Läufe", "Nach {name} exportiert."]).knows("Runs of the day")
    assert Catalogue(["{n} Läufe", "Nach {name} exportiert."]).knows("Nach x.json exportiert.")


def test_every_field_of_every_form_has_its_title_and_help_in_german():
    made, fields = translations(), forms()
    assert len(fields) > 400
    missing = {text for field in fields for text in (field.title, field.help, field.placeholder) if not made.get(text)}
    assert missing == {""}  # a field without help


def test_the_inspector_and_the_palette_explain_in_german(german, qtbot, until):
    german.document.apply(everything(), "Make")
    german.selection.set(["web"])
    german.inspector.show_tab("Parameters")
    assert "Eine HTTP-Anfrage senden" in german.inspector.header.subtitle.text()
    german.inspector.show_tab("Help")
    (page,) = [
        each for each in german.findChildren(QTextBrowser) if each.accessibleName() == "Dokumentation der Aktion"
    ]
    assert "Wohin; http oder https." in page.toPlainText()
    palette = german.palette_panel
    palette.finish()
    qtbot.keyClicks(palette.search, "Papierkorb")  # a word of the German summary alone
    until(lambda: "file.delete" in {entry.id for entry in palette.entries()})
    assert len(palette.entries()) < 5


def test_a_strip_says_an_error_of_the_engine_in_german(german):
    german.tell("error", "There is no file x.flow.json.", "Check its permissions.")
    seen = " ".join(words_of(german))
    assert "Es gibt keine Datei x.flow.json." in seen
    assert "Prüfen Sie die Zugriffsrechte." in seen


def failed(action, params):
    """The error with which the engine fails a run of one node."""

    async def run():
        async with Engine(MemoryStore()) as engine:
            workflow = Workflow(id="w", nodes={"first": Node(action=action, params=params)})
            result = await (await engine.start(workflow)).outcome()
            return {**result.state.errors[0], "node": "first"}

    own = asyncio.new_event_loop()  # that of the window stays the current one
    try:
        return own.run_until_complete(run())
    finally:
        own.close()


#: Real failures of several families, with what the window says of them.
FAILURES = {
    "shell.run": (
        ("shell.run", {"command": "exit 3"}),
        "Der Befehl endete mit Rückgabewert 3.",
        "Nehmen Sie den Code in 'ok_codes' auf, wenn er kein Fehlschlag ist.",
        "Verarbeitungsfehler",
    ),
    "an expression": (
        ("util.log", {"message": "{{ data.x.y }}"}),
        "data.x ist nicht definiert in data.x.y.",
        "Es ist nichts darin.",
        "Ungültiger Wert",
    ),
    "data": (
        ("data.filter", {"items": [{"a": 1}], "where": "item.a"}),
        "'where' muss true oder false ergeben, ergibt für items[0] aber 1.",
        "Schreiben Sie einen Vergleich wie item.amount > 100 oder item.name is defined.",
        "Ungültiger Wert",
    ),
    "a file": (
        ("file.read", {"path": "/nonesuch"}),
        "Die Datei '/nonesuch' gibt es nicht.",
        "Berichtigen Sie den Pfad.",
        "Nicht gefunden",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_run_tells_in_german_what_went_wrong_in_strip_panel_and_log(german, host, until, flow, name):
    given, message, hint, kind = FAILURES[name]
    error = failed(*given)
    german.session.document.reset(flow())
    german.commands["run.start"].trigger()
    until(lambda: german.controller.busy)
    run_id = german.controller.run_id
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.NODE_FAILED, 0, {"error": error})
    host.push(run_id, EventKind.RUN_FAILED, -1, {"error": error})
    until(lambda: "message" in german.banners.shown)
    assert german.banners.shown["message"].text.text() == f"{message} {hint}"
    german.selection.set(["first"])
    german.inspector.show_tab("Run")
    assert german.inspector.run.error.message.text() == message
    assert german.inspector.run.error.kind.text() == kind
    assert f"Fehlgeschlagen: {message} ({kind})" in {line.message for line in german.controller.feed.logs}


def test_what_a_request_is_refused_with_is_told_in_german(german, host, until, flow):
    german.session.document.reset(flow())

    async def refuse(*_arguments, **_options):
        raise UsageError("Run 'r' is completed; there is nothing to pause.", "Name a run of this workflow.")

    host.start = refuse
    german.commands["run.start"].trigger()
    until(lambda: "message" in german.banners.shown)
    seen = " ".join(words_of(german))
    assert "Der Lauf 'r' ist im Zustand abgeschlossen; es gibt nichts zu pausieren." in seen
    assert "Nennen Sie einen Lauf dieses Workflows." in seen


def test_problems_of_a_definition_are_told_in_german(german, until):
    nodes = {"wait": Node(action="flow.wait"), "log": Node(action="util.log", params={"message": "{{ 3 + }}"})}
    german.document.apply(Workflow(id="w", nodes=nodes), "Make")
    until(lambda: german.problems.list.count() == 2)
    items = (german.problems.list.item(row) for row in range(2))
    assert {item.data(Qt.ItemDataRole.AccessibleTextRole) for item in items} == {
        "wait:  'for' fehlt.  Geben Sie eine Dauer wie 30s oder mit 'until' einen Zeitpunkt.",
        "log:  3 +: unerwartetes Ende des Ausdrucks (Zeichen 4).  Bei Zeichen 4 fehlt ein Wert, nach '+'.",
    }


def test_pages_and_dialogs_of_names_tell_errors_in_german(german, qtbot, theme, until, monkeypatch):
    save_connection(checked("base", "sql", {"url": "postgresql://me@db.example/x"}))
    page = ConnectionsPage(theme)
    qtbot.addWidget(page)
    assert page.list.topLevelItem(0).text(1) == "Datenbank (SQL)"

    async def refused(_made):
        raise ActionError("No connection to db:5432: Connection refused.", hint="Check that the server runs.")

    monkeypatch.setattr("floworch.host.trying.attempt", refused)
    page.list.setCurrentItem(page.list.topLevelItem(0))
    page.try_it()
    until(lambda: "Verbindung" in page.message.text())
    assert page.message.text() == (
        "base funktioniert nicht: Keine Verbindung zu db:5432: Verbindung abgelehnt. Prüfen Sie, ob der Server läuft."
    )
    connections_file().write_text("{")
    page.fill()
    assert "lässt sich nicht lesen" in page.message.text()
    dialog = SecretDialog("", None)
    qtbot.addWidget(dialog)
    qtbot.keyClicks(dialog.name_line, "a b")
    dialog.accept()
    assert dialog.message.text().startswith("'a b' kann nicht der Name eines Geheimnisses sein. Nehmen Sie höchstens")


def test_reasons_of_a_plan_are_told_in_german(german, host, until, flow):
    german.session.document.reset(flow())
    nodes = [{"node": "second", "what": "runs", "reason": "upstream 'first' runs again"}]
    host.migration = {"possible": False, "needed": True, "nodes": nodes,
                      "refused": ["it has completed: start a new run"]}  # fmt: skip
    german.commands["run.start"].trigger()
    until(lambda: german.controller.busy)
    view = german.parts["partial"].view
    german.parts["partial"].migrate()
    until(lambda: bool(view.plan))
    assert view.plan["second"] == ("runs", "davor läuft 'first' noch einmal")
    assert "er ist abgeschlossen: Starten Sie einen neuen Lauf" in " ".join(words_of(german))


def test_undo_names_its_step_in_german(german, flow):
    german.document.apply(flow(), tr("Add note"))
    assert german.commands["edit.undo"].text() == "„Notiz hinzufügen“ rückgängig machen"


def test_the_command_palette_finds_german_words_and_english_ones(german, qtbot):
    for words in ("fokusmodus", "focus mode"):
        german.commands["view.commands"].trigger()
        palette = german.parts["view"]._palette
        palette.line.clear()
        qtbot.keyClicks(palette.line, words)
        assert palette.list.item(0).data(Qt.ItemDataRole.UserRole).id == "view.focus"
        palette.close()


def test_questions_are_answered_by_their_german_buttons(german, until, flow):
    german.document.apply(flow(), "Make")
    german.commands["tabs.close"].trigger()
    from PySide6.QtWidgets import QMessageBox

    until(lambda: german.findChildren(QMessageBox))
    (box,) = german.findChildren(QMessageBox)
    (button,) = [each for each in box.buttons() if each.text().replace("&", "") == "Nicht speichern"]
    button.click()
    until(lambda: not german.document.workflow.nodes)


def test_the_language_is_chosen_in_the_settings(german, session):
    german.commands["file.settings"].trigger()
    boxes = [box for box in german.findChildren(QComboBox) if box.accessibleName() == "Sprache"]
    assert [boxes[0].itemText(row) for row in range(boxes[0].count())] == ["Wie das System", "English", "Deutsch"]
    assert "Ab dem nächsten Start." in boxes[0].accessibleDescription()
    boxes[0].setCurrentIndex(1)
    assert session.settings.get("appearance/language") == "en"
    assert Path(catalogue("de")).is_file()
    assert not [line for line in german.findChildren(QLineEdit) if line.placeholderText() == "Default"]
