"""A picture of a run, drawn with limits; a page of which nothing runs and nothing is fetched (designer.md §6)."""

from __future__ import annotations

import socket

import pytest
from by_hand import press
from PySide6.QtCore import QBuffer, QIODevice, Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument

from floworch_designer.inspector.value_picture import HtmlPage, decoded
from floworch_designer.inspector.value_view import ValueView


@pytest.fixture
def view(context, qtbot):
    view = ValueView(context)
    view.resize(380, 500)
    qtbot.addWidget(view)
    view.show()
    return view


def picture(width=40, height=20, kind="PNG"):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind)
    return bytes(buffer.data().data())


def test_a_picture_is_shown_with_its_kind_and_size(view, qtbot):
    view.set_value({"status": 200, "body": picture()})
    assert view.picture.isVisible(), "what is a picture is seen as one"
    qtbot.waitUntil(lambda: view.caption.text() == "PNG · 40 × 20")
    middle = view.picture.grab().toImage().pixelColor(view.picture.width() // 2, 10)
    assert (middle.red(), middle.green()) == (255, 0)


def test_a_broken_picture_says_so(view, qtbot):
    view.set_value(picture()[:30])
    qtbot.waitUntil(lambda: "no picture that can be shown" in view.caption.text())
    assert not view.picture.isVisible()
    view.set_value(picture())
    qtbot.waitUntil(view.picture.isVisible)


def test_a_huge_picture_is_decoded_smaller_and_one_of_too_many_points_not_at_all():
    image, words = decoded(picture(5000, 1000))
    assert (image.width(), words) == (2048, "PNG · 5000 × 1000")
    head = picture(1, 1)
    bomb = head[:16] + (60_000).to_bytes(4, "big") * 2 + head[24:]
    image, words = decoded(bomb)
    assert image.isNull()
    assert "shown" in words


HOSTILE = """<html><head><script>alert(1)</script><link rel=stylesheet href="http://127.0.0.1:{port}/a.css">
<style>@import url(http://127.0.0.1:{port}/b.css);</style></head>
<body background="http://127.0.0.1:{port}/c.png" onload="alert(2)"><h1>Report</h1>
<img src="http://127.0.0.1:{port}/d.png"><img src="file:///etc/hostname"><iframe src="http://127.0.0.1:{port}/e"></iframe>
<a href="javascript:alert(3)">a link</a></body></html>"""


def test_a_page_runs_nothing_and_fetches_nothing(view, qtbot, monkeypatch):
    """Scripts are no text of the page; pictures and styles are asked for nowhere, not even on this machine."""
    asked = []
    real = HtmlPage.loadResource
    monkeypatch.setattr(HtmlPage, "loadResource", lambda page, kind, name: asked.append((name, real(page, kind, name))))
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        view.set_value(HOSTILE.replace("{port}", str(server.getsockname()[1])))
        press(qtbot, view.buttons["page"])
        view.page.grab()
        qtbot.wait(50)
        with pytest.raises(BlockingIOError):
            server.accept()
    text = view.page.toPlainText()
    assert "Report" in text
    assert "alert" not in text
    assert all(answer is None for _name, answer in asked)
    page = view.page
    assert page.loadResource(QTextDocument.ResourceType.ImageResource, QUrl("file:///etc/hostname")) is None
    assert not page.openLinks()


def test_a_long_page_is_turned_part_by_part(view, qtbot):
    """Laying out a page takes long: 60 000 letters of a table took 0.6 s."""
    view.set_value("<table>" + "".join(f"<tr><td>cell {number}</td></tr>" for number in range(2000)))
    press(qtbot, view.buttons["page"])
    assert view.page.toPlainText().strip().startswith("cell 0")
    assert "cell 1999" not in view.page.toPlainText()
    assert view.pager.where.text() == "Part 1 of 5"
    press(qtbot, view.pager.after)
    assert "cell 0\n" not in view.page.toPlainText()
    assert "cell" in view.page.toPlainText()
