"""When an action makes sense: one named predicate per word in the action table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from floworch_designer.app.running.live_run import interrupted
from floworch_designer.app.running.partial import can_migrate, can_step, child_of, parent_of
from floworch_designer.app.running.replaying import at_end, can_go_back
from floworch_designer.app.running.retrying import can_retry_anyhow
from floworch_designer.app.running.triggers import choices
from floworch_designer.app.tabs.tab_actions import called_by
from floworch_designer.document.decor import groups

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow


def _in_frame(window: MainWindow) -> bool:
    """Whether a frame is selected, or a node that is in one."""
    found, chosen = groups(window.document.workflow), window.selection
    return any(key in chosen.decor or not chosen.nodes.isdisjoint(group.nodes) for key, group in found.items())


def _can_fold(window: MainWindow) -> bool:
    """Whether a frame or container is selected, or a node that is in one."""
    boxes = window.canvas.graph.boxes
    chosen = (boxes[key] for key in window.selection.nodes if key in boxes)
    return _in_frame(window) or any(box.children is not None or box.node.parent in boxes for box in chosen)


def _is_held(window: MainWindow) -> bool:
    """Whether a node is selected that is in a frame or container; cheaper than to ask which."""
    nodes, boxes = window.selection.nodes, window.canvas.graph.boxes
    return _in_frame(window) or any(boxes[key].node.parent in boxes for key in nodes if key in boxes)


CONDITIONS: dict[str, Callable[[MainWindow], bool]] = {
    "always": lambda window: True,
    "editable": lambda window: not window.viewing,
    "can_undo": lambda window: window.document.undo_stack.can_undo(),
    "can_redo": lambda window: window.document.undo_stack.can_redo(),
    "has_nodes": lambda window: bool(window.document.workflow.nodes),
    "has_selection": lambda window: bool(window.selection),
    "has_nodes_selected": lambda window: bool(window.selection.nodes),
    "can_open": lambda window: bool(window.selection.nodes or window.selection.decor),
    "can_rename": lambda window: bool(window.selection.nodes or window.selection.decor)
    or CONDITIONS["has_portal_selected"](window),
    "has_wires": lambda window: bool(window.document.workflow.edges) and bool(window.selection),
    "has_wire_selected": lambda window: bool(window.canvas.wires.chosen()),
    "has_portal_selected": lambda window: any(wire.tags for wire in window.canvas.wires.chosen()),
    "can_group": lambda window: bool(window.selection.nodes or window.selection.decor) and not window.viewing,
    "can_align": lambda window: len(window.selection.nodes) + len(window.selection.decor) > 1 and not window.viewing,
    "has_area": lambda window: bool(window.selection.decor),
    "can_resize": lambda window: bool(window.canvas.areas.sizable()) and not window.viewing,
    "can_put_in": lambda window: CONDITIONS["can_group"](window) and CONDITIONS["has_frames"](window),
    "can_take_out": lambda window: not window.viewing and _is_held(window),
    "in_frame": _in_frame,
    "can_fold": _can_fold,
    "has_frames": lambda window: bool(groups(window.document.workflow) or window.canvas.graph.frames),
    "has_path": lambda window: window.document.path is not None,
    "has_tabs": lambda window: len(window.tabs.all) > 1,
    "can_move_left": lambda window: window.tabs.can_move(window.tab, -1),
    "can_move_right": lambda window: window.tabs.can_move(window.tab, 1),
    "has_closed_tab": lambda window: bool(window.tabs.closed),
    "can_open_called": lambda window: called_by(window) is not None,
    "can_put_back": lambda window: called_by(window) is not None and not window.viewing,
    "has_caller": lambda window: window.tab.caller is not None,
    "can_compare": lambda window: CONDITIONS["has_run"](window) or window.comparing.two is not None,
    "has_chosen_runs": lambda window: bool(window.runs.history.chosen_all()),
    "has_run": lambda window: window.controller.feed.state is not None,
    "can_start": lambda window: bool(window.document.workflow.nodes) and not window.controller.busy
    and not window.viewing,
    "has_inputs": lambda window: window.sets.sets is not None and not window.viewing,
    "has_triggers": lambda window: window.activating.concerned,
    "can_retry_anyhow": can_retry_anyhow,
    "can_choose_trigger": lambda window: bool(choices(window.document.workflow)) and not window.viewing
    and not window.controller.busy,
    "can_pause": lambda window: window.controller.can("pause"),
    "can_resume": lambda window: window.controller.can("resume") or interrupted(window) is not None,
    "can_stop": lambda window: window.controller.can("cancel"),
    "can_start_nodes": lambda window: bool(window.selection.nodes) and not window.viewing
    and not window.controller.busy,
    "can_break": lambda window: bool(window.selection.nodes) and not window.viewing,
    "can_step": lambda window: not window.controller.feed.replaying
    and (can_step(window) or CONDITIONS["can_start"](window)),
    "replaying": lambda window: window.controller.feed.replaying,
    "shows_replay": lambda window: window.controller.feed.replaying or at_end(window),
    "can_go_back": can_go_back,
    "has_chosen_run": lambda window: window.runs.history.chosen() is not None,
    "comparing": lambda window: window.comparing.comparing or window.differing.showing,
    "has_variable": lambda window: window.variables.chosen is not None and not window.viewing,
    "has_version": lambda window: window.versions.chosen is not None,
    "has_edited_path": lambda window: window.tab.document.path is not None,
    "has_edited_nodes": lambda window: bool(window.tab.document.workflow.nodes),
    "can_migrate": can_migrate,
    "has_child": lambda window: bool(child_of(window)),
    "has_parent": lambda window: bool(parent_of(window)),
    "can_retry": lambda window: window.controller.can("retry"),
}  # fmt: skip
