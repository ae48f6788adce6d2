"""Every key of the design's table, sent to the canvas of a real window, reaches the action that the table names."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from floworch_designer.app.commands.actions import BY_ID, EXCLUSIVE, GESTURES, ROWS
from floworch_designer.app.commands.popups import CommandPalette
from floworch_designer.app.conditions import CONDITIONS

K, M = Qt.Key, Qt.KeyboardModifier
N, C, S, A = M.NoModifier, M.ControlModifier, M.ShiftModifier, M.AltModifier

#: The design's rows in its order, each key with the action it stands for. What the canvas does itself (arrows, Space,
#: + and -, the mouse) has its tests at the canvas.
KEYS = (
    ("fit all", ((K.Key_1, N, "view.fit"), (K.Key_Home, N, "view.fit"))),
    ("100 %", ((K.Key_0, N, "view.actual"),)),
    ("frame selected", ((K.Key_F, N, "view.frame"),)),
    ("quick add", ((K.Key_Tab, N, "node.add"), (K.Key_N, N, "node.add"))),
    ("select upstream, downstream", ((K.Key_Left, S, "edit.select_before"), (K.Key_Right, S, "edit.select_after"))),
    ("duplicate, with inputs", ((K.Key_D, C, "edit.duplicate"), (K.Key_D, C | S, "edit.duplicate_linked"))),
    ("paste with links", ((K.Key_V, C | S, "edit.paste_linked"),)),
    ("delete, and reconnect", ((K.Key_Delete, N, "edit.delete"), (K.Key_Delete, C, "edit.delete_reconnect"))),
    ("disable", ((K.Key_D, N, "node.disable"),)),
    ("frame, ungroup", ((K.Key_G, C, "frame.group"), (K.Key_G, C | S, "frame.ungroup"))),
    ("collapse, expand", ((K.Key_H, N, "frame.fold"), (K.Key_G, A, "frame.fold_all"),
                          (K.Key_G, A | S, "frame.open_all"))),
    # Ctrl+Down and Ctrl+Up nudge in the same table, so that Alt is held too.
    ("subflow", ((K.Key_E, C | S, "node.subflow"), (K.Key_Down, C | A, "tabs.called"),
                 (K.Key_Up, C | A, "tabs.caller"))),
    ("note", ((K.Key_S, S, "frame.note"),)),
    ("auto-layout", ((K.Key_L, N, "node.arrange"), (K.Key_T, A | S, "node.arrange_all"),
                     (K.Key_Q, N, "node.straighten"))),
    ("find, next", ((K.Key_F, C, "view.find"), (K.Key_F3, N, "view.find_next"),
                    (K.Key_F3, S, "view.find_previous"))),
    ("command palette", ((K.Key_K, C, "view.commands"), (K.Key_P, C | S, "view.commands"))),
    ("rename, open", ((K.Key_F2, N, "node.rename"), (K.Key_Return, N, "node.open"), (K.Key_Enter, N, "node.open"))),
    ("run, stop, pause", ((K.Key_Return, C, "run.start"), (K.Key_Enter, C, "run.start"), (K.Key_F5, N, "run.start"),
                          (K.Key_F5, S, "run.stop"), (K.Key_F6, N, "run.pause"))),
    ("run to here, this node", ((K.Key_Return, C | S, "run.to_here"), (K.Key_Return, A, "run.this_node"))),
    ("breakpoint, step", ((K.Key_F9, N, "run.breakpoint"), (K.Key_F10, N, "run.step"),
                          (K.Key_F10, S, "replay.back"))),
    ("pin data", ((K.Key_P, N, "node.pin"),)),
    ("back, forward", ((K.Key_BracketLeft, N, "view.back"), (K.Key_Left, A, "view.back"),
                       (K.Key_BracketRight, N, "view.forward"), (K.Key_Right, A, "view.forward"))),
    ("minimap, log, focus mode", ((K.Key_M, A, "view.minimap"), (K.Key_QuoteLeft, C, "view.bottom"),
                                  (K.Key_F, C | S, "view.focus"))),
    ("cheat sheet", ((K.Key_Question, N, "help.keys"), (K.Key_F1, N, "help.keys"))),
)  # fmt: skip

#: Why an action has no key of its own: each is in a menu and in the command palette, which Ctrl+K opens.
WITHOUT_KEY = {
    "file.connections": "set up once and then left alone",
    "file.secrets": "set up once and then left alone",
    "view.still": "a matter of the person, chosen once",
    "view.reset_layout": "undoes much at one stroke: not to be hit by mistake",
    "run.prune": "deletes: not to be hit by mistake",
    "run.in_process": "chosen once",
    "help.edit_keys": "one Tab and Enter away in the cheat sheet, F1",
    "help.log": "looked at when something is wrong with the program itself",
    "help.about": "read once",
}

#: What does the same as a gesture of the mouse by keys: actions, or keys of the canvas.
BY_KEYS = {
    "Pan": ("view.fit", "view.frame", "view.back", "go.bookmark_2"),
    "Zoom": ("view.zoom_in", "view.zoom_out"),
    "Connect": ("wire.start",),
    "Connect in the place of other wires": ("wire.start",),  # Shift+Enter puts it down so
    "List the ports of a node": ("wire.ports",),
    "Add and connect": ("node.add",),
    "Quick add": ("node.add",),
    "Insert into a wire": ("wire.next", "node.add"),
    "Bend a wire": ("wire.knot",),
    "Follow a portal to the other one": ("wire.jump",),
    "Select a box": ("edit.select_all", "edit.select_after", "edit.select_before", "view.find"),
    "Write on a note, name a frame": ("node.open", "node.rename"),
    "Resize a note or frame": ("frame.wider", "frame.narrower", "frame.taller", "frame.lower"),
    "Put nodes into a frame or container, take them out": ("frame.put_in", "frame.take_out"),
    "Cut edges": ("wire.next", "edit.delete"),
    "Clear a port": ("wire.next", "edit.delete"),
    "Select all that follows a node, leads to it": ("edit.select_after", "edit.select_before"),
    "Move nodes": ("Ctrl+Right",),
    "Copy nodes": ("edit.duplicate",),
    "Walk the graph": ("Right",),
    "Go along the bars of a row in the timeline": (),  # its own keys, see tests/designer/timeline/test_picking.py
    "Reorder middleware": (),  # Alt+Up and Alt+Down in its list, see test_middleware_page.py
}


@pytest.fixture
def reached(window, flow, monkeypatch):
    """The handlers that are reached, which do nothing; of two actions that share a key one is on, as ever."""
    found: list[str] = []
    window.session.document.reset(flow())
    window.selection.set(["first"])
    off = {max(pair) for pair in EXCLUSIVE}
    for name in CONDITIONS:
        monkeypatch.setitem(CONDITIONS, name, lambda _window, on=name not in off: on)
    for row in ROWS:
        part, method = row.handler.split(".")
        monkeypatch.setattr(window.parts[part], method, lambda *_given, handler=row.handler: found.append(handler))
    window.refresh_actions()
    window.activateWindow()
    window.canvas.setFocus()
    QApplication.processEvents()
    return found


def test_every_key_of_the_design_reaches_its_action_from_the_canvas(window, reached):
    for line, keys in KEYS:
        for key, held, wanted in keys:
            reached.clear()
            QTest.keyClick(window.canvas, key, held)
            assert (line, key, reached) == (line, key, [BY_ID[wanted].handler])


def test_every_action_stands_in_the_command_palette_with_its_key_and_enter_does_it(window, reached, qtbot, monkeypatch):
    for name in CONDITIONS:
        monkeypatch.setitem(CONDITIONS, name, lambda _window: True)
    window.refresh_actions()
    palette = CommandPalette(window.commands, window.theme, window)
    palette.open()
    what = Qt.ItemDataRole.UserRole
    assert {palette.list.item(index).data(what).id for index in range(palette.list.count())} == {
        row.id for row in ROWS
    } - {"view.commands"}, "which is open already"
    for row in ROWS:
        if row.id == "view.commands":
            continue
        palette.open()
        words = row.text.rstrip("…")  # which no key writes
        palette.line.setText(words[:-1])  # every letter makes the list anew
        qtbot.keyClick(palette.line, words[-1])
        first = palette.list.item(0)
        assert first.data(what) is row
        shown = [label.text() for label in palette.list.itemWidget(first).findChildren(QLabel)]
        assert shown[1:] == [row.text, window.commands.keymap.shown(row.id)]
        reached.clear()
        qtbot.keyClick(palette.line, K.Key_Return)
        assert (row.id, reached) == (row.id, [row.handler])
        assert not palette.isVisible()


def test_an_action_has_a_key_or_a_reason_for_none_and_stands_in_a_menu():
    assert {row.id for row in ROWS if not row.keys} == set(WITHOUT_KEY)
    assert [row.id for row in ROWS if not row.menu] == []


def test_every_gesture_of_the_mouse_has_a_way_by_keys():
    assert set(BY_KEYS) == {name for name, _ in GESTURES}
    canvas = {f"{held}{arrow}" for held in ("", "Ctrl+") for arrow in ("Left", "Right", "Up", "Down")}
    for way in (way for ways in BY_KEYS.values() for way in ways):
        assert way in canvas or BY_ID[way].keys
