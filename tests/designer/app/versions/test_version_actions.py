"""The versions of a definition: listed, compared, looked at, restored; nothing of them runs."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from floworch.model import codec
from floworch.run.events import EventKind
from floworch_designer.app.files.autosave import Autosave
from floworch_designer.app.widgets import dialogs
from floworch_designer.document.document import Document
from floworch_designer.history.versions import Version

CONTROL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def commit(folder, subject):
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
    for words in (("add", "-A"), ("commit", "-q", "-m", subject)):
        subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def path(window, flow, tmp_path, host):
    """A file with one commit, saved twice, run once, with unsaved work of a process that is gone."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path / "repo"
    folder.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    path = folder / "demo.flow.json"
    codec.save(flow(), path)
    commit(folder, "Begin")
    codec.save(flow(description="saved"), path)
    host.add(flow(description="ran"), "run-1")
    window.session.recovery = tmp_path / "recovery"
    kept = Document(validate=lambda _: ())
    kept.load(path)
    autosave = Autosave(kept, tmp_path / "recovery")
    kept.apply(kept.workflow.replace(description="kept"), "Edit")
    autosave.keep()
    autosave._lock.unlock()  # as when its process ends
    window.files.load(path)
    return path


def press(window, qtbot, name, modifier):
    window.activateWindow()
    QApplication.processEvents()
    qtbot.keyClick(window, getattr(Qt.Key, f"Key_{name}"), modifier)


def message(window):
    banner = window.banners.shown.get("message")
    return banner.title.text() if banner is not None else ""


def choose(window, until, kind):
    window.show_panel("versions")
    until(lambda: any(version.kind == kind for version in window.versions.versions))
    tree = window.versions.tree
    for item in tree.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive):
        version = item.data(0, Qt.ItemDataRole.UserRole)
        if version is not None and version.kind == kind:
            tree.setCurrentItem(item)
            return


def test_alt_h_lists_the_versions_and_keys_compare_and_restore_one(window, path, qtbot, until):
    press(window, qtbot, "H", Qt.KeyboardModifier.AltModifier)
    until(lambda: len(window.versions.versions) == 4)
    assert [version.kind for version in window.versions.versions] == ["saved", "kept", "commit", "run"]
    tree = window.versions.tree
    qtbot.waitUntil(tree.hasFocus)
    for _ in range(20):
        if window.versions.chosen is not None and window.versions.chosen.kind == "commit":
            break
        qtbot.keyClick(tree, Qt.Key.Key_Down)
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    until(lambda: window.differing.showing)
    assert [(item.what, item.after) for item in window.difference.model.rows] == [("description", "saved")]
    press(window, qtbot, "Z", CONTROL_ALT)
    until(lambda: window.tab.document.dirty)
    assert not window.viewing
    assert window.document.workflow.description == ""
    assert window.document.undo_stack.count() == 1
    window.document.undo_stack.undo()
    assert window.document.workflow.description == "saved"
    tree.setFocus()
    press(window, qtbot, "H", Qt.KeyboardModifier.AltModifier)
    assert not window.docks["versions"].isVisible()


@pytest.mark.parametrize(
    ("kind", "description"), [("saved", "saved"), ("kept", "kept"), ("commit", ""), ("run", "ran")]
)
def test_every_kind_is_looked_at_read_only(window, path, qtbot, until, kind, description):
    choose(window, until, kind)
    edited = window.tab.document.workflow
    qtbot.mouseClick(window.versions.buttons["open"], Qt.MouseButton.LeftButton)
    until(lambda: window.viewing)
    assert window.document.workflow.description == description
    window.document.apply(edited.replace(description="no"), "Edit")
    assert window.document.workflow.description == description
    window.banners.shown["viewing"].buttons["Back to editing"].click()
    assert window.document.workflow is edited


def test_the_last_commit_and_another_file_are_compared_by_key(window, path, flow, qtbot, until, tmp_path, monkeypatch):
    press(window, qtbot, "H", CONTROL_ALT)
    until(lambda: window.differing.showing)
    assert window.banners.shown["viewing"].title.text() == "The last commit → What you edit"
    codec.save(flow().replace(name="Other"), tmp_path / "other.flow.json")

    async def ask(_parent, _folder):
        return tmp_path / "other.flow.json"

    monkeypatch.setattr(dialogs, "ask_open", ask)
    press(window, qtbot, "O", CONTROL_ALT)
    until(lambda: "other" in window.banners.shown["viewing"].title.text())
    assert ("name", "Other") in [(item.what, item.before) for item in window.difference.model.rows]


