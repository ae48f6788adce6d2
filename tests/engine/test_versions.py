"""One version, the same wherever it is asked for."""

from __future__ import annotations

import tomllib
from pathlib import Path

import floworch
from floworch.versions import VERSION


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project.get("version", VERSION) == VERSION
    assert floworch.__version__ == VERSION
