"""``floworch bench``: measure this machine against the bars, and other engines beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from floworch.cli.support.options import JsonOption
from floworch.versions import pip_line

if TYPE_CHECKING:
    from floworch.testing.bench.measure import Row
    from floworch.testing.bench.report import Report

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="History")
def bench(
    engine: Annotated[bool, typer.Option("--engine", help="Every suite of the engine (the default).")] = False,
    designer: Annotated[bool, typer.Option("--designer", help="The designer, drawn without a display.")] = False,
    peers: Annotated[bool, typer.Option("--peers", help="Install other engines and measure them here.")] = False,
    suite: Annotated[
        list[str] | None, typer.Option("--suite", metavar="NAME", help="Only this suite; may be given again.")
    ] = None,
    peer: Annotated[
        list[str] | None, typer.Option("--peer", metavar="NAME", help="Only this engine; may be given again.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Less of everything, in less than a minute.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Name the suites and the peers, and measure nothing.")] = False,
    json: JsonOption = False,
) -> None:
    """Measure this machine: tables against the bars, or JSON."""
    from floworch.cli.render.text import print_json
    from floworch.testing.bench.measure import FULL, QUICK, machine
    from floworch.testing.bench.peers.compare import compare, known
    from floworch.testing.bench.report import Report, summary
    from floworch.testing.bench.suites import known as known_suites

    if listed:
        _list()
        return
    suites, engines = known_suites(suite or ()), known(peer or ())  # wrong names are told before anything is measured
    scale = QUICK if quick else FULL
    report = Report(machine(), quick)
    if not json:
        _begin(report)
    if engine or suite or not (designer or peers or peer):
        _measure(suites, scale, report, not json)
    if designer:
        found, notes = _designer(quick)
        report.rows += found
        report.notes += notes
        for name in dict.fromkeys(row.suite for row in found):
            _show(name, [row for row in found if row.suite == name], not json)
        for note in notes:
            typer.echo(note, err=True)
    if peers or peer:
        names = [each.name for each in engines] if peer else ()
        report.peers += compare(names, scale, tell=lambda what: typer.echo(f"measuring {what}", err=True))
        _show_peers(report, not json)
    if json:
        print_json(report.to_json())
    elif told := summary(report.rows):
        typer.echo(f"\n{told}")


def _list() -> None:
    from floworch.testing.bench.peers.catalogue import PEERS
    from floworch.testing.bench.suites import SUITES

    for name, (_, what) in SUITES.items():
        typer.echo(f"{name:<12} {what}")
    typer.echo(
        f"{'designer':<12} opening, painting, zooming, dragging, live runs; other node editors beside it (--designer)"
    )
    typer.echo(f"{'peers':<12} {', '.join(PEERS)} (--peers)")


def _begin(report: Report) -> None:
    from floworch.testing.bench.report import machine_line

    typer.echo(machine_line(report.machine))


def _measure(names: list[str], scale: Any, report: Report, show: bool) -> None:
    from floworch.testing.bench.suites import measure

    for name in names:
        found = list(measure([name], scale, lambda what: typer.echo(f"measuring {what}", err=True)))
        report.rows += found
        _show(name, found, show)


def _show(name: str, rows: list[Row], show: bool) -> None:
    from floworch.cli.render.text import paint, print_table
    from floworch.testing.bench.report import HEADS, cells

    if show:
        typer.echo(f"\n{paint(name, 'bold')}")
        print_table([[cell.replace("**", "") for cell in cells(row)] for row in rows], HEADS)


def _show_peers(report: Report, show: bool) -> None:
    from floworch.cli.render.text import paint, print_table
    from floworch.testing.bench.report import PEER_HEADS, peer_cells

    if show:
        typer.echo(f"\n{paint('peers', 'bold')}")
        print_table([peer_cells(row) for row in report.peers], PEER_HEADS)


def _designer(quick: bool) -> tuple[list[Row], list[str]]:
    """The designer's rows, measured in a process of its own, as its memory is a figure; and what was not measured."""
    import asyncio
    import json
    import os
    import subprocess
    import sys
    import tempfile
    from importlib.util import find_spec
    from pathlib import Path

    from floworch.errors import UsageError
    from floworch.testing.bench.measure import Row
    from floworch.testing.bench.shapes import beside

    if find_spec("PySide6") is None or find_spec("qasync") is None or find_spec("floworch_designer") is None:
        raise UsageError("The designer is not installed.", f"Install it with: {pip_line('floworch[designer]')}")
    typer.echo("measuring designer", err=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "designer.json"
        words = [sys.executable, "-m", "floworch_designer.app.bench.window", str(file), *(["--quick"] if quick else [])]
        done = subprocess.run(
            words, env={"QT_QPA_PLATFORM": "offscreen", **os.environ}, capture_output=True, text=True, check=False
        )
        if done.returncode or not file.exists():
            said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise UsageError(f"The designer could not be measured: {said}.", "Try: floworch design --screenshot a.png")
        found = json.loads(file.read_text(encoding="utf-8"))
    rows = [Row.from_json(row) for row in found["rows"]]
    return asyncio.run(beside(rows)), found.get("notes", [])
