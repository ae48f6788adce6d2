"""What a card says: texts, icon, chips and marks, taken from a node and its action. No Qt, hashable, comparable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from floworch.model.workflow import Node
from floworch_designer.settings.words import tr

MAX_CHIPS = 3


class Catalogue(Protocol):
    """The part of the action registry that the canvas reads."""

    def find_action(self, action_id: str) -> Any:
        """The ActionSpec of that id, or None."""
        ...

    def find_layer(self, layer_id: str) -> Any:
        """The LayerSpec of that id, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Chip:
    """One middleware chip: icon name and short text."""

    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What a card takes from its action alone.

    ``known`` is False for an action that is not installed: the card becomes a grey placeholder.
    """

    title: str
    icon: str
    category: str
    subtitle_param: str = ""
    container: bool = False
    known: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True)
class Content:
    """Everything painted on a card that does not depend on a run."""

    title: str
    subtitle: str
    icon: str
    category: str
    known: bool
    chips: tuple[Chip, ...]
    more: int
    disabled: bool
    breakpoint: bool
    pinned: bool
    noted: bool
    #: Of a folded container: how many nodes it hides; None for everything else.
    inside: int | None = None


def kind_of(catalogue: Catalogue | None, action_id: str) -> Kind:
    """The looks of an action; a placeholder when nobody knows it."""
    spec = catalogue.find_action(action_id) if catalogue is not None else None
    if spec is None:
        return Kind(action_id, "unknown", "utility", known=False)
    title, container = tr(spec.title or action_id), bool(spec.container)
    return Kind(title, spec.icon, spec.category, spec.subtitle, container, version=getattr(spec, "version", 1))


def success_ports(catalogue: Catalogue | None, node: Node) -> tuple[str, ...]:
    """The success ports of a node; ``("out",)`` when its action is unknown or cannot say."""
    spec = catalogue.find_action(node.action) if catalogue is not None else None
    if spec is None:
        return ("out",)
    try:
        return tuple(str(port) for port in spec.success_ports(node.params))
    except Exception:  # noqa: BLE001 - a third-party action must not take the canvas down
        return ("out",)


def content_of(
    node_id: str, node: Node, kind: Kind, catalogue: Catalogue | None = None, inside: int | None = None
) -> Content:
    """The card of a node; ``inside`` is the number of nodes that a folded container hides."""
    chips = chips_of(node, catalogue)
    shown = chips if len(chips) <= MAX_CHIPS else chips[:MAX_CHIPS]
    return Content(
        title=node.title or node_id,
        subtitle=_subtitle(node_id, node, kind) if inside is None else _hidden(inside),
        icon=kind.icon,
        category=kind.category,
        known=kind.known,
        chips=shown,
        more=len(chips) - len(shown),
        disabled=node.disabled,
        breakpoint=bool(node.breakpoint),
        pinned=node.pin is not None,
        noted=bool(node.notes),
        inside=inside,
    )


def _hidden(inside: int) -> str:
    return tr("1 node inside") if inside == 1 else tr("{inside:,} nodes inside", inside=inside)


def _subtitle(node_id: str, node: Node, kind: Kind) -> str:
    if not kind.known:
        return node.action
    named = kind.title if node.title != kind.title else node.action  # a new card has its action's title already
    value = node.params.get(kind.subtitle_param) if kind.subtitle_param else None
    if value is None or isinstance(value, (dict, list)):
        return named
    text = " ".join(str(value).split())
    return (text[:80] if text else named) or node_id


def chips_of(node: Node, catalogue: Catalogue | None = None) -> tuple[Chip, ...]:
    """The chips of a node: its retry policy, its timeout, then its middleware from the outside in."""
    made: list[Chip] = []
    if node.retry is not None:
        made.append(Chip("retry", f"{node.retry.max_attempts}×"))
    if node.timeout is not None:
        made.append(Chip("timeout", duration_text(node.timeout)))
    made.extend(_layer_chip(layer.use, layer.options, catalogue) for layer in node.middleware)
    return tuple(made)


def _layer_chip(use: str, options: Mapping[str, Any], catalogue: Catalogue | None) -> Chip:
    spec = catalogue.find_layer(use) if catalogue is not None else None
    text = ""
    if spec is not None and spec.chip is not None:
        try:
            text = str(spec.chip(options))
        except Exception:  # noqa: BLE001 - half-written options must still be shown
            text = ""
    icon = getattr(spec, "icon", "") or use
    return Chip(icon, (text or use.replace("_", " "))[:18])


def duration_text(value: float | str) -> str:
    """A duration as the author wrote it, or seconds with their unit."""
    return value if isinstance(value, str) else f"{value:g}s"
