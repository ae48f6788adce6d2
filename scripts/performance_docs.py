"""Write ``docs/reference/performance.md`` from the figures kept in ``docs/reference/performance.json``.

    python -m floworch bench --engine --designer --peers --json > figures.json
    python scripts/performance_docs.py figures.json [MORE.json...]    # takes over what they hold, then writes the page
    python scripts/performance_docs.py                                # only writes the page

Suites and peers that a file does not hold keep the figures they have, with the machine and the date these were taken.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "engine"), str(ROOT / "resources")]

from floworch.testing.bench.measure import Row  # noqa: E402
from floworch.testing.bench.peers.compare import PeerRow  # noqa: E402
from floworch.testing.bench.report import (  # noqa: E402
    HEADS,
    PEER_HEADS,
    bar_of,
    cells,
    figure,
    machine_line,
    markdown,
    peer_cells,
)
from floworch.testing.bench.suites import SUITES  # noqa: E402

FIGURES = ROOT / "docs" / "reference" / "performance.json"
PAGE = ROOT / "docs" / "reference" / "performance.md"
#: Suites that the command measures with its designer.
DESIGNER = ("designer", "rivals")
TITLES = {
    "designer": "opening, painting, zooming, dragging and live runs",
    "rivals": "other node editors beside this one",
    **{name: what for name, (_, what) in SUITES.items()},
}
RIVALS = """\

How many times as long another node editor takes as this designer for the same workflow of 1 000 nodes and 1 445
edges, in a window of 1920 × 1080 without a display. Each is measured in a process of its own with the same clock, this
designer before, between and after them, of which the medians count. A pan and a drag are one frame after the other
while a person's gesture goes on. `floworch bench --designer` measures those that are installed
(`pip install 'floworch[rivals]'`).
"""

INTRODUCTION = """\
# Performance

This page is made by `scripts/performance_docs.py` from the output of `floworch bench`. Every table names the
machine and how busy it was: on a busy one absolute figures are too high, ratios hold better. Bars are what
the product promises on a machine whose floor, one asyncio task per node of a chain, is 17 µs; a bar that is a
multiple of the floor is held against the floor of the same run. An absolute bar scales with the floor: where it was
measured beside the figure, what the bar is there follows in brackets ("here"), and the figure is held against that.
How to measure your own machine: [benchmarks](../guides/benchmarks.md).
"""


def merge(kept: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The kept figures with those of one report: ``{"suites": {name: {"machine", "rows"}}, "peers": ...}``."""
    suites: dict[str, Any] = dict(kept.get("suites", {}))
    for name in dict.fromkeys(row["suite"] for row in given["rows"]):
        rows = [row for row in given["rows"] if row["suite"] == name]
        suites[name] = {"machine": given["machine"], "quick": given["quick"], "rows": rows}
        if name == "rivals":  # what of them was not measured belongs to what was
            suites[name]["notes"] = given.get("notes", [])
    peers = kept.get("peers")
    if given["peers"]:
        peers = {"machine": given["machine"], "quick": given["quick"], "rows": given["peers"]}
    return {"suites": suites, "peers": peers}


def where_we_stand(suites: dict[str, Any]) -> str:
    """How many bars are met, and every one that is not, with how far it is missed."""
    rows = [Row.from_json(row) for suite in suites.values() for row in suite["rows"]]
    held = [row for row in rows if row.bar is not None]
    short = [row for row in held if not row.met]
    text = f"\n## Where we stand\n\n{len(held) - len(short)} of {len(held)} bars are met on the machines named below."
    if not short:
        return text + "\n"
    lines = []
    for row in short:
        assert row.held is not None
        missed = row.held / row.value if row.least else row.value / row.held
        lines.append((row.suite, row.work, f"{figure(row.value)} {row.unit}", bar_of(row), f"{missed:.2f} ×"))
    return text + " Short are:\n\n" + markdown(("suite", "work", "measured", "bar", "by"), lines)


def page(figures: dict[str, Any]) -> str:
    """The whole page."""
    suites = figures.get("suites", {})
    parts = [INTRODUCTION, where_we_stand(suites)]
    for name in [name for name in [*SUITES, *DESIGNER] if name in suites]:
        suite = suites[name]
        rows = [cells(Row.from_json(row)) for row in suite["rows"]]
        parts.append(f"\n## Suite `{name}`\n\n{TITLES[name][:1].upper()}{TITLES[name][1:]}.\n\n{_taken(suite)}\n\n")
        parts.append(markdown(HEADS, rows))
        if name == "rivals":
            parts += [RIVALS, *(f"\n{note}\n" for note in suite.get("notes", ()))]
    peers = figures.get("peers")
    if peers:
        rows_of_peers = [peer_cells(PeerRow(**row)) for row in peers["rows"]]
        parts.append(f"\n## Other engines\n\nThe same graphs of nodes that do nothing. {_taken(peers)}\n\n")
        parts.append(markdown(PEER_HEADS, rows_of_peers))
    return "".join(parts)


def _taken(part: dict[str, Any]) -> str:
    form = ", quick form" if part["quick"] else ""
    return f"Measured {machine_line(part['machine'])}{form}."


def main(arguments: list[str]) -> int:
    """Take over the given reports and write the page."""
    kept = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    for name in arguments:
        kept = merge(kept, json.loads(Path(name).read_text(encoding="utf-8")))
    if arguments:
        FIGURES.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(kept), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
