"""Every format keeps to the seam."""

from __future__ import annotations

import inspect

import pytest

from floworch.store.journal.format import Format
from floworch.store.journal.formats import BY_NAME


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_format_has_every_method_of_the_seam(name: str) -> None:
    wanted = {member for member, _ in inspect.getmembers(Format, inspect.isfunction) if not member.startswith("_")}
    assert wanted
    assert all(callable(getattr(BY_NAME[name], member)) for member in wanted)
    assert len(BY_NAME[name].segment_header(7, 1)) == BY_NAME[name].head
