"""What is known about one action: what the palette, the form, the validator and the executor need."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Field is imported for its side effect: pydantic loads its parts when they are named, and once PySide6 was imported
# in between (its import hook looks into every module), loading the rest fails. So it is loaded whole, here and now.
from pydantic import BaseModel, Field  # noqa: F401

from floworch.model.catalog import ConnectionIssue, Effect, ParamIssue, RunOn

_WORST_FIRST: tuple[Effect, ...] = ("unsafe", "idempotent", "pure")


@dataclass(frozen=True, slots=True, weakref_slot=True)
class ActionSpec:
    """One action.

    Attributes:
        id: ``namespace.name``, or ``py:module:qualname`` for a plain function.
        fn: The callable; ``fn(ctx, **params)`` when ``takes_context``, else ``fn(**params)``. Its result is an
            output (JSON value), an Outcome, a Wait or an Expand.
        is_async: Whether ``fn`` is a coroutine function.
        params: pydantic model of the parameters; ``params.model_json_schema()`` drives the form.
        title, summary, category, icon: What the palette shows; category is one of data files http database messaging
            code flow human ai utility python.
        subtitle: Name of the parameter that the card shows as its second line, or empty.
        version: Version of the parameters.
        output_schema: JSON Schema of the output, or None when nothing is known.
        ports: Success ports, without ``done`` and ``error``, which every action has.
        ports_of: Computes success ports from literal parameters (``flow.switch``); overrides ``ports``.
        effect, run_on: Defaults that a node may override.
        effects: By parameter and its value, another effect: ``{"mode": {"append": "unsafe"}}``.
        capabilities: Subset of network, files, process, code.
        container: The node holds a body (``flow.foreach``).
        own_item: The body's nodes have an ``item`` and ``index`` of this container, else of the one around.
        raw_params: Parameters passed on unevaluated (``expr[item]``).
        condition_params: Parameters evaluated to a bool, braces optional; ``rows[].when`` is a field of each row.
        round_params: Those of ``raw_params`` that are conditions, evaluated after each round of the body, seeing it.
        expression_params: Those of ``raw_params`` that hold one expression, braces optional.
        names_param: The parameter whose keys are further names in raw parameters (``values`` of a template), or empty.
        secret_params: Parameters that name a secret.
        example: Parameters of a typical use, for documentation and for a new node.
        check: Finds what is wrong with several literal parameters together; called by ``check_params``.
        migrate: By version, what makes the parameters of that version those of the next one.
    """

    id: str
    fn: Callable[..., Any]
    is_async: bool
    params: type[BaseModel]
    takes_context: bool = True
    title: str = ""
    summary: str = ""
    category: str = "python"
    icon: str = ""
    subtitle: str = ""
    version: int = 1
    output_schema: dict[str, Any] | None = None
    ports: tuple[str, ...] = ("out",)
    ports_of: Callable[[Mapping[str, Any]], tuple[str, ...]] | None = None
    effect: Effect = "idempotent"
    effects: Mapping[str, Mapping[Any, Effect]] = field(default_factory=dict)
    run_on: RunOn = "loop"
    capabilities: frozenset[str] = frozenset()
    container: bool = False
    own_item: bool = True
    raw_params: frozenset[str] = frozenset()
    condition_params: frozenset[str] = frozenset()
    round_params: frozenset[str] = frozenset()
    expression_params: frozenset[str] = frozenset()
    example: Mapping[str, Any] = field(default_factory=dict)
    check: Callable[[Mapping[str, Any]], Sequence[ParamIssue]] | None = None
    names_param: str = ""
    secret_params: frozenset[str] = frozenset()
    migrate: Mapping[int, Callable[[dict[str, Any]], Mapping[str, Any]]] = field(default_factory=dict)

    def upgrade(self, params: Mapping[str, Any], version: int) -> dict[str, Any]:
        """Parameters that were written for an older version, as this version has them.

        A version without a function of its own changed nothing that a definition holds. Raises whatever they raise.
        """
        found = dict(params)
        for number in range(version, self.version):
            step = self.migrate.get(number)
            if step is not None:
                found = dict(step(found))
        return found

    def success_ports(self, params: Mapping[str, Any]) -> tuple[str, ...]:
        """Ports that may fire on success with these literal parameters, without ``done``."""
        return self.ports_of(params) if self.ports_of is not None else self.ports

    def effect_for(self, params: Mapping[str, Any]) -> Effect:
        """What running it again does with these literal parameters (C7.8); an expression counts as the worst value."""
        found = {self._effect_by(name, params) for name in self.effects} or {self.effect}
        return next(effect for effect in _WORST_FIRST if effect in found)

    def _effect_by(self, name: str, params: Mapping[str, Any]) -> Effect:
        by_value = self.effects[name]
        value = params[name] if name in params else self._default(name)
        if isinstance(value, str) and "{{" in value:
            return next(effect for effect in _WORST_FIRST if effect in {self.effect, *by_value.values()})
        return by_value.get(value, self.effect) if isinstance(value, Hashable) else self.effect

    def _default(self, name: str) -> Any:
        for each, found in self.params.model_fields.items():
            if name == (found.alias or each):
                return found.default
        return None

    @property
    def first_param(self) -> str:
        """Name of the first parameter after the context; empty when there is none."""
        for name, found in self.params.model_fields.items():
            return found.alias or name
        return ""

    def raw_names(self, params: Mapping[str, Any]) -> frozenset[str]:
        """Names that raw parameters may use besides those of every expression."""
        names = params.get(self.names_param) if self.names_param else None
        return frozenset(names) if isinstance(names, Mapping) else frozenset()

    def check_params(self, params: Mapping[str, Any]) -> Sequence[ParamIssue]:
        """Every literal parameter that is wrong, unknown or missing (values holding ``{{`` are taken as fitting)."""
        from floworch.actions.params import check_params

        return check_params(self, params)

    @property
    def connection_params(self) -> frozenset[str]:
        """Parameters that hold the name of a connection of the user."""
        from floworch.actions.connection_names import wanted

        return frozenset(wanted(self.params))

    def connection_issues(
        self, params: Mapping[str, Any], locate: Callable[[str], str] | None = None
    ) -> Sequence[ConnectionIssue]:
        """What is wrong with the connections that parameters name; ``locate`` says where a relative path leads."""
        from floworch.actions.connection_names import connection_issues

        return connection_issues(self.params, params, locate)

    def prepare(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Validate evaluated parameters and fill defaults: the keyword arguments of ``fn``.

        Raises:
            ActionError: kind validation_error, naming each wrong parameter.
        """
        from floworch.actions.params import prepare_params

        return prepare_params(self, params)

    def portable(self, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Prepared keyword arguments as plain values that another process can ``prepare`` again."""
        from floworch.actions.params import portable_params

        return portable_params(self, kwargs)


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """One kind of middleware.

    Attributes:
        id: The word in ``use``.
        make: ``make(options) -> async layer(call_next, ctx)``, with validated options as a pydantic value.
        options: pydantic model of ``with``; drives the form.
        title, summary, icon: What the designer shows.
        chip: Makes the short text on the card from raw options (``"30s"``); may be empty.
        names: What expressions in the options see besides the names of the run.
        expressions: Options in which the layer evaluates expressions; None when only the layer knows.
    """

    id: str
    make: Callable[[Any], Callable[..., Any]]
    options: type[BaseModel]
    title: str = ""
    summary: str = ""
    icon: str = ""
    chip: Callable[[Mapping[str, Any]], str] | None = None
    names: frozenset[str] = frozenset()
    expressions: frozenset[str] | None = None
