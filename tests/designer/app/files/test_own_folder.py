"""The user's folder of own actions, while the window is open (actions.md: drop-in files)."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtWidgets import QLabel

from floworch.actions.registry import registry
from floworch.model.workflow import Node
from floworch_designer.app.main_window import MainWindow

FILE = '''
from pathlib import Path
from floworch import action

Path(__file__).with_name("imported").touch()

@action("own.greet", title="{title}")
def greet({name}: str) -> str:
    """Greet somebody."""
    return "hello"
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The user's folder, which is empty; what was imported from it is forgotten after."""
    place = tmp_path / "own"
    place.mkdir()
    monkeypatch.setenv("FLOWORCH_ACTIONS", str(place))
    yield place
    for name in [name for name in registry._actions if name.startswith("own.")]:
        del registry._actions[name]
    for module in [module for module in sys.modules if module.startswith("floworch_folders.")]:
        del sys.modules[module]


@pytest.fixture
def ready(folder, window):
    """A window that has read its actions."""
    window.palette_panel.finish()
    return window


def offered(window):
    return {entry.id: entry.title for entry in window.palette_panel.actions_}


def fields(window):
    """The fields of the form in the inspector."""
    inspector = window.inspector
    return {label.text().rstrip(" *") for label in inspector.findChildren(QLabel) if label.isVisibleTo(inspector)}


def test_a_file_that_is_added_is_in_palette_and_quick_add_and_nothing_of_it_is_run(ready, folder, until):
    assert "own.greet" not in offered(ready)
    (folder / "greet.py").write_text(FILE.format(title="Greet", name="name"))
    until(lambda: "own.greet" in offered(ready))
    ready.commands["node.add"].trigger()
    assert "own.greet" in {entry.id for entry in ready.quick_add._entries}
    assert not (folder / "imported").exists()


def test_nothing_of_it_is_run_when_the_window_opens(folder, session, theme, qtbot):
    (folder / "greet.py").write_text(FILE.format(title="Greet", name="name"))
    window = MainWindow(session, theme)
    qtbot.addWidget(window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
    window.show()
    qtbot.waitUntil(lambda: bool(offered(window)))
    assert "own.greet" in offered(window)
    assert not (folder / "imported").exists()


def test_a_file_that_is_edited_has_its_new_title_and_then_goes(ready, folder, until):
    file = folder / "greet.py"
    for title in ("Greet", "Greet warmly"):
        file.write_text(FILE.format(title=title, name="name"))
        until(lambda title=title: offered(ready).get("own.greet") == title)
    file.unlink()
    until(lambda: "own.greet" not in offered(ready))
    assert not (folder / "imported").exists()


def test_card_form_and_problems_follow_a_step_that_uses_it(ready, folder, flow, until):
    file = folder / "greet.py"
    file.write_text(FILE.format(title="Greet", name="name"))
    until(lambda: "own.greet" in offered(ready))
    nodes = {"a": Node(action="own.greet", params={"name": "Ada"})}
    ready.session.document.reset(flow().replace(nodes=nodes, edges=()))
    until(lambda: ready.document.check_now() == [])
    ready.selection.set(["a"])
    until(lambda: "Name" in fields(ready))
    assert ready.canvas.graph.boxes["a"].kind.known
    file.write_text(FILE.format(title="Greet", name="whom"))
    until(lambda: bool(ready.document.problems))
    assert any("whom" in problem.message or "name" in problem.message for problem in ready.document.problems)
    until(lambda: "Whom" in fields(ready))
    assert "Name" not in fields(ready)
    file.unlink()
    until(lambda: [problem.code for problem in ready.document.problems] == ["unknown_action"])
    assert not ready.canvas.graph.boxes["a"].kind.known


def test_a_workflow_of_the_products_own_actions_is_not_shown_anew(ready, folder, flow, until):
    ready.session.document.reset(flow())
    shown = []
    ready.document.changed.connect(shown.append)
    (folder / "greet.py").write_text(FILE.format(title="Greet", name="name"))
    until(lambda: "own.greet" in offered(ready))
    assert shown == []


def test_the_command_reads_the_folder_again_and_says_what_is_there(ready, folder):
    ready.own_folder.watch.follow([])  # a folder on another machine: nothing is heard of it
    (folder / "greet.py").write_text(FILE.format(title="Greet", name="name"))
    ready.commands["file.reload_actions"].trigger()
    assert "own.greet" in offered(ready)
    assert ready.statusBar().currentMessage() == f"Read again: one action or layer of your own in {folder}"
    assert not (folder / "imported").exists()


def test_a_folder_that_is_made_later_is_noticed(folder, window, until, monkeypatch):
    later = folder / "later"
    monkeypatch.setenv("FLOWORCH_ACTIONS", str(later))
    window.palette_panel.finish()
    window.own_folder.look()
    later.mkdir()
    (later / "greet.py").write_text(FILE.format(title="Greet", name="name"))
    until(lambda: "own.greet" in offered(window))
