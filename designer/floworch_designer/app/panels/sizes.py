"""How large the window and its panels are at first, by the room there is. Pure arithmetic."""

from __future__ import annotations

#: Share of the screen that the first window takes.
SHARE = 0.92
#: The window is never opened smaller than this, in px.
LEAST = (960, 600)
#: In a window lower than this the panels below the canvas stay closed until somebody asks for them, px.
LOW = 640
#: Share of the height of a window that the panels below the canvas take at most.
BELOW = 0.25
#: Widths of palette and inspector, and height of the bottom panels, from the narrowest window up: ``(up to, px ...)``.
STEPS: tuple[tuple[int, int, int, int], ...] = (
    (1366, 176, 288, 200),
    (1600, 200, 324, 260),
    (1900, 224, 332, 280),
    (100_000, 248, 352, 310),
)


def first_size(width: int, height: int) -> tuple[int, int]:
    """Size of the first window on a screen with this room."""
    return min(width, max(LEAST[0], round(width * SHARE))), min(height, max(LEAST[1], round(height * SHARE)))


def fills(size: tuple[int, int], height: int) -> bool:
    """Whether a window of this size needs all of the height there is: it is maximized, or its frame pushes it off."""
    return size[1] >= height


def opens_below(height: int) -> bool:
    """Whether the panels below the canvas come by themselves with the first run in a window of this height."""
    return height >= LOW


def panel_sizes(width: int, height: int) -> dict[str, int]:
    """First width of ``palette`` and ``inspector`` and first height of the ``bottom`` panels in such a window."""
    _, palette, inspector, bottom = next(step for step in STEPS if width <= step[0])
    return {"palette": palette, "inspector": inspector, "bottom": min(bottom, round(height * BELOW))}
