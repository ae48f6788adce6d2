"""Handlers of actions that run a part, step, stop at breakpoints, go over to an edited definition, follow calls."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from floworch.errors import FlowError
from floworch.run.status import RunStatus
from floworch_designer.app.running.plan_view import PlanView
from floworch_designer.app.running.preparing import prepare
from floworch_designer.document import edits
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import mark, tr

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.runs.controller import RunController

#: Seconds between two looks at a run that is about to pause.
_LOOK = 0.05
_ON_THE_WAY = frozenset({RunStatus.SUSPENDED, RunStatus.PAUSING})
_AT_REST = frozenset({RunStatus.PAUSED, RunStatus.SUSPENDED, RunStatus.INTERRUPTED})


class PartialActions(QObject):
    """Runs of a part are explained on the canvas first; Enter, or the same keys again, then start them."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.view = PlanView(window)
        self._asked: tuple[Any, ...] = ()

    # -- runs of a part ----------------------------------------------------------------------------------

    def explain(self) -> None:
        """Say what a run of everything would do with each node, and why."""
        self._plan(tr("Run all"), {})

    def to_here(self) -> None:
        """Run the selected nodes and what leads to them."""
        self._plan(tr("Run to here"), {"to": self._chosen()})

    def from_here(self) -> None:
        """Run the selected nodes and what follows; results of an earlier run stand for the others."""
        self._plan(tr("Run from here"), {"from_": self._chosen()})

    def this_node(self) -> None:
        """Run the selected nodes alone, with results of an earlier run as their input."""
        self._plan(tr("Run this node"), {"to": self._chosen(), "from_": self._chosen()})

    def changed(self) -> None:
        """Run what changed since the latest completed run, and what follows it."""
        self._plan(tr("Run what changed"), {"only_changed": True})

    # -- steps and breakpoints ---------------------------------------------------------------------------

    def step(self) -> None:
        """Run the next node of a stopped run, or start one that stops before its first node."""
        window = self._window
        if can_step(window):
            self._go(self._step(window.controller.run_id or ""), "step")
        else:
            self._go(window.runs.start_with({"step": True}), "start a run step by step")

    async def _step(self, run_id: str) -> None:
        await self._window.controller.ask(lambda host: host.step(run_id))
        await self._window.controller.reshow(run_id)

    def breakpoint(self) -> None:
        """Let a run pause before the selected nodes, or no longer when all of them have a breakpoint."""
        document, nodes = self._window.document, self._chosen()
        set_ = not all(document.workflow.nodes[node].breakpoint for node in nodes)
        self._set_breakpoint(True if set_ else edits.MISSING)

    def condition(self) -> None:
        """Ask for the expression that a breakpoint waits for."""
        window, nodes = self._window, self._chosen()
        if not nodes:
            return
        node = window.document.workflow.nodes[nodes[0]]
        banner = window.banners.show_banner(
            "condition", "info", tr("Pause before “{value}” when …", value=node.title or nodes[0]),
            tr("An expression such as  nodes.fetch.output.count > 10. Empty: always."),
            ((mark("Set breakpoint"), lambda: self._take_condition(banner.line.text())),), ask=tr("Expression"),
        )  # fmt: skip
        banner.line.setFixedWidth(320)
        banner.line.setText(node.breakpoint if isinstance(node.breakpoint, str) else "")
        banner.line.returnPressed.connect(lambda: self._take_condition(banner.line.text()))
        banner.line.setFocus()

    def _take_condition(self, text: str) -> None:
        self._window.banners.remove("condition")
        self._set_breakpoint(text.strip() or True)
        self._window.canvas.setFocus()

    def _set_breakpoint(self, value: Any) -> None:
        document, nodes = self._window.document, self._chosen()
        made = document.workflow
        for node in nodes:
            made = edits.set_field(made, node, "breakpoint", value)
        document.apply(made, tr("Remove breakpoint") if value is edits.MISSING else tr("Set breakpoint"))

    # -- going over to what is edited --------------------------------------------------------------------

    def migrate(self) -> None:
        """Say what going over to the edited definition would do with the shown run; then it may go over."""
        self._go(self._migrate(), "explain the migration")

    async def _migrate(self) -> None:
        window = self._window
        run_id = window.controller.run_id or ""
        workflow = window.session.document.workflow.at(window.session.document.path)
        found = await window.controller.ask(lambda host: host.resume(run_id, workflow=workflow, dry_run=True)) or {}
        window.tab.leave_run_view()
        plan = {each["node"]: (each["what"], said(each["reason"])) for each in found["nodes"]}
        title = tr("{run_id} with what you edit now", run_id=run_id)
        if not found["possible"]:
            self.view.show(
                tr("{title}: not possible", title=title), plan, "", None, " ".join(map(said, found["refused"]))
            )
        elif not found["needed"]:
            self.view.show(tr("{title}: nothing would change", title=title), plan, "", None)
        else:
            waits = window.controller.status is RunStatus.SUSPENDED
            note = tr("The run, which waits, is paused for it and goes on waiting then.") if waits else ""
            self.view.show(title, plan, tr("Go over and resume"), partial(self._go_over, run_id, workflow), note)

    def _go_over(self, run_id: str, workflow: Any) -> None:
        self._go(go_over(self._window.controller, run_id, workflow), "migrate")

    # -- calls -------------------------------------------------------------------------------------------

    def child(self) -> None:
        """Show the run that the selected node called."""
        found = child_of(self._window)
        if found:
            self._window.runs.open_run(found)

    def parent(self) -> None:
        """Show the run that called the shown one."""
        found = parent_of(self._window)
        if found:
            self._window.runs.open_run(found)

    # -- work --------------------------------------------------------------------------------------------

    def _chosen(self) -> tuple[str, ...]:
        window = self._window
        nodes = window.document.workflow.nodes
        return tuple(node for node in nodes if node in window.selection.nodes)

    def _plan(self, title: str, form: dict[str, Any]) -> None:
        asked = (title, *form.items())
        if self.view.confirm is not None and self._asked == asked:
            self.view.go()  # the same keys a second time
            return
        self._asked = asked
        self._go(self._explain(title, form), title)

    async def _explain(self, title: str, form: dict[str, Any]) -> None:
        window = self._window
        prepared = await prepare(window, ask=False)
        if prepared is None:
            return
        found = await window.controller.ask(lambda host: host.explain(*prepared, **form))
        plan = {node: (str(choice.plan), said(choice.reason)) for node, choice in found.nodes.items()}
        note = tr("results of {reuse}", reuse=found.reuse) if found.reuse else ""
        self.view.show(title, plan, tr("Run"), lambda: self._go(window.runs.start_with(form), title), note)

    def _go(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        self._window.runs.go(work, name)


async def go_over(controller: RunController, run_id: str, workflow: Workflow) -> None:
    """Let a run go over to a definition and go on; one that waits is paused first, as its process has it else.

    Raises:
        FlowError: It cannot go over; one that waited waits again then.
    """

    async def status() -> RunStatus:
        return (await controller.ask(lambda host: host.load(run_id))).status

    waited = await status() is RunStatus.SUSPENDED
    if waited:
        await controller.ask(lambda host: host.pause(run_id))
        while await status() in _ON_THE_WAY:  # noqa: ASYNC110 - another process has it, and is asked
            await asyncio.sleep(_LOOK)
    try:
        await controller.resume(run_id, workflow=workflow)
    except FlowError:
        if waited:
            with contextlib.suppress(FlowError):
                await controller.resume(run_id)
        raise


def can_step(window: MainWindow) -> bool:
    """Whether the shown run is at rest, so that one node of it can be run."""
    return window.controller.status in _AT_REST


def can_migrate(window: MainWindow) -> bool:
    """Whether the shown run is at rest, or failed, and its workflow is the edited one in another version."""
    header, status = window.controller.feed.header, window.controller.status
    if header is None or not (status in _AT_REST or status is RunStatus.FAILED):
        return False
    return header.workflow_id == window.session.document.workflow.id


def child_of(window: MainWindow) -> str:
    """The run that the selected node of the shown run called last; empty when it called none."""
    state, node = window.controller.feed.state, window.selection.primary
    if state is None or node is None or node not in state.index:
        return ""
    found = [run for (index, _), run in state.children.items() if index == state.index[node]]
    return found[-1] if found else ""


def parent_of(window: MainWindow) -> str:
    """The run that called the shown one; empty when nobody did."""
    header = window.controller.feed.header
    return str((header.options.get("parent") or {}).get("run_id", "")) if header is not None else ""
