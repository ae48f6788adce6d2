"""Which scheduler is meant: an address, a name, the environment, the only one (C14)."""

from __future__ import annotations

from pathlib import Path

import pytest

from floworch.actions.connections import checked, save_connection
from floworch.distributed.places import address_of, is_address
from floworch.errors import UsageError


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path))


def keep(name: str, address: str) -> None:
    save_connection(checked(name, "dask", {"address": address}))


def test_named_over_environment_over_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    keep("lab", "tcp://lab:8786")
    assert address_of() == "tcp://lab:8786"
    monkeypatch.setenv("FLOWORCH_CLUSTER", "tls://env:8786")
    assert address_of() == "tls://env:8786"
    assert address_of("lab") == "tcp://lab:8786"
    assert address_of("tcp://other:1") == "tcp://other:1"
    assert is_address("tcp://h:1")
    assert not is_address("lab")


def test_what_is_not_clear_is_said() -> None:
    with pytest.raises(UsageError, match="none is known") as raised:
        address_of()
    assert "floworch cluster add" in raised.value.hint
    keep("lab", "tcp://lab:8786")
    keep("hall", "hall")
    with pytest.raises(UsageError, match="more than one") as raised:
        address_of()
    assert "hall, lab" in raised.value.hint
    with pytest.raises(UsageError, match="'nope' is neither"):
        address_of("nope")
    with pytest.raises(UsageError, match="none that Dask knows"):
        address_of("hall")