def test_a_version_that_is_edited_already_is_no_step(window, path, until):
    choose(window, until, "saved")
    window.commands["versions.restore"].trigger()
    until(lambda: "already" in window.statusBar().currentMessage())
    assert not window.document.dirty


def test_what_is_gone_or_in_no_repository_is_told(window, path, flow, until, tmp_path):
    choose(window, until, "kept")
    for kept in (tmp_path / "recovery").glob("*.json"):
        kept.unlink()
    window.commands["versions.open"].trigger()
    until(lambda: "message" in window.banners.shown)
    assert "no longer kept" in window.banners.shown["message"].title.text()
    codec.save(flow(), tmp_path / "lonely.flow.json")
    window.files.load(tmp_path / "lonely.flow.json")
    window.commands["versions.head"].trigger()
    until(lambda: "not in a git repository" in message(window))
    (tmp_path / "lonely.flow.json").unlink()
    window.commands["versions.saved"].trigger()
    until(lambda: "lonely" in message(window))


def test_a_restored_commit_that_does_something_is_looked_at_before_it_runs(window, path, until):
    text = codec.dumps(codec.load(path)).replace('"util.log"', '"shell.run"').replace('"message"', '"command"')
    path.write_text(text, encoding="utf-8")
    commit(path.parent, "Do more")
    codec.save(window.document.workflow, path)
    assert not window.tab.restricted
    choose(window, until, "commit")
    window.commands["versions.restore"].trigger()
    until(lambda: window.document.dirty)
    assert window.tab.restricted
    assert "trust" in window.banners.shown


def test_a_workflow_without_a_file_has_only_its_runs(window, flow, host, until):
    host.add(flow(), "run-1")
    window.document.apply(flow(description="new"), "Make")
    window.show_panel("versions")
    until(lambda: [version.kind for version in window.versions.versions] == ["run"])
    assert not window.commands["versions.saved"].isEnabled()


def test_a_run_that_went_over_to_another_definition_is_listed_under_that_one(window, flow, host, until):
    """C7.5: what such a run has now is the version that it went over to."""
    old, new = flow(), flow().replace(name="Newer", nodes={"first": flow().nodes["first"]}, edges=())
    window.document.reset(new)
    runs = ("r-went-over", "r-waited", "r-stayed")
    for run_id in runs:
        host.push(host.add(old, run_id), EventKind.RUN_STARTED)
        host.push(run_id, EventKind.RUN_SUSPENDED if run_id == "r-waited" else EventKind.RUN_PAUSED)
    host.go_over("r-went-over", new)
    host.go_over("r-waited", new)
    for run_id in runs:
        host.push(run_id, EventKind.RUN_RESUMED)
        host.push(run_id, EventKind.RUN_COMPLETED)
    host.push(host.add(new, "r-new"), EventKind.RUN_COMPLETED)
    window.show_panel("versions")
    until(lambda: bool(window.versions.versions))
    listed = {version.key: version.detail for version in window.versions.versions}
    assert listed == {"r-new": "3 runs, this the latest", "r-stayed": "1 run"}


def test_what_is_known_of_a_run_is_read_once(window, flow, host, until, monkeypatch):
    window.document.reset(flow())
    host.push(host.add(flow(), "r-1"), EventKind.RUN_COMPLETED)
    loaded = []
    window.show_panel("versions")
    until(lambda: bool(window.versions.versions))

    async def header(run_id):
        loaded.append(run_id)
        return host.headers[run_id]

    monkeypatch.setattr(host, "header", header)
    host.push(host.add(flow(), "r-2"), EventKind.RUN_COMPLETED)
    window.version_actions.refresh()
    until(lambda: window.versions.versions[0].key == "r-2")
    assert loaded == ["r-2"]
    known = window.version_actions._headers_read.values()
    assert [header.definition for _about, header in known] == [b"", b""], "of a large one sixty would be hundreds of MB"


def test_a_run_that_went_over_is_opened_as_the_version_that_it_has_now(window, flow, host, loop):
    old, new = flow(), flow().replace(name="Newer")
    host.push(host.add(old, "r-went-over"), EventKind.RUN_STARTED)
    host.push("r-went-over", EventKind.RUN_PAUSED)
    host.go_over("r-went-over", new)
    read = window.version_actions._read(Version("run", "r-went-over", "r-went-over"))
    assert loop.run_until_complete(read).name == "Newer"
