"""``floworch cluster``: added, listed, checked (C14)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from floworch.distributed import survey
from floworch.errors import ActionError, ErrorKind

FOUND = {
    "address": "tcp://lab:8786", "ok": True, "here": {"floworch": "1", "python": "3.12.1", "distributed": "9"},
    "workers": [{"address": "tcp://w:1", "name": "w1", "threads": 2, "tags": {"gpu": 1.0},
                 "versions": {"floworch": "1", "python": "3.12.1"}, "problem": ""}],
    "attempts": ["floworch/r/x/a/-/1"], "problems": [],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))


def test_added_listed_and_kept_as_a_connection(cli: Any) -> None:
    assert "no clusters" in cli("cluster", "list").stderr
    assert "floworch cluster check lab" in cli("cluster", "add", "lab", "tcp://lab:8786").stderr
    assert cli.json("cluster", "list", "--json") == [{"name": "lab", "address": "tcp://lab:8786"}]
    assert "tcp://lab:8786" in cli("cluster", "list").stdout
    assert [each["type"] for each in cli.json("connections", "list", "--json")] == ["dask"]
    assert "not the address" in cli("cluster", "add", "hall", "hall:8786", code=2).stderr
    cli("connections", "set", "shop", "--type", "sql", "url=x.db")
    assert "of the type sql" in cli("cluster", "add", "shop", "tcp://h:1", code=2).stderr


def test_a_check_shows_versions_tags_and_what_is_missing(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Any] = dict(FOUND)

    async def surveyed(address: str, tags: Any) -> Any:
        return {**found, "address": address, "asked": list(tags)}

    monkeypatch.setattr(survey, "survey", surveyed)
    cli("cluster", "add", "lab", "tcp://lab:8786")
    shown = cli("cluster", "check").stdout
    for words in ("tcp://lab:8786", "gpu=1", "w1", "3.12.1", "attempts under way or kept: 1"):
        assert words in shown
    assert cli.json("cluster", "check", "tcp://other:1", "--tag", "gpu", "--json")["asked"] == ["gpu"]
    found |= {"ok": False, "problems": ["no worker offers the tag tpu"]}
    assert "no worker offers the tag tpu" in cli("cluster", "check", "lab", "--tag", "tpu", code=1).stderr


def test_a_cluster_out_of_reach_and_a_missing_library_are_told(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unreachable(address: str, tags: Any) -> Any:
        raise ActionError("cannot be reached", ErrorKind.CONNECTION, hint="start it")

    monkeypatch.setattr(survey, "survey", unreachable)
    assert "Hint: start it" in cli("cluster", "check", "tcp://lab:1", code=1).stderr
    assert "floworch cluster add" in cli("cluster", "check", code=2).stderr
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pip install 'floworch[cluster]'" in cli("cluster", "check", "tcp://lab:1", code=2).stderr
