"""Only what is in view is drawn, and each kind of span has its own shape."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage, QPainter

from floworch_designer.timeline.painting import paint_span, visible
from floworch_designer.timeline.scale import Scale
from floworch_designer.timeline.spans import Kind, Span


def test_a_row_never_costs_more_than_its_pixels():
    spans = [Span(Kind.RUNNING, at / 100, (at + 1) / 100) for at in range(10_000)]
    whole = Scale.whole(0.0, 100.0, 200.0)
    assert len(list(visible(spans, whole))) <= 201
    near = Scale(0.0, 100.0, 50.0, 0.1, 200.0)
    found = list(visible(spans, near))
    assert len(found) <= 12
    assert found[0].start <= 50.0
    assert found[-1].start <= 50.1


def test_nothing_in_view_is_left_out():
    spans = [Span(Kind.RUNNING, at, at + 0.5) for at in range(20)]
    assert list(visible(spans, Scale.whole(0.0, 20.0, 400.0))) == spans


@pytest.mark.parametrize("one", Kind)
def test_no_kind_looks_like_another(one, theme, qapp):
    def picture(kind):
        image = QImage(60, 20, QImage.Format.Format_Grayscale8)  # by shape, not by hue
        image.fill(0)
        painter = QPainter(image)
        paint_span(painter, theme, Span(kind, 0, 1, outcome="completed"), 2.0, 58.0, 10.0)
        painter.end()
        return image

    assert all(picture(one) != picture(other) for other in Kind if other is not one)
