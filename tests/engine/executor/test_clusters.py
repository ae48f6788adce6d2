"""The port to clusters: loaded when it is first asked for, and by nobody else (C14)."""

from __future__ import annotations

import pytest

from floworch.errors import ActionError
from floworch.executor import clusters


async def test_what_reaches_clusters_is_loaded_when_it_is_asked_for() -> None:
    found = clusters.clusters()
    assert type(found).__module__ == "floworch.distributed.clusters"
    assert clusters.clusters() is found  # one for each event loop
    await clusters.close_clusters()


async def test_without_a_provider_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_provider", None)
    await clusters.close_clusters()
    monkeypatch.setattr(clusters, "_PROVIDER", "floworch.errors")
    with pytest.raises(ActionError) as raised:
        clusters.clusters()
    assert raised.value.kind == "internal_error"
