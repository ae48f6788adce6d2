"""The folder ``actions/`` of the current folder: what it adds, and whose consent its import needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from floworch.actions.registry import Registry
from floworch.cli.support.folder_here import agree_to_import, known_here, only_here
from floworch.errors import NotTrusted
from floworch.trust import TrustStore

SOURCE = "from floworch import action\n\n\n@action('here.one')\ndef one() -> int:\n    return 1\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


def test_without_such_a_folder_nothing_is_added() -> None:
    known = Registry()
    assert known_here(known) is known
    assert only_here("here.one", known) is None


def test_only_what_nothing_else_defines_is_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "one.py").write_text(SOURCE + "\n\n@action('util.log')\ndef log() -> None: ...\n")
    assert "here.one" in known_here(Registry()).action_ids()
    assert only_here("util.log", Registry()) is None
    entry = only_here("here.one", Registry())
    assert entry is not None
    with pytest.raises(NotTrusted, match=r"here\.one is not trusted: it would run the Python code of .*one\.py"):
        agree_to_import(entry, trust=False)
    agree_to_import(entry, trust=True)
    (tmp_path / "broken.flow.json").write_text("{")
    with pytest.raises(NotTrusted):
        agree_to_import(entry, trust=False)
    TrustStore().trust_folder(tmp_path)
    agree_to_import(entry, trust=False)
