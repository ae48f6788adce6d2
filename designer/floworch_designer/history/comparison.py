"""What differs between two runs, as words for the canvas and rows for a list; pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from floworch.model.diff import FieldChange
from floworch.run.compare import NodeDifference, RunDifference
from floworch.run.status import NodeStatus
from floworch_designer.document.picture import text_of
from floworch_designer.runs.words import took_text
from floworch_designer.settings.words import local_number, tr

#: A node took noticeably longer or shorter when the times differ by this share and by this many seconds.
SHARE, SECONDS = 0.2, 0.05
#: Letters of a value in a row, and of one in the tool tip of it; lines of that.
SHORT, LONG, MOST = 40, 160, 12


@dataclass(frozen=True, slots=True)
class Row:
    """One node in both runs.

    Attributes:
        node: Its id.
        kind: ``first`` for the first that differs, if it ended differently, ``first output`` if only its output is
            another, ``differs`` for others that differ, ``time`` where only the time does noticeably, else ``same``.
        status, duration: What it was in the first run and in the second, in words.
        change: Seconds it took longer in the second run; None where one did not take any.
        what: What differs, in words; empty when nothing does.
        details: The first fields that differ in its output, a line each, with the values of both runs.
        inside: It is in the body of a loop: its times are those of all items together.
        moved: Its status differs by more than that one run took its result over.
    """

    node: str
    kind: str
    status: tuple[str, str]
    duration: tuple[str, str]
    change: float | None
    what: str
    details: str = ""
    inside: bool = False
    moved: bool = False


def rows_of(found: RunDifference) -> list[Row]:
    """Every node of both runs, in the order in which the first run came to them."""
    return [_row(node, node.node == found.first) for node in found.nodes]


def pills(rows: list[Row]) -> dict[str, tuple[str, str]]:
    """What the canvas writes at each card, ``{node: (kind|words, reason)}``."""
    return {row.node: (f"{row.kind}|{_pill(row)}", row.what) for row in rows}


def headline(found: RunDifference) -> str:
    """``completed → failed · 3.22 s → 3.26 s (+0.04 s) · 6 of 8 nodes ended alike``."""
    alike = sum(node.same for node in found.nodes)
    took = [took_text(each) if each is not None else tr("not ended") for each in found.duration]
    first, second = found.duration
    change = f" ({change_text(second - first)})" if first is not None and second is not None else ""
    inputs = tr("{n} inputs differ", n=len(found.inputs)) if len(found.inputs) != 1 else tr("1 input differs")
    return " · ".join(
        [
            " → ".join(dict.fromkeys(tr(str(each)) for each in found.status)),
            f"{took[0]} → {took[1]}{change}",
            *([inputs] if found.inputs else []),
            tr("{alike:,} of {n:,} nodes ended alike", alike=alike, n=len(found.nodes)),
        ]
    )


def change_text(seconds: float) -> str:
    """``+0.50 s``, ``−1.2 s``, ``±0``."""
    if abs(seconds) < 0.005:
        return "±0"
    return f"{'+' if seconds > 0 else '−'}{took_text(abs(seconds))}"


def _row(node: NodeDifference, first: bool) -> Row:
    one, two = node.duration
    change = two - one if one is not None and two is not None else None
    slower = change is not None and abs(change) >= max(SECONDS, SHARE * max(one or 0.0, two or 0.0))
    start = "first" if _ended_differently(node) else "first output"
    kind = start if first else "differs" if not node.same else "time" if slower else "same"
    status = tuple(_word(word) for word in node.status)
    duration = tuple(took_text(each) if each is not None else "–" for each in node.duration)
    moved = len(_ends(node.status)) > 1
    return Row(node.node, kind, status, duration, change, _what(node), _details(node), any(node.counts), moved)  # type: ignore[arg-type]


def _ended_differently(node: NodeDifference) -> bool:
    """Whether more than its output differs. A result that was taken over is like one of its own (C7.6)."""
    counted = node.counts[0] != node.counts[1] and NodeStatus.REUSED not in node.status
    return len(_ends(node.status)) > 1 or node.error[0] != node.error[1] or counted


def _ends(status: tuple[str | None, str | None]) -> set[str | None]:
    return {str(NodeStatus.COMPLETED) if each == NodeStatus.REUSED else each for each in status}


def _word(status: str | None) -> str:
    return tr(status.replace("_", " ")) if status is not None else tr("not there")


def _what(node: NodeDifference) -> str:
    found = []
    if node.error[0] != node.error[1]:
        none = tr("none")
        found.append(tr("error: {one} → {other}", one=node.error[0] or none, other=node.error[1] or none))
    if node.counts[0] != node.counts[1]:
        found.append(tr("items: {one} → {other}", one=_counts(node.counts[0]), other=_counts(node.counts[1])))
    if node.output:
        fields = ", ".join(_change(change, SHORT) for change in node.output[:3])
        more = tr(" and {value:,} more", value=len(node.output) - 3) if len(node.output) > 3 else ""
        found.append(f"{fields}{more}")
    return " · ".join(found)


def _details(node: NodeDifference) -> str:
    found = [_change(change, LONG) for change in node.output[:MOST]]
    if len(node.output) > MOST:
        found.append(tr("… and {n:,} more", n=len(node.output) - MOST))
    return "\n".join(found)


def _change(change: FieldChange, longest: int) -> str:
    """``total: 30 → 45``; what both runs gave as a whole has no name."""
    one, other = (text_of(_bounded(value, longest), longest) or tr("none") for value in (change.old, change.new))
    field = change.field.removeprefix("output").removeprefix(".")
    return f"{field}: {one} → {other}" if field else f"{one} → {other}"


def _bounded(value: Any, longest: int) -> Any:
    """A value as text, of which no more is written than is shown: an output may have a hundred megabytes."""
    if isinstance(value, str):
        return value[: longest + 1]
    if not isinstance(value, dict | list | tuple):
        return value
    text = ""
    for piece in json.JSONEncoder(ensure_ascii=False, default=str).iterencode(value):
        text += piece[: longest + 1]
        if len(text) > longest:
            break
    return text


def _counts(counts: dict[str, int]) -> str:
    words = (f"{local_number(f'{n:,}')} {_word(status)}" for status, n in counts.items() if n)
    return ", ".join(words) or tr("none")


def _pill(row: Row) -> str:
    if row.kind == "same":
        return ""
    if row.kind == "time":
        return change_text(row.change or 0.0)
    words = " → ".join(row.status) if row.moved else tr("other output") if row.what else tr("differs")
    return tr("first difference: {words}", words=words) if row.kind.startswith("first") else words
