"""What stands on an edge of canvas and pictures: its condition half-way, "!" at the source of one for errors.

Who paints says how wide texts are: the canvas measures them, a picture without Qt knows the bundled typeface by heart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from unicodedata import east_asian_width

from floworch.model.pictures.lengths import Point, flatten, halfway, length, pieces
from floworch.model.pictures.words import text_of

Rect = tuple[float, float, float, float]

#: Height of a label, and the room at the sides of its text.
HEIGHT, SIDES = 16.0, 4.5
#: Edge that is left free beside a condition: its ports and a piece. One with less room than ``LEAST`` is not begun:
#: nobody could guess the rest.
LEVEL, LEAST = 20.0, 34.0
#: What a condition is given room for where nothing else decides, and what of that an arrow takes.
MOST, AWAY = 170.0, 6.0
#: Where the middle of the "!" of an edge for errors is, from the port.
MARK = (9.0, -7.0)

#: Width of characters 11 px high in Inter Medium, on the safe side.
_WIDTHS = {
    character: width
    for width, characters in (
        (3.6, " ,.:;Iijl!'`t\u00b7"), (4.8, "/\\fr|()[]{}"), (6.6, '^_"?LaksxzEFJcehnouvy'), (8.6, "ACDGHUVNOQ"),
        (9.1, "w"), (10.2, "Mm\u2026"), (11.4, "%@W"),
    )
    for character in characters
}  # fmt: skip
_OTHER, _LETTER, _WIDE = 7.3, 9.5, 11.0
_ELLIPSIS = "\u2026"
#: A text in quotes, or a path of an expression without a method at its end; what stands at the beginning of either.
_PATH = re.compile(r"(?:'[^']*'|\"[^\"]*\")|[^\W\d]\w*(?:\.\w+\b(?!\()|\[[^\[\]]*\])+")
_FIRST = re.compile(r"^(?:'.*|\".*|\w+(?:\[[^\[\]]*\])*\.?)", re.DOTALL)


def room_for(condition: str) -> float:
    """How far apart the cards at the ends of an edge are best, so that its condition can be read."""
    return min(text_width(" ".join(condition.split())), MOST) + 2 * SIDES + LEVEL + AWAY


def spread(left: float, right: float, at: Point) -> float:
    """How wide what is centred at a point of a way may be that reaches from ``left`` to ``right``.

    What stood out of the way's extent would not be painted anew with it, and would lie upon cards.
    """
    return 2 * min(at[0] - left, right - at[0])


def text_width(text: str) -> float:
    """The width of a text 11 px high, for whoever cannot measure it: seldom less than it has, and not much more."""
    return sum(_WIDTHS.get(each) or _width(each) for each in text)


def _width(character: str) -> float:
    if character.isascii():
        return _OTHER
    return _WIDE if east_asian_width(character) in "WF" else _LETTER


def elided(text: str, room: float, width: Callable[[str], float] = text_width) -> str:
    """A text in one line that is at most so wide, without its middle where it would be wider.

    A condition begins with what it looks at and ends with what it compares that to.
    """
    line = " ".join(text.split())
    if width(line) <= room:
        return line
    left, right = 0, len(line)
    while left < right:
        # By turns at the beginning and at the end, as long as it fits.
        more = (left + 1, right) if left <= len(line) - right else (left, right - 1)
        if width(line[: more[0]].rstrip() + _ELLIPSIS + line[more[1] :].lstrip()) > room:
            break
        left, right = more
    return line[:left].rstrip() + _ELLIPSIS + line[right:].lstrip()


def condensed(text: str, room: float, width: Callable[[str], float] = text_width) -> str:
    """A condition in one line that is at most so wide: its paths lose their beginnings before anything else goes.

    ``nodes.sort.output.text > 2`` is ``…text > 2`` where there is no room for more: that tells what it is about.
    """
    line = " ".join(text.split())
    while width(line) > room:
        cuts = [(found, rest) for found in _PATH.finditer(line) if (rest := _FIRST.sub("", found[0], count=1))]
        if not cuts:
            return elided(line, room, width).replace(_ELLIPSIS * 2, _ELLIPSIS)
        found, rest = max(cuts, key=lambda cut: len(cut[0][0]))
        line = line[: found.start()].removesuffix(_ELLIPSIS) + _ELLIPSIS + rest + line[found.end() :]
    return line


def place(
    points: Sequence[Point],
    knots: Sequence[Point],
    radius: float,
    words: Callable[[Point], str],
    width: Callable[[str], float],
    half: Point | None = None,
) -> tuple[str, Rect] | None:
    """A label and where it is: half-way, or where a knot is there half-way along the longest piece without one.

    Args:
        points: The way of the edge.
        knots: The knots that it bends through.
        radius: How large a knot is.
        words: What fits around a point of the edge.
        width: How wide a label with this text is.
        half: The point at half the length, where it is known.

    Returns:
        None where there is nothing to say, or no room for it.
    """
    at = half or halfway(flatten(points))
    text = words(at)
    if not text:
        return None
    found = around(at, width(text))
    if any(_covers(found, knot, radius) for knot in knots):
        at = halfway(max(pieces(flatten(points), knots), key=length))
        text = words(at)
        found = around(at, width(text))
    return (text, found) if text else None


def around(at: Point, wide: float) -> Rect:
    """The rectangle of a label with this middle."""
    return at[0] - wide / 2, at[1] - HEIGHT / 2, at[0] + wide / 2, at[1] + HEIGHT / 2


def _covers(rect: Rect, knot: Point, radius: float) -> bool:
    left, top, right, bottom = rect
    return left - radius <= knot[0] <= right + radius and top - radius <= knot[1] <= bottom + radius


def condition_lines(condition: str, points: Sequence[Point], knots: Sequence[Point], radius: float) -> Iterator[str]:
    """A condition upon the way of an edge, as elements; the whole of it is told by a pointer that rests on it."""
    xs = [x for x, _ in points]

    def words(at: Point) -> str:
        room = spread(min(xs), max(xs), at) - LEVEL
        return condensed(condition, room - 2 * SIDES) if room >= LEAST else ""

    found = None if not condition else place(points, knots, radius, words, lambda text: text_width(text) + 2 * SIDES)
    if found is None:
        return
    text, (left, top, right, _) = found
    yield f"<g><title>{text_of(condition)}</title>"
    size = f'width="{round(right - left, 1):g}" height="{HEIGHT:g}" rx="{HEIGHT / 2:g}"'
    yield f'<rect class="pill" x="{round(left, 1):g}" y="{round(top, 1):g}" {size}/>'
    yield f'<text class="on" x="{round((left + right) / 2, 1):g}" y="{round(top + 12, 1):g}">{text_of(text)}</text>'
    yield "</g>"


def error_line(port: Point) -> str:
    """The "!" beside the port that an edge for errors leaves, as an element."""
    return f'<text class="bang" x="{port[0] + MARK[0]:g}" y="{port[1] + MARK[1] + 4.4:g}">!</text>'
