"""Secrets: read at use, redacted everywhere (C6.5)."""

from __future__ import annotations

import pytest

from floworch import ActionError
from floworch.executor.secrets import HIDDEN, Secrets, from_environment


def test_only_what_was_read_is_hidden_and_the_longest_first() -> None:
    secrets = Secrets({"a": "pass", "b": "password", "c": ""}.get)
    assert secrets.redact("password") == "password"
    assert [secrets.read(name) for name in "abc"] == ["pass", "password", ""]
    assert secrets.redact("my password, my pass") == f"my {HIDDEN}, my {HIDDEN}"
    assert secrets.redact_value({"k": ["pass", 1, None, ("xpassx",)]}) == {"k": [HIDDEN, 1, None, [f"x{HIDDEN}x"]]}


def test_a_missing_secret_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ActionError) as caught:
        Secrets().read("api-key")
    assert caught.value.kind == "not_found_error"
    assert "FLOWORCH_SECRET_API_KEY" in caught.value.hint
    monkeypatch.setenv("FLOWORCH_SECRET_API_KEY", "v")
    assert from_environment("api-key") == "v"
