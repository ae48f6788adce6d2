"""This product and its peers on the same graphs, as rows of one table."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from floworch.errors import UsageError
from floworch.testing.bench.measure import Scale, interleaved
from floworch.testing.bench.peers.catalogue import CITED, CITED_ONLY, PEERS, Peer
from floworch.testing.bench.peers.environments import PeerUnavailable, cache_folder, measure, python_of
from floworch.testing.bench.shapes import Shape, definition, disk_store, runs

_SHAPES: tuple[Shape, ...] = ("chain", "fan-out")


@dataclass(frozen=True, slots=True)
class PeerRow:
    """One engine with one number of nodes.

    Attributes:
        engine: Its title, with the version when it was measured. durable: ``yes``, ``no`` or ``partly``.
        nodes: Of the graph. chain, fan_out: Median microseconds per node, None when it was not measured.
        start_up: Seconds, None when it was not measured.
        source: ``measured``, or when the cited figures are from and why nothing was measured now.
    """

    engine: str
    durable: str
    nodes: int
    chain: float | None
    fan_out: float | None
    start_up: float | None = None
    source: str = "measured"

    def to_json(self) -> dict[str, Any]:
        """The row for machines."""
        return asdict(self)


def known(names: Iterable[str]) -> list[Peer]:
    """The engines of these names; all of them for none.

    Raises:
        UsageError: There is no such engine.
    """
    wanted = list(names)
    for name in wanted:
        if name not in PEERS:
            near = get_close_matches(name, PEERS, 1)
            raise UsageError(
                f"There is no peer {name!r}.", f"Did you mean {near[0]}?" if near else f"There are: {', '.join(PEERS)}."
            )
    return [peer for name, peer in PEERS.items() if not wanted or name in wanted]


def compare(
    names: Iterable[str] = (),
    scale: Scale | None = None,
    folder: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[PeerRow]:
    """Measure this product, then each engine, and give rows as they come; one that cannot run is cited.

    Args:
        names: Engines; all of them for none.
        scale: How many rounds; only the small graphs when it is quick.
        folder: Where environments are kept; the user's cache folder when left out.
        tell: Called with what is being done.

    Raises:
        UsageError: There is no such engine.
    """
    scale = scale or Scale()
    peers = known(names)
    tell("this product")
    for nodes in (300,) if scale.quick else (300, 1000):
        yield from asyncio.run(ours(nodes, scale.rounds))
    for peer in peers:
        yield from rows_of(peer, scale, folder or cache_folder(), tell)
    if not list(names):
        for title, durable, chain, fan_out in CITED_ONLY:
            yield PeerRow(title, durable, 1000, chain, fan_out, None, f"cited: {CITED}")


async def ours(nodes: int, rounds: int) -> list[PeerRow]:
    """This product in memory, and journaled with two durabilities."""
    rows = []
    with disk_store() as store:
        for durability, word, durable in (
            ("none", "in memory", "no"), ("process", "journal, process", "yes"), ("power", "journal, power", "yes"),
        ):  # fmt: skip
            found = await interleaved(
                {shape: runs(definition(nodes, shape), durability, store) for shape in _SHAPES}, rounds
            )
            rows.append(PeerRow(f"Flow Orchestrator, {word}", durable, nodes, found["chain"], found["fan-out"]))
    return rows


def rows_of(peer: Peer, scale: Scale, folder: Path, tell: Callable[[str], None] = lambda _: None) -> list[PeerRow]:
    """One row per size of the graph, or the cited one when the engine cannot run."""
    tell(peer.name)
    rows = []
    try:
        python = python_of(peer, folder, tell)
        for nodes in peer.nodes[:1] if scale.quick else peer.nodes:
            chain, fan_out = (measure(peer, python, shape, nodes, scale.rounds) for shape in _SHAPES)
            title = f"{peer.title} {chain.version}" if peer.requires else peer.title
            rows.append(PeerRow(title, peer.durable, nodes, chain.median, fan_out.median, chain.start_up))
    except PeerUnavailable as reason:
        if not rows:
            rows.append(
                PeerRow(peer.title, peer.durable, 300, peer.chain, peer.fan_out, None, f"cited: {CITED} ({reason})")
            )
    return rows
