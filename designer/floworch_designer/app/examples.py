"""The examples that come with the product: what each one is about, needs and does."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch_designer.app.trusting import listed, what_it_would_do
from floworch_designer.settings.words import tr

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
        workflow: Its definition.
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

    folder = files("floworch_resources").joinpath("examples")
    texts = {each.name.removesuffix(_SUFFIX): each for each in folder.iterdir() if each.name.endswith(_SUFFIX)}
    found = {}
    for name, place in texts.items():
        workflow = codec.loads(place.read_text(encoding="utf-8"))
        calls = (called.removesuffix(_SUFFIX) for _, called in references(workflow))
        found[name] = Example(name, workflow, tuple(dict.fromkeys(each for each in calls if each in texts)))
    called = {name for example in found.values() for name in example.calls}
    chosen = [example for name, example in found.items() if name not in called]
    return sorted(chosen, key=lambda example: (example.name != FIRST, example.title.casefold()))


def write_called(names: tuple[str, ...], beside: Path) -> list[Path]:
    """Write the examples of these names beside a file, where none is; returns what was written. Raises FlowError."""
    from floworch.model.files import write_text

    folder, written = files("floworch_resources").joinpath("examples"), []
    for name in names:
        target = beside.with_name(f"{name}{_SUFFIX}")
        if not target.exists():
            write_text(target, folder.joinpath(target.name).read_text(encoding="utf-8"))
            written.append(target)
    return written
