"""What the engine really says when something goes wrong is said in German (designer.md, languages).

The engine raises every error here itself: no text is put in by the test.
"""

from __future__ import annotations

import asyncio
import re
import sys
import zipfile

import pytest

import floworch
from floworch import Engine, FlatBuffersStore, FlowError, MemoryStore, Node, Workflow
from floworch.actions.connections import checked
from floworch.actions.secret_sources import check_name
from floworch.exchange.unbundle import unpack_bundle
from floworch.host.channel import connect
from floworch.trust.ledger import TrustStore
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import speak

#: Words that no German sentence has.
ENGLISH = re.compile(r"\b(the|of|and|with|is|are|this|for|from|not|to|it|when|what|which|by)\b", re.IGNORECASE)

#: A command line, which is written as it is.
COMMAND = re.compile(r"floworch [\w -]+")


@pytest.fixture
def german(qapp):
    speak("de")
    yield
    speak("en")


def node(action, /, middleware=(), **params):
    return {"n": Node(action=action, params=params, middleware=middleware)}


def told(nodes, inputs=None):
    """Messages and hints of what fails when these nodes are run, in the order in which they are told."""

    async def run():
        async with Engine(MemoryStore()) as engine:
            try:
                result = await (await engine.start(Workflow(id="w", nodes=nodes), inputs)).outcome()
            except FlowError as error:
                return [error.message, error.hint]
            return [text for each in result.state.errors.values() for text in (each["message"], each.get("hint"))]

    return [text for text in asyncio.run(run()) if text]


