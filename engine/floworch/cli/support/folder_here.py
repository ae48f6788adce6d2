"""Actions of the folder ``actions/`` in the current folder: listed by their text, imported only with consent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from floworch.actions.folders import ActionFolder
from floworch.errors import FlowError, NotTrusted
from floworch.trust.places import LOCAL_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from floworch.actions.registry import Registry
    from floworch.actions.sources import Listed
    from floworch.model.workflow import Workflow

#: Definitions beside the folder that are looked at for one that is trusted.
MOST = 100


def known_here(registry: Registry) -> Registry:
    """What is known, and behind all that what the folder defines; nothing of it is imported by listing it."""
    folder = _folder()
    if not ActionFolder.of(folder).listed() and not ActionFolder.of(folder).listed_layers():
        return registry
    return registry.with_folder(folder)


def only_here(name: str, registry: Registry) -> Listed | None:
    """The entry of an action or layer that nothing but the folder defines; else None. Nothing of it is imported."""
    if name in registry.action_ids() or name in registry.layer_ids():
        return None
    folder = ActionFolder.of(_folder())
    return folder.listed().get(name) or folder.listed_layers().get(name)


def agree_to_import(entry: Listed, trust: bool) -> None:
    """Ask for trust before a file of the folder is imported.

    Args:
        entry: What is wanted of it.
        trust: The user gives it for this time (``--trust``).

    Raises:
        NotTrusted: The user has agreed neither to the folder around it nor, as it is now, to a definition beside it.
    """
    if trust or _trusted():
        return
    reason = f"it would run the Python code of {entry.source}"
    raise NotTrusted(
        f"{entry.id} is not trusted: {reason}.",
        "Look at the file, then add --trust for this time, or trust a definition beside it with 'floworch trust FILE'.",
        [reason],
    )


def _trusted() -> bool:
    from floworch.trust import TrustStore

    ledger = TrustStore()
    return any(ledger.verdict(each).trusted for each in _definitions())


def _definitions() -> Iterator[Workflow]:
    """One that only stands for the folder, which may be trusted as a whole, and those that lie in it."""
    from floworch.model.codec import load
    from floworch.model.workflow import Workflow

    here = _folder().parent
    yield Workflow.model_validate({"id": "here"}).at(here / "here.flow.json")
    for file in sorted(here.glob("*.flow.json"))[:MOST]:
        try:
            yield load(file)
        except (FlowError, OSError):
            continue  # whoever runs it is told what is wrong with it


def _folder() -> Path:
    return Path.cwd() / LOCAL_ACTIONS
