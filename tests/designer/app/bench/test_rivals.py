"""Other node editors beside this one: ratios, and what is told of one that cannot be measured.

performance.md, designer bars: peers in the same run, at least 20 times as fast on build and fitted repaint, twice on
pan and drag. Small programs stand for the rivals; no figure is asserted of the real ones.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from floworch.testing.bench.measure import Row
from floworch_designer.app.bench import rivals, window

OURS = {"version": "", "build": 0.1, "repaint": 1.0, "pan": 5.0, "drag": 2.0}


def program(folder: Path, name: str, text: str, libraries: tuple[str, ...] = ()) -> rivals.Program:
    file = folder / f"{name}.py"
    file.write_text(text, encoding="utf-8")
    return rivals.Program(name, (str(file),), libraries)


def printing(**figures: object) -> str:
    line = json.dumps({**OURS, **figures})
    return f"print('starting')\nprint({line!r})\n"


@pytest.fixture
def ours(tmp_path: Path) -> rivals.Program:
    return program(tmp_path, "ours", printing())


def test_a_rival_has_a_row_per_step_that_says_how_many_times_as_long_it_takes(
    tmp_path: Path, ours: rivals.Program
) -> None:
    other = program(tmp_path, "other", printing(version="1.2", build=2.5, repaint=19.0, pan=10.0, drag=3.0))
    made, notes = rivals.compare([other], ours, nodes=1000, limit=60)
    found = [Row.from_json(row) for row in made]
    assert notes == []
    assert [(row.value, row.bar, row.unit, row.least) for row in found] == [
        (25.0, 20, "×", True),
        (19.0, 20, "×", True),
        (2.0, 2, "×", True),
        (1.5, 2, "×", True),
    ]
    assert [row.met for row in found] == [row["met"] for row in made] == [True, False, True, False]
    assert {row.suite for row in found} == {"rivals"}
    assert found[0].work == "build and show, 1000 nodes, other 1.2"
    assert found[0].note == "2.5 s against 0.1 s"


def test_a_note_has_three_digits_that_count() -> None:
    made = rivals.rows(rivals.Program("one", ()), {**OURS, "repaint": 1349.6}, {**OURS, "repaint": 0.98765}, 10)
    assert made[1]["note"] == "1350 ms against 0.988 ms"


def test_ours_is_measured_before_between_and_after_and_its_median_counts() -> None:
    calls: list[str] = []
    pans = iter([5.0, 50.0, 10.0])

    def measure(editor: rivals.Program, nodes: int, limit: float) -> dict[str, object]:
        calls.append(editor.title)
        return {**OURS, "pan": next(pans) if editor is rivals.OURS else 40.0}

    others = [rivals.Program("one", ()), rivals.Program("two", ())]
    made, _ = rivals.compare(others, measure=measure)
    assert calls == ["this designer", "one", "this designer", "two", "this designer"]
    assert [row["value"] for row in made if "pan" in row["work"]] == [4.0, 4.0]


def test_one_that_is_not_installed_is_named_with_how_to_install_it_and_nothing_is_measured(
    tmp_path: Path,
) -> None:
    ours = program(tmp_path, "ours", "raise SystemExit('it was started')")
    missing = program(tmp_path, "Gone", printing(), ("no_such_editor",))
    made, (note,) = rivals.compare([missing], ours)
    assert made == []
    assert note.startswith("Gone was not compared: it is not installed. Install it with: ")
    assert "floworch[rivals]" in note


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raise RuntimeError('no display.')", "RuntimeError: no display."),
        ("import os; os._exit(3)", "it ended with code 3."),
        ("print('hello')", "it printed no figures."),
        ('print(\'{"version": "1"}\')', "it printed no figures."),
        ("", "it printed no figures."),
    ],
)
def test_one_that_fails_has_no_rows_and_costs_no_other_its(
    tmp_path: Path, ours: rivals.Program, text: str, said: str
) -> None:
    broken = program(tmp_path, "broken", text)
    other = program(tmp_path, "other", printing())
    made, notes = rivals.compare([broken, other], ours, limit=60)
    assert notes == [f"broken was not compared: {said}"]
    assert len(made) == len(rivals.STEPS)
    assert all("other" in row["work"] for row in made)


def test_one_that_hangs_is_ended_at_the_limit(tmp_path: Path) -> None:
    hanging = program(tmp_path, "hanging", "import threading\nthreading.Event().wait()\n")
    with pytest.raises(rivals.Failed, match=r"it took longer than 0\.5 s"):
        rivals.measured(hanging, 10, 0.5)


def test_without_figures_of_ours_there_is_nothing_to_compare(tmp_path: Path) -> None:
    broken = program(tmp_path, "ours", "raise RuntimeError('no font')")
    made, notes = rivals.compare([program(tmp_path, "other", printing())], broken)
    assert made == []
    assert notes == ["No rival was compared: this designer could not be measured: RuntimeError: no font."]


def test_an_editor_draws_without_a_display_chooses_its_binding_itself_and_leaves_no_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_API", "pyqt6")
    text = (
        "import json, os, sys\n"
        "told = [os.environ['QT_QPA_PLATFORM'], os.environ.get('QT_API'), os.environ['XDG_CONFIG_HOME'], sys.argv[1]]\n"
        f"print(json.dumps({{**{OURS!r}, 'version': json.dumps(told)}}))\n"
    )
    platform, api, folder, nodes = json.loads(rivals.measured(program(tmp_path, "curious", text), 70, 60)["version"])
    assert (platform, api, nodes) == ("offscreen", None, "70")
    assert not Path(folder).exists()


@pytest.mark.parametrize(("words", "asked"), [([], True), (["--no-rivals"], False), (["--quick"], False)])
def test_the_bench_compares_unless_it_is_told_not_to(
    qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], asked: bool
) -> None:
    row = {"suite": "rivals", "work": "build", "value": 30.0}
    monkeypatch.setattr(rivals, "compare", lambda: ([row], ["two is missing"]))
    monkeypatch.setattr(window.Bench, "size", lambda self, nodes, limit: None)
    file = tmp_path / "figures.json"
    assert window.main([str(file), "--no-window", "--nodes", "10", *words]) == 0
    report = json.loads(file.read_text())
    assert (report["rows"], report["notes"]) == (([row], ["two is missing"]) if asked else ([], []))


def test_another_binding_beside_it_stays_out_of_the_window_and_its_bench(tmp_path: Path) -> None:
    """ADR 7, one binding: qasync would take PyQt6 before PySide6 where nothing is imported yet."""
    (tmp_path / "PyQt6").mkdir()
    (tmp_path / "PyQt6" / "__init__.py").write_text("raise SystemExit('PyQt6 was imported')\n")
    check = (
        "import sys, importlib.util\n"
        "assert importlib.util.find_spec('PyQt6') is not None\n"
        "import floworch_designer.app.main, floworch_designer.app.main_window\n"
        "import floworch_designer.app.bench.window, floworch_designer.app.bench.live\n"
        "from floworch_designer.app.bench import rivals\n"
        "rivals.compare(measure=lambda *_: {'version': '', 'build': 1, 'repaint': 1, 'pan': 1, 'drag': 1})\n"
        "import qasync\n"
        "assert qasync.QtModuleName == 'PySide6', qasync.QtModuleName\n"
        "assert 'PyQt6' not in sys.modules\n"
    )
    path = os.pathsep.join([str(tmp_path), *(entry for entry in sys.path if entry)])
    env = {name: value for name, value in os.environ.items() if name != "QT_API"}
    done = subprocess.run(
        [sys.executable, "-c", check],
        env={**env, "PYTHONPATH": path, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
