"""The colours and the typeface of a picture. Those of the light theme are the usual ones; others may be given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paints:
    """One colour for each thing, as ``#rrggbb``, and the typeface.

    Attributes:
        canvas: The ground.
        card, frame, border: Cards, frames around bodies, and the lines around both.
        raised, outline: Labels on edges and the line around them.
        text, secondary: Titles, and what stands below them.
        tile_text: The letters on the coloured tile of a card.
        edge, failed: Edges, and those for errors.
        family: The typefaces in the order in which they are looked for.
    """

    canvas: str = "#f4f5f8"
    card: str = "#ffffff"
    frame: str = "#eceff4"
    border: str = "#7c8797"
    raised: str = "#f7f8fa"
    outline: str = "#c2c7cf"
    text: str = "#1a1e26"
    secondary: str = "#535d6b"
    tile_text: str = "#ffffff"
    edge: str = "#687485"
    failed: str = "#c7262b"
    family: str = "Inter,system-ui,-apple-system,'Segoe UI',sans-serif"

    def style(self) -> str:
        """The style sheet of a picture."""
        return (
            f"text{{font-family:{self.family};fill:{self.text}}}"
            ".name{font-size:18px;font-weight:600}.title{font-size:13px;font-weight:600}"
            f".detail,.port,.about{{font-size:11px;fill:{self.secondary}}}.port{{text-anchor:end}}"
            f".card{{fill:{self.card};stroke:{self.border}}}"
            f".frame{{fill:{self.frame};stroke:{self.border};stroke-dasharray:5 4}}"
            f".mark{{font-size:12px;font-weight:600;text-anchor:middle;fill:{self.tile_text}}}"
            f".off{{opacity:.5}}.edge{{fill:none;stroke:{self.edge};stroke-width:1.75}}"
            f".error{{stroke:{self.failed};stroke-dasharray:6 4}}"
            f".dot{{fill:{self.card};stroke:{self.edge};stroke-width:1.5}}"
            f".bad{{fill:{self.failed};stroke:{self.failed}}}"
            f".pill{{fill:{self.raised};stroke:{self.outline}}}"
            ".on{font-size:11px;font-weight:500;text-anchor:middle}"
            f".bang{{font-size:12px;font-weight:700;text-anchor:middle;fill:{self.failed}}}"
            f".knot{{fill:{self.edge}}}.tag{{fill:{self.card};stroke:{self.edge}}}"
        )

    def arrow(self) -> str:
        """The head of an edge."""
        return (
            '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
            f'orient="auto"><path d="M0 0L8 4L0 8z" fill="{self.edge}"/></marker></defs>'
        )


LIGHT = Paints()
