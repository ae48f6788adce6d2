"""A run as a document for people, in the language of the window: what it was, what every node did, what came out."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from typing import Any

from floworch.artifact import shown
from floworch.run.state import RunState
from floworch_designer.runs.words import took_text
from floworch_designer.settings.findings import kind_word, said
from floworch_designer.settings.words import mark, spoken, tr

#: Characters of one value; longer ones are cut, with a word about it.
LONGEST = 4000


def report_of(state: RunState, definition: dict[str, Any], name: str = "") -> dict[str, Any]:
    """What a report tells: ``{title, facts, error, nodes, values}``, each text bounded.

    Args:
        state: The run.
        definition: Its definition as plain JSON, for titles.
        name: The name that somebody gave the run.
    """
    titles = {node: fields.get("title") or node for node, fields in definition.get("nodes", {}).items()}
    order = sorted(
        state.index, key=lambda node: (state.started[state.index[node]] is None, state.started[state.index[node]] or 0)
    )
    nodes = []
    for node in order:
        view = state.node(node)
        error = view.error or {}
        nodes.append(
            {
                "title": titles.get(node, node),
                "kind": str(view.status),
                "status": tr(str(view.status).replace("_", " ")),
                "attempts": str(view.attempts) if view.attempts else "",
                "started": _moment(view.started_at),
                "duration": took_text(view.duration) if view.duration is not None else "",
                "error": _error(error) if error else "",
            }
        )
    values = {tr("Inputs"): state.inputs, tr("Outputs"): state.outputs, tr("Data"): state.data}
    end = state.ended_at if state.status.final else None
    took = took_text(end - state.started_at) if end is not None and state.started_at is not None else ""
    return {
        "title": name or tr("Run {run_id}", run_id=state.run_id),
        "facts": [
            (tr("Workflow"), str(definition.get("name") or state.workflow_id)),
            (tr("Run id"), state.run_id),
            (tr("Status"), tr(str(state.status).replace("_", " "))),
            (tr("Started"), _moment(state.started_at)),
            (tr("Ended"), _moment(end)),
            (tr("Took"), took),
        ],
        "error": said(str((state.error or {}).get("message", ""))),
        "nodes": nodes,
        "values": [(word, _value(value)) for word, value in values.items() if value],
    }


def _error(error: dict[str, Any]) -> str:
    return f"{said(str(error.get('message', '')))} ({kind_word(str(error.get('kind', 'error')))})"


def to_markdown(report: dict[str, Any]) -> str:
    """The report as Markdown."""
    lines = [f"# {_plain(report['title'])}", ""]
    lines += [f"- **{word}:** {_plain(value)}" for word, value in report["facts"] if value]
    if report["error"]:
        lines += ["", f"> **{tr('Error')}:** {_plain(report['error'])}"]
    lines += ["", f"## {tr('Nodes')}", "", f"| {' | '.join(map(tr, _HEADS))} |", f"|{'---|' * len(_HEADS)}"]
    lines += [f"| {' | '.join(_plain(node[key]) for key in _KEYS)} |" for node in report["nodes"]]
    for word, value in report["values"]:
        fence = "`" * max(3, _longest_run(value, "`") + 1)
        lines += ["", f"## {word}", "", f"{fence}json", value, fence]
    return "\n".join(lines) + "\n"


def to_html(report: dict[str, Any]) -> str:
    """The report as one HTML page without scripts and without anything from elsewhere."""
    e = html.escape
    facts = "".join(f"<dt>{e(word)}</dt><dd>{e(value)}</dd>" for word, value in report["facts"] if value)
    error = f'<p class="error">{e(report["error"])}</p>' if report["error"] else ""
    heads = "".join(f"<th>{e(tr(word))}</th>" for word in _HEADS)
    rows = "".join(
        f'<tr class="{e(node["kind"])}">' + "".join(f"<td>{e(node[key])}</td>" for key in _KEYS) + "</tr>"
        for node in report["nodes"]
    )
    values = "".join(f"<h2>{e(word)}</h2><pre>{e(value)}</pre>" for word, value in report["values"])
    return (
        f'<!doctype html><html lang="{spoken()}"><head><meta charset="utf-8"><title>{e(report["title"])}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{e(report['title'])}</h1><dl>{facts}</dl>{error}"
        f"<h2>{e(tr('Nodes'))}</h2><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{values}</body></html>\n"
    )


_HEADS = (mark("Node"), mark("Status"), mark("Attempts"), mark("Started"), mark("Took"), mark("Error"))
_KEYS = ("title", "status", "attempts", "started", "duration", "error")
_STYLE = (
    "body{font:15px/1.5 Inter,system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1e26}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{color:#535d6b}dd{margin:0}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #dde1e8}"
    "tr.failed td:nth-child(2){color:#c7262b;font-weight:600}tr.completed td:nth-child(2){color:#177a3b}"
    ".error{background:#fbe9e9;border:1px solid #e7b5b6;border-radius:8px;padding:.7rem 1rem}"
    "pre{background:#f4f5f8;border-radius:8px;padding:.8rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere}"
)


def _moment(at: float | None) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC" if at is not None else ""


def _value(value: Any) -> str:
    text = json.dumps(shown(value), ensure_ascii=False, indent=2, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… {tr('{n:,} more characters', n=len(text) - LONGEST)}"


def _plain(text: str) -> str:
    """A text inside a line or a cell of Markdown, in which nothing of it means anything."""
    text = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in text)


def _longest_run(text: str, character: str) -> int:
    longest = run = 0
    for each in text:
        run = run + 1 if each == character else 0
        longest = max(longest, run)
    return longest
