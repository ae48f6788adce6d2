"""The small card: status colours it, a plain one takes its category."""

from __future__ import annotations

from floworch.run.status import NodeStatus
from floworch_designer.canvas.items.mini import flat_color
from floworch_designer.theme import Theme, look


def test_one_colour_from_afar() -> None:
    theme = Theme("dark")
    assert flat_color(theme, look(NodeStatus.FAILED), "data") == theme.color("failed")
    assert flat_color(theme, look(None), "data") != flat_color(theme, look(None), "files")
    assert flat_color(theme, look(None), "data", known=False) == flat_color(theme, look(None), "utility")
