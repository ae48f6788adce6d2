"""The result of a whole run: outputs, files to open, inputs, error."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices

from floworch.model.codec import dumps
from floworch.run.events import Event, EventKind
from floworch.store.protocol import RunHeader
from floworch_designer.inspector.result_page import FILES, files_in


def begin(panel, *events, inputs=None):
    feed = panel.context.feed
    definition = dumps(panel.context.document.workflow).encode()
    feed.begin(RunHeader("run-7", "demo", definition, "", inputs or {}, ("log", "next", "odd"), 1.0))
    for number, (kind, payload) in enumerate(events):
        feed._fold(feed.state, Event(number, 1.0 + number, kind, payload=payload))
    feed.flush()


@pytest.fixture
def result(panel):
    panel.context.selection.clear()
    panel.show_result()
    return panel.result


def test_before_the_first_run_it_says_what_to_do(panel, result):
    assert result.nothing.isVisible()
    assert not result.details.isVisible()


def test_outputs_and_inputs_of_a_completed_run(panel, result):
    outputs = {"files": 12, "nested": {"a": [1]}}
    begin(panel, (EventKind.RUN_CREATED, {"inputs": {"folder": "/x"}}), (EventKind.RUN_STARTED, None),
          (EventKind.RUN_COMPLETED, {"outputs": outputs}), inputs={"folder": "/x"})  # fmt: skip
    assert result.status.text() == "Completed"
    assert result.outputs_section.isVisible()
    assert [result.outputs.model.index(row, 0).data() for row in range(2)] == ["files", "nested"]
    assert result.inputs_section.isVisible()
    assert not result.data_section.isVisible()
    assert not result.error.isVisible()
    assert result.links == {}


def test_a_failed_run_tells_its_error_and_no_outputs(panel, result):
    error = {"kind": "timeout_error", "message": "too slow", "node": "log"}
    begin(panel, (EventKind.RUN_CREATED, {}), (EventKind.RUN_STARTED, None), (EventKind.RUN_FAILED, {"error": error}))
    assert result.error.message.text() == "too slow"
    assert not result.outputs_section.isVisible()


def test_files_among_the_outputs_are_opened_by_their_own_program(panel, result, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    report, script = tmp_path / "report.html", tmp_path / "tool.sh"
    report.write_text("<p>")
    script.write_text("echo")
    outputs = {"report": str(report), "script": str(script), "gone": str(tmp_path / "none.txt"), "word": "report.html"}
    begin(panel, (EventKind.RUN_CREATED, {}), (EventKind.RUN_STARTED, None),
          (EventKind.RUN_COMPLETED, {"outputs": outputs}))  # fmt: skip
    assert {name: button.text() for name, button in result.links.items()} == {
        "report": "Open report.html",
        "script": "Show the folder of tool.sh",
    }
    for button in result.links.values():
        button.click()
    assert opened == [str(report), str(tmp_path)]  # a script is never handed to anything that may execute it


def test_another_run_takes_the_links_of_the_former_away(panel, result, tmp_path):
    begin(panel, (EventKind.RUN_CREATED, {}), (EventKind.RUN_STARTED, None),
          (EventKind.RUN_COMPLETED, {"outputs": {"folder": str(tmp_path)}}))  # fmt: skip
    assert list(result.links) == ["folder"]
    begin(panel, (EventKind.RUN_CREATED, {}))
    assert result.links == {}
    assert result.status.text() != "Completed"


@pytest.mark.parametrize("outputs", [None, [], {"a": 1}, {"a": "relative.txt"}, {"a": "/\0"}, {"a": "/" + "x" * 5000}])
def test_odd_outputs_have_no_files(outputs):
    assert files_in(outputs) == []


def test_only_a_few_files_get_a_button(tmp_path: Path):
    outputs = {f"f{number}": str(tmp_path) for number in range(FILES + 5)}
    assert len(files_in(outputs)) == FILES
