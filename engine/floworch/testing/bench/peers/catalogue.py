"""Which engines there are, what pip installs for each, and figures to cite where one cannot be installed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """One engine.

    Attributes:
        name: Its word on the command line. title: what it is, for people. durable: Whether a finished step survives a
            killed process: ``yes``, ``no`` or ``partly``.
        requires: What pip installs; empty when Python alone does.
        chain, fan_out: Cited median microseconds per node for 300 nodes; None when there are none.
        nodes: Sizes that are measured; slow engines get the small one only.
    """

    name: str
    title: str
    durable: str
    requires: tuple[str, ...]
    chain: float | None
    fan_out: float | None
    nodes: tuple[int, ...] = (300, 1000)


#: When the cited figures were taken, and on what.
CITED = "recorded 2026-11-24, two slow shared cores, Debian 12, Python 3.11 to 3.13"

PEERS: dict[str, Peer] = {
    peer.name: peer
    for peer in (
        Peer("asyncio", "one asyncio task per node (TaskGroup, TopologicalSorter)", "no", (), 34, 21),
        Peer("hamilton", "Hamilton", "no", ("sf-hamilton",), 18, 15),
        Peer("dask", "Dask, threaded scheduler", "no", ("dask",), 212, 115),
        Peer("luigi", "Luigi, one local worker", "no", ("luigi",), 3110, 2800),
        Peer("dbos", "DBOS on SQLite", "yes", ("dbos",), 6200, 10_800, (300,)),
        Peer(
            "prefect",
            "Prefect, ephemeral server",
            "partly",
            ("prefect>=3,<3.5", "fastapi<0.129"),
            14_500,
            20_900,
            (300,),
        ),
        Peer("dagster", "Dagster, in process", "no", ("dagster",), 20_900, 29_200, (300,)),
    )
}
#: Engines of other languages: cited only. Title, durable, chain, fan-out (µs per node).
CITED_ONLY: tuple[tuple[str, str, float, float | None], ...] = (
    ("flow-orchestrator 0.20 (Go), memory, 1 000 nodes", "no", 14, 9),
    ("flow-orchestrator 0.20 (Go), FlatBuffers strict, 1 000 nodes", "yes", 1880, 14.5),
)
