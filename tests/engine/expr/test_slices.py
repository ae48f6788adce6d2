"""Slices as the template engine is asked about them (C6.4)."""

from __future__ import annotations

import pytest

from floworch.expr.slices import without_slices


@pytest.mark.parametrize(
    ("template", "rewritten"),
    [
        ("{{ a[1:] }}", "{{ a[[1,]] }}"),
        ("{{ a[:n] }}", "{{ a[[0,n]] }}"),
        ("{{ a[ : ] }}", "{{ a[[ 0, ]] }}"),
        ("{{ a[::2] }}", "{{ a[[0,0,2]] }}"),
        ("{{ a[b[1:]:c][0] }}", "{{ a[[b[[1,]],c]][0] }}"),
        ("{{ {'k': [1, 2]}['k'] }} [x:y]", "{{ {'k': [1, 2]}['k'] }} [x:y]"),
        ("{{ a[':'] }}", "{{ a[':'] }}"),
        ("{{ [{'k': a[1:]}] }}", "{{ [{'k': a[[1,]]}] }}"),
        ("it's {% for x in a[1:] %}{{ x }}{% endfor %}", "it's {% for x in a[[1,]] %}{{ x }}{% endfor %}"),
    ],
)
def test_a_slice_becomes_a_lookup_that_reads_the_same(template: str, rewritten: str) -> None:
    assert without_slices(template) == rewritten
