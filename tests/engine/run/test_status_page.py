"""The page of statuses is what the tables say (C3)."""

from __future__ import annotations

from pathlib import Path

from floworch.run.status import NODE_TRANSITIONS, RUN_TRANSITIONS, NodeStatus, RunStatus
from floworch.run.status_page import diagram, page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "statuses.md"


def test_the_page_is_in_step_with_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_a_diagram_has_every_change_and_no_other() -> None:
    for table, first in ((NODE_TRANSITIONS, NodeStatus.PENDING), (RUN_TRANSITIONS, RunStatus.CREATED)):
        arrows = [line.strip() for line in diagram(table, first).splitlines() if "-->" in line and "[*]" not in line]
        assert arrows == [f"{old} --> {new}" for old in type(first) for new in type(first) if new in table[old]]


def test_every_status_is_explained() -> None:
    for status in [*NodeStatus, *RunStatus]:
        assert f"| `{status}` |" in page()
