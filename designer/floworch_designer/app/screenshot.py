"""``--screenshot``: the real window, rendered without a display, saved as PNG."""

from __future__ import annotations

import argparse
import asyncio
import sys

from PySide6.QtCore import QEventLoop, QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from floworch.actions.suggest import did_you_mean
from floworch.errors import FlowError
from floworch_designer.app.main_window import MainWindow
from floworch_designer.app.runtime.loop import QtLoop, end
from floworch_designer.app.shell import Shell, bring_forward, name_application
from floworch_designer.theme.scheme import theme_name

#: Rounds of event processing before the picture: layouts, fonts and canvas tiles settle in fewer.
ROUNDS = 12


def take(options: argparse.Namespace) -> int:
    """Render the window as asked and return the exit code."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    name_application(app)
    qInstallMessageHandler(_quiet)
    loop = QtLoop(app)
    asyncio.set_event_loop(loop)
    try:
        code: int = loop.run_until_complete(_take(app, options))
        return code
    finally:
        end(loop)


def _quiet(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Pass on what Qt says, without what the offscreen platform cannot do."""
    if not text.startswith("This plugin does not support"):
        sys.stderr.write(text + "\n")


async def _take(app: QApplication, options: argparse.Namespace) -> int:
    shell = Shell(app, options)
    window = shell.open_window(options.theme or theme_name(shell.session.settings.get("appearance/theme")))
    try:
        return await _render(app, shell, window, options)
    finally:
        await shell.session.controller.close()
        window.deleteLater()


async def _render(app: QApplication, shell: Shell, window: MainWindow, options: argparse.Namespace) -> int:
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, app.platformName() == "offscreen")
    window.docking.reset(window.controller.feed.state is not None)
    window.resize(*options.size)
    window.show()
    window.palette_panel.finish()
    if options.file is not None and not window.files.load(options.file):
        banner = window.banners.shown["message"]
        sys.stderr.write(f"{banner.title.text()}\n{banner.text.text()}\n")
        return 2
    window.docking.reset(window.controller.feed.state is not None)
    if options.run and not await _show_run(shell, window, options.run):
        return 2
    if options.select and not _select(shell, window, options.select):
        return 2
    if options.panel and (wrong := bring_forward(window, options.panel)):
        sys.stderr.write(f"{wrong}\n")
        return 2
    shell.session.document.check_now()
    if options.operator:
        window.operator.lock()
    window.canvas.setFocus()
    if options.zoom != "fit":
        window.canvas.zoom_to(1.0)
    await settle_canvas(app, window, options.zoom == "fit")
    picture = window.grab()
    if not picture.save(str(options.screenshot), "PNG"):
        sys.stderr.write(f"{options.screenshot} cannot be written.\nCheck that its folder is there and yours.\n")
        return 2
    return 0


async def settle_canvas(app: QApplication, window: MainWindow, fit: bool = True) -> None:
    """Let layouts, fonts and the canvas come to rest before a picture; with ``fit`` show the whole workflow."""
    for step in range(ROUNDS):
        await asyncio.sleep(0.02)
        app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        if fit and step == ROUNDS // 2:
            window.canvas.fit()


def _select(shell: Shell, window: MainWindow, node: str) -> bool:
    """Select a node; one that is not there is told, with the closest that is."""
    nodes = shell.session.document.workflow.nodes
    if node not in nodes:
        sys.stderr.write(f"There is no node {node!r} to select.\n{did_you_mean(node, nodes, 'There is')}\n")
        return False
    window.selection.set([node])
    return True


async def _show_run(shell: Shell, window: MainWindow, run_id: str) -> bool:
    """Read a run straight from the store: a picture needs no engine."""
    import floworch
    from floworch.model import codec

    try:
        store = floworch.FlatBuffersStore(shell.session.hosts.store)
        header = store.header(run_id)
        events = list(store.events(run_id))
    except FlowError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return False
    feed = shell.session.controller.feed
    shell.session.controller.run_id = run_id
    feed.begin(header)
    await feed.take(events)
    feed.flush()
    header = feed.header or header  # with the definition that it has gone over to
    if shell.options.file is None:
        shell.session.document.reset(codec.loads(header.definition))
    else:
        window.tab.show_definition_of(header)
    window.history.show_runs(store.list(limit=200))
    window.history.select(run_id)
    window.tab.overlay.repaint()
    return True
