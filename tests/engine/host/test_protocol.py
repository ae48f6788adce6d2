"""Every host offers the whole protocol, with the same arguments (architecture decision 3)."""

from __future__ import annotations

import inspect

import pytest

import floworch.host as hosts
from floworch.host.in_process import InProcessHost
from floworch.host.process import ProcessHost
from floworch.host.protocol import EngineHost
from floworch.host.routing import RoutedHost

METHODS = [name for name in vars(EngineHost) if not name.startswith("_")]


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("host", [InProcessHost, ProcessHost, RoutedHost, hosts.RemoteHost])
def test_the_same_method_with_the_same_arguments(host: type, name: str) -> None:
    wanted = inspect.signature(getattr(EngineHost, name)).parameters.values()
    found = inspect.signature(getattr(host, name)).parameters.values()
    assert [(p.name, p.kind, p.default) for p in found] == [(p.name, p.kind, p.default) for p in wanted]


def test_public_names_are_loaded_on_first_use() -> None:
    assert hosts.InProcessHost is InProcessHost
    assert all(getattr(hosts, name) is not None for name in hosts.__all__)
    with pytest.raises(AttributeError):
        _ = hosts.Nonsense
