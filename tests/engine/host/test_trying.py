"""Trying a named connection."""

from __future__ import annotations

from pathlib import Path

import pytest
from http_server import http_server

from floworch.actions.connections import Connection, connections
from floworch.errors import ActionError
from floworch.host.trying import attempt


@pytest.mark.parametrize(("status", "works"), [(200, True), (404, True), (401, False), (500, False)])
async def test_http_is_asked_and_a_refused_login_does_not_work(
    status: int, works: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("FLOWORCH_SECRET_T", "token value")
    async with http_server() as server:
        url = server.answers("/v1", {"status": status})
        made = Connection("api", "http", {"url": url, "auth": "bearer", "token": "T"})
        if works:
            assert "took it" in await attempt(made)
        else:
            with pytest.raises(ActionError, match=str(status)):
                await attempt(made)
        assert connections() == {}
        assert server.requests[0][2]["Authorization"] == "Bearer token value"


async def test_others_are_reached() -> None:
    async with http_server() as server:
        assert "can be reached" in await attempt(Connection("m", "dask", {"address": server.url}))
    with pytest.raises(ActionError, match="known to the service only"):
        await attempt(Connection("c", "chat", {"webhook": "HOOK"}))
