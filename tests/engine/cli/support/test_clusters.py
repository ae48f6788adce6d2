"""Which cluster a run is given, before anything runs (C14)."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from run_dialogue import workflow

from floworch.cli.support.clusters import cluster_options
from floworch.errors import UsageError

HERE = workflow({"a": {"action": "util.log"}})
THERE = workflow({"a": {"action": "util.log", "run_on": "cluster"}})


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path))


def test_only_who_needs_a_cluster_or_names_one_gets_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cluster_options(HERE, None) == {}
    assert cluster_options(HERE, "tcp://h:1") == {"cluster": "tcp://h:1"}
    with pytest.raises(UsageError, match="which cluster is meant"):
        cluster_options(THERE, None)
    monkeypatch.setenv("FLOWORCH_CLUSTER", "tcp://env:1")
    assert cluster_options(THERE, None) == {"cluster": "tcp://env:1"}


def test_without_dask_nothing_starts(monkeypatch: pytest.MonkeyPatch, cli: Any) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError) as raised:
        cluster_options(THERE, "tcp://h:1")
    assert "pip install 'floworch[cluster]'" in raised.value.hint


def test_a_run_that_needs_one_and_has_none_is_refused_before_it_begins(cli: Any) -> None:
    flow = cli.file(
        {"id": "f", "nodes": {"a": {"action": "util.log", "params": {"message": "x"}, "run_on": "cluster"}}}
    )
    assert "floworch cluster add" in cli("run", flow, code=2).stderr
    assert cli.json("runs", "--json") == []
