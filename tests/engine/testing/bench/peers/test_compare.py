"""The comparison: this product first, then the engines; one that cannot run is cited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floworch.errors import UsageError
from floworch.testing.bench.measure import Scale
from floworch.testing.bench.peers import compare as comparison
from floworch.testing.bench.peers.catalogue import PEERS
from floworch.testing.bench.peers.environments import PeerUnavailable

TINY = Scale(rounds=1, quick=True)


def test_this_product_is_measured_in_three_forms_beside_the_floor(tmp_path: Path) -> None:
    rows = list(comparison.compare(["asyncio"], TINY, tmp_path))
    assert [row.engine.split(",")[0] for row in rows[:3]] == ["Flow Orchestrator"] * 3
    assert [row.durable for row in rows[:3]] == ["no", "yes", "yes"]
    assert rows[3].engine == PEERS["asyncio"].title
    assert all(row.chain and row.fan_out and row.source == "measured" for row in rows)


def test_one_that_cannot_be_installed_is_cited_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Path:
        raise PeerUnavailable("no network")

    monkeypatch.setattr(comparison, "python_of", fail)
    (row,) = comparison.rows_of(PEERS["luigi"], TINY, tmp_path)
    assert (row.chain, row.fan_out, row.nodes) == (3110, 2800, 300)
    assert row.source.startswith("cited: recorded 20")
    assert row.source.endswith("(no network)")


def test_what_was_measured_before_a_failure_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = comparison.measure

    def measure(peer: Any, python: Path, shape: str, nodes: int, rounds: int) -> Any:
        if nodes > 300:
            raise PeerUnavailable("too slow")
        return real(peer, python, shape, nodes, rounds)

    monkeypatch.setattr(comparison, "measure", measure)
    rows = comparison.rows_of(PEERS["asyncio"], Scale(rounds=1), tmp_path)
    assert [(row.nodes, row.source) for row in rows] == [(300, "measured")]


def test_all_of_them_end_with_the_figures_of_other_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ours(nodes: int, rounds: int) -> list[comparison.PeerRow]:
        return []

    monkeypatch.setattr(comparison, "ours", ours)
    monkeypatch.setattr(comparison, "rows_of", lambda peer, *_: [])
    rows = list(comparison.compare((), TINY, tmp_path))
    assert all("Go" in row.engine and row.source.startswith("cited") for row in rows)
    assert rows


def test_an_unknown_engine_is_named_with_its_neighbour(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'luig'") as caught:
        list(comparison.compare(["luig"], TINY, tmp_path))
    assert "luigi" in caught.value.hint
