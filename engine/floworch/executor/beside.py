"""Actions and middleware of the folder ``actions/`` beside a definition: imported for a run once the user trusts it.

The header option ``actions`` of a run holds ``{"folder", "digest"}``: what was agreed to when it began. A run that
goes on later, in whatever process, imports these files only while they are the same, or are trusted as they are now.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.actions.folders import ActionFolder
from floworch.errors import NotTrusted
from floworch.model.codec import loads, loads_from
from floworch.trust import TrustStore
from floworch.trust.places import LOCAL_ACTIONS
from floworch.trust.signing import files_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from floworch.actions.registry import Registry
    from floworch.actions.sources import Listed
    from floworch.model.workflow import Workflow
    from floworch.store.protocol import RunHeader


@dataclass(frozen=True, slots=True)
class Beside:
    """What a definition has beside it.

    Attributes:
        registry: The actions it may use, those of its folder behind all others.
        options: The header option ``actions`` of a run of it.
    """

    registry: Registry
    options: dict[str, Any]


def local_actions(workflow: Workflow, registry: Registry) -> dict[str, Listed]:
    """Actions and layers that a definition uses and only a file in its ``actions/`` defines; none of it is imported."""
    if workflow.source is None:
        return {}
    used = {each.action for node in workflow.nodes.values() for each in (node, node.compensate) if each is not None}
    layers = [*workflow.middleware, *(layer for node in workflow.nodes.values() for layer in node.middleware)]
    used |= {
        str(layer.options["action"])
        for layer in layers
        if layer.use == "fallback" and isinstance(layer.options.get("action"), str)
    }
    unknown = {each for each in used if not each.startswith("py:") and registry.find_action(each) is None}
    strange = {each for each in {layer.use for layer in layers} if registry.find_layer(each) is None}
    folder = ActionFolder.of(_folder(workflow))
    listed = folder.listed() if unknown else {}
    found = folder.listed_layers() if strange else {}
    return {
        **{each: listed[each] for each in sorted(unknown) if each in listed},
        **{each: found[each] for each in sorted(strange) if each in found},
    }


def beside(workflow: Workflow, registry: Registry, agreed: Mapping[str, Any] | None = None) -> Beside | None:
    """What a run of a definition may use of the folder beside it; None when it uses nothing of it.

    Args:
        workflow: The definition.
        registry: What is known besides.
        agreed: What the user agreed to when the run that calls it began: a header option ``actions``.

    Raises:
        NotTrusted: It would use some of it, and the user has not agreed to that as it is now.
    """
    found = local_actions(workflow, registry)
    if not found:
        return None
    folder = _folder(workflow)
    options = {"folder": str(folder), "digest": files_digest(folder)}
    if options != agreed:
        verdict = TrustStore().verdict(workflow)
        if not verdict.trusted:
            raise _refusal(str(workflow.source), found, verdict.changed)
    return Beside(registry.with_folder(folder), options)


def agree_to_called(workflow: Workflow, options: Mapping[str, Any], registry: Registry) -> None:
    """Note in the header options of a run what the definitions that it calls may use of the folders beside them.

    To trust a definition is to trust what it calls by a plain text, with the files beside that.

    Raises:
        NotTrusted: One would use some of it, and the user trusts neither it nor ``workflow``.
    """
    for entry in (options.get("called") or {}).get("definitions", {}).values():
        called = loads(entry["text"]).at(entry.get("source"))
        found = local_actions(called, registry)
        if not found:
            continue
        folder = _folder(called)
        verdict = TrustStore().verdict(workflow)
        if not verdict.trusted and not TrustStore().verdict(called).trusted:
            raise _refusal(str(workflow.source or called.source), found, verdict.changed)
        entry["actions"] = {"folder": str(folder), "digest": files_digest(folder)}


def stored_beside(header: RunHeader, registry: Registry) -> Beside | None:
    """The same for a stored run; None when it uses nothing of a folder beside its definition.

    Raises:
        NotTrusted: The files were changed since it began, and the user has not agreed to what they are now.
    """
    kept: Mapping[str, Any] | None = header.options.get("actions")
    if not kept:
        return None
    folder = Path(kept["folder"])
    if files_digest(folder) != kept["digest"]:
        workflow = loads_from(folder.parent / Path(str(header.options.get("source", ""))).name, header.definition)
        if not TrustStore().verdict(workflow).trusted:
            raise _refusal(str(workflow.source), local_actions(workflow, registry), True)
    return Beside(registry.with_folder(folder), dict(kept))


def _folder(workflow: Workflow) -> Path:
    assert workflow.source is not None
    return workflow.source.parent / LOCAL_ACTIONS


def _refusal(name: str, found: Mapping[str, Listed], changed: bool) -> NotTrusted:
    files = ", ".join(sorted({each.source for each in found.values()})) or "its folder actions/"
    state = "was changed, or a file beside it was, since you trusted it" if changed else "is not trusted"
    reason = f"it would run the Python code beside it ({files})"
    return NotTrusted(
        f"{name} {state}: {reason}.",
        f"See what it would do with 'floworch inspect {name}'. Then 'floworch trust {name}'.",
        [reason],
    )
