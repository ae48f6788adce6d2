"""What was measured, as one object for machines and as Markdown tables for pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from floworch.testing.bench.measure import Row
from floworch.testing.bench.peers.compare import PeerRow

_VERDICT = {None: "", True: "met", False: "**short**"}


@dataclass(slots=True)
class Report:
    """Everything of one ``floworch bench``.

    Attributes:
        machine: What it was measured on. quick: whether it is the short form.
        rows: Figures of this product. peers: rows of the comparison with others.
        notes: What was not measured, and why.
    """

    machine: dict[str, Any]
    quick: bool = False
    rows: list[Row] = field(default_factory=list)
    peers: list[PeerRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """``{"machine", "quick", "rows", "peers", "notes"}``."""
        return {
            "machine": self.machine,
            "quick": self.quick,
            "rows": [row.to_json() for row in self.rows],
            "peers": [row.to_json() for row in self.peers],
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Report:
        """The report that ``to_json`` gave."""
        rows = [Row.from_json(row) for row in given["rows"]]
        peers = [PeerRow(**row) for row in given["peers"]]
        return cls(dict(given["machine"]), bool(given.get("quick")), rows, peers, list(given.get("notes", ())))

    def suites(self) -> dict[str, list[Row]]:
        """The rows by suite, in the order they came."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.suite, []).append(row)
        return found


def figure(value: float | None) -> str:
    """A figure with three digits that count, or a dash: ``0.123``, ``4.56``, ``123``, ``12 300``."""
    if value is None:
        return "–"
    if abs(value) >= 1000:
        digits = float(f"{value:.3g}")
        return f"{digits:,.0f}".replace(",", " ")
    return f"{value:.3g}"


def bar_of(row: Row) -> str:
    """A row's bar with its unit, and what it is on a machine with this floor where it scales: ``30 s (here 42.4)``."""
    here = "" if row.here is None else f" (here {figure(row.here)})"
    return f"{figure(row.bar)} {row.unit}{here}"


def cells(row: Row) -> tuple[str, str, str, str]:
    """One row for people: work, measured, bar, verdict (in Markdown)."""
    sign = "≥" if row.least else "≤"
    bar = "" if row.bar is None else f"{sign} {bar_of(row)}"
    note = f" ({row.note})" if row.note else ""
    return row.work, f"{figure(row.value)} {row.unit}{note}", bar, _VERDICT[row.met]


def peer_cells(row: PeerRow) -> tuple[str, str, str, str, str, str, str]:
    """One row of the comparison for people."""
    figures = figure(row.chain), figure(row.fan_out), figure(row.start_up)
    return row.engine, row.durable, str(row.nodes), *figures, row.source


def summary(rows: Sequence[Row]) -> str:
    """How many bars were met, and which were not, on lines of their own; empty where nothing has a bar."""
    short = [row for row in rows if row.met is False]
    met = sum(row.met is True for row in rows)
    if not short and not met:
        return ""
    told = [f"{met} of {met + len(short)} bars met" + ("." if not short else f", {len(short)} short:")]
    told += [f"  {row.suite or 'designer'}: {row.work} {cells(row)[1]} ({cells(row)[2]})" for row in short]
    return "\n".join(told)


HEADS = ("work", "measured", "bar", "")
PEER_HEADS = ("engine", "durable", "nodes", "chain, µs/node", "fan-out, µs/node", "start-up, s", "source")


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def machine_line(machine: Mapping[str, Any]) -> str:
    """The machine in one line."""
    return (
        f"{machine['at']}: version {machine['floworch']}, Python {machine['python']}, {machine['system']}, "
        f"{machine['processors']} × {machine['processor']}, load {machine['load']} at the start"
    )