RUNS = {
    "shell.run": (
        node("shell.run", command="exit 3"),
        "Der Befehl endete mit Rückgabewert 3.",
        "Nehmen Sie den Code in 'ok_codes' auf, wenn er kein Fehlschlag ist.",
    ),
    "shell.run, no program": (
        node("shell.run", command=["nonesuch"]),
        "Das Programm 'nonesuch' wurde nicht gefunden.",
        "Installieren Sie es, geben Sie seinen vollen Pfad, oder nehmen Sie seinen Ordner in 'env' in PATH auf.",
    ),
    "shell.run, JSON": (
        node("shell.run", command="echo x", parse="json"),
        "Die Ausgabe ist kein JSON: ein Wert wird erwartet: Zeile 1, Spalte 1 (Zeichen 0). Sie beginnt mit: x",
        "Lassen Sie den Befehl nur JSON ausgeben, oder setzen Sie parse auf text.",
    ),
    "python.code": (
        node("python.code", code="1 / 0"),
        "ZeroDivisionError: Division durch null (Zeile 1)",
    ),
    "python.code, no value": (
        node("python.code", code="result = {1, 2}"),
        "result ist vom Typ set, das ist kein JSON-Wert; nehmen Sie eine Liste, zum Beispiel sorted(...).",
    ),
    "python.code, the process": (
        node("python.code", code="import os; os._exit(3)"),
        "Der Arbeitsprozess endete vor der Arbeit, mit Rückgabewert 3.",
        "Der Code oder eine Bibliothek, die er nutzt, beendete den Prozess oder ließ ihn abstürzen.",
    ),
    "python.script": (
        node("python.script", path="nonesuch.py", function="f"),
        "Es gibt keine Datei 'nonesuch.py'.",
        "Berichtigen Sie 'path'.",
    ),
    "an expression": (
        node("util.log", message="{{ 1 / 0 }}"),
        "1 / 0: 1 / 0 lässt sich nicht berechnen: Durch null lässt sich nicht teilen.",
        "Schließen Sie das vorher aus, etwa mit {{ a / b if b else 0 }}.",
    ),
    "a filter": (
        node("util.log", message="{{ 'a' | int }}"),
        "int: 'a' ist keine Zahl in 'a' | int.",
        "Geben Sie eine Vorgabe: | int(0).",
    ),
    "data that is not there": (
        node("util.log", message="{{ data.x.y }}"),
        "data.x ist nicht definiert in data.x.y.",
        "Es ist nichts darin.",
    ),
    "an expression that does not parse": (
        node("util.log", message="{{ 3 + }}"),
        "Der Workflow 'w': 3 +: unerwartetes Ende des Ausdrucks (Zeichen 4).",
        "Bei Zeichen 4 fehlt ein Wert, nach '+'.",
    ),
    "a condition": (
        node("flow.if", condition="3 + 4"),
        "Die Bedingung 3 + 4 ergab int statt true oder false.",
        "Vergleichen Sie: ... == 1, ... is defined, ... | length > 0.",
    ),
    "flow.switch": (
        node("flow.switch", value=3, cases=[{"match": 4, "port": "a"}]),
        "Kein Fall trifft für den Wert 3 zu, und es gibt keine Vorgabe.",
        "Fügen Sie einen Fall hinzu, oder geben Sie 'default' einen Ausgang.",
    ),
    "flow.wait": (
        node("flow.wait"),
        "Der Workflow 'w': 'for' fehlt.",
        "Geben Sie eine Dauer wie 30s oder mit 'until' einen Zeitpunkt.",
    ),
    "flow.fail": (node("flow.fail"), "Von einem Knoten „Fehlschlagen“ gestoppt."),
    "human.choose": (node("human.choose", items=[]), "'items' ist leer: Es gibt nichts zur Auswahl."),
    "data.filter": (
        node("data.filter", items=[{"a": 1}], where="item.a"),
        "'where' muss true oder false ergeben, ergibt für items[0] aber 1.",
        "Schreiben Sie einen Vergleich wie item.amount > 100 oder item.name is defined.",
    ),
    "data.parse": (
        node("data.parse", text="{", format="json"),
        "'text' ist kein JSON: ein Name in doppelten Anführungszeichen wird erwartet: Zeile 1, Spalte 2 (Zeichen 1).",
        "Berichtigen Sie ihn oder sein Format.",
    ),
    "data.validate": (
        node("data.validate", value={"a": 1}, rules=[{"field": "b", "required": True}, {"field": "a", "min": 3}]),
        "Nicht wie gewünscht: 'b' fehlt; 'a' muss mindestens 3 sein, nicht 1.",
        "Berichtigen Sie die Werte, oder setzen Sie on_bad auf route und nehmen Sie den Ausgang invalid.",
    ),
    "data.validate, the value": (
        node("data.validate", value="ab", rules=[{"min": 3}]),
        "Nicht wie gewünscht: der Wert muss mindestens die Länge 3 haben, nicht 'ab'.",
    ),
    "data.template": (
        node("data.template", template="a\nb {{ data.x.y }}"),
        "Zeile 2 der Vorlage: ",
    ),
    "data.sql": (
        node("data.sql", query="SELECT b FROM t", tables={"t": [{"a": 1}]}),
        'Die Spalte "b" gibt es in den Tabellen der Abfrage nicht! In Frage kommen: ',
    ),
    "validation": (
        node("python.code", code="3", middleware=({"use": "validation", "with": {"output": {"type": "string"}}},)),
        "die Ausgabe von 'n' ist nicht wie gewünscht: 3 ist nicht vom Typ 'string'",
    ),
    "data.group": (
        node("data.group", items=[{"a": "x"}], by=["a"], aggregates=[{"fn": "sum", "key": "a"}]),
        "'sum' über 'a': items[0] hat 'x', gebraucht wird aber eine Zahl.",
        (
            "Filtern oder wandeln Sie die Elemente zuerst um, "
            "oder nehmen Sie als Schlüssel einen Ausdruck, der item sieht."
        ),
    ),
    "data.read_table": (
        node("data.read_table", path="nonesuch.csv"),
        "Die Datei 'nonesuch.csv' gibt es nicht.",
    ),
    "db.query": (
        node("db.query", connection="x.db", sql="SELECT * FROM nonesuch"),
        "Die Datenbank nahm die Anweisung nicht an: es gibt keine Tabelle nonesuch.",
        "Prüfen Sie die Namen von Tabellen und Spalten und die Anweisung.",
    ),
    "db.query, a folder": (
        node("db.query", connection="/nonesuch/x.db", sql="SELECT 1"),
        "Den Ordner '/nonesuch' der Datenbank gibt es nicht.",
        "Legen Sie ihn an, oder berichtigen Sie den Pfad.",
    ),
    "file.copy_move": (
        node("file.copy_move", source="nonesuch", target="x"),
        "Die Datei oder den Ordner 'nonesuch' gibt es nicht.",
    ),
    "file.archive": (
        node("file.archive", op="unzip", source=__file__, target="x"),
        "Es ist kein lesbares Archiv, oder es ist beschädigt: ",
        "ZIP und TAR (auch mit gzip, bzip2 oder xz) lassen sich auspacken.",
    ),
    "http.request": (
        node("http.request", url="http://127.0.0.1:1/"),
        "Keine Verbindung zu 127.0.0.1:1: kein Anschluss möglich ('127.0.0.1', 1).",
        "Prüfen Sie, ob der Server läuft.",
    ),
    "mail.send": (
        node("mail.send", **{"from": "a@b.org", "to": ["nope"], "host": "127.0.0.1", "port": 1, "security": "none"}),
        "'nope' ist keine Mailadresse.",
        'Schreiben Sie sie wie ada@example.org oder "Ada Lovelace <ada@example.org>".',
    ),
    "ai.chat": (
        node("ai.chat", url="http://127.0.0.1:1/v1", model="m", prompt="x"),
        "Keine Verbindung zu 127.0.0.1:1: kein Anschluss möglich ('127.0.0.1', 1).",
        "Prüfen Sie, ob der Server läuft.",
    ),
    "chat.send, a secret": (
        node("chat.send", service="slack", webhook="NONESUCH", text="x"),
        (
            "Der Workflow 'w' kann auf diesem Rechner nicht laufen: "
            "Das Geheimnis 'NONESUCH' ist auf diesem Rechner nicht gesetzt."
        ),
    ),
    "util.datetime": (
        node("util.datetime", value="x"),
        "'value' ist 'x', das ist kein Zeitpunkt.",
        "Schreiben Sie ihn wie 2026-01-31T18:00:00Z, als Sekunden seit 1970, oder sagen Sie sein 'format'.",
    ),
    "a timeout": (
        node(
            "python.code", code="import time; time.sleep(9)", middleware=({"use": "timeout", "with": {"after": 0.1}},)
        ),
        "es dauerte länger als 0.1 s",
    ),
    "an option of a layer": (
        node("util.log", message="x", middleware=({"use": "timeout", "with": {"after": "x"}},)),
        "Der Workflow 'w': 'after': 'x' ist keine Dauer: Schreiben Sie Sekunden oder eine Zahl mit ms, s, m, h oder d.",
        "Berichtigen Sie die Option; 'floworch actions list --middleware' beschreibt sie.",
    ),
    "idempotency": (
        node("python.code", code="1", middleware=({"use": "idempotency", "with": {"key": ""}},)),
        "der Schlüssel der Idempotenz ist leer: Alles würde als dieselbe Arbeit gelten",
        "Der Schlüssel ist ''; sorgen Sie dafür, dass er in jedem Lauf einen Wert hat.",
    ),
    "parameters": (
        node("db.query", url="x"),
        "Der Workflow 'w': 'connection' fehlt; 'sql' fehlt; Es gibt keinen Parameter 'url'.",
    ),
}


