"""The page of the window shows every panel, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = "docs/reference/designer.md"


@pytest.fixture
def pictures(project: Path) -> list[str]:
    """What the page shows, as written."""
    return re.findall(r'(?:src|srcset)="([^"]+)"', (project / PAGE).read_text(encoding="utf-8"))


def test_every_picture_is_there_in_both_themes(project: Path, pictures: list[str]) -> None:
    missing = [each for each in pictures if not ((project / PAGE).parent / each).is_file()]
    assert not missing
    dark = {each.removesuffix("-dark.png") for each in pictures if each.endswith("-dark.png")}
    assert dark == {each.removesuffix("-light.png") for each in pictures if each.endswith("-light.png")}


def test_every_picture_that_is_drawn_is_shown(project: Path, pictures: list[str]) -> None:
    drawn = {each.name for each in (project / "docs/images/panels").glob("*.png")}
    assert drawn == {Path(each).name for each in pictures if "/panels/" in each}


def test_every_panel_is_among_them(pictures: list[str]) -> None:
    pytest.importorskip("PySide6")
    from floworch_designer.app.panels.docking import PANELS

    shown = {Path(each).name.rsplit("-", 1)[0] for each in pictures}
    assert set(PANELS) - {"inspector"} <= shown
    tabs = {"workflow", "parameters", "middleware", "settings", "run", "help", "several"}
    assert {f"inspector-{tab}" for tab in tabs} <= shown
