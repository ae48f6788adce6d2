"""The list of engines."""

from __future__ import annotations

from floworch.testing.bench.peers.catalogue import CITED, PEERS
from floworch.testing.bench.peers.program import ENGINES


def test_every_engine_can_be_measured_and_every_program_is_listed() -> None:
    assert set(PEERS) == set(ENGINES)


def test_every_engine_has_figures_to_cite_with_their_date() -> None:
    assert all(peer.chain and peer.fan_out for peer in PEERS.values())
    assert CITED.startswith("recorded 20")


def test_what_pip_installs_provides_the_distribution_whose_version_is_told() -> None:
    for name, peer in PEERS.items():
        distribution = ENGINES[name][0]
        assert [part.split(">")[0] for part in peer.requires[:1]] == ([distribution] if distribution else [])
