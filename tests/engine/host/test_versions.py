"""The product knows its version."""

from __future__ import annotations

import importlib.metadata

import pytest

from floworch.host.versions import product_version


def test_version_of_the_installed_package() -> None:
    assert product_version() == importlib.metadata.version("floworch")


def test_a_source_tree_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    product_version.cache_clear()
    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert product_version() == "0"
    product_version.cache_clear()
