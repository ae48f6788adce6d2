"""Everything a person can do, as one table: menus, toolbar, command palette and cheat sheet are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from floworch_designer.document.bookmarks import NUMBERS


@dataclass(frozen=True, slots=True)
class Row:
    """One action.

    Attributes:
        id: Stable dotted name; its first part is the group in the cheat sheet.
        text: Words of the menu entry, with an ellipsis when it asks something first.
        icon: Icon name, or empty.
        keys: Shortcuts, the first one is shown. In Qt's portable spelling. Two rows may share one when their
            conditions exclude each other (``conditions.EXCLUSIVE``): F6 pauses what runs and resumes what is paused.
        when: Name of a condition of ``app.conditions``; the action is greyed while it is false.
        handler: ``part.method`` that does it (see ``MainWindow.parts``).
        menu: Menu it stands in, or empty.
        canvas: The keys work only while the canvas has the focus. Keys that write a character (``keymap.types_text``)
            never work anywhere else: they must not steal from text fields.
        checkable: It shows a state; the handler receives the new one.
        separator: A line stands above it in the menu.
        number: Handed to the handler, for rows that differ by it alone; 0 for none.
        sub: Submenu of the menu it stands in, which opens where its first row stands; empty for none.
    """

    id: str
    text: str
    handler: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    when: str = "always"
    menu: str = ""
    canvas: bool = False
    checkable: bool = False
    separator: bool = False
    number: int = 0
    sub: str = ""


MENUS = ("File", "Edit", "View", "Go", "Node", "Arrange", "Run", "Replay", "Versions", "Help")

#: Submenus by title: rows that stand together in one, where the first of them would stand.
SUBMENUS: dict[str, tuple[str, ...]] = {
    "Panels": ("view.bottom", "view.pin", "view.outline", "view.variables", "view.versions", "replay.timeline"),
    "Appearance": ("view.bar", "view.minimap", "view.square", "view.theme", "view.still"),
    "Go to bookmark": tuple(f"go.bookmark_{number}" for number in NUMBERS),
    "Set or remove bookmark": tuple(f"go.set_{number}" for number in NUMBERS),
    "Wires": ("wire.start", "wire.ports", "wire.next", "wire.knot", "wire.portals", "wire.jump"),
    "Notes and frames": ("frame.note", "frame.group", "frame.ungroup", "frame.fold", "frame.fold_all",
                         "frame.open_all", "frame.color", "frame.refit"),
    "Run a part": ("run.to_here", "run.from_here", "run.this_node", "run.changed", "run.explain"),
    "Retry": ("run.retry", "run.retry_choices", "run.migrate"),
    "This run": ("run.again", "run.again_inputs", "run.label", "run.report", "run.delete", "run.child", "run.parent",
                 "run.result", "run.leave"),
}  # fmt: skip

ROWS: tuple[Row, ...] = (
    Row("file.new", "New", "files.new", "new", ("Ctrl+N",), menu="File"),
    Row("tabs.new", "New tab", "tabs.new", "plus", ("Ctrl+T",), menu="File"),
    Row("file.open", "Open…", "files.open", "open", ("Ctrl+O",), menu="File"),
    Row("file.examples", "Examples…", "gallery.open", "grid", ("Ctrl+Alt+G",), menu="File"),
    Row("file.save", "Save", "files.save", "save", ("Ctrl+S",), menu="File", separator=True),
    Row("file.save_as", "Save as…", "files.save_as", "", ("Ctrl+Shift+S",), menu="File"),
    Row("tabs.close", "Close tab", "tabs.close", "", ("Ctrl+W",), menu="File", separator=True),
    Row("tabs.reopen", "Reopen closed tab", "tabs.reopen", "", ("Ctrl+Shift+T",), "has_closed_tab", "File"),
    Row("tabs.next", "Next tab", "tabs.next", "", ("Ctrl+Tab", "Ctrl+PgDown"), "has_tabs", "File"),
    Row("tabs.previous", "Previous tab", "tabs.previous", "", ("Ctrl+Shift+Tab", "Ctrl+PgUp"), "has_tabs", "File"),
    Row("file.import", "Import…", "exchange.import_file", "import", ("Ctrl+Shift+O",), menu="File", separator=True),
    Row("file.export", "Export…", "exchange.export", "export", ("Ctrl+Alt+E",), "has_nodes", "File"),
    Row("file.settings", "Settings…", "help.settings", "settings", ("Ctrl+,",), menu="File", separator=True),
    Row("file.connections", "Connections…", "help.connections", "link", (), menu="File"),
    Row("file.secrets", "Secrets…", "help.secrets", "key", (), menu="File"),
    Row("file.quit", "Quit", "files.quit", "", ("Ctrl+Q",), menu="File", separator=True),
    Row("edit.undo", "Undo", "edit.undo", "undo", ("Ctrl+Z",), "can_undo", "Edit"),
    Row("edit.redo", "Redo", "edit.redo", "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "can_redo", "Edit"),
    Row("edit.cut", "Cut", "edit.cut", "cut", ("Ctrl+X",), "can_open", "Edit", canvas=True, separator=True),
    Row("edit.copy", "Copy", "edit.copy", "copy", ("Ctrl+C",), "can_open", "Edit", canvas=True),
    Row("edit.paste", "Paste", "edit.paste", "paste", ("Ctrl+V",), "editable", "Edit", canvas=True),
    Row("edit.paste_linked", "Paste with links", "edit.paste_linked", "", ("Ctrl+Shift+V",), "editable", "Edit",
        canvas=True),
    Row("edit.duplicate", "Duplicate", "edit.duplicate", "duplicate", ("Ctrl+D",), "can_open", "Edit", canvas=True),
    Row("edit.duplicate_linked", "Duplicate with links", "nodes.duplicate_linked", "", ("Ctrl+Shift+D",),
        "has_nodes_selected", "Edit", canvas=True),
    Row("edit.delete", "Delete", "edit.delete", "trash", ("Del", "Backspace"), "has_selection", "Edit", canvas=True),
    Row("edit.delete_reconnect", "Delete and reconnect", "edit.delete_reconnect", "", ("Ctrl+Del",),
        "has_nodes_selected", "Edit", canvas=True),
    Row("edit.select_all", "Select all", "edit.select_all", "", ("Ctrl+A",), "has_nodes", "Edit", canvas=True,
        separator=True),
    Row("edit.select_none", "Select nothing", "edit.select_none", "", ("Ctrl+Shift+A",), "has_selection", "Edit",
        canvas=True),
    Row("edit.select_after", "Select everything after", "edit.select_after", "", ("Shift+Right",), "has_nodes_selected",
        "Edit", canvas=True),
    Row("edit.select_before", "Select everything before", "edit.select_before", "", ("Shift+Left",),
        "has_nodes_selected", "Edit", canvas=True),
    Row("view.fit", "Fit everything", "view.fit", "fit", ("1", "Home"), "has_nodes", "View", canvas=True),
    Row("view.actual", "Zoom to 100 %", "view.actual", "", ("0",), "always", "View", canvas=True),
    Row("view.zoom_in", "Zoom in", "view.zoom_in", "zoom-in", ("Ctrl++", "Ctrl+="), "always", "View"),
    Row("view.zoom_out", "Zoom out", "view.zoom_out", "zoom-out", ("Ctrl+-",), "always", "View"),
    Row("view.frame", "Frame selection", "view.frame", "", ("F",), "has_selection", "View", canvas=True),
    Row("view.find", "Find a node…", "view.find", "search", ("Ctrl+F",), "has_nodes", "View", separator=True),
    Row("view.find_next", "Find the next node", "view.find_next", "", ("F3",), "has_nodes", "View"),
    Row("view.find_previous", "Find the previous node", "view.find_previous", "", ("Shift+F3",), "has_nodes", "View"),
    Row("view.bottom", "Show or hide the bottom panels", "view.bottom", "panel-bottom", ("Ctrl+`",),
        menu="View", separator=True),
    Row("view.pin", "Pin or unpin the bottom panel", "panels.pin", "pin", ("Alt+J",), menu="View"),
    Row("view.focus", "Focus mode", "panels.focus", "eye", ("Ctrl+Shift+F",), menu="View", checkable=True),
    Row("view.follow", "Follow what runs", "panels.follow", "", ("Alt+F",), menu="View", checkable=True),
    Row("view.outline", "Show or hide the outline", "panels.outline", "list", ("Alt+O",), menu="View"),
    Row("view.variables", "Show or hide the variables", "variables.toggle", "variable", ("Alt+V",), menu="View"),
    Row("view.versions", "Show or hide the versions", "versions.toggle", "versions", ("Alt+H",), menu="View"),
    Row("view.minimap", "Minimap", "panels.minimap", "minimap", ("Alt+M",), menu="View", checkable=True),
    Row("view.bar", "Floating bar of the canvas", "wires.bar", "", ("Shift+Alt+B",), menu="View", checkable=True),
    Row("view.square", "Wires in right angles", "wires.square", "", ("Alt+W",), menu="View", checkable=True),
    Row("replay.timeline", "Timeline of attempts", "replay.timeline", "timeline", ("Alt+T",), "has_run", "View"),
    Row("view.operator", "Operator mode", "panels.operator", "user", ("Ctrl+Alt+M",), menu="View", checkable=True),
    Row("view.theme", "Switch dark and light", "view.theme", "theme", ("Ctrl+Shift+L",), menu="View"),
    Row("view.still", "Reduced motion", "panels.still", "", (), menu="View", checkable=True),
    Row("view.reset_layout", "Reset layout", "view.reset_layout", "layout", (), menu="View"),
    Row("view.commands", "Command palette…", "view.commands", "command", ("Ctrl+K", "Ctrl+Shift+P"), menu="View",
        separator=True),
    Row("view.back", "Back to where the view was", "panels.back", "chevron-left", ("[", "Alt+Left"), menu="Go",
        canvas=True),
    Row("go.canvas", "Go to the canvas", "view.canvas", "", ("Alt+C",), menu="Go"),
    Row("go.crumbs", "Where you are", "tabs.crumbs", "chevron-right", ("Alt+B",), menu="Go"),
    Row("view.forward", "Forward again", "panels.forward", "chevron-right", ("]", "Alt+Right"), menu="Go",
        canvas=True),
    *(Row(f"go.bookmark_{number}", f"Go to bookmark {number}", "panels.go_to_bookmark", "", (f"{number}",),
          menu="Go", canvas=True, separator=number == NUMBERS[0], number=number) for number in NUMBERS),
    *(Row(f"go.set_{number}", f"Set or remove bookmark {number}", "panels.set_bookmark", "", (f"Ctrl+{number}",),
          "editable", "Go", canvas=True, separator=number == NUMBERS[0], number=number) for number in NUMBERS),
    Row("node.add", "Add node…", "nodes.add", "plus", ("Tab", "N"), "editable", "Node", canvas=True),
    Row("node.rename", "Rename", "nodes.rename", "rename", ("F2",), "can_rename", "Node"),
    Row("node.open", "Edit parameters", "nodes.open", "properties", ("Return", "Enter"), "can_open", "Node",
        canvas=True),
    Row("node.values", "Take a value from before…", "nodes.values", "", ("Ctrl+Alt+V",), "has_nodes_selected", "Node"),
    Row("node.help", "Documentation of the action", "nodes.help", "help", ("Ctrl+F1",), "has_nodes_selected", "Node"),
    Row("tabs.called", "Open the called workflow", "tabs.open_called", "subflow", ("Ctrl+Alt+Down",), "can_open_called",
        "Node"),
    Row("tabs.caller", "Back to the calling workflow", "tabs.back_to_caller", "chevron-left", ("Ctrl+Alt+Up",),
        "has_caller", "Node"),
    Row("wire.start", "Start a wire at the node", "wires.start", "", ("W",), "has_nodes_selected", "Node", canvas=True,
        separator=True),
    Row("wire.ports", "List the ports of the node", "wires.ports", "", ("O",), "has_nodes_selected", "Node",
        canvas=True),
    Row("wire.next", "Select the next wire", "wires.next", "", ("E",), "has_wires", "Node", canvas=True),
    Row("wire.knot", "Add a knot to the wire", "wires.knot", "", ("K",), "has_wire_selected", "Node", canvas=True),
    Row("wire.portals", "Show as portals, or as a wire", "wires.portals", "", ("Shift+P",), "has_wire_selected", "Node",
        canvas=True),
    Row("wire.jump", "Jump to the other portal", "wires.jump", "", ("J",), "has_portal_selected", "Node", canvas=True),
    Row("variables.rename", "Rename the chosen variable everywhere", "variables.rename", "", ("Ctrl+Alt+F2",),
        "has_variable", "Edit"),
    Row("node.disable", "Disable or enable", "nodes.disable", "disable", ("D",), "has_nodes_selected", "Node",
        canvas=True),
    Row("node.pin", "Pin or unpin the output", "nodes.pin", "pin", ("P",), "has_nodes_selected", "Node", canvas=True),
    Row("node.arrange", "Arrange", "nodes.arrange", "outline", ("L",), "has_nodes", "Arrange", canvas=True),
    Row("node.arrange_all", "Arrange everything", "nodes.arrange_all", "", ("Shift+Alt+T",), "has_nodes", "Arrange"),
    Row("node.straighten", "Straighten wires", "align.straighten", "", ("Q",), "has_nodes_selected", "Arrange",
        canvas=True),
    Row("align.left", "Align left", "align.left", "", ("Alt+A, L",), "can_align", "Arrange", separator=True),
    Row("align.centre", "Align centres", "align.centre", "", ("Alt+A, C",), "can_align", "Arrange"),
    Row("align.right", "Align right", "align.right", "", ("Alt+A, R",), "can_align", "Arrange"),
    Row("align.top", "Align tops", "align.top", "", ("Alt+A, T",), "can_align", "Arrange", separator=True),
    Row("align.middle", "Align middles", "align.middle", "", ("Alt+A, M",), "can_align", "Arrange"),
    Row("align.bottom", "Align bottoms", "align.bottom", "", ("Alt+A, B",), "can_align", "Arrange"),
    Row("align.across", "Distribute across", "align.across", "", ("Alt+A, H",), "can_align", "Arrange", separator=True),
    Row("align.down", "Distribute down", "align.down", "", ("Alt+A, V",), "can_align", "Arrange"),
    Row("node.subflow", "Make a subflow of the selection…", "nodes.make_subflow", "subflow", ("Ctrl+Shift+E",),
        "can_group", "Node", canvas=True),
    Row("node.put_back", "Put the called workflow back here", "nodes.put_back", "", ("Ctrl+Alt+B",), "can_put_back",
        "Node", canvas=True),
    Row("frame.note", "Add note", "areas.note", "note", ("Shift+S",), "editable", "Node", canvas=True, separator=True),
    Row("frame.group", "Put a frame around the selection", "areas.group", "group", ("Ctrl+G",), "can_group", "Node",
        canvas=True),
    Row("frame.ungroup", "Remove the frame", "areas.ungroup", "", ("Ctrl+Shift+G",), "in_frame", "Node", canvas=True),
    Row("frame.fold", "Fold or open the frame or container", "areas.fold", "", ("H",), "can_fold", "Node", canvas=True),
    Row("frame.fold_all", "Fold all frames and containers", "areas.fold_all", "", ("Alt+G",), "has_frames", "Node"),
    Row("frame.open_all", "Open all frames and containers", "areas.open_all", "", ("Shift+Alt+G",), "has_frames",
        "Node"),
    Row("frame.color", "Next colour of note or frame", "areas.color", "palette", ("C",), "has_area", "Node",
        canvas=True),
    Row("frame.refit", "Fit the frame to its nodes", "areas.refit", "", (), "has_area", "Node"),
    Row("run.start", "Run", "runs.start", "play", ("F5", "Ctrl+Return", "Ctrl+Enter"), "can_start", "Run"),
    Row("run.start_inputs", "Run with inputs…", "runs.start_inputs", "form", ("Ctrl+Shift+I",), "can_start",
        "Run"),
    Row("run.set", "Choose a parameter set…", "sets.open", "", ("Ctrl+Alt+P",), "has_inputs", "Run"),
    Row("run.trigger", "Run from another trigger…", "triggers.choose", "", ("Ctrl+Alt+F5",), "can_choose_trigger",
        "Run"),
    Row("run.activate", "Activate its triggers…", "activating.open", "bell", ("Ctrl+Alt+A",), "has_triggers", "Run"),
    Row("run.to_here", "Run to here", "partial.to_here", "play-to", ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
        "can_start_nodes", "Run"),
    Row("run.from_here", "Run from here", "partial.from_here", "", ("Ctrl+Alt+Return", "Ctrl+Alt+Enter"),
        "can_start_nodes", "Run"),
    Row("run.this_node", "Run this node alone", "partial.this_node", "", ("Alt+Return", "Alt+Enter"),
        "can_start_nodes", "Run"),
    Row("run.changed", "Run what changed", "partial.changed", "", ("Ctrl+Shift+F5",), "can_start", "Run"),
    Row("run.explain", "Explain what would run", "partial.explain", "info", ("Ctrl+Alt+X",), "can_start", "Run"),
    Row("run.step", "Step", "partial.step", "step", ("F10",), "can_step", "Run", separator=True),
    Row("run.breakpoint", "Set or remove breakpoint", "partial.breakpoint", "breakpoint", ("F9",), "can_break", "Run"),
    Row("run.condition", "Breakpoint with condition…", "partial.condition", "", ("Shift+F9",), "can_break", "Run"),
    Row("run.pause", "Pause", "runs.pause", "pause", ("F6",), "can_pause", "Run", separator=True),
    Row("run.pause_now", "Pause now (interrupt running nodes)", "runs.pause_now", "", ("Shift+F6",), "can_pause",
        "Run"),
    Row("run.resume", "Resume", "runs.resume", "resume", ("F6", "F7"), "can_resume", "Run"),
    Row("run.stop", "Stop (cancel the run)", "runs.stop", "stop", ("Shift+F5",), "can_stop", "Run"),
    Row("run.retry", "Retry what failed", "runs.retry", "retry", ("Ctrl+F5",), "can_retry", "Run", separator=True),
    Row("run.retry_choices", "Retry…", "retrying.choose", "", ("Ctrl+Alt+T",), "can_retry_anyhow", "Run"),
    Row("run.migrate", "Continue with the edited definition…", "partial.migrate", "", ("Ctrl+F7",), "can_migrate",
        "Run"),
    Row("replay.play", "Play the run again, or hold", "replay.play", "play", ("F8",), "has_run", "Replay"),
    Row("replay.forward", "One event further", "replay.forward", "step", ("F10",), "replaying", "Replay"),
    Row("replay.back", "One event back", "replay.back", "step-back", ("Shift+F10",), "can_go_back", "Replay"),
    Row("replay.next_mark", "To the next failure or pause", "replay.next_mark", "", ("Ctrl+F10",), "replaying",
        "Replay", separator=True),
    Row("replay.previous_mark", "To the failure or pause before", "replay.previous_mark", "", ("Ctrl+Shift+F10",),
        "can_go_back", "Replay"),
    Row("replay.start", "To the beginning", "replay.start", "", ("Ctrl+Home",), "can_go_back", "Replay", canvas=True,
        separator=True),
    Row("replay.live", "Show the run as it is now", "replay.live", "play-to", ("Ctrl+End",), "replaying", "Replay",
        canvas=True),
    Row("replay.faster", "Faster", "replay.faster", "", ("Shift+F8",), "has_run", "Replay", separator=True),
    Row("replay.slower", "Slower", "replay.slower", "", ("Ctrl+F8",), "has_run", "Replay"),
    Row("replay.compare", "Compare with another run…", "compare.pick", "compare", ("Ctrl+Alt+C",), "has_run", "Replay",
        separator=True),
    Row("replay.next_difference", "To the next difference", "compare.next", "", ("F4",), "comparing", "Replay"),
    Row("replay.previous_difference", "To the difference before", "compare.previous", "", ("Ctrl+F4",), "comparing",
        "Replay"),
    Row("replay.compare_end", "End the comparison", "compare.finish", "", ("Shift+F4",), "comparing", "Replay"),
    Row("versions.saved", "Compare with the saved file", "versions.saved", "compare", ("Ctrl+Alt+S",),
        "has_edited_path", "Versions"),
    Row("versions.head", "Compare with the last commit", "versions.head", "", ("Ctrl+Alt+H",), "has_edited_path",
        "Versions"),
    Row("versions.file", "Compare with another file…", "versions.file", "", ("Ctrl+Alt+O",), "has_edited_nodes",
        "Versions"),
    Row("versions.compare", "Compare with the chosen version", "versions.compare", "", ("Ctrl+Alt+D",), "has_version",
        "Versions", separator=True),
    Row("versions.open", "Look at the chosen version", "versions.open", "eye", ("Ctrl+Alt+L",), "has_version",
        "Versions"),
    Row("versions.restore", "Restore the chosen version", "versions.restore", "history", ("Ctrl+Alt+Z",),
        "has_version", "Versions"),
    Row("run.again", "Run again with the same inputs", "history.again", "refresh", ("Ctrl+Shift+R",), "has_chosen_run",
        "Run", separator=True),
    Row("run.again_inputs", "Run again with other inputs…", "history.again_inputs", "form", ("Ctrl+Alt+I",),
        "has_chosen_run", "Run"),
    Row("run.label", "Name and tags of the run…", "history.label", "tag", ("Ctrl+Alt+N",), "has_chosen_run", "Run"),
    Row("run.report", "Export a report of the run…", "history.report", "report", ("Ctrl+Alt+R",), "has_chosen_run",
        "Run"),
    Row("run.delete", "Delete the run…", "history.delete", "trash", ("Ctrl+Shift+Del",), "has_chosen_run", "Run"),
    Row("run.prune", "Remove old runs…", "history.prune", "archive", (), menu="Run"),
    Row("run.child", "Open the called run", "partial.child", "subflow", ("Alt+Down",), "has_child", "Run",
        separator=True),
    Row("run.parent", "Open the calling run", "partial.parent", "", ("Alt+Up",), "has_parent", "Run"),
    Row("run.result", "Result", "view.show_result", "report", ("Ctrl+R",), "has_run", "Run"),
    Row("run.leave", "Clear run from canvas", "runs.leave", "close", ("Ctrl+Shift+Esc",), "has_run", "Run"),
    Row("run.would_do", "See what it would do…", "trust.see_front", "lock", ("Ctrl+Alt+W",), "has_nodes", "Run"),
    Row("run.copy_command", "Copy command line", "runs.copy_command", "terminal", (), "has_path", "Run",
        separator=True),
    Row("run.in_process", "Run inside this window", "runs.set_in_process", "", (), menu="Run", checkable=True),
    Row("help.keys", "Keyboard shortcuts", "help.cheat_sheet", "help", ("F1", "?"), menu="Help"),
    Row("help.edit_keys", "Change keyboard shortcuts…", "help.edit_keys", "", (), menu="Help"),
    Row("help.log", "Program log…", "help.log", "log", (), menu="Help"),
    Row("help.about", "About Flow Orchestrator", "help.about", "info", (), menu="Help"),
)  # fmt: skip

BY_ID = {row.id: row for row in ROWS}

#: Gestures and keys the canvas handles itself; they are listed in the cheat sheet beside the table.
GESTURES: tuple[tuple[str, str], ...] = (
    ("Pan", "Space + drag, middle or right button"),
    ("Zoom", "Ctrl + wheel, + and -"),
    ("Connect", "Drag from a port to a node, or click one and then the other"),
    ("Connect in the place of other wires", "Shift while the wire is dropped"),
    ("List the ports of a node", "Hold Alt over it"),
    ("Add and connect", "Drag a port into the void"),
    ("Quick add", "Double-click the canvas"),
    ("Bend a wire", "Double-click it; again on the knot to straighten"),
    ("Follow a portal to the other one", "Double-click it"),
    ("Select a box", "Drag; Shift adds, Ctrl toggles"),
    ("Write on a note, name a frame", "Double-click, Enter or F2"),
    ("Resize a note or frame", "Drag a side or corner"),
    ("Cut edges", "Alt + Shift + drag, Ctrl + right drag"),
    ("Clear a port", "Alt + click it"),
    ("Select all that follows a node, leads to it", "Alt + click it, with Ctrl"),
    ("Move nodes", "Drag; Ctrl + arrows nudges"),
    ("Walk the graph", "Arrow keys"),
    ("Reorder middleware", "Drag the chip; Alt + Up, Alt + Down"),
)
