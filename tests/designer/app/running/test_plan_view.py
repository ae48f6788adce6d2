"""What would happen, shown before it does."""

from __future__ import annotations

from floworch_designer.canvas.hits import Hit


def test_words_reach_the_tooltip_and_the_canvas_and_go_again(window, flow):
    window.session.document.reset(flow())
    view = window.parts["partial"].view
    before = window.canvas.grab().toImage()
    done = []
    view.show(
        "Run", {"first": ("out", "not asked for"), "second": ("runs", "new <since>")}, "Go", lambda: done.append(1)
    )
    assert window.canvas.grab().toImage() != before
    assert "new &lt;since&gt;" in window.canvas.tip(Hit("node", "second"))
    view.go()
    assert done == [1]
    assert view.plan == {}
    assert "new" not in window.canvas.tip(Hit("node", "second"))
    view.go()
    assert done == [1]
