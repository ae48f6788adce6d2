"""Overlapping spans as one, kept up event by event."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from floworch_designer.timeline.pieces import Piece, Pieces


@dataclass
class Span:
    start: float
    end: float | None
    scope: tuple[int, ...]
    outcome: str = ""
    attempt: bool = True


def told(spans, until):
    """The pieces after everything that happens up to a moment; ends come before beginnings of the same one."""
    pieces = Pieces()
    facts = [(span.end, 0, i) for i, span in enumerate(spans) if span.end is not None and span.end <= until]
    facts += [(span.start, 1, i) for i, span in enumerate(spans) if span.start <= until]
    for _at, begins, place in sorted(facts):
        if begins:
            pieces.begin(spans[place], spans[place].attempt)
        else:
            pieces.end(spans[place])
    return pieces


def gone_through(spans, until):
    """The same, found by going through all spans."""
    made, items = [], []
    for span in sorted((each for each in spans if each.start <= until), key=lambda each: each.start):
        end = span.end if span.end is not None and span.end <= until else None
        failed = int(end is not None and span.outcome == "failed")
        if made and (made[-1].end is None or span.start <= made[-1].end):
            last, reached = made[-1], made[-1].end
            both = None if reached is None or end is None else max(reached, end)
            made[-1] = Piece(last.start, both, 0, last.failed + failed)
        else:
            made.append(Piece(span.start, end, 0, failed))
            items.append(set())
        items[-1] |= {span.scope} if span.attempt else set()
    return [Piece(each.start, each.end, len(found), each.failed) for each, found in zip(made, items, strict=True)]


@st.composite
def spans(draw):
    """Spans of items, each longer than nothing; some go on for ever."""
    found = []
    for _ in range(draw(st.integers(0, 12))):
        start, length = draw(st.integers(0, 30)), draw(st.one_of(st.none(), st.integers(1, 9)))
        end = None if length is None else float(start + length)
        item = (draw(st.integers(0, 5)),)
        found.append(Span(float(start), end, item, draw(st.sampled_from(["failed", "completed"])), draw(st.booleans())))
    return found


@given(spans(), st.integers(0, 45))
def test_they_are_at_every_moment_what_going_through_all_spans_finds(found, until):
    pieces = told(found, until)
    assert pieces.made() == gone_through(found, until)
    seen = [span for span in found if span.start <= until]
    ends = [span.end if span.end is not None and span.end <= until else until for span in seen]
    assert pieces.took(float(until)) == (max(ends) - min(span.start for span in seen) if seen else 0.0)


def test_a_new_span_is_not_gone_through_with_all_that_were_before():
    """A hundred thousand items: what is read at every frame is what has been added since."""
    pieces = Pieces()
    for number in range(1000):
        span = Span(float(number), number + 0.5, (number,))
        pieces.begin(span, True)
        pieces.end(span)
    made = pieces.made()
    assert len(made) == 1000
    first = made[0]
    span = Span(2000.0, None, (0,))
    pieces.begin(span, True)
    assert pieces.made() is made
    assert made[0] is first
    assert made[-1] == Piece(2000.0, None, 1, 0)
