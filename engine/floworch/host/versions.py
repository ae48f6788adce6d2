"""The version of this product, read once from the installed package."""

from __future__ import annotations

from functools import cache


@cache
def product_version() -> str:
    """Return the installed version of ``floworch``, or ``0`` when it runs from an unpacked source tree."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("floworch")
    except PackageNotFoundError:
        return "0"
