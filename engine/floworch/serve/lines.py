"""What a service says: lines for people on standard error, or JSON lines on standard output."""

from __future__ import annotations

import json
import sys
from typing import Any

from floworch.actions.library.trigger_event import moment
from floworch.clock import Clock, local_of, local_text

_WORDS = {
    "serving": "serving {what}",
    "reloaded": "edited, and served as it is now",
    "added": "new, and served from now on",
    "removed": "gone, and no longer served",
    "started": "started run {run_id}",
    "resumed": "took up run {run_id}",
    "ended": "run {run_id} {status}",
    "paused": "run {run_id} is {status}",
    "skipped": "no run for {due}: {why}",
    "stopping": "stopping",
    "stopped": "stopped",
    "error": "error: {message}",
}
_WHY = {"missed": "nobody served then", "overlap": "the run before is still under way"}

_MOMENTS = frozenset({"due", "next"})


class Lines:
    """Writes one line for each thing that happens.

    Args:
        json_lines: Objects ``{"at", "event", ...}`` on standard output instead of words on standard error.
        clock: Gives ``at``.
    """

    def __init__(self, json_lines: bool, clock: Clock) -> None:
        self._json = json_lines
        self._clock = clock

    def __call__(self, event: str, **facts: Any) -> None:
        """Write what happened; facts that are None are left out."""
        facts = {name: value for name, value in facts.items() if value is not None}
        now = self._clock.now()
        if self._json:
            sys.stdout.write(json.dumps({"at": moment(now), "event": event, **facts}) + "\n")
            sys.stdout.flush()
        else:
            sys.stderr.write(f"{local_text(now)} {words(event, facts)}\n")
            sys.stderr.flush()


def words(event: str, facts: dict[str, Any]) -> str:
    """The line of an event for people, without its time; moments in it are local."""
    facts = {name: local_of(fact) if name in _MOMENTS else fact for name, fact in facts.items()}
    shown = {**facts, "why": _WHY.get(facts.get("why", ""), facts.get("why", ""))}
    place = ".".join(str(facts[name]) for name in ("workflow", "trigger") if name in facts)
    told = _WORDS.get(event, event).format_map(_Blank(shown))
    more = [f"{name} {facts[name]}" for name in ("due", "path", "next", "url") if name in facts and event != "skipped"]
    if event == "paused" and "reason" in facts:
        more.append(facts["reason"])
    if event == "ended" and "error" in facts:
        more.append(f"{facts.get('node', '')}: {facts['error']}")
    return f"{place + ': ' if place else ''}{told}{' (' + '; '.join(more) + ')' if more else ''}"


class _Blank(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return ""
