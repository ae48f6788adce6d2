"""Differences and migrations as lines for people."""

from __future__ import annotations

import io

from floworch.cli.render.difference import difference_lines, migration_lines
from floworch.model.codec import loads
from floworch.model.diff import Difference, diff
from floworch.run.migration import Migration, NodeFate

OLD = """{"id": "w", "settings": {"max_concurrency": 4},
 "nodes": {"a": {"action": "x.y", "params": {"url": "one", "deep": {"k": [1, 2], "same": 1}}},
           "b": {"action": "x.y"}, "c": {"action": "x.y"}},
 "edges": [{"from": "a", "to": "b"}, {"from": "a", "port": "error", "to": "c"}]}"""
NEW = """{"id": "w", "settings": {"max_concurrency": 8},
 "nodes": {"a": {"action": "x.y", "title": "A", "params": {"url": "two", "deep": {"k": [1], "same": 1}}},
           "b": {"action": "x.y"}, "d": {"action": "x.y"}},
 "edges": [{"from": "a", "to": "b"}, {"from": "b", "to": "d"}], "view": {"nodes": {"a": [1, 2]}}}"""


def test_every_difference_has_its_line_down_to_the_key_that_differs() -> None:
    difference = diff(loads(OLD), loads(NEW)).without_view()
    assert difference_lines(difference, io.StringIO()) == [
        "+ node d",
        "- node c",
        "~ node a",
        '    title: "" -> "A"',
        '    params.url: "one" -> "two"',
        "    params.deep.k: [1, 2] -> [1]",
        "+ edge b -> d",
        "- edge a:error -> c",
        "~ settings.max_concurrency: 4 -> 8",
    ]


def test_long_and_missing_values_are_short() -> None:
    one = loads(OLD)
    node = one.nodes["b"].replace(params={"text": "x" * 100})
    lines = difference_lines(diff(one, one.replace(nodes={**one.nodes, "b": node})), io.StringIO())
    assert lines[1].startswith('    params.text: (none) -> "xxx')
    assert lines[1].endswith("...")
    assert len(lines[1]) < 100


def test_a_migration_names_what_is_not_simply_kept_and_what_is_against_it() -> None:
    fates = (NodeFate("a", "kept"), NodeFate("b", "stale", "changed"), NodeFate("c", "refused", "in doubt"))
    migration = Migration("r", Difference(removed=("x",)), fates, ("it has completed",))
    assert migration_lines(migration, io.StringIO()) == [
        "- node x",
        "b is kept and stale: changed",
        "c is in the way: in doubt",
        "1 node is kept.",
        "It cannot go over: it has completed.",
    ]
    assert migration_lines(Migration("r", Difference()), io.StringIO()) == ["The definition of run r is the same."]
