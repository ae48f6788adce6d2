from __future__ import annotations

import json

import pytest

from floworch.serve.lines import Lines, words
from floworch.testing import FakeClock


def test_json_lines_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    Lines(True, FakeClock(1_767_225_600.0))("started", workflow="w", trigger="t", run_id="r", due=None)
    out, err = capsys.readouterr()
    assert json.loads(out) == {
        "at": "2026-01-01T00:00:00Z", "event": "started", "workflow": "w", "trigger": "t", "run_id": "r",
    }  # fmt: skip
    assert err == ""


@pytest.mark.usefixtures("vienna")
def test_words_go_to_standard_error_in_local_time(capsys: pytest.CaptureFixture[str]) -> None:
    Lines(False, FakeClock(1_767_225_600.0))(
        "started", workflow="w", trigger="t", run_id="r", due="2026-01-01T06:30:00Z"
    )
    said = "2026-01-01 01:00:00 +01:00 w.t: started run r (due 2026-01-01 07:30:00 +01:00)\n"
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize(
    ("event", "facts", "said"),
    [
        (
            "skipped",
            {"workflow": "w", "trigger": "t", "due": "d", "why": "missed"},
            "w.t: no run for d: nobody served then",
        ),
        ("ended", {"run_id": "r", "status": "failed", "node": "a", "error": "No."}, "run r failed (a: No.)"),
        ("serving", {"what": "POST /x", "url": "http://h/x"}, "serving POST /x (url http://h/x)"),
        ("error", {"message": "Full."}, "error: Full."),
        ("stopped", {}, "stopped"),
    ],
)
def test_each_event_has_its_words(event: str, facts: dict[str, str], said: str) -> None:
    assert words(event, facts) == said
