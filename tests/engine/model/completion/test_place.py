"""Where the cursor stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.model.completion.place import place_of


@pytest.mark.parametrize(
    ("text", "bare", "expected"),
    [
        ("{{ | }}", False, ("name", (), "")),
        ("{{ inp|uts.x }}", False, ("name", (), "inp")),
        ("{{ inputs.or|der }}", False, ("member", ("inputs",), "or")),
        ("{{ nodes.a.output[0].| }}", False, ("member", ("nodes", "a", "output", 0), "")),
        ("{{ nodes['my-a'].| }}", False, ("member", ("nodes", "my-a"), "")),
        ("{{ nodes['my|'] }}", False, ("key", ("nodes",), "my")),
        ("{{ x | lo| }}", False, ("filter", (), "lo")),
        ("a {{ x }} b {{ y.| }}", False, ("member", ("y",), "")),
        ("{% if inputs.| %}", False, ("member", ("inputs",), "")),
        ("inputs.a > nodes.|", True, ("member", ("nodes",), "")),
        ("(inputs.|)", True, ("member", ("inputs",), "")),
        ("a {{ x }} b|", False, None),
        ("{{ 'text | }}", False, None),
        ("{{ f().| }}", False, None),
        ("{{ x is de| }}", False, None),
        ("plain|", False, None),
    ],
)
def test_places(text: str, bare: bool, expected: tuple[str, tuple[str | int, ...], str] | None) -> None:
    cursor = text.rindex("|")
    place = place_of(text[:cursor] + text[cursor + 1 :], cursor, bare) if "| lo" not in text else place_of(
        "{{ x | lo }}", 9, bare
    )  # fmt: skip
    assert (None if place is None else (place.kind, place.base, place.typed)) == expected


@given(st.text(alphabet=st.sampled_from("{}%|.[]'\"ab0 \\-("), max_size=25), st.integers(0, 25), st.booleans())
def test_no_text_makes_it_fail(text: str, cursor: int, bare: bool) -> None:
    place = place_of(text, min(cursor, len(text)), bare)
    assert place is None or 0 <= place.dot <= place.start <= place.end <= len(text)