@pytest.mark.parametrize("name", RUNS)
def test_what_fails_a_run_is_said_in_german(german, name, tmp_path, monkeypatch):
    if name.startswith("shell.run") and sys.platform == "win32":
        pytest.skip("uses POSIX commands")
    monkeypatch.chdir(tmp_path)
    nodes, *expected = RUNS[name]
    heard = [said(text) for text in told(nodes)]
    assert len(heard) >= len(expected)
    for text, german_text in zip(heard, expected, strict=False):
        assert text == german_text or (german_text.endswith(": ") and text.startswith(german_text))


def refused(call):
    """Message and hint of what a call of the engine is refused with."""

    async def asked():
        made = call()
        return await made if asyncio.iscoroutine(made) else made

    with pytest.raises(FlowError) as caught:
        asyncio.run(asked())
    return caught.value.message, caught.value.hint


LOG = Workflow(id="w", nodes=node("util.log", message="x"))
ASKS = Workflow(id="w", nodes=node("human.approve", message="x"))
FORM = Workflow(id="w", nodes=node("human.form", schema={"n": {"type": "number", "required": True}}))
INPUT = floworch.loads(
    '{"id": "w", "inputs": {"n": {"type": "number", "required": true}}, "nodes": {"n": {"action": "flow.fail"}}}'
)


