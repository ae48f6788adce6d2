"""The run tab with odd values: huge, deep, binary, none; errors and logs of any size; runs that follow each other."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QModelIndex, Qt

from floworch.model.codec import dumps
from floworch.run.events import Event, EventKind
from floworch.store.protocol import RunHeader
from floworch_designer.inspector.run_page import LINES, MESSAGE
from floworch_designer.inspector.values import TEXT_LIMIT, ValueModel, bounded_text, cell_text

BIG = "line of text\n" * 800_000
WIDE = {f"key {number}": number for number in range(300_000)}


def deep(levels):
    value = "bottom"
    for level in range(levels):
        value = [value] if level % 2 else {"in": value}
    return value


@pytest.fixture
def run(panel):
    """Begins a run and feeds it events by kind; the Run tab of "log" is in front."""
    panel.context.selection.set(["log"])
    panel.show_tab("Run")
    feed = panel.context.feed
    definition = dumps(panel.context.document.workflow).encode()

    def begin(*events, run_id="r"):
        feed.begin(RunHeader(run_id, "demo", definition, "", {}, ("log", "next", "odd"), 1.0))
        story = [(EventKind.RUN_CREATED, -1, None), (EventKind.RUN_STARTED, -1, None), *events]
        for seq, (kind, node, payload) in enumerate(story):
            feed._fold(feed.state, Event(seq, 2.0 + seq, kind, node, 1 if node >= 0 else 0, (), payload))
        feed.flush()
        return panel.run

    return begin


def completed(output):
    return (EventKind.NODE_STARTED, 0, None), (EventKind.NODE_COMPLETED, 0, {"output": output})


def failed(**error):
    return (EventKind.NODE_STARTED, 0, None), (EventKind.NODE_FAILED, 0, {"error": {"kind": "value_error", **error}})


def logged(*messages):
    return [(EventKind.NODE_LOGGED, 0, {"level": "info", "message": message}) for message in messages]


@pytest.mark.parametrize("output", [BIG, BIG.replace("\n", " "), WIDE, list(WIDE), [WIDE] * 3, deep(600),
                                    {"blob": BIG, "rows": [BIG] * 5}],
                         ids=["lines", "one line", "wide", "list", "rows", "deep", "mixed"])  # fmt: skip
def test_a_huge_output_is_shown_at_once_as_tree_and_as_text(run, qtbot, output):
    begin = time.perf_counter()
    page = run(*completed(output))
    for button in page.output._group.buttons():
        button.click()
    page.output.copy.click()
    assert time.perf_counter() - begin < 2.0
    assert page.output_section.isVisibleTo(page)
    assert 0 < len(page.output.text.toPlainText()) <= TEXT_LIMIT + 100
    assert page.output.model.rowCount() <= 400  # a page, and the next one where the view has room


@pytest.mark.parametrize("output", [None, False, 0, "", [], {}, 1.5, "a", b"\x00\xff" * 10, [None], {"": {"": ""}},
                                    {"$type": "bytes", "value": "AP8="}, "\x00\x01\x1b[31m", "right",
                                    10**30], ids=repr)  # fmt: skip
def test_every_kind_of_output_has_a_tree_and_a_text(run, output):
    page = run(*completed(output))
    for button in page.output._group.buttons():
        button.click()
    assert page.output_section.isVisibleTo(page)
    root = QModelIndex()
    wanted = len(output) if isinstance(output, dict | list) else 1
    assert page.output.model.rowCount(root) == wanted
    if wanted:
        assert isinstance(page.output.model.index(0, 1).data(), str)


def test_no_output_yet_shows_no_output_of_the_run_before(run):
    page = run(*completed({"first": 1}), run_id="one")
    assert page.output.model.index(0, 0).data() == "first"
    run((EventKind.NODE_STARTED, 0, None), run_id="two")
    assert not page.output_section.isVisibleTo(page)
    run(*completed({"second": 2}), run_id="three")
    assert page.output.model.index(0, 0).data() == "second"


def test_open_branches_stay_open_while_the_run_goes_on(run, panel):
    page = run(*completed({"a": {"b": 1}}))
    tree = page.output.tree
    tree.expand(page.output.model.index(0, 0))
    feed = panel.context.feed
    feed._fold(feed.state, Event(feed.state.seq, 9.0, EventKind.NODE_LOGGED, 0, 1, (), {"message": "x"}))
    feed.flush()
    assert tree.isExpanded(page.output.model.index(0, 0))


def test_a_list_that_contains_itself_does_not_hang():
    loop = [1]
    loop.append(loop)
    begin = time.perf_counter()
    text = bounded_text(loop)
    model = ValueModel(loop)
    index = model.index(1, 0)
    for _ in range(50):
        model.fetchMore(index)
        index = model.index(1, 0, index)
    assert time.perf_counter() - begin < 1.0
    assert len(text) < TEXT_LIMIT + 100
    assert index.data(Qt.ItemDataRole.UserRole).startswith("[1][1][1]")


@pytest.mark.parametrize("value", [deep(150), deep(900)], ids=["150", "900"])
def test_deep_values_are_cut_not_fatal(value):
    assert len(bounded_text(value)) <= TEXT_LIMIT + 100
    assert cell_text(value)


def test_what_is_copied_is_the_text(run, qapp):
    page = run(*completed({"a": [1, "é"]}))
    page.output.copy.click()
    assert qapp.clipboard().text() == '{\n  "a": [\n    1,\n    "é"\n  ]\n}'


# -- errors ----------------------------------------------------------------------------------------------


def test_a_traceback_is_folded_until_it_is_asked_for(run, qtbot):
    page = run(*failed(message="no such file", traceback="Traceback (most recent call last):\n  boom"))
    assert page.error.kind.text() == "Value error"
    assert page.error.message.text() == "no such file"
    assert not page.error.trace.isVisibleTo(page.error)
    page.error.section.header.click()
    assert page.error.trace.isVisibleTo(page.error)
    assert "boom" in page.error.trace.toPlainText()
    assert page.error.trace.isReadOnly()


def test_an_error_without_traceback_shows_no_section(run):
    page = run(*failed(message="plain"))
    assert not page.error.section.isVisibleTo(page.error)


def test_an_error_of_many_megabytes_is_cut(run):
    begin = time.perf_counter()
    page = run(*failed(message=BIG, traceback=BIG))
    page.error.section.header.click()
    assert time.perf_counter() - begin < 2.0
    assert len(page.error.message.text()) < MESSAGE + 100
    assert "more characters" in page.error.message.text()
    assert len(page.error.trace.toPlainText()) < TEXT_LIMIT + 100


def test_the_error_goes_with_the_node_and_the_run(run, panel):
    page = run(*failed(message="bad"))
    assert page.error.isVisibleTo(page)
    panel.context.selection.set(["next"])
    assert not page.error.isVisibleTo(page)
    panel.context.selection.set(["log"])
    assert page.error.isVisibleTo(page)
    run(*completed(1), run_id="two")
    assert not page.error.isVisibleTo(page)


def test_markup_in_messages_is_shown_as_it_is(run):
    page = run(*failed(message="<b>x</b> & <img src='http://nowhere/x.png'>"))
    assert page.error.message.text() == "<b>x</b> & <img src='http://nowhere/x.png'>"


# -- log -------------------------------------------------------------------------------------------------


def test_the_newest_lines_of_the_node_are_shown(run):
    page = run((EventKind.NODE_STARTED, 0, None), *logged(*(f"line {number}" for number in range(LINES + 50))))
    shown = page.log.toPlainText().splitlines()
    assert len(shown) == LINES
    assert shown[-1].endswith(f"line {LINES + 49}")
    assert page.log_section.header.text() == f"Log ({LINES + 51})", "all there are, not only those in sight"


def test_earlier_lines_are_turned_to(run, qtbot):
    """It showed the last 500 lines, and no word of those before them."""
    page = run((EventKind.NODE_STARTED, 0, None), *logged(*(f"line {number}" for number in range(2 * LINES + 50))))
    page.log_section.header.setChecked(True)
    assert page.log_pager.where.text() == "Lines 552 to 1,051", "with the one about its start"
    qtbot.mouseClick(page.log_pager.before, Qt.MouseButton.LeftButton)
    assert page.log_pager.where.text() == "Lines 52 to 551"
    assert page.log.toPlainText().splitlines()[0].endswith("line 50")
    qtbot.mouseClick(page.log_pager.before, Qt.MouseButton.LeftButton)
    assert page.log_pager.where.text() == "Lines 1 to 51"
    assert not page.log_pager.before.isEnabled()
    qtbot.mouseClick(page.log_pager.after, Qt.MouseButton.LeftButton)
    assert page.log.toPlainText().splitlines()[-1].endswith("line 549")


def test_lines_of_other_nodes_are_not_mixed_in(run, panel):
    page = run((EventKind.NODE_STARTED, 0, None), *logged("mine"),
               (EventKind.NODE_LOGGED, 1, {"level": "warning", "message": "theirs"}))  # fmt: skip
    assert "mine" in page.log.toPlainText()
    assert "theirs" not in page.log.toPlainText()
    panel.context.selection.set(["next"])
    assert "theirs" in page.log.toPlainText()
    assert "mine" not in page.log.toPlainText()
    panel.context.selection.set(["odd"])
    assert page.log_section.header.text() == "Log (empty)"


def test_a_line_of_many_megabytes_is_cut(run):
    begin = time.perf_counter()
    page = run((EventKind.NODE_STARTED, 0, None), *logged(*[BIG] * 20))
    assert time.perf_counter() - begin < 2.0
    assert len(page.log.toPlainText()) < 25 * MESSAGE


def test_the_log_of_the_next_run_replaces_one_of_the_same_length(run, panel):
    page = run((EventKind.NODE_STARTED, 0, None), *logged("of the first"), run_id="one")
    assert "of the first" in page.log.toPlainText()
    panel.show_tab("Parameters")
    run((EventKind.NODE_STARTED, 0, None), *logged("of the second"), run_id="two")
    panel.show_tab("Run")
    assert "of the second" in page.log.toPlainText()
    assert "of the first" not in page.log.toPlainText()


# -- states ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wait", "words"), [
    ({"kind": "timer", "due": 4_000_000_000.0}, "a timer until"), ({"kind": "signal", "name": "paid"}, "“paid”"),
    ({"kind": "approval"}, "an approval"), ({"kind": "form"}, "a form"), ({"kind": "moon"}, "something outside"),
    ({"kind": "call", "name": "w-1.pay"}, "the run that it called"),
])  # fmt: skip
def test_what_a_node_waits_for_is_said(run, wait, words):
    page = run((EventKind.NODE_STARTED, 0, None), (EventKind.NODE_WAITING, 0, {"wait": wait}))
    shown = dict(page.facts._shown)
    assert words in shown["Waits for"]


@pytest.mark.parametrize(("fraction", "message", "words"), [(0.5, "half", "50% · half"), (None, "busy", "busy"),
                                                            (7, "", "100%"), (-1, "", "0%")])  # fmt: skip
def test_progress_is_said_while_it_runs(run, fraction, message, words):
    payload = {"fraction": fraction, "message": message}
    page = run((EventKind.NODE_STARTED, 0, None), (EventKind.NODE_PROGRESSED, 0, payload))
    assert dict(page.facts._shown)["Progress"] == words


def test_a_node_the_run_does_not_know_has_not_run(run, panel, context):
    page = run(*completed(1))
    from floworch_designer.document import edits

    workflow, added = edits.add_node(context.document.workflow, "util.log", None, (0, 0))
    context.document.apply(workflow, "Add")
    context.selection.set([added])
    assert page.nothing.isVisibleTo(page)
    assert not page.details.isVisibleTo(page)


def test_a_run_taken_off_the_canvas_is_taken_off_the_page(run, panel):
    page = run(*completed(1))
    panel.context.feed.clear()
    assert page.nothing.isVisibleTo(page)


def test_markup_in_titles_and_help_is_shown_as_it_is(panel, context):
    from floworch_designer.document import edits

    context.document.apply(edits.set_field(context.document.workflow, "log", "title", "<h1>x</h1>"), "Name")
    context.selection.set(["log"])
    assert panel.header.title.text() == "<h1>x</h1>"
    labels = [panel.header.title, panel.header.subtitle, panel.parameters.form.rows["message"].message]
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
