"""The line under a card."""

from __future__ import annotations

from floworch_designer.canvas.live import RunInfo


def test_the_footer_names_duration_attempt_and_items() -> None:
    info = RunInfo(duration=2.5, attempt=2, max_attempts=5, items_done=1200, items_total=3400)
    assert info.footer() == "2.50 s  ·  attempt 2/5  ·  1,200 / 3,400 items"
    assert RunInfo(duration=2.5, attempt=1, max_attempts=5).footer() == "2.50 s"
    assert RunInfo(attempt=2, max_attempts=1).footer() == "attempt 2"  # a person's retry goes beyond the total
    assert RunInfo().footer() == ""


def test_progress_comes_from_the_node_or_its_items() -> None:
    assert RunInfo(progress=1.7).share == 1.0
    assert RunInfo(items_done=1, items_total=4).share == 0.25
    assert RunInfo(items_total=0).share is None


def test_the_footer_says_how_much_is_done_while_a_node_is_worked_on_and_says_it() -> None:
    """(designer.md section 3: "running: ring spinner + %")"""
    info = RunInfo(duration=2.5, progress=0.456)
    assert info.footer(working=True) == "46 %  ·  2.50 s"
    assert info.footer() == "2.50 s"
    assert RunInfo(items_done=1, items_total=4).footer(working=True) == "1 / 4 items", "which says it as well"
