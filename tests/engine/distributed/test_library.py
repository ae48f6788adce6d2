"""Without Dask it is said how to install it; with it, nothing imports it before it is needed (C14)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import floworch
from floworch.distributed.library import dask_distributed, loaded_library
from floworch.errors import ActionError, UsageError


async def test_a_missing_library_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError) as raised:
        dask_distributed()
    assert raised.value.hint == "Install it: pip install 'floworch[cluster]'"
    with pytest.raises(ActionError) as failed:
        await loaded_library()
    assert (failed.value.kind, failed.value.hint) == ("not_found_error", raised.value.hint)


def test_nothing_imports_it_before_it_is_needed() -> None:
    """Starting the engine or the command line must not take a second longer."""
    at_the_top = re.compile(rb"^(?:import|from) (?:dask|distributed)\b", re.MULTILINE)
    files = list(Path(floworch.__file__).parent.rglob("*.py"))
    assert len(files) > 100
    assert [file for file in files if at_the_top.search(file.read_bytes())] == []
