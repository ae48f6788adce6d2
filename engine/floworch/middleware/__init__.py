"""Behaviour wrapped around actions (contract C5). ``floworch.middleware.builtin`` registers what is built in.

``floworch.middleware`` is also the decorator that registers a layer of your own, ``@middleware("name")``: a package
can be both when its module can be called.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Package(ModuleType):
    """The package itself, callable as the decorator."""

    def __call__(self, name: str, **details: Any) -> Any:
        """As ``floworch.middleware.custom.middleware``."""
        from floworch.middleware.custom import middleware

        return middleware(name, **details)


sys.modules[__name__].__class__ = _Package
