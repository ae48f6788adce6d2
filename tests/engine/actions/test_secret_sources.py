"""Where secrets come from (C6.5): the environment first, then the keyring."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import pytest
from keyring.backends import chainer, fail

from floworch import ActionError
from floworch.actions import secret_sources as sources
from floworch.errors import UsageError


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring in a dictionary; ``broken`` makes every operation fail."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.broken: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.broken:
            raise self.broken
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.broken:
            raise self.broken
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[MemoryKeyring]:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    before, ring = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_the_environment_wins_over_the_keyring(ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    sources.keyring_set("api-key", "kept")
    assert sources.find_secret("api-key") == "kept"
    monkeypatch.setenv("FLOWORCH_SECRET_API_KEY", "set")
    assert sources.find_secret("api-key") == "set"
    assert sources.environment_values() == ["set"]
    assert sources.find_secret("other") is None


def test_the_names_are_noted_the_values_are_not(ring: MemoryKeyring, tmp_path: Path) -> None:
    sources.keyring_set("TOKEN", "hunter2222")
    sources.keyring_set("OTHER", "hunter3333")
    assert sources.stored_names() == {"TOKEN", "OTHER"}
    assert sources.is_known("TOKEN")
    file = tmp_path / "config" / "secrets.json"
    assert file.read_text() == '{"keyring": ["OTHER", "TOKEN"]}'
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sources.keyring_remove("TOKEN")
    assert not sources.keyring_remove("TOKEN")
    assert sources.stored_names() == {"OTHER"}
    assert not sources.is_known("TOKEN")


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"keyring": 5}', '{"keyring": [1]}'])
def test_a_damaged_list_of_names_is_an_empty_one(ring: MemoryKeyring, tmp_path: Path, text: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "secrets.json").write_text(text)
    assert sources.stored_names() == frozenset()
    sources.keyring_set("A", "1234")
    assert sources.stored_names() == {"A"}


def test_a_machine_without_a_keyring_lives_from_its_environment(
    ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.set_keyring(fail.Keyring())
    assert sources.find_secret("TOKEN") is None
    monkeypatch.setenv("FLOWORCH_SECRET_TOKEN", "set")
    assert sources.find_secret("TOKEN") == "set"
    with pytest.raises(sources.NoKeyring) as caught:
        sources.keyring_set("TOKEN", "value")
    assert "no keyring" in caught.value.message
    assert "FLOWORCH_SECRET_" in caught.value.hint


def test_a_locked_keyring_is_no_missing_secret(ring: MemoryKeyring) -> None:
    sources.keyring_set("TOKEN", "value")
    ring.broken = RuntimeError("the collection is locked")
    with pytest.raises(ActionError) as caught:
        sources.find_secret("TOKEN")
    assert caught.value.kind == "permission_error"
    assert "locked" in caught.value.message
    assert sources.find_secret("never-set") is None


def test_what_a_backend_says_while_it_is_given_a_value_is_not_passed_on(ring: MemoryKeyring) -> None:
    ring.broken = RuntimeError("cannot store hunter2222")
    with pytest.raises(sources.NoKeyring) as caught:
        sources.keyring_set("TOKEN", "hunter2222")
    assert "hunter2222" not in caught.value.message


@pytest.mark.parametrize("name", ["", "1a", "a b", "ä", "a" * 65, "../x", "a\n"])
def test_a_name_has_the_form_of_one(name: str) -> None:
    with pytest.raises(UsageError, match="name of a secret"):
        sources.check_name(name)


def test_the_name_of_the_variable_is_in_capitals_with_underscores() -> None:
    found: Any = sources.variable_of("api-Key_2")
    assert found == "FLOWORCH_SECRET_API_KEY_2"


def test_where_no_keyring_works_the_variable_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    said = sources.how_to_set("api-key")
    assert said.startswith("Set the environment variable FLOWORCH_SECRET_API_KEY; for 'floworch secrets set api-key'")
    monkeypatch.setattr(keyring, "get_keyring", chainer.ChainerBackend)
    assert sources.how_to_set("api-key").startswith("Run 'floworch secrets set api-key', or set the")
