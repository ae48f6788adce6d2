"""Shared by the tests of the designer: own settings and store, a loop, a scripted host and a watched canvas."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from floworch.errors import FlowError
from floworch.model.codec import dumps, logic_hash
from floworch.run.compare import compare_runs
from floworch.run.events import Event, EventKind
from floworch.run.explanation import Choice, Explanation, Form, Plan
from floworch.run.state import RunState
from floworch.run.status import RunStatus
from floworch.store.protocol import RunHeader, RunSummary
from floworch_designer.canvas.view import CanvasView


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("FLOWORCH_STORE", str(tmp_path / "store"))


@pytest.fixture(autouse=True)
def _no_widgets_of_before():
    """Really delete what a test has closed: that waits for an event loop, and a change of theme visits what is left."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def loop(qapp):
    from floworch_designer.app.runtime.loop import QtLoop

    loop = QtLoop(qapp)
    asyncio.set_event_loop(loop)
    yield loop

    async def stop():
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    loop.run_until_complete(stop())
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture
def theme(qapp):
    from floworch_designer.theme.theme import Theme

    return Theme("dark")


class FakeHost:
    """An engine that does what a test says: events are pushed by hand, requests are recorded."""

    def __init__(self):
        self.asked = []
        self.headers = {}
        self.past = {}
        self.streams = {}
        self.labels = {}
        self.parents, self.created = {}, {}
        self.dead = False
        self.migration = {"possible": True, "needed": True, "refused": [], "nodes": []}

    def add(self, workflow, run_id="r-1"):
        nodes = tuple(workflow.nodes)
        parents = [(i, nodes.index(node.parent)) for i, node in enumerate(workflow.nodes.values()) if node.parent]
        self.headers[run_id] = RunHeader(
            run_id, workflow.id, dumps(workflow).encode(), logic_hash(workflow), {}, nodes, 100.0,
            options={"parents": parents},
        )  # fmt: skip
        self.past[run_id] = []
        self.push(run_id, EventKind.RUN_CREATED)
        return run_id

    def push(self, run_id, kind, node=-1, payload=None, attempt=1, scope=()):
        past = self.past[run_id]
        event = Event(len(past), 100.0 + len(past), kind, node, attempt, scope, payload)
        past.append(event)
        for queue in self.streams.get(run_id, ()):
            queue.put_nowait([event])
        if kind in (
            EventKind.RUN_COMPLETED,
            EventKind.RUN_FAILED,
            EventKind.RUN_CANCELLED,
            EventKind.RUN_PAUSED,
            EventKind.RUN_SUSPENDED,
        ):
            self.end(run_id)

    def ask(self, run_id, message="Sure?", node=0):
        """A node waits for an approval, and with it the run."""
        self.push(run_id, EventKind.NODE_STARTED, node)
        wait = {"kind": "approval", "name": "", "due": None, "details": {"message": message}}
        self.push(run_id, EventKind.NODE_WAITING, node, {"wait": wait})
        self.push(run_id, EventKind.RUN_SUSPENDED)

    def go_over(self, run_id, workflow):
        """The run went over to another definition, in whatever process (C7.5)."""
        known = self.headers[run_id].node_ids
        nodes = (*known, *(name for name in workflow.nodes if name not in known))
        gone = [i for i, name in enumerate(nodes) if name not in workflow.nodes]
        self.push(run_id, EventKind.RUN_MIGRATED, payload={
            "definition": dumps(workflow), "definition_hash": logic_hash(workflow), "nodes": list(nodes), "gone": gone,
            "parents": [[nodes.index(name), nodes.index(node.parent)]
                        for name, node in workflow.nodes.items() if node.parent],
        })  # fmt: skip

    def end(self, run_id):
        for queue in self.streams.pop(run_id, ()):
            queue.put_nowait(None)

    def die(self):
        self.dead = True
        for queues in self.streams.values():
            for queue in queues:
                queue.put_nowait(FlowError("The companion process ended."))
        self.streams.clear()

    def _note(self, *what):
        if self.dead:
            raise FlowError("The companion process ended.", "Try again.")
        self.asked.append(what)

    async def start(self, workflow, inputs=None, run_id=None, **options):
        self._note("start", workflow.id, inputs, *([options] if options else []))
        run_id = self.add(workflow, f"{workflow.id}-{len(self.headers) + 1}")
        self.push(run_id, EventKind.RUN_STARTED)
        return run_id

    async def explain(self, workflow, inputs=None, **options):
        self._note("explain", options)
        if options.get("only_changed"):
            raise FlowError("There is no run to compare with.", "Run the workflow once.")
        wanted = options.get("to") or tuple(workflow.nodes)
        chosen = {node: Choice(Plan.RUNS if node in wanted else Plan.OUT, "because") for node in workflow.nodes}
        return Explanation(workflow.id, Form(), None, chosen)

    async def resume(self, run_id, **options):
        if options.get("dry_run"):
            self._note("dry run", run_id)
            return self.migration
        self._note("resume", run_id, *sorted(options))
        self.push(run_id, EventKind.RUN_RESUMED)
        return None

    async def retry(self, run_id):
        self._note("retry", run_id)
        self.push(run_id, EventKind.RUN_RETRIED)

    async def step(self, run_id, node=None, item=None):
        self._note("step", run_id, node)
        self.push(run_id, EventKind.RUN_RESUMED)
        self.push(run_id, EventKind.RUN_PAUSED)

    async def pause(self, run_id, now=False):
        self._note("pause", run_id, now)
        self.push(run_id, EventKind.RUN_PAUSING)
        self.push(run_id, EventKind.RUN_PAUSED)

    async def cancel(self, run_id, compensate=True):
        self._note("cancel", run_id)
        self.push(run_id, EventKind.RUN_CANCELLING)
        self.push(run_id, EventKind.RUN_CANCELLED)

    async def signal(self, run_id, name, payload=None):
        self._note("signal", run_id, name)

    async def approve(self, run_id, node, comment="", item=None):
        self._note("approve", run_id, node, comment, *([item] if item else []))

    async def reject(self, run_id, node, comment="", item=None):
        self._note("reject", run_id, node, comment, *([item] if item else []))

    async def submit(self, run_id, node, values, item=None):
        self._note("submit", run_id, node, values, *([item] if item else []))

    async def events(self, run_id, from_seq=0):
        if self.dead:
            raise FlowError("The companion process ended.")
        past = self.past[run_id]
        batch = list(past[from_seq:])
        yield batch
        while len(past) > (from_seq := from_seq + len(batch)):  # what happened while that was taken in is not lost
            batch = list(past[from_seq:])
            yield batch
        state = await self.load(run_id)
        if state.status.final or state.status in {RunStatus.PAUSED, RunStatus.SUSPENDED}:
            return
        queue = asyncio.Queue()
        self.streams.setdefault(run_id, []).append(queue)
        while (batch := await queue.get()) is not None:
            if isinstance(batch, Exception):
                raise batch
            yield batch

    async def header(self, run_id):
        if run_id not in self.headers:
            raise FlowError(f"There is no run {run_id!r}.")
        return self.headers[run_id]

    async def load(self, run_id):
        state = RunState.of(self.headers[run_id])
        for event in self.past[run_id]:
            state.apply(event)
        if self.dead and state.status.live:
            state.status = RunStatus.INTERRUPTED
        return state

    async def runs(self, status=None, limit=None, **filters):
        found = []
        for run_id in reversed(self.headers):
            state = await self.load(run_id)
            if status is None or state.status == status:
                found.append(
                    RunSummary(
                        run_id,
                        state.workflow_id,
                        str(state.status),
                        self.created.get(run_id, 100.0),
                        state.started_at,
                        state.ended_at,
                        self.parents.get(run_id),
                        state.rested,
                        *self.labels.get(run_id, ("", ())),
                    )
                )
        return found

    async def compare(self, first, second):
        await self.header(first)
        return compare_runs(await self.load(first), await self.load(second))

    async def label(self, run_id, name="", tags=()):
        self._note("label", run_id, name, list(tags))
        self.labels[run_id] = (name, tuple(tags))

    async def usage(self):
        return {run_id: 1000 * len(past) for run_id, past in self.past.items()}

    async def delete(self, run_id):
        self._note("delete", run_id)
        del self.headers[run_id]
        return [run_id]

    async def prune(self, older_than=None, keep=None, dry_run=False):
        self._note("prune", older_than, keep, dry_run)
        return {"removed": list(self.headers), "kept": []}

    async def close(self):
        pass


class WatchedCanvas(CanvasView):
    """The real canvas; remembers what a run told it."""

    def __init__(self, document, selection, theme, registry):
        self.statuses, self.infos = {}, {}
        super().__init__(document, selection, theme, registry)

    def set_statuses(self, statuses):
        self.statuses.update(statuses)
        super().set_statuses(statuses)

    def set_run_info(self, infos):
        self.infos.update(infos)
        super().set_run_info(infos)


@pytest.fixture
def host():
    return FakeHost()


@pytest.fixture
def make_canvas():
    return WatchedCanvas
