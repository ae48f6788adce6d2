"""The project as a checkout: where its files are, and its scripts as modules."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def project() -> Path:
    """The root folder of the checkout."""
    return PROJECT


@pytest.fixture(scope="session")
def pyproject(project: Path) -> dict[str, Any]:
    """The content of pyproject.toml."""
    return tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def script(project: Path) -> Callable[[str], ModuleType]:
    """Load a script of ``scripts/`` as a module, by its name without ``.py``."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"_script_{name}", project / "scripts" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module

    return load
