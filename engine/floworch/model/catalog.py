"""What the model needs to know about actions and middleware without importing them (the floor below)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Effect = Literal["pure", "idempotent", "unsafe"]
RunOn = Literal["loop", "thread", "process", "cluster"]


@dataclass(frozen=True, slots=True)
class ParamIssue:
    """One parameter that does not fit its action: ``path`` is dotted below ``params``.

    ``unknown``: The action has no parameter of that name.
    """

    path: str
    message: str
    fix: str = ""
    unknown: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class ConnectionIssue:
    """A parameter that names a connection which this machine has not, or not so: ``code`` is that of its Problem.

    ``close`` is the name that was probably meant, or None.
    """

    path: str
    code: str
    message: str
    fix: str = ""
    close: str | None = None


class ActionInfo(Protocol):
    """The facts about one action that validation and planning read."""

    @property
    def id(self) -> str: ...
    @property
    def container(self) -> bool: ...
    @property
    def effect(self) -> Effect: ...
    @property
    def run_on(self) -> RunOn: ...
    @property
    def raw_params(self) -> frozenset[str]:
        """Names of parameters that stay unevaluated expressions and see ``item``."""
        ...

    @property
    def condition_params(self) -> frozenset[str]:
        """Parameters that are evaluated to a bool even without braces: ``condition``, ``cases[].when``."""
        ...

    @property
    def expression_params(self) -> frozenset[str]:
        """Those of ``raw_params`` whose text is one expression even without braces: the ``where`` of a filter."""
        ...

    @property
    def own_item(self) -> bool:
        """Whether the body of this container sees an ``item`` and ``index`` of its own."""
        ...

    @property
    def round_params(self) -> frozenset[str]:
        """Those of ``raw_params`` that are conditions evaluated after each round of the body, which they see."""
        ...

    def success_ports(self, params: Mapping[str, Any]) -> tuple[str, ...]:
        """Ports that may fire on success with these literal parameters, without ``done``; default ``("out",)``."""
        ...

    def check_params(self, params: Mapping[str, Any]) -> Sequence[ParamIssue]:
        """Every literal parameter that is wrong, unknown or missing; values that hold ``{{`` are taken as fitting."""
        ...


class Catalog(Protocol):
    """Where validation looks up the names a definition uses.

    Attributes:
        broken: Why an action or layer that is known by name cannot be loaded, once it was looked up.
    """

    broken: dict[str, str]

    def find_action(self, action_id: str) -> ActionInfo | None:
        """The action of that id, or None when it is unknown or cannot be loaded."""
        ...

    def action_ids(self) -> Sequence[str]:
        """Every known id, for "did you mean"."""
        ...

    def check_layer(self, use: str, options: Mapping[str, Any]) -> Sequence[ParamIssue] | None:
        """What is wrong with a middleware entry's options; None when the layer is unknown."""
        ...

    def layer_ids(self) -> Sequence[str]:
        """Every known middleware name."""
        ...
