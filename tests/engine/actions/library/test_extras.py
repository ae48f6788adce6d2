"""Actions whose library is missing are told apart before anybody runs them."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from floworch.actions.library import BUILTIN_ACTIONS
from floworch.actions.library.extras import NEEDS, install_line


def test_a_missing_library_is_told_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert install_line("ssh.run") == install_line("data.set") == install_line("my.own") == ""
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    assert install_line("ssh.run") == "pip install 'floworch[ssh]'"


def test_every_such_action_and_extra_exists() -> None:
    path = Path(__file__).parents[4] / "pyproject.toml"
    extras = tomllib.loads(path.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(NEEDS) <= set(BUILTIN_ACTIONS)
    for library, extra in NEEDS.values():
        assert any(each.startswith(library) for each in extras[extra])
