"""The examples that come with the product: what each one is about, needs and does.

Their files are in English, and so they stay. What a person reads of one in the window is in the window's language: its
copy is, from its name to what it asks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch_designer.app.trust.trusting import listed, what_it_would_do
from floworch_designer.settings.words import foreign, tr

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow

_SUFFIX = ".flow.json"
#: The one that shows most stands first.
FIRST = "folder-audit"


@dataclass(frozen=True, slots=True)
class Example:
    """One example.

    Attributes:
        name: Its name, as ``floworch new`` takes it.
        workflow: Its definition, in the language of the window.
        calls: Names of the examples that it calls, which must lie beside its file.
    """

    name: str
    workflow: Workflow
    calls: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it is called."""
        return self.workflow.name or self.name

    def needs(self) -> list[str]:
        """What must be there before it runs, a sentence each; none when it runs as it is."""
        workflow = self.workflow
        missing = [
            each.title or name for name, each in workflow.inputs.items() if each.required and each.default is None
        ]
        found = []
        if missing:
            asked = tr("At the start it asks for: {names}.", names=", ".join(missing))
            found.append(asked)
        if any(node.action.startswith("human.") for node in workflow.nodes.values()):
            found.append(tr("It waits for your answer on the way."))
        if self.calls:
            names = ", ".join(f"{name}{_SUFFIX}" for name in self.calls)
            found.append(tr("Save it before it runs: {names} is put beside it.", names=names))
        return found

    def does(self, registry: Any) -> str:
        """What it does outside of its own run, in one sentence; empty for nothing."""
        from floworch.trust import inspect

        words = what_it_would_do(inspect(self.workflow, registry))
        return tr("It would {what}.", what=listed(words)) if words else ""


def examples() -> list[Example]:
    """Every example that is begun with, in the order of their titles; what they call is named by the callers."""
    from floworch.model import codec
    from floworch.model.called import references

    found, texts = {}, shipped()
    for name, text in texts.items():
        workflow = codec.loads(in_words(text) if foreign() else text)
        calls = (called.removesuffix(_SUFFIX) for _, called in references(workflow))
        found[name] = Example(name, workflow, tuple(dict.fromkeys(each for each in calls if each in texts)))
    called = {name for example in found.values() for name in example.calls}
    chosen = [example for name, example in found.items() if name not in called]
    return sorted(chosen, key=lambda example: (example.name != FIRST, example.title.casefold()))


def shipped() -> dict[str, str]:
    """The texts of the files of all examples, by name."""
    folder = files("floworch_resources").joinpath("examples")
    places = {each.name.removesuffix(_SUFFIX): each for each in folder.iterdir() if each.name.endswith(_SUFFIX)}
    return {name: place.read_text(encoding="utf-8") for name, place in places.items()}


def in_words(text: str, say: Callable[[str], str] = tr) -> str:
    """The text of a definition with everything that is there for a person said in other words.

    Names and expressions stay what they are, so that it does the same.
    """
    data = json.loads(text)
    for owner, field in _prose(data):
        owner[field] = say(owner[field])
    return json.dumps(data, ensure_ascii=False)


def write_called(names: tuple[str, ...], beside: Path) -> list[Path]:
    """Write the examples of these names beside a file, where none is; returns what was written. Raises FlowError."""
    from floworch.model import codec
    from floworch.model.files import write_text

    texts, written = shipped(), []
    for name in names:
        target = beside.with_name(f"{name}{_SUFFIX}")
        if not target.exists():
            write_text(target, codec.dumps(codec.loads(in_words(texts[name]))) if foreign() else texts[name])
            written.append(target)
    return written


def _prose(data: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Where the texts for a person stand: an object, and the name of its member."""
    nodes, view = list(data.get("nodes", {}).values()), data.get("view", {})
    owners = [
        (data, ("name", "description")),
        *((each, ("title", "description")) for each in data.get("inputs", {}).values()),
        *((each, ("title", "notes")) for each in nodes),
        *((each.get("params", {}), ("message",)) for each in nodes),
        *((each, ("text",)) for each in view.get("notes") or ()),
        *((each, ("title",)) for each in view.get("frames") or ()),
    ]
    for owner, fields in owners:
        yield from ((owner, field) for field in fields if owner.get(field))
