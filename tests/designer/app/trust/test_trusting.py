"""Restricted mode: opening runs nothing, Run asks, and what one writes oneself is trusted."""

from __future__ import annotations

import pytest

from floworch.model import codec
from floworch.model.workflow import Node
from floworch.trust import Report, TrustStore, Verdict
from floworch.trust.found import Found
from floworch_designer.app.trust.trust_dialog import TrustDialog
from floworch_designer.app.trust.trusting import FILE, FOLDER, ONCE, RUN, SEE, standing, told


@pytest.fixture
def foreign(flow, tmp_path):
    """A file that starts a program."""
    path = tmp_path / "foreign.flow.json"
    nodes = {"keep": Node(action="shell.run", params={"command": "gzip orders.json"})}
    codec.save(flow().replace(id="foreign", nodes=nodes, edges=()), path)
    return path


@pytest.fixture
def answer(window, until):
    """Presses a button of the dialog that is open."""

    def dialog():
        return next((each for each in window.findChildren(TrustDialog) if each.isVisible()), None)

    def press(word):
        until(lambda: dialog() is not None)
        dialog().buttons[word].click()
        until(lambda: dialog() is None)

    return press


def trusted(path):
    return TrustStore().verdict(codec.load(path).at(path)).trusted


def edit(window):
    window.document.apply(window.document.workflow.replace(name="Edited", description="by hand"), "Edit")


def save(window, until):
    window.commands["file.save"].trigger()
    until(lambda: not window.document.dirty and not window.files._busy)


def test_a_foreign_file_is_restricted_and_says_what_it_would_do(window, foreign):
    window.files.load(foreign)
    banner = window.banners.shown["trust"]
    assert "foreign.flow.json is not trusted yet" in banner.title.text()
    assert "start programs" in banner.text.text()
    assert list(banner.buttons) == [SEE, FILE, FOLDER]
    assert window.tab.restricted
    assert window.commands["edit.select_all"].isEnabled(), "all but running works"


def test_what_touches_nothing_needs_no_trust(window, flow, tmp_path):
    codec.save(flow(), tmp_path / "x.flow.json")
    window.files.load(tmp_path / "x.flow.json")
    assert not window.tab.restricted
    assert "trust" not in window.banners.shown


def test_trusting_the_file_lasts_until_somebody_else_changes_it(window, foreign, flow):
    window.files.load(foreign)
    window.banners.shown["trust"].buttons[FILE].click()
    assert trusted(foreign)
    assert not window.tab.restricted
    assert "trust" not in window.banners.shown
    other = codec.load(foreign)
    codec.save(other.replace(nodes={"keep": other.nodes["keep"].replace(params={"command": "rm -r /"})}), foreign)
    window.files.load(foreign)
    assert "was changed since you trusted it" in window.banners.shown["trust"].title.text()


def test_a_file_that_was_put_beside_it_is_named_and_not_the_workflow(window, flow, tmp_path):
    path, folder = tmp_path / "own.flow.json", tmp_path / "actions"
    folder.mkdir()
    (folder / "own.py").write_text("")
    codec.save(flow().replace(id="own", nodes={"n": Node(action="own.act")}, edges=()), path)
    window.files.load(path)
    window.banners.shown["trust"].buttons[FILE].click()
    (folder / "added.py").write_text("")
    window.files.load_into(window.tab, path)
    title = window.banners.shown["trust"].title.text()
    assert title == "What own.flow.json uses was changed since you trusted it: actions/added.py (new)"


def test_trusting_the_folder_reaches_every_tab_of_it(window, foreign, tmp_path):
    second = tmp_path / "second.flow.json"
    codec.save(codec.load(foreign).replace(id="second"), second)
    window.files.load(foreign)
    window.files.load(second)
    window.banners.shown["trust"].buttons[FOLDER].click()
    assert not any(tab.restricted for tab in window.tabs.all)
    assert trusted(foreign)


@pytest.mark.parametrize(("word", "runs", "kept"), [("Cancel", False, False), (ONCE, True, False), (RUN, True, True)])
def test_run_asks_first(window, host, foreign, until, answer, word, runs, kept):
    window.files.load(foreign)
    window.commands["run.start"].trigger()
    answer(word)
    until(lambda: not runs or window.controller.run_id is not None)
    assert any(what[0] == "start" for what in host.asked) is runs
    assert trusted(foreign) is kept
    assert window.tab.restricted is not kept


def test_the_report_can_be_seen_from_the_strip(window, foreign, answer):
    window.files.load(foreign)
    window.banners.shown["trust"].buttons[SEE].click()
    answer(FILE)
    assert trusted(foreign)


def test_what_one_draws_and_saves_is_trusted_and_stays_so(window, foreign, tmp_path, until):
    window.document.apply(codec.load(foreign), "Draw")
    window.document.save(tmp_path / "mine.flow.json")
    window.trusting.saved(window.tab)
    assert trusted(tmp_path / "mine.flow.json")
    edit(window)
    save(window, until)
    assert trusted(tmp_path / "mine.flow.json")
    assert len([each for each in TrustStore().records() if "mine" in each.get("path", "")]) == 1


def test_saving_a_foreign_file_does_not_make_it_ones_own(window, foreign, until):
    window.files.load(foreign)
    edit(window)
    save(window, until)
    assert not trusted(foreign)
    assert window.tab.restricted
    window.trusting.trust(window.tab)
    edit(window)
    save(window, until)
    assert trusted(foreign)


def test_what_was_imported_is_foreign_though_it_lies_in_no_file(window, foreign):
    window.files.show(codec.load(foreign), foreign=True)
    assert list(window.banners.shown["trust"].buttons) == [SEE, "Trust it"]
    window.banners.shown["trust"].buttons["Trust it"].click()
    assert not window.tab.restricted


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (Report(commands=[Found("gzip")]), "It would start programs."),
        (Report(hosts=[Found("a.org"), Found("a.org", "x")], secrets=[Found("K")]),
         "It would reach a.org and read secrets."),
        (Report(hosts=[Found(name) for name in "abcd"]), "reach a, b and 2 more hosts"),
        (Report(local_files=["actions/x.py"], unknown=[Found("x.y")]), "It would run Python files beside it."),
        (Report(calls=[Found("{{ inputs.which }}")]), "call a workflow that only the run knows"),
    ],
)  # fmt: skip
def test_it_is_told_in_one_sentence(report, words):
    assert words in told(report)


def test_how_it_stands():
    assert standing("x", False, Verdict(True)) == "x is trusted"
    assert standing("x", True, Verdict(False, changed=True)) == "x was changed since you trusted it"
