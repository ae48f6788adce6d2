from __future__ import annotations

from pathlib import Path

import pytest

from floworch.errors import ActionError
from floworch.testing.actions import FakeHost, run_action


def test_the_output_is_the_file_that_arrived(tmp_path: Path) -> None:
    host = FakeHost(trigger={"node": "node", "event": {"path": "/in/a.csv", "event": "modified"}})
    assert run_action("trigger.file", host, path="/in") == {
        "paths": ["/in/a.csv"],
        "path": "/in/a.csv",
        "event": "modified",
    }


def test_started_by_hand_it_lists_what_is_there(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "c.txt"):
        (tmp_path / name).touch()
    found = run_action("trigger.file", FakeHost(folder=str(tmp_path)), path=".", pattern="*.csv")
    assert [Path(path).name for path in found["paths"]] == ["a.csv", "b.csv"]
    assert found["path"] == found["paths"][0]
    empty = run_action("trigger.file", FakeHost(folder=str(tmp_path)), path=".", pattern="*.pdf")
    assert (empty["paths"], empty["path"]) == ([], None)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ActionError, match="There is no folder"):
        run_action("trigger.file", path=str(tmp_path / "gone"))
