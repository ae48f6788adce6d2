"""What a card and an edge say."""

from __future__ import annotations

from floworch.model.pictures.words import detail_of, label_of, title_of
from floworch.model.workflow import Node


def test_a_title_comes_first_and_the_id_stays_to_be_found() -> None:
    named = Node(action="file.read", title="Read it")
    assert (title_of("r", named), detail_of("r", named)) == ("Read it", "file.read (r)")
    bare = Node(action="py:my.module:check", disabled=True)
    assert (title_of("c", bare), detail_of("c", bare)) == ("c", "check, disabled")
    assert detail_of("c", Node(action="a.b", title="T", disabled=True)) == "a.b (c, disabled)"


def test_only_other_ports_than_out_are_named() -> None:
    assert [label_of(port) for port in ("out", "error", "approved")] == ["", "error", "approved"]
