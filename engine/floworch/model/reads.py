"""What the parameters of a node read besides their own text: for telling whether its result still holds (C7.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floworch.expr import is_template, references
from floworch.expr.used import used_names
from floworch.model.conditions import bare_conditions
from floworch.model.workflow import Layer, Node

if TYPE_CHECKING:
    from floworch.model.catalog import ActionInfo

Path = tuple[str, ...]

#: Layers that never change what a node returns. What any other layer says belongs to the node's content.
SILENT_LAYERS = frozenset(
    {"logging", "retry", "timeout", "metrics", "circuit_breaker", "rate_limit", "concurrency", "tracing", "cache",
     "dead_letter", "idempotency"}
)  # fmt: skip
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reads:
    """What expressions of a node mention.

    Attributes:
        inputs: Paths below ``inputs``, each from ``inputs`` on; ``("inputs",)`` stands for all of them.
        data: Keys of the run's data, or None when any key may be read.
        secrets: Names of secrets.
        run_id: Whether ``run.id``, which is another in every run, is read.
        environment: Whether the filter ``env`` is used.
    """

    inputs: frozenset[Path] = frozenset()
    data: frozenset[str] | None = frozenset()
    secrets: frozenset[str] = frozenset()
    run_id: bool = False
    environment: bool = False

    def __or__(self, other: Reads) -> Reads:
        """What either reads."""
        return Reads(
            self.inputs | other.inputs,
            None if self.data is None or other.data is None else self.data | other.data,
            self.secrets | other.secrets,
            self.run_id or other.run_id,
            self.environment or other.environment,
        )


def reads_of(node: Node, action: ActionInfo | None) -> Reads:
    """What a node's parameters and those of its layers that can change its result read.

    Args:
        node: The node.
        action: Its action, which tells parameters that are expressions without braces; None when it is unknown.
    """
    bare = frozenset() if action is None else action.raw_params | action.condition_params | action.round_params
    paths: set[Path] = set()
    environment = False
    for text, code in _texts(node, bare):
        if is_template(text):
            paths |= references(" ".join(_CODE.findall(text)))
        elif code:
            paths |= references(text)
        else:
            continue
        environment = environment or ("|" in text and _uses_environment(text))
    data = {path[1] if len(path) > 1 else None for path in paths if path[0] == "data"}
    return Reads(
        frozenset(path for path in paths if path[0] == "inputs"),
        None if None in data else frozenset(key for key in data if key is not None),
        frozenset(path[1] if len(path) > 1 else "" for path in paths if path[0] == "secrets"),
        any(path[0] == "run" and path[1:2] != ("workflow",) for path in paths),
        environment,
    )


def _uses_environment(text: str) -> bool:
    return any(used[:2] == ("filter", "env") for used in used_names(text, whole=not is_template(text)))


def telling_layers(layers: tuple[Layer, ...]) -> list[dict[str, Any]]:
    """Those layers of a list that can change what a node returns, as JSON."""
    return [
        {"use": layer.use, "with": layer.options, "when": layer.when}
        for layer in layers
        if layer.use not in SILENT_LAYERS
    ]


def _texts(node: Node, bare: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Every text of a node that may hold an expression, and whether one without braces is an expression too."""
    for name, value in node.params.items():
        for text in texts(value):
            yield text, name in bare
        for _, text in bare_conditions(bare, name, value):
            yield text, True
    for layer in telling_layers(node.middleware):
        for text in texts(layer["with"]):
            yield text, False
        if isinstance(layer["when"], str):
            yield layer["when"], True


def texts(value: Any) -> Iterator[str]:
    """Every text inside a JSON value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)
