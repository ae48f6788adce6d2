from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.library import desktop_notify
from floworch.errors import ActionError
from floworch.testing.actions import FakeHost, run_action


def test_it_is_shown_on_the_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[Any] = []

    async def use(argv: Any) -> str:
        used.append(argv)
        return ""

    monkeypatch.setattr(desktop_notify, "tool", lambda purpose: ["show", purpose])
    monkeypatch.setattr(desktop_notify, "use", use)
    host = FakeHost()
    assert run_action("desktop.notify", host, title="Done", text="--all") == {"shown": True}
    assert (used, host.logs) == ([["show", "notify", "Done", "--all"]], [])
    assert run_action("desktop.notify", host, title="Done", sound=True) == {"shown": True}
    assert used[1] == ["show", "ring", "Done", ""]


def test_without_a_desktop_or_when_it_fails_it_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop_notify, "tool", lambda purpose: None)
    host = FakeHost()
    assert run_action("desktop.notify", host, title="Done") == {"shown": False}
    assert host.logs == [("info", "Done")]

    async def fails(argv: Any) -> str:
        raise ActionError("No bus.")

    monkeypatch.setattr(desktop_notify, "tool", lambda purpose: ["show"])
    monkeypatch.setattr(desktop_notify, "use", fails)
    host = FakeHost()
    assert run_action("desktop.notify", host, title="Done", text="All.") == {"shown": False}
    assert host.logs == [("warning", "No bus."), ("info", "Done: All.")]
