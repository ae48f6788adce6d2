"""Where entries go, and where they never go."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.actions.library.archive_unpacking import place_in
from floworch.errors import ActionError


@given(st.text(alphabet="ab./\\:C\0", max_size=12))
def test_a_place_is_below_the_target_or_refused(name: str) -> None:
    try:
        place = place_in(name)
    except ActionError:
        assert re.search(r"^[/\\]|\.\.|^[A-Za-z]:|\0", name)
        return
    assert not place.startswith("/")
    assert not {"", ".", ".."} & set(place.split("/")) or not place


@pytest.mark.parametrize(("name", "place"), [("./a//b/", "a/b"), ("a/..b", "a/..b"), (".", "")])
def test_harmless_names_are_tidied(name: str, place: str) -> None:
    assert place_in(name) == place
