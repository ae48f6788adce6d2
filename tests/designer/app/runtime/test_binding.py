"""PySide reads the source of what it does not know only."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from floworch_designer.app.runtime.binding import spare_sources

feature = pytest.importorskip("shibokensupport.feature")


@pytest.fixture
def asked(monkeypatch):
    """The modules whose source is read."""
    names = []

    def read(module):
        names.append(module.__name__)
        return module.__name__ == "their_widgets"

    monkeypatch.setattr(feature, "_mod_uses_pyside", read)
    spare_sources()
    return names


@pytest.mark.parametrize(
    ("name", "uses", "read"),
    [
        ("json", False, False),
        ("floworch.run.fold", False, False),
        ("floworch_designer.app.tabs.tab", True, False),
        ("their_widgets", True, True),
        ("floworch_theirs", False, True),
    ],
)
def test_whether_a_module_uses_pyside_is_read_only_when_it_is_not_known(asked, name, uses, read):
    assert feature._mod_uses_pyside(ModuleType(name)) is uses
    assert asked == ([name] if read else [])


def test_it_is_changed_once(asked):
    once = feature._mod_uses_pyside
    spare_sources()
    assert feature._mod_uses_pyside is once


def test_another_version_of_pyside_is_left_alone(monkeypatch):
    monkeypatch.delitem(sys.modules, "shibokensupport.feature")
    spare_sources()
    assert "shibokensupport.feature" not in sys.modules
