"""What a definition does otherwise than when it was trusted: kept in the ledger then, compared now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from floworch.errors import FlowError
from floworch.model.called import find, references
from floworch.model.codec import logic_of
from floworch.trust.found import Found
from floworch.trust.places import LOCAL_ACTIONS, local_files, modules_beside
from floworch.trust.report import TITLES, Report, inspect
from floworch.trust.signing import content_digest, file_digest

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.model.workflow import Workflow

#: Longer texts of commands and code are kept in the ledger by their beginning and a digest of all.
_LONGEST = 300
#: Definitions with more steps are compared as a whole.
_MOST_NODES = 2000
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Changes:
    """What is otherwise than when the user trusted a definition.

    Attributes:
        since: When that was, ISO 8601 in UTC.
        added, gone: By part of the report (``hosts commands code secrets paths connections local_files calls unknown``)
            what it does now and did not then, and the other way round.
        nodes: Ids of steps by ``added changed gone``.
        files: The same of Python files beside it and of workflows that it calls by a plain text.
        fields: Other fields of the definition that differ, such as ``edges`` or ``settings``.
        beside: Only ``files`` differ: the definition itself is as it was.
    """

    since: str
    added: Mapping[str, list[Found]] = field(default_factory=dict)
    gone: Mapping[str, list[Found]] = field(default_factory=dict)
    nodes: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, list[str]] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    beside: bool = False

    def to_json(self) -> dict[str, Any]:
        """As ``floworch inspect --json`` prints it."""
        return {
            "since": self.since,
            "added": {name: [each.to_json() for each in found] for name, found in self.added.items()},
            "gone": {name: [each.to_json() for each in found] for name, found in self.gone.items()},
            "nodes": dict(self.nodes),
            "files": dict(self.files),
            "fields": list(self.fields),
        }

    def lines(self) -> list[str]:
        """One line for each change, with what it does now (+), did (-) and does otherwise (~)."""
        titles = dict(TITLES)
        found = [
            f"{sign} {titles[name]}: {each}"
            for sign, parts in (("+", self.added), ("-", self.gone))
            for name, several in parts.items()
            for each in several
        ]
        for noun, names in (("step", self.nodes), ("file", self.files)):
            for word, sign in (("added", "+"), ("changed", "~"), ("gone", "-")):
                found += [f"{sign} {noun} {each}" for each in names.get(word, ())]
        return found + [f"~ {each}" for each in self.fields]

    def of_files(self, added: str = "new", changed: str = "changed", gone: str = "gone") -> str:
        """Which files differ and how, in a few words: ``actions/a.py (new), tools.py (changed)``; may be empty."""
        words = {"added": added, "changed": changed, "gone": gone}
        told = [f"{name} ({word})" for kind, word in words.items() for name in self.files.get(kind, ())]
        return ", ".join(_some(told))

    def short(self) -> str:
        """What it does now and did not then, in a few words: ``hosts evil.example; commands rm -r x``; may be empty."""
        return "; ".join(
            f"{name.replace('_', ' ')} {', '.join(_some([each.what for each in found]))}"
            for name, found in self.added.items()
            if name != "calls"
        )


def keep(workflow: Workflow, registry: Registry) -> dict[str, Any]:
    """What the ledger keeps of a definition beside its digest, to compare it later."""
    return {**_sections(inspect(workflow, registry)), **_logic(workflow)}


def changes(kept: Mapping[str, Any], since: str, workflow: Workflow, report: Report) -> Changes:
    """What a definition does otherwise than the one that ``keep`` was told of.

    Args:
        kept: What ``keep`` gave; parts that are missing count as empty, as what an older version kept.
        since: When that was.
        workflow: The definition now.
        report: What it would do now.
    """
    now = {**_sections(report), **_logic(workflow)}
    added: dict[str, list[Found]] = {}
    gone: dict[str, list[Found]] = {}
    for name, _ in TITLES:
        before, after = ([tuple(each) for each in found.get("report", {}).get(name, ())] for found in (kept, now))
        for target, found, other in ((added, after, before), (gone, before, after)):
            if fresh := [Found(*each[:3]) for each in found if each not in other]:
                target[name] = fresh
    nodes, files, fields = (_compared(kept.get(name), now[name]) for name in ("nodes", "files", "fields"))
    return Changes(
        since,
        added,
        gone,
        nodes,
        files,
        sorted(name for names in fields.values() for name in names),
        bool(files and now["nodes"]) and not nodes and not fields,  # no nodes: too many to be compared one by one
    )


def _sections(report: Report) -> dict[str, Any]:
    return {"report": {name: [_cut(each) for each in getattr(report, name)] for name, _ in TITLES}}


def _cut(found: Found | str) -> list[str]:
    """``[what, node, via]``, and a digest of what was cut."""
    if isinstance(found, str):
        return [found, "", ""]
    if len(found.what) <= _LONGEST:
        return [found.what, found.node, found.via]
    return [f"{found.what[:_LONGEST]} …", found.node, found.via, _digest(found.what)]


def _logic(workflow: Workflow) -> dict[str, Any]:
    data = logic_of(workflow)
    nodes = data.pop("nodes", {})
    few = len(nodes) <= _MOST_NODES
    return {
        "nodes": {name: _digest(node) for name, node in nodes.items()} if few else {},
        "files": dict(_files(workflow)),
        "fields": {name: _digest(value) for name, value in data.items()},
    }


def _files(workflow: Workflow) -> Iterator[tuple[str, str]]:
    for path in local_files(workflow):
        assert workflow.source is not None
        name = path.relative_to(workflow.source.parent / LOCAL_ACTIONS).as_posix()
        yield f"{LOCAL_ACTIONS}/{name}", file_digest(path)[:_DIGITS]
    for name, path in modules_beside(workflow).items():
        yield name, file_digest(path)[:_DIGITS]
    for _, reference in references(workflow):
        try:
            yield reference, content_digest(find(workflow, reference)).removeprefix("sha256:")[:_DIGITS]
        except FlowError:
            yield reference, ""


def _compared(before: Any, after: Mapping[str, str]) -> dict[str, list[str]]:
    known: Mapping[str, str] = before if isinstance(before, Mapping) else {}
    found = {
        "added": [name for name in after if name not in known],
        "changed": [name for name in after if name in known and known[name] != after[name]],
        "gone": [name for name in known if name not in after],
    }
    return {word: sorted(names) for word, names in found.items() if names}


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _some(texts: list[str]) -> list[str]:
    shown = [" ".join(text.split())[:60] for text in dict.fromkeys(texts)]
    return shown[:3] + ([f"{len(shown) - 3} more"] if len(shown) > 3 else [])
