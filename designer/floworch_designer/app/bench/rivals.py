"""Other node editors beside this designer in one run: how many times as long they take for the same steps.

Each is measured in a process of its own that takes the steps of ``editors/steps.py``. A rival's Qt binding never comes
near this process, and one that crashes or hangs costs its rows and nothing else.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from floworch.versions import pip_line

#: Seconds that one editor may take. On a quiet machine this designer takes 4, a rival 15 to 30.
LIMIT = 240.0
NODES = 1000
_EDITORS = "floworch_designer.app.bench.editors"


@dataclass(frozen=True, slots=True)
class Program:
    """An editor's program, which prints its figures as a last line of JSON.

    Attributes:
        title: For people. words: What Python is started with; the number of nodes follows.
        libraries: What can be imported where it is installed.
    """

    title: str
    words: tuple[str, ...]
    libraries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What is compared: the key of the figure, its words and unit, and how many times as long a rival must take."""

    key: str
    work: str
    unit: str
    bar: float


OURS = Program("this designer", ("-m", f"{_EDITORS}.ours"))
RIVALS = (
    Program("NodeGraphQt", ("-m", f"{_EDITORS}.nodegraphqt"), ("NodeGraphQt",)),
    Program("orange-canvas-core", ("-m", f"{_EDITORS}.orange"), ("orangecanvas", "PyQt6")),
)
STEPS = (
    Step("build", "build and show", "s", 20),
    Step("repaint", "repaint of the fitted view", "ms", 20),
    Step("pan", "frame of a pan at 100 %, p95", "ms", 2),
    Step("drag", "step of dragging a node at 100 %", "ms", 2),
)


class Failed(Exception):  # noqa: N818 - reads as what happened
    """An editor could not be measured; the text says why, in one line."""


def installed(program: Program) -> bool:
    """Whether every library of a rival is there; none is imported."""
    return all(find_spec(library) is not None for library in program.libraries)


def compare(
    rivals: Iterable[Program] = RIVALS,
    ours: Program = OURS,
    nodes: int = NODES,
    limit: float = LIMIT,
    measure: Callable[[Program, int, float], dict[str, Any]] | None = None,
) -> tuple[list[dict[str, Any]], list[str]]:
    """``(rows, notes)``: the rivals that are here against this designer, which is measured before, between and after.

    A note says of each rival without rows why it has none, and how it is installed.
    """
    call = measure or measured
    here, notes = [], []
    for rival in rivals:
        if installed(rival):
            here.append(rival)
        else:
            notes.append(f"{_without(rival)}it is not installed. Install it with: {pip_line('floworch[rivals]')}")
    if not here:
        return [], notes
    found: list[tuple[Program, dict[str, Any]]] = []
    try:
        own = [call(ours, nodes, limit)]
        for rival in here:
            try:
                found.append((rival, call(rival, nodes, limit)))
            except Failed as reason:
                notes.append(f"{_without(rival)}{reason}.")
            own.append(call(ours, nodes, limit))
    except Failed as reason:
        return [], [*notes, f"No rival was compared: {OURS.title} could not be measured: {reason}."]
    mine = {step.key: statistics.median(each[step.key] for each in own) for step in STEPS}
    return [row for rival, figures in found for row in rows(rival, figures, mine, nodes)], notes


def _without(rival: Program) -> str:
    return f"{rival.title} was not compared: "


def rows(rival: Program, figures: Mapping[str, Any], mine: Mapping[str, float], nodes: int) -> list[dict[str, Any]]:
    """A rival's rows in the form that ``floworch bench`` reads: its figure divided by ours, at least the bar."""
    made = []
    for step in STEPS:
        ratio = figures[step.key] / mine[step.key]
        name = f"{rival.title} {figures['version']}".strip()
        made.append(
            {
                "suite": "rivals",
                "work": f"{step.work}, {nodes} nodes, {name}",
                "value": round(ratio, 2),
                "unit": "×",
                "bar": step.bar,
                "least": True,
                "met": round(ratio, 2) >= step.bar,
                "note": f"{_short(figures[step.key])} {step.unit} against {_short(mine[step.key])} {step.unit}",
                "scales": False,
            }
        )
    return made


def _short(value: float) -> str:
    """A figure with three digits that count: ``1350``, ``0.212``."""
    return f"{float(f'{value:.3g}'):g}"


def measured(program: Program, nodes: int, limit: float) -> dict[str, Any]:
    """The figures of one editor, drawn without a display in a process of its own; what it keeps goes with a folder.

    Raises:
        Failed: It ended with an error, took longer than the limit or printed no figures.
    """
    hidden = {"QT_API", "QT_PREFERRED_BINDING"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    with tempfile.TemporaryDirectory(prefix="floworch-bench-", ignore_cleanup_errors=True) as folder:
        env |= dict.fromkeys(("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"), folder)
        words = [sys.executable, *program.words, str(nodes)]
        try:
            done = subprocess.run(
                words,
                env={**env, "QT_QPA_PLATFORM": "offscreen"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=limit,
            )
        except subprocess.TimeoutExpired:
            raise Failed(f"it took longer than {limit:g} s") from None
    if done.returncode:
        raise Failed(_last(done.stderr) or f"it ended with code {done.returncode}")
    return _figures(done.stdout)


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200].rstrip(".") if lines else ""


def _figures(printed: str) -> dict[str, Any]:
    try:
        found = json.loads(_last_line(printed.splitlines()))
        return {"version": str(found["version"]), **{step.key: float(found[step.key]) for step in STEPS}}
    except (ValueError, TypeError, KeyError):
        raise Failed("it printed no figures") from None


def _last_line(lines: Sequence[str]) -> str:
    return lines[-1] if lines else ""
