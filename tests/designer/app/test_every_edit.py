"""designer.md, head: whatever an action changes is one step that keys take back and do again.

Every action of the table is either done here, by its own key on the canvas, in a scene that it changes, or shown to
change nothing: a new one that edits fails until it has its place in the list.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from by_hand import name_file, shown
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMenu

from floworch.model import codec
from floworch.model.workflow import Edge, Input, Layer, Node, RetryPolicy, Workflow
from floworch.run.events import EventKind
from floworch_designer.app.commands.actions import BY_ID, ROWS
from floworch_designer.document.bookmarks import NUMBERS
from floworch_designer.document.decor import add_group, add_note

K, M = Qt.Key, Qt.KeyboardModifier
PLACES = {"a": [0, 0], "b": [330, 40], "c": [700, 130], "loop": [0, 400], "inner": [24, 460], "call": [700, 400]}
FRAME, NOTE = "frame:f1", "note:n1"


def scene() -> Workflow:
    nodes = {
        "a": Node(action="data.set", params={"fields": {"x": 1}}, middleware=(Layer(use="logging"),),
                  retry=RetryPolicy(max_attempts=3)),
        "b": Node(action="util.log", params={"message": "{{ inputs.who }}"}),
        "c": Node(action="util.log", params={"message": "end"}),
        "loop": Node(action="flow.foreach", params={"items": "{{ [1] }}"}),
        "inner": Node(action="util.log", params={"message": "x"}, parent="loop"),
        "call": Node(action="flow.call", params={"workflow": "part.flow.json"}),
    }  # fmt: skip
    edges = (Edge(source="a", target="b"), Edge(source="b", target="c"))
    made = Workflow(id="scene", nodes=nodes, edges=edges, inputs={"who": Input()}, view={"nodes": PLACES})
    made, frame = add_group(made, ["b"], "Middle")
    made, note = add_note(made, "Read me", (1100.0, 0.0))
    assert (frame, note) == (FRAME, NOTE)
    return made


@pytest.fixture
def drawn(window, host, loop, tmp_path):
    """The scene in a file, beside the workflow that it calls, with a run of it that ended well."""
    window.resize(1400, 900)
    part = Workflow(id="part", nodes={"one": Node(action="util.log", params={"message": "called"})})
    codec.save(part, tmp_path / "part.flow.json")
    window.session.document.reset(scene())
    window.session.document.save(tmp_path / "scene.flow.json")
    run = host.add(window.document.workflow, "r-1")
    host.push(run, EventKind.RUN_STARTED)
    for number in range(len(PLACES)):
        host.push(run, EventKind.NODE_STARTED, number)
        host.push(run, EventKind.NODE_COMPLETED, number, {"output": {"n": number}, "ports": ["out"]})
    host.push(run, EventKind.RUN_COMPLETED, payload={"outputs": {}})
    loop.run_until_complete(window.controller.show(run))
    return window


class Scene:
    """The window, and keys for it."""

    def __init__(self, window: Any, qtbot: Any, until: Any, tmp_path: Any) -> None:
        self.window, self.qtbot, self.until, self.folder = window, qtbot, until, tmp_path

    def on(self, *nodes: str, decor: tuple[str, ...] = (), edges: tuple[int, ...] = ()) -> None:
        self.window.selection.set(nodes, edges, decor=decor)

    def do(self, row: str) -> None:
        """Press the key of an action on the canvas."""
        window = self.window
        window.activateWindow()
        window.canvas.setFocus()
        QApplication.processEvents()
        window.refresh_actions()
        assert window.commands[row].isEnabled(), row
        QTest.keySequence(window.canvas, QKeySequence(BY_ID[row].keys[0]))

    def write(self, line: Any, words: str) -> None:
        QTest.keyClicks(line, words)
        QTest.keyClick(line, K.Key_Return)

    def into_title(self, words: str) -> None:
        self.write(self.window.canvas._title, words)

    def pick(self, popup: Any, words: str) -> None:
        assert popup.isVisible()
        self.write(popup.line, words)

    def file(self, name: str) -> None:
        self.until(lambda: shown(self.window, QFileDialog) is not None)
        name_file(self.qtbot, self.window, self.folder / name)

    def write_note(self, words: str) -> None:
        editor = self.window.canvas.areas._editor
        QTest.keyClicks(editor, words)
        QTest.keyClick(editor, K.Key_Return, M.ControlModifier)

    def widened(self) -> None:
        """Make the frame larger than it must be."""
        self.on(decor=(FRAME,))
        self.do("frame.wider")

    def choose_variable(self) -> None:
        window = self.window
        window.show_panel("variables")
        tree = window.variables.tree
        self.qtbot.waitUntil(lambda: tree.topLevelItemCount() > 0)
        tops = [tree.topLevelItem(at) for at in range(tree.topLevelItemCount())]
        top = next(each for each in tops if each.text(0) == "Inputs")
        tree.setCurrentItem(top.child(0))

    def rename_variable(self) -> None:
        line = self.window.variables.tree.findChild(QLineEdit)
        line.selectAll()
        self.write(line, "name")

    def choose_version(self) -> None:
        self.window.document.apply(self.window.document.workflow.replace(description="new"), "Describe")
        self.window.show_panel("versions")
        self.until(lambda: bool(self.window.versions.versions))
        tree = self.window.versions.tree
        tree.setCurrentItem(tree.topLevelItem(0).child(0) or tree.topLevelItem(0))


def nothing(_scene: Scene) -> None:
    """No more than the key."""


def nodes(*names: str) -> Callable[[Scene], None]:
    return lambda scene: scene.on(*names)


def area(*keys: str) -> Callable[[Scene], None]:
    return lambda scene: scene.on(decor=keys)


def wire(scene: Scene) -> None:
    scene.on(edges=(0,))


def copied(scene: Scene) -> None:
    scene.on("b")
    scene.do("edit.copy")


def layers_copied(scene: Scene) -> None:
    scene.on("a")
    scene.do("node.copy_layers")
    scene.on("b", "c")


def wired(scene: Scene) -> None:
    for key in (K.Key_Right, K.Key_Right, K.Key_Return):
        QTest.keyClick(scene.window.canvas, key)


Step = Callable[[Scene], Any]
#: What is selected before, and what is typed after the key of an action that edits.
EDITS: dict[str, tuple[Step, Step]] = {
    "edit.cut": (nodes("b"), nothing),
    "edit.paste": (copied, nothing),
    "edit.paste_linked": (copied, nothing),
    "edit.duplicate": (nodes("b"), nothing),
    "edit.duplicate_linked": (nodes("b"), nothing),
    "edit.delete": (nodes("b"), nothing),
    "edit.delete_reconnect": (nodes("b"), nothing),
    "node.add": (nodes("c"), lambda s: s.pick(s.window.quick_add, "set")),
    "node.rename": (nodes("c"), lambda s: s.into_title("Last")),
    "node.disable": (nodes("b", "c"), nothing),
    "node.pin": (nodes("a"), nothing),
    "node.paste_layers": (layers_copied, nothing),
    "node.arrange": (nodes("a", "b", "c"), nothing),
    "node.arrange_all": (nothing, nothing),
    "node.straighten": (nodes("b", "c"), nothing),
    "node.subflow": (nodes("b"), lambda s: s.file("made.flow.json")),
    "node.put_back": (nodes("call"), nothing),
    "wire.start": (nodes("a"), wired),
    "wire.knot": (wire, nothing),
    "wire.portals": (wire, nothing),
    "variables.rename": (Scene.choose_variable, Scene.rename_variable),
    "frame.note": (nothing, lambda s: s.write_note("why")),
    "frame.group": (nodes("a", "c"), lambda s: s.into_title("")),
    "frame.ungroup": (area(FRAME), nothing),
    "frame.color": (area(FRAME, NOTE), nothing),
    "frame.refit": (lambda s: s.widened(), nothing),
    "frame.put_in": (nodes("c"), lambda s: s.pick(s.window.parts["areas"]._picker, "loop")),
    "frame.take_out": (nodes("inner"), nothing),
    "frame.wider": (area(NOTE), nothing),
    "frame.narrower": (area(NOTE), nothing),
    "frame.taller": (area(FRAME), nothing),
    "frame.lower": (area(NOTE), nothing),
    **{f"align.{side}": (nodes("a", "b", "c"), nothing) for side in
       ("left", "centre", "right", "top", "middle", "bottom", "across", "down")},
    **{f"go.set_{number}": (nothing, nothing) for number in NUMBERS},
    "run.breakpoint": (nodes("b"), nothing),
    "run.condition": (nodes("b"), lambda s: s.write(s.window.banners.shown["condition"].line, "inputs.n > 1")),
    "versions.restore": (Scene.choose_version, nothing),
}  # fmt: skip
#: The step that is taken back and done again, and what ends the window.
APART = {"edit.undo", "edit.redo", "file.quit"}


@pytest.fixture
def desk(drawn, qtbot, until, tmp_path):
    return Scene(drawn, qtbot, until, tmp_path)


def test_every_action_is_known_to_edit_or_not_to():
    assert set(EDITS) <= set(BY_ID)
    assert [row.id for row in ROWS if row.id in EDITS and not row.keys] == []


@pytest.mark.timeout(300)
def test_what_an_action_changes_is_one_step_that_keys_take_back_and_do_again(desk):
    document = desk.window.document
    for row, (before, after) in EDITS.items():  # one window for all: making one for each would be most of the time
        document.reset(scene(), desk.folder / "scene.flow.json")
        before(desk)
        began, steps = document.workflow, document.undo_stack.count()
        desk.do(row)
        after(desk)
        desk.until(lambda began=began: document.workflow != began)
        desk.until(lambda: shown(desk.window, QFileDialog) is None)
        made = document.workflow
        assert (row, document.undo_stack.count()) == (row, steps + 1)
        assert document.undo_stack.undo_text(), f"the menu names {row}"
        assert document.dirty, row
        desk.do("edit.undo")
        assert document.workflow == began, row
        desk.do("edit.redo")
        assert document.workflow == made, row
        assert codec.loads(codec.dumps(made)) == made, f"a file can hold what {row} makes"


#: What asks for a file, or for a choice in another panel, has its place in the test above alone.
ASKING = {"node.subflow", "node.put_back", "versions.restore", "variables.rename", "frame.refit"}


#: Several of these in a row on the same notes and frames are one step.
SIZING = {"frame.wider", "frame.narrower", "frame.taller", "frame.lower"}
#: Rows whose key may be pressed, by name.
AT_RANDOM = (*sorted(set(EDITS) - ASKING), "edit.copy")


class Stroke(NamedTuple):
    """One action at random.

    All of it is drawn before the window does anything: what Hypothesis draws must not hang on what the window allows.
    """

    row: str
    chosen: tuple[int, ...]
    arrow: K
    answer: K


STROKES = st.builds(
    Stroke,
    row=st.sampled_from(AT_RANDOM),
    chosen=st.lists(st.integers(0, 30), min_size=1, max_size=4).map(tuple),
    arrow=st.sampled_from([K.Key_Right, K.Key_Left]),
    answer=st.sampled_from([K.Key_Return, K.Key_Return, K.Key_Escape]),
)


def strokes(most: int) -> st.SearchStrategy[list[Stroke]]:
    return st.lists(STROKES, min_size=most, max_size=most)


def choose(scene: Scene, chosen: tuple[int, ...]) -> None:
    """Select some nodes, notes, frames and wires of what is there."""
    graph = scene.window.canvas.graph
    if graph.wires and chosen[0] % 4 == 0:
        scene.on(edges=(chosen[0] % len(graph.wires),))
        return
    keys = [*sorted(graph.boxes), *sorted(graph.decor.groups), *sorted(graph.decor.notes)]
    keys = [keys[number % len(keys)] for number in chosen] if keys else []
    areas = tuple(key for key in keys if key not in graph.boxes)
    scene.on(*(key for key in keys if key in graph.boxes), decor=areas)


def finish(scene: Scene, stroke: Stroke) -> None:
    """Answer with Enter, or break off with Esc, what an action asks on the canvas."""
    window, canvas, key = scene.window, scene.window.canvas, stroke.answer
    popups = [window.quick_add, window.parts["areas"]._picker]
    open_ = next((each.line for each in popups if each is not None and each.isVisible()), None)
    if open_ is None and "condition" in window.banners.shown:
        open_ = window.banners.shown["condition"].line
    if open_ is None:
        editors = [canvas._title, canvas.areas._editor]
        open_ = next((each for each in editors if each is not None and each.isVisible()), None)
    if open_ is None and canvas._interaction.busy:
        QTest.keyClick(canvas, stroke.arrow)
        open_ = canvas
    if open_ is not None:
        held = M.ControlModifier if open_ is canvas.areas._editor and key == K.Key_Return else M.NoModifier
        QTest.keyClick(open_, key, held)
    for each in popups:
        if each is not None and each.isVisible():
            each.close()
    window.banners.remove("condition")


def anew(desk: Scene) -> None:
    """The scene as it is at the beginning; what a walk before this one copied and added is forgotten."""
    desk.window.document.reset(scene(), desk.folder / "scene.flow.json")
    desk.window.quick_add._recent.clear()
    copied(desk)


def walk(desk: Scene, wanted: list[Stroke]) -> int:
    """Do actions at random by their keys, undo everything, redo everything; return how many steps there were.

    Raises:
        AssertionError: It went wrong, or a slot raised; the text says what was done until then.
    """
    done: list[str] = []
    try:
        with desk.qtbot.captureExceptions() as raised:
            steps = do_and_undo(desk, wanted, done)
        assert [str(each[1]) for each in raised] == []
    except Exception as wrong:
        raise AssertionError("\n".join([f"{wrong!r} after:", *done])) from wrong
    return steps


def do_and_undo(desk: Scene, wanted: list[Stroke], done: list[str]) -> int:
    window, document = desk.window, desk.window.document
    anew(desk)
    states, led = [document.workflow], ""
    for stroke in wanted:
        row = stroke.row
        choose(desk, stroke.chosen)
        window.refresh_actions()
        if not window.commands[row].isEnabled():
            continue
        chosen = window.selection
        done.append(f"{row} on {sorted(chosen.nodes)} {sorted(chosen.edges)} {sorted(chosen.decor)}, {stroke}")
        before = document.undo_stack.count()
        desk.do(row)
        finish(desk, stroke)
        grown = document.undo_stack.count() - before
        assert grown in (0, 1), row
        if grown:
            states.append(document.workflow)
            led = row
            done[-1] += f": {document.undo_stack.undo_text()}"
        elif document.workflow != states[-1]:
            assert {row, led} <= SIZING, f"{row} changed something without a step"
            states[-1] = document.workflow
            done[-1] += ": goes into the step before"
    texts = [codec.dumps(state) for state in states]
    for number, text in reversed(list(enumerate(texts[:-1]))):
        desk.do("edit.undo")
        assert codec.dumps(document.workflow) == text, f"step {number + 1} is not taken back"
    assert not window.commands["edit.undo"].isEnabled()
    assert not document.dirty
    for number, text in enumerate(texts[1:]):
        desk.do("edit.redo")
        assert codec.dumps(document.workflow) == text, f"step {number + 1} is not done again"
    assert not window.commands["edit.redo"].isEnabled()
    assert codec.dumps(codec.loads(texts[-1])) == texts[-1], "a file can hold it"
    return len(states) - 1


#: A failure is told as it was found, with what was done: to shrink it takes five minutes, the time of the whole test.
PHASES = [Phase.explicit, Phase.generate]
QUICK = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=PHASES)
LONG = settings(QUICK, max_examples=25)


@pytest.mark.timeout(300)
@QUICK
@example([Stroke("frame.wider", (6,), K.Key_Left, K.Key_Return)] * 2)
@given(strokes(12))
def test_random_actions_by_keys_are_undone_and_done_again(desk, wanted):
    walk(desk, wanted)


@pytest.mark.proof
@pytest.mark.timeout(600)
@LONG
@given(strokes(40))
def test_many_random_actions_by_keys_are_undone_and_done_again(desk, wanted):
    walk(desk, wanted)


@pytest.mark.timeout(300)
def test_no_other_action_changes_the_workflow(desk, loop):
    """Views, runs and panels are no edits: no step, and nothing to save."""
    window = desk.window
    for row in ROWS:
        if row.id in APART or row.id in EDITS:
            continue
        window.tabs.show(window.tabs.all[0])
        document = window.session.document
        document.reset(scene(), desk.folder / "scene.flow.json")
        desk.on("call")
        window.refresh_actions()
        before = document.workflow
        window.commands[row.id].trigger()
        tidy(loop, window)
        assert (row.id, document.undo_stack.count()) == (row.id, 0)
        assert document.workflow == before, row.id


def tidy(loop, window):
    """Close what an action opened."""

    async def main():
        for _ in range(3):
            await asyncio.sleep(0.002)
            for widget in [*QApplication.topLevelWidgets(), *window.findChildren(QDialog)]:
                if isinstance(widget, QDialog):
                    widget.reject()
                elif isinstance(widget, QMenu) or (widget is not window and widget.isVisible()):
                    widget.close()

    loop.run_until_complete(main())
