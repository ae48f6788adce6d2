"""Secrets: read at use, redacted everywhere (C6.5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engine_kit import Kit, workflow

from floworch import ActionError
from floworch.actions.context import Context
from floworch.executor.redaction import HIDDEN
from floworch.executor.secrets import REMEMBERED, Secrets


def _none() -> list[str]:
    return []


def test_only_what_was_read_is_hidden_and_the_longest_first() -> None:
    secrets = Secrets({"a": "pass", "b": "password", "c": ""}.get, _none)
    assert secrets.redact("password") == "password"
    assert [secrets.read(name) for name in "abc"] == ["pass", "password", ""]
    assert secrets.redact("my password, my pass") == f"my {HIDDEN}, my {HIDDEN}"
    assert secrets.redact_value({"k": ["pass", 1, None, ("xpassx",)]}) == {"k": [HIDDEN, 1, None, [f"x{HIDDEN}x"]]}


def test_a_missing_secret_says_how_to_set_it() -> None:
    with pytest.raises(ActionError) as caught:
        Secrets(lambda name: None, _none).read("api-key")
    assert caught.value.kind == "not_found_error"
    assert "'api-key'" in caught.value.message
    assert "floworch secrets set api-key" in caught.value.hint
    assert "FLOWORCH_SECRET_API_KEY" in caught.value.hint


def test_what_is_in_the_environment_is_hidden_before_anybody_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Child processes inherit the variables and may print them."""
    monkeypatch.setenv("FLOWORCH_SECRET_TOKEN", "in the air")
    assert Secrets().redact("it is in the air.") == f"it is {HIDDEN}."


def test_a_value_is_remembered_for_a_moment_and_then_read_anew() -> None:
    values, now = iter(["old value", "new value"]), [0.0]
    secrets = Secrets(lambda name: next(values), _none, lambda: now[0])
    assert [secrets.read("a"), secrets.read("a")] == ["old value", "old value"]
    now[0] = REMEMBERED + 1
    assert secrets.read("a") == "new value"
    assert secrets.redact("old value, new value") == f"{HIDDEN}, {HIDDEN}"


def test_nothing_shows_a_value_when_it_is_printed() -> None:
    secrets = Secrets({"a": "hunter2222"}.get, _none)
    secrets.read("a")
    found: Any = secrets
    assert "hunter2222" not in f"{found!r} {found._redactor!r}"


def test_a_run_without_trust_reads_of_stored_secrets_what_was_agreed_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path))
    (tmp_path / "secrets.json").write_text('{"keyring": ["A", "B"]}')
    monkeypatch.setenv("FLOWORCH_SECRET_FREE", "in the air")
    secrets = Secrets({"A": "first value", "B": "second value", "C": "third value"}.get, _none, allowed=["A"])
    assert (secrets.read("A"), secrets.read("FREE")) == ("first value", "in the air")
    with pytest.raises(ActionError, match="not trusted") as caught:
        secrets.read("B")
    assert caught.value.kind == "permission_error"
    with pytest.raises(ActionError, match="not set"):  # nobody asks the keyring for names that were not agreed to
        secrets.read("C")
    assert Secrets.of({})._allowed is None
    assert Secrets.of({"secrets": []})._allowed == frozenset()


@pytest.mark.parametrize(
    "expression",
    [
        "{{ secrets.TOKEN[:8] }}",
        "{{ secrets.TOKEN | upper }}",
        "a {{ secrets.TOKEN | reverse }} z",
    ],
)
async def test_what_an_expression_makes_of_a_secret_is_hidden_as_well(
    monkeypatch: pytest.MonkeyPatch, expression: str
) -> None:
    """(C6.5)"""
    monkeypatch.setenv("FLOWORCH_SECRET_TOKEN", "tok3n-Of-s0me-length")
    seen: list[str] = []

    async def leak(ctx: Context, text: str) -> dict[str, str]:
        seen.append(text)
        ctx.log(f"it is {text}, they say")
        return {"text": f"<{text}> and more"}

    kit = Kit(leak=leak)
    await kit.run(workflow({"a": {"action": "t.leak", "params": {"text": expression}}}))
    (text,) = seen
    made = text.removeprefix("a ").removesuffix(" z")
    assert len(made) >= 8
    written = str([event.payload for event in kit.store.events("r")])
    assert made not in written
    assert HIDDEN in written
    assert made in text, "the action itself gets it"
