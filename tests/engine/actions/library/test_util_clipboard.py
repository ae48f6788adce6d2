from __future__ import annotations

from typing import Any

import pytest

from floworch.actions.library import util_clipboard
from floworch.errors import ActionError
from floworch.testing.actions import FakeHost, run_action


def test_a_text_is_put_there_and_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    board: dict[str, str] = {}

    async def use(argv: Any, text: str | None = None, wanted: bool = False) -> str:
        if text is not None:
            board["text"] = text
        return board["text"] if wanted else ""

    monkeypatch.setattr(util_clipboard, "tool", lambda purpose: [purpose])
    monkeypatch.setattr(util_clipboard, "use", use)
    assert run_action("util.clipboard", op="set", text={"a": 1}) == {"text": '{"a":1}', "available": True}
    assert run_action("util.clipboard") == {"text": '{"a":1}', "available": True}


def test_without_a_desktop_it_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util_clipboard, "tool", lambda purpose: None)
    host = FakeHost()
    assert run_action("util.clipboard", host, op="set", text="x") == {"text": "x", "available": False}
    assert run_action("util.clipboard", host) == {"text": "", "available": False}
    assert [message for _, message in host.logs] == [
        "There is no clipboard to write to.", "There is no clipboard to read from.",
    ]  # fmt: skip


def test_a_secret_is_not_put_there() -> None:
    with pytest.raises(ActionError, match="holds a secret"):
        run_action("util.clipboard", FakeHost(secrets={"K": "hunter2"}), op="set", text="pw hunter2")
