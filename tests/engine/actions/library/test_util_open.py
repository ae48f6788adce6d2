from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.actions.library import util_open
from floworch.errors import ActionError
from floworch.testing.actions import FakeHost, run_action


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []

    async def use(argv: Any) -> str:
        found.append(argv)
        return ""

    monkeypatch.setattr(util_open, "tool", lambda purpose: ["open-it"])
    monkeypatch.setattr(util_open, "use", use)
    return found


def test_files_and_addresses_are_opened(used: list[Any], tmp_path: Path) -> None:
    (tmp_path / "report.html").touch()
    found = run_action("util.open", FakeHost(folder=str(tmp_path)), target="report.html")
    assert found == {"target": str(tmp_path / "report.html"), "opened": True}
    run_action("util.open", target="https://example.org/a?b=c")
    assert used == [["open-it", str(tmp_path / "report.html")], ["open-it", "https://example.org/a?b=c"]]


@pytest.mark.parametrize(
    ("target", "words"),
    [("javascript:alert(1)", "no address"), ("file:///etc/passwd", "no address"), ("gone", "no file")],
)
def test_what_is_not_there_or_does_more_than_show_is_refused(used: list[Any], target: str, words: str) -> None:
    with pytest.raises(ActionError, match=words):
        run_action("util.open", target=target)
    assert used == []


def test_without_a_desktop_it_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util_open, "tool", lambda purpose: None)
    host = FakeHost()
    assert run_action("util.open", host, target="https://example.org")["opened"] is False
    assert "no desktop" in host.logs[0][1]
