"""What ``floworch cluster check`` shows: versions, tags, and what stands against running there (C14)."""

from __future__ import annotations

from typing import Any

import pytest
from cluster_kit import Bodies

from floworch.distributed import facts
from floworch.distributed.survey import survey
from floworch.versions import VERSION

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_cluster_that_can_be_used(dask: Any, bodies: Bodies) -> None:
    found = await survey(dask.address, ["gpu"])
    assert (found["ok"], found["problems"], found["attempts"]) == (True, [], [])
    assert found["here"]["floworch"] == VERSION
    rows = {row["name"]: row for row in found["workers"]}
    assert rows["w2"]["tags"] == {"gpu": 1}
    assert rows["w1"]["versions"]["floworch"] == VERSION
    assert all(row["problem"] == "" for row in rows.values())
    missing = await survey(dask.address, ["gpu", "tpu"])
    assert (missing["ok"], missing["problems"]) == (False, ["no worker offers the tag tpu"])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"floworch": "0.0.1"}, f"floworch 0.0.1 there, {VERSION} here"),
        ({"python": "3.8.1"}, "Python 3.8.1 there"),
    ],
)
async def test_other_versions_are_told(
    dask: Any, bodies: Bodies, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], said: str
) -> None:
    true = facts.here()
    monkeypatch.setattr(facts, "here", lambda: {**true, **changed})
    found = await survey(dask.address)
    assert not found["ok"]
    assert found["problems"] == ["none of its workers can be used"]
    assert all(said in row["problem"] for row in found["workers"])