async def at_rest(workflow, ask):
    """What the engine says to a request about a run of a workflow that has come to rest."""
    async with Engine(MemoryStore()) as engine:
        await (await engine.start(workflow, run_id="r")).outcome()
        await ask(engine)


def archive(folder):
    with zipfile.ZipFile(folder / "x.zip", "w") as file:
        file.writestr("a", "b")
    return folder / "x.zip"


async def corrupt(folder):
    """Read the journal of a run in which a bit has turned over."""
    store = FlatBuffersStore(folder / "store")
    async with Engine(store) as engine:
        await (await engine.start(LOG, run_id="r")).result()
    (journal,) = (folder / "store" / "runs" / "r").glob("journal-*")
    content = bytearray(journal.read_bytes())
    content[len(content) // 3] ^= 0xFF
    journal.write_bytes(content)
    list(FlatBuffersStore(folder / "store").events("r"))


REQUESTS = {
    "an answer to a node that is not there": (
        lambda folder: at_rest(ASKS, lambda engine: engine.approve("r", "b")),
        "Der Lauf 'r' hat keinen Knoten 'b'.",
        "Seine Knoten: n.",
    ),
    "a wrong answer": (
        lambda folder: at_rest(ASKS, lambda engine: engine.submit("r", "n", {})),
        "Der Knoten 'n' des Laufs 'r' wartet nicht auf ein Formular oder eine Auswahl.",
        "Kein Knoten dieses Laufs wartet auf ein Formular oder eine Auswahl.",
    ),
    "a form with a wrong value": (
        lambda folder: at_rest(FORM, lambda engine: engine.submit("r", "n", {"n": "x"})),
        "Das Feld 'n' muss vom Typ number sein, nicht text.",
        "Felder: n (number, required).",
    ),
    "a pause of what has ended": (
        lambda folder: at_rest(LOG, lambda engine: engine.pause("r")),
        "Der Lauf 'r' ist im Zustand abgeschlossen; es gibt nichts zu pausieren.",
        "",
    ),
    "a step of what has ended": (
        lambda folder: at_rest(LOG, lambda engine: engine.retry("r")),
        "Der Lauf 'r' ist im Zustand abgeschlossen; nur einen fehlgeschlagenen Lauf kann man neu versuchen.",
        "Setzen Sie einen pausierten Lauf fort, oder starten Sie einen neuen.",
    ),
    "a signal without a name": (
        lambda folder: at_rest(ASKS, lambda engine: engine.signal("r", "")),
        "Der Name eines Signals ist leer.",
        "Nehmen Sie den Namen, den der wartende Knoten hat.",
    ),
    "a run that is there": (
        lambda folder: at_rest(LOG, lambda engine: engine.start(LOG, run_id="r")),
        "Es gibt bereits einen Lauf 'r'.",
        "Wählen Sie eine andere Kennung, oder setzen Sie jenen Lauf fort.",
    ),
    "a run from a node": (
        lambda folder: at_rest(LOG, lambda engine: engine.start(LOG, from_="zz")),
        "Der Workflow 'w' hat keinen Knoten 'zz'.",
        "Es gibt: n.",
    ),
    "an input": (
        lambda folder: at_rest(LOG, lambda engine: engine.start(INPUT, {"n": "x"})),
        "Die Eingabe 'n' muss vom Typ number sein, nicht str.",
        "Erklärte Eingaben: n (number, required).",
    ),
    "a definition that is no JSON": (
        lambda folder: floworch.loads('{"id": "a", }'),
        (
            "Die Definition lässt sich nicht lesen: "
            "Zeile 1, Spalte 13: ein Name in doppelten Anführungszeichen wird erwartet."
        ),
        "Entfernen Sie das Komma vor der schließenden Klammer.",
    ),
    "a definition with a wrong value": (
        lambda folder: floworch.loads('{"id": "a", "nodes": {"n": {"action": 3}}}'),
        "Die Definition lässt sich nicht lesen: nodes.n.action ist 3; es muss ein Text sein.",
        "Schreiben Sie einen Text.",
    ),
    "a definition with two wrong values": (
        lambda folder: floworch.loads('{"id": "a", "nodes": {"n": {"action": "util.log", "join": "x"}, "m": {}}}'),
        (
            "Die Definition lässt sich nicht lesen: nodes.n.join ist 'x'; es muss all, any oder first sein; "
            "nodes.m.action fehlt."
        ),
        "",
    ),
    "a file of a newer version": (
        lambda folder: floworch.loads('{"format": 9, "id": "a", "nodes": {}}'),
        (
            "Die Definition lässt sich nicht lesen: "
            "Die Datei hat das Format 9: Eine neuere Version hat sie geschrieben; diese liest das Format 1."
        ),
        "Installieren Sie eine neuere Version von floworch.",
    ),
    "a damaged journal": (
        corrupt,
        "Das Journal FOLDER/store/runs/r/journal-000001.fbj ist bei Byte ",
        "'floworch doctor --store FOLDER/store' zeigt, was sich retten lässt.",
    ),
    "trust in a folder": (
        lambda folder: TrustStore(folder / "trust").trust_folder("/nonesuch"),
        "Es gibt keinen Ordner /nonesuch.",
        "Nennen Sie eine Definition oder einen Ordner, den es gibt.",
    ),
    "a connection": (
        lambda folder: checked("a", "htt", {}),
        "Es gibt keine Art 'htt' von Verbindungen.",
        "Meinten Sie 'http'? Wählen Sie eines von ",
    ),
    "a secret": (
        lambda folder: check_name("a b"),
        "'a b' kann nicht der Name eines Geheimnisses sein.",
        "Nehmen Sie höchstens 64 Buchstaben, Ziffern, _ und -, mit einem Buchstaben am Anfang, etwa API_TOKEN.",
    ),
    "a bundle": (
        lambda folder: unpack_bundle(archive(folder), folder / "there"),
        "FOLDER/x.zip ist ein ZIP-Archiv ohne bundle.json, ",
        "Machen Sie es neu mit: floworch export FILE --to bundle",
    ),
    "a channel": (
        lambda folder: connect(f"unix:{folder}/none", b"x"),
        "Unter ",
        "",
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_what_the_engine_refuses_is_said_in_german(german, name, tmp_path):
    call, *expected = REQUESTS[name]
    for text, german_text in zip(refused(lambda: call(tmp_path)), expected, strict=True):
        heard = said(text).replace(str(tmp_path), "FOLDER")
        assert heard.startswith(german_text)
        assert bool(heard) == bool(german_text)
        assert not ENGLISH.search(COMMAND.sub("", heard))


def test_a_users_own_words_are_left_alone(german):
    for text in ("User data: the file is missing", "The lamp of the room is on.", "a sum of 3 is not what we want"):
        assert said(text) == text
