"""What every test session shares: no window on the developer's screen, no store in the developer's home."""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tidy import Tidy

if sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# As in an activated environment, which the lines that install something depend on.
os.environ["VIRTUAL_ENV"] = sys.prefix

# Hypothesis measures wall time per example; on a loaded machine that says nothing about the code.
settings.register_profile("floworch", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("floworch")


def has_qt() -> bool:
    """True when the designer's libraries are installed."""
    return importlib.util.find_spec("PySide6") is not None


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Let a session without Qt run the engine's tests: pytest-qt stops the session when there is no Qt."""
    plugin = pluginmanager.get_plugin("pytest-qt")
    if plugin is not None and not has_qt():
        pluginmanager.unregister(plugin)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave the designer's tests out without Qt, unless FLOWORCH_REQUIRE_QT says that Qt must be there."""
    if os.environ.get("FLOWORCH_REQUIRE_QT") or has_qt():
        return None
    designer = Path(__file__).parent / "designer"
    return True if collection_path.is_relative_to(designer) else None


def draws(item: pytest.Item) -> bool:
    """True for a test that works with Qt."""
    return "qapp" in getattr(item, "fixturenames", ()) or (Path(__file__).parent / "designer") in item.path.parents


_tidy = Tidy()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Collect the garbage of tests that draw between them only."""
    if not draws(item):
        return (yield)
    _tidy.begin()
    try:
        return (yield)
    finally:
        _tidy.end(last=nextitem is None or not draws(nextitem))


@pytest.fixture(scope="session", autouse=True)
def _own_user_directories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Point the default store, settings and caches of the product into a temporary folder."""
    home = tmp_path_factory.mktemp("user")
    with pytest.MonkeyPatch.context() as monkeypatch:
        for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            monkeypatch.setenv(variable, str(home / variable.lower()))
        for variable in [name for name in os.environ if name.startswith("FLOWORCH_")]:
            if variable not in {"FLOWORCH_REQUIRE_QT", "FLOWORCH_REQUIRE_SERVERS", "FLOWORCH_ARTIFACTS"}:
                monkeypatch.delenv(variable)
        yield


@pytest.fixture
def artifacts() -> Path:
    """Folder for screenshots and reports that CI keeps: FLOWORCH_ARTIFACTS, else `artifacts/` (git ignores it)."""
    folder = Path(os.environ.get("FLOWORCH_ARTIFACTS") or Path(__file__).parents[1] / "artifacts")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def vienna(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Local time is that of Vienna: an hour from UTC, two in summer."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()
