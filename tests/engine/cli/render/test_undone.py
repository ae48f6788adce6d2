"""What is said of a rollback (C9)."""

from __future__ import annotations

import itertools
from typing import Any

from run_dialogue import NEVER, Dialogue, expands, fails, workflow

from floworch.cli.render.undone import MOST, cancel_text, rollback_lines

UNDO = {"compensate": {"action": "t.undo"}}


def saga(**nodes: Any) -> Dialogue:
    names = [name for name, node in nodes.items() if "parent" not in node]
    edges = [f"{one}>{two}" for one, two in itertools.pairwise(names)]
    return Dialogue(workflow(nodes, *edges)).start()


def test_what_was_undone_and_what_could_not_be() -> None:
    run = saga(a=UNDO, loop={}, x={"parent": "loop", **UNDO}, c={}).play(
        {"loop": expands([1]), "c": fails(), "~x": fails("connection_error")}
    )
    assert rollback_lines(run.state) == [
        "  undone: a",
        "  not undone: x[0]: connection_error (connection_error)",
    ]


def test_what_is_left_while_it_goes_on() -> None:
    run = saga(a=UNDO, b=UNDO, c={}).play({"c": fails(), "~b": NEVER})
    assert rollback_lines(run.state) == ["  still to be undone: b, a"]
    assert "is undone now" in cancel_text(run.state)


def test_a_run_without_a_rollback_says_nothing() -> None:
    run = saga(a={}).play()
    assert rollback_lines(run.state) == []
    assert cancel_text(run.state) == "Run r is cancelled."


def test_many_names_are_counted() -> None:
    run = saga(loop={}, x={"parent": "loop", **UNDO}, c={}).play({"loop": expands(list(range(MOST + 5))), "c": fails()})
    assert rollback_lines(run.state)[0].endswith("and 5 more")
