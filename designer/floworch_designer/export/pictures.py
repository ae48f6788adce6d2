"""A definition as PNG or PDF: the picture of ``floworch graph --format svg``, painted with the bundled typeface."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from floworch.errors import UsageError
from floworch.model.files import write_bytes
from floworch.model.pictures.paints import LIGHT
from floworch.model.pictures.svg import to_svg
from floworch.model.workflow import Workflow
from floworch_designer.settings.words import tr
from floworch_designer.theme.fonts import FAMILY, load_fonts

FORMS = ("png", "pdf", "svg")
#: Pixels of a PNG per unit of the picture, for sharp text, and the most pixels on a side.
_SCALE, _MOST = 2.0, 16_000
_DPI = 96


def write_picture(workflow: Workflow, form: str, target: Path, square: bool = False) -> None:
    """Write a definition as a picture; the old file stays when that fails. Needs no display and no window.

    Args:
        workflow: What to draw.
        form: ``png``, ``pdf`` or ``svg``.
        target: The file.
        square: Draw edges in right angles.

    Raises:
        UsageError: The file cannot be written, or the picture is too large to be painted.
    """
    write_bytes(target, picture(workflow, form, square))


def picture(workflow: Workflow, form: str, square: bool = False) -> bytes:
    """The content of the file that ``write_picture`` writes.

    Raises:
        UsageError: The picture is too large to be painted.
    """
    # Qt takes a list of typefaces for the name of one, which it does not find.
    paints = LIGHT if form == "svg" else replace(LIGHT, family=FAMILY)
    text = to_svg(workflow, square, paints=paints, otherwise=tr("otherwise")).encode()
    if form == "svg":
        return text
    # Kept until the end of the process: Qt allows one application, and a window that comes later uses it.
    app = QGuiApplication.instance() or QGuiApplication(["floworch", "-platform", "offscreen"])
    assert app is not None
    load_fonts()
    renderer = QSvgRenderer(QByteArray(text))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    (_paint_pdf if form == "pdf" else _paint_png)(renderer, buffer, workflow)
    buffer.close()
    return bytes(data.data())


def _paint_png(renderer: QSvgRenderer, buffer: QBuffer, workflow: Workflow) -> None:
    size = renderer.defaultSize()
    scale = min(_SCALE, _MOST / max(1, size.width()), _MOST / max(1, size.height()))
    image = QImage(size * scale, QImage.Format.Format_RGB32)
    if image.isNull():
        raise UsageError(
            f"The picture of {workflow.id!r} has {size.width()} x {size.height()} units, too many for a PNG.",
            "Write it as pdf or svg.",
        )
    image.fill(Qt.GlobalColor.white)
    image.setText("Title", workflow.name or workflow.id)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    image.save(buffer, "PNG")  # type: ignore[call-overload]


def _paint_pdf(renderer: QSvgRenderer, buffer: QBuffer, workflow: Workflow) -> None:
    writer = QPdfWriter(buffer)
    writer.setTitle(workflow.name or workflow.id)
    writer.setCreator("Flow Orchestrator")
    writer.setResolution(_DPI)
    size = QSizeF(renderer.defaultSize()) * (72.0 / _DPI)
    page = QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter(writer)
    renderer.render(painter)
    painter.end()
