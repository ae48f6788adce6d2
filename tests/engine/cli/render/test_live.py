"""Progress redrawn in place on a terminal."""

from __future__ import annotations

import io

import pytest

from floworch.cli.render.live import LiveProgress
from floworch.run.events import Event, EventKind
from floworch.run.items import ItemsState
from floworch.run.state import RunState
from floworch.run.status import NodeStatus


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("LINES", "30")
    return Terminal()


def play(stream: Terminal, state: RunState, specs: list[tuple[EventKind, int, dict[str, object] | None]]) -> str:
    progress = LiveProgress(stream, state, " --store s")
    for kind, node, payload in specs:
        event = Event(state.seq, float(state.seq), int(kind), node, int(node >= 0), (), payload)
        state.apply(event)
        progress.show([event])
    progress.close()
    return stream.getvalue()


BEGIN: list[tuple[EventKind, int, dict[str, object] | None]] = [
    (EventKind.RUN_CREATED, -1, {}),
    (EventKind.RUN_STARTED, -1, None),
    (EventKind.NODE_STARTED, 0, None),
]


def test_nodes_progress_and_footer(terminal: Terminal) -> None:
    error = {"kind": "k", "message": "It [broke]."}
    state = RunState("r-1", "w", ("first", "second", "third"))
    text = play(
        terminal,
        state,
        [
            *BEGIN,
            (EventKind.NODE_LOGGED, 0, {"level": "info", "message": "a [line]"}),
            (EventKind.NODE_COMPLETED, 0, {"output": 1}),
            (EventKind.NODE_STARTED, 1, None),
            (EventKind.NODE_FAILED, 1, {"error": error}),
        ],
    )
    assert "first: a [line]" in text
    assert "[/]" not in text  # the block that follows a log line is still drawn with its colours
    assert "✓" in text
    assert "✗" in text
    assert "It [broke]." in text
    assert "2/3 nodes" in text
    assert "r-1" in text


def test_a_wait_shows_how_to_answer(terminal: Terminal) -> None:
    wait = {"kind": "approval", "details": {"message": "Ship [it]?"}}
    text = play(terminal, RunState("r-1", "w", ("ask",)), [*BEGIN, (EventKind.NODE_WAITING, 0, {"wait": wait})])
    assert "Ship [it]?" in text
    # On a line of its own, however long, so that it can be copied.
    line = "  answer with: floworch approve r-1 ask --store s   or   floworch reject r-1 ask --store s"
    assert any(each.rstrip().endswith(line) for each in text.splitlines())


def test_a_loop_shows_a_bar(terminal: Terminal) -> None:
    state = RunState("r-1", "w", ("loop",))
    items = state.items[(0, ())] = ItemsState([0] * 10, 4, "collect")
    for i in range(4):
        items.complete(i, None)
    items.fail(4, {"kind": "k", "message": "m"})
    text = play(terminal, state, BEGIN)
    assert "5/10" in text
    assert "1 failed" in text


def test_thousands_of_nodes_fit_the_screen(terminal: Terminal) -> None:
    state = RunState("r-1", "w", tuple(f"n{i}" for i in range(3000)))
    progress = LiveProgress(terminal, state)
    for i in range(3000):
        state.node_status[i] = NodeStatus.COMPLETED.code
        progress.show([Event(i, 0.0, int(EventKind.NODE_COMPLETED), i)])
    assert len(progress._recent) <= 500
    assert progress._chosen(10) == list(range(2990, 3000))
    progress.close()
    assert "3000/3000 nodes" in terminal.getvalue()


def test_a_word_about_the_run_stands_above_the_block(terminal: Terminal) -> None:
    progress = LiveProgress(terminal, RunState("r", "w", ("a",)))
    progress.say("It [waits] here.")
    progress.close()
    assert "It [waits] here." in terminal.getvalue()
