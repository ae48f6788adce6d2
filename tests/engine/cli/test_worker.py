"""``floworch worker``: serves until it is stopped, or its scheduler is gone (C14)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.distributed import host


@pytest.mark.parametrize(("stopped", "code"), [(True, 0), (False, 1)])
def test_it_says_what_it_offers_and_how_it_ended(
    cli: Any, monkeypatch: pytest.MonkeyPatch, stopped: bool, code: int
) -> None:
    async def serve(address: str, threads: Any, tags: Any, name: Any, stop: Any, ready: Any) -> bool:
        ready({"address": "tcp://w:1", "name": name, "threads": threads, "tags": host.tags_of(tags, threads)})
        return stopped

    monkeypatch.setattr(host, "serve_worker", serve)
    words = ["tcp://lab:8786", "--threads", "4", "--tag", "gpu=1", "--tag", "linux", "--name", "mine"]
    said = cli("worker", *words, code=code).stderr
    assert "Worker mine of tcp://lab:8786: 4 steps at a time, tags: gpu=1, linux=4" in said
    assert ("scheduler is gone" in said) is not stopped


def test_wrong_use_is_told(cli: Any) -> None:
    assert "is no tag" in cli("worker", "tcp://lab:8786", "--tag", "gpu=", code=2).stderr
    assert "neither the address" in cli("worker", "nowhere", code=2).stderr
