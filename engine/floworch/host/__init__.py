"""Reaching an engine: in this process, in a companion process, or in whichever process owns a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from floworch.host.client import RemoteHost
    from floworch.host.in_process import InProcessHost
    from floworch.host.process import ProcessHost
    from floworch.host.protocol import EngineHost
    from floworch.host.routing import RoutedHost
    from floworch.host.server import ControlServer

_WHERE = {
    "ControlServer": "floworch.host.server",
    "EngineHost": "floworch.host.protocol",
    "InProcessHost": "floworch.host.in_process",
    "ProcessHost": "floworch.host.process",
    "RemoteHost": "floworch.host.client",
    "RoutedHost": "floworch.host.routing",
}

__all__ = ["ControlServer", "EngineHost", "InProcessHost", "ProcessHost", "RemoteHost", "RoutedHost"]


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that importing one host does not load the others (PEP 562)."""
    module = _WHERE.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(module), name)
