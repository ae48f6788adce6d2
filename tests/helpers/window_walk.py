"""A walk through everything the window shows: every panel and tab, a run, every dialog; for tests that look at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from floworch.actions.connections import TYPES
from floworch.model.workflow import Edge, Input, Layer, Node, RetryPolicy, Workflow
from floworch.run.events import EventKind
from floworch.trust import Report
from floworch.trust.found import Found
from floworch_designer.app.running.activation_dialog import ActivationDialog
from floworch_designer.app.runtime.crash_dialog import CrashDialog
from floworch_designer.app.trust.trust_dialog import TrustDialog
from floworch_designer.app.widgets.dialogs import InputsDialog
from floworch_designer.inspector.connection_dialog import ConnectionDialog
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.secret_dialog import SecretDialog

Scene = tuple[str, QWidget]
#: Actions that open a window of their own: at once, or after the loop went on.
OPENERS = ("help.keys", "help.edit_keys", "help.log", "help.about", "file.settings", "run.would_do", "file.export",
           "file.import", "file.examples", "file.connections", "file.secrets", "run.retry_choices", "run.delete",
           "run.prune")  # fmt: skip
#: Actions that ask in a strip above the canvas.
STRIPS = ("run.label", "run.condition")
TABS = ("Parameters", "Middleware", "Settings", "Run", "Help")


def everything() -> Workflow:
    """A node of each kind of form, inputs, middleware and problems."""
    nodes = {
        "set": Node(action="data.set", params={"fields": {"a": 1}}, retry=RetryPolicy(max_attempts=5), timeout="30s",
                    middleware=(Layer(use="logging"), Layer(use="cache"), Layer(use="rate_limit"))),
        "web": Node(action="http.request", params={"url": "x", "headers": {"A": "b"}}),
        "code": Node(action="python.code", params={"code": "output = 1"}),
        "ask": Node(action="human.form"),
        "loop": Node(action="flow.foreach"),
        "load": Node(action="db.load", parent="loop"),
        "mail": Node(action="mail.send"),
        "choose": Node(action="flow.switch"),
        "other": Node(action="acme.unknown", params={"x": 1}),
    }  # fmt: skip
    inputs = {"folder": Input(required=True), "limit": Input(type="integer", default=3), "sure": Input(type="boolean")}
    edges = tuple(Edge.model_validate({"from": one, "to": other}) for one, other in (("set", "web"), ("web", "code")))
    layers = (Layer(use="logging"),)
    made = {"id": "w", "nodes": nodes, "edges": edges, "inputs": inputs, "middleware": layers}
    return Workflow.model_validate(made)


def panels(window: Any) -> Iterator[Scene]:
    """The window with nothing in it, then with every panel, and every tab of the inspector for every kind of node."""
    yield "empty", window
    window.session.document.reset(everything())
    window.document.check_now()
    window.docking.show_bottom()
    for name in window.docks:
        window.show_panel(name)
        yield name, window
    for index in range(window.inspector.workflow_tabs.count()):
        window.inspector.workflow_tabs.setCurrentIndex(index)
        yield f"workflow {index}", window.inspector
    for node in window.document.workflow.nodes:
        window.selection.set([node])
        for tab in TABS:
            window.inspector.show_tab(tab)
            yield f"{node} {tab}", window.inspector
    window.selection.set(["set", "web"])
    yield "several", window.inspector


def run(window: Any, host: Any, until: Callable[[Callable[[], Any]], None], flow: Workflow) -> Iterator[Scene]:
    """A run that fails, and what is shown of it; then it is compared with another one."""
    window.session.document.reset(flow)
    for _ in range(2):
        before = len(host.headers)
        window.commands["run.start"].trigger()
        until(lambda before=before: len(host.headers) > before and window.controller.run_id in host.headers)
        run_id = window.controller.run_id
        host.push(run_id, EventKind.NODE_STARTED, 0)
        error = {"kind": "user_code", "message": "kaputt", "traceback": "Traceback", "hint": "bessern"}
        host.push(run_id, EventKind.NODE_FAILED, 0, {"error": error})
        host.push(run_id, EventKind.RUN_FAILED, payload={"error": error})
        until(lambda: window.controller.status is not None and window.controller.status.final)
    window.runs.refresh_history()
    until(lambda: window.history.table.model().rowCount() >= 2)
    for name in window.docks:
        window.show_panel(name)
        yield f"run {name}", window
    for node in flow.nodes:
        window.selection.set([node])
        window.inspector.show_tab("Run")
        yield f"run of {node}", window
    window.selection.set([])
    window.inspector.show_result()
    yield "result", window


def _opened(window: Any) -> list[QDialog]:
    return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]


def dialogs(window: Any, until: Callable[[Callable[[], Any]], None]) -> Iterator[Scene]:
    """Every dialog and popup, one after the other; a run must be there."""
    window.history.table.selectRow(0)
    window.selection.set([next(iter(window.document.workflow.nodes))])
    for name in STRIPS:
        window.commands[name].trigger()
        yield name, window
    for name in OPENERS:
        window.refresh_actions()
        if not window.commands[name].isEnabled():
            continue
        window.commands[name].trigger()
        until(lambda: _opened(window))  # a name here whose action opens nothing
        for dialog in _opened(window):
            yield name, dialog
            dialog.reject()
        until(lambda: not _opened(window))
    report = Report(hosts=[Found("a", "get")], paths=[Found("b")], commands=[Found("c", "d")], code=[Found("e")])
    forms = Form((), window.theme, parent=window)
    made: list[QDialog] = [CrashDialog("Es ging schief.", "report", Path(), window), SecretDialog("", window),
                           TrustDialog("x", report, (("Close", ""),), window.theme, window),
                           InputsDialog(everything(), {}, window.theme, window)]  # fmt: skip
    made += [ConnectionDialog(forms.nested, (kind,), parent=window) for kind in TYPES]
    for dialog in made:
        dialog.show()
        yield f"{type(dialog).__name__} {dialog.windowTitle()}", dialog
        dialog.close()
        dialog.deleteLater()


def modes(window: Any) -> Iterator[Scene]:
    """What a file from elsewhere, a difference, an answer, triggers and operator mode show."""
    window.session.document.reset(everything())
    window.trusting.opened(window.tab, True)
    yield "not trusted", window
    window.trusting.trust(window.tab)
    old, nodes = everything(), dict(everything().nodes)
    nodes["new"] = nodes.pop("mail")
    nodes["web"] = nodes["web"].replace(params={"url": "y"}, title="Netz")
    window.differing.show(window.tab, old, old.replace(nodes=nodes, name="Anders"), "a", "b")
    yield "differing", window
    window.differing.end()
    window.canvas.port_list.show_for("choose", keep=True)
    yield "ports", window.canvas
    window.canvas.port_list.leave(always=True)
    triggers = {name: Node(action=f"trigger.{name}") for name in ("schedule", "webhook", "file")}
    dialog = ActivationDialog(window.activating.activation, window.session.settings, window.theme, window)
    dialog.show_workflow(Workflow.model_validate({"id": "w", "nodes": triggers}), Path("w.flow.json"), True)
    dialog.show()
    yield "triggers", dialog
    dialog.close()
    window.operator.set(True)
    yield "operator", window
    window.operator.set(False)


def popups(window: Any) -> Iterator[Scene]:
    """What opens over the window: palette of commands, find, quick add; and the menus."""
    for name, popup in (
        ("view.commands", lambda: window.parts["view"]._palette),
        ("view.find", lambda: window.parts["view"].finder),
        ("node.add", lambda: window.quick_add),
    ):
        window.commands[name].trigger()
        yield name, popup()
        popup().close()
    for menu in window.menuBar().findChildren(QMenu):
        yield f"menu {menu.title()}", menu


def scenes(window: Any, host: Any, until: Callable[[Callable[[], Any]], None], flow: Workflow) -> Iterator[Scene]:
    """All of it in one walk."""
    for part in (panels(window), popups(window), modes(window), run(window, host, until, flow), dialogs(window, until)):
        for name, root in part:
            QApplication.processEvents()  # what is laid out a moment later
            yield name, root
