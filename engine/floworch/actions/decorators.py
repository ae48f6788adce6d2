"""``@action``: a typed function becomes an action of the palette, the form, the validator and the executor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from floworch.actions.build import build_spec
from floworch.actions.functions import spec_of
from floworch.actions.registry import Registry, registry
from floworch.errors import UsageError
from floworch.model.catalog import Effect, ParamIssue, RunOn

F = TypeVar("F", bound=Callable[..., Any])
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+")


def action(
    action_id: str,
    *,
    title: str = "",
    summary: str = "",
    category: str = "python",
    icon: str = "",
    subtitle: str = "",
    version: int = 1,
    effect: Effect = "idempotent",
    effects: Mapping[str, Mapping[Any, Effect]] | None = None,
    run_on: RunOn | None = None,
    ports: Sequence[str] = ("out",),
    ports_of: Callable[[Mapping[str, Any]], tuple[str, ...]] | None = None,
    capabilities: Iterable[str] = (),
    container: bool = False,
    own_item: bool = True,
    raw_params: Iterable[str] = (),
    condition_params: Iterable[str] = (),
    round_params: Iterable[str] = (),
    names_param: str = "",
    output_schema: dict[str, Any] | None = None,
    example: Mapping[str, Any] | None = None,
    check: Callable[[Mapping[str, Any]], Sequence[ParamIssue]] | None = None,
    migrate: Mapping[int, Callable[[dict[str, Any]], Mapping[str, Any]]] | None = None,
    into: Registry | None = None,
    replace: bool = False,
) -> Callable[[F], F]:
    """Register a function as the action ``namespace.name`` and leave it callable; its spec is ``fn.spec``.

    ``ctx`` (a Context) may be its first parameter; the others are the action's parameters. The summary defaults to
    the docstring's first line, the help of each parameter to its line under ``Args:``, the output schema to the
    return annotation, ``run_on`` to the loop for ``async def`` and a thread otherwise.

    Args:
        action_id: ``namespace.name`` in lower case.
        title: Name in the palette and on the card; by default made from the function's name.
        summary: One line for the palette.
        category: Palette group, such as ``data``, ``flow`` or ``python``.
        icon: Name of a line icon.
        subtitle: Name of the parameter that the card shows as its second line.
        version: Version of the parameters. Raise it when they change in a way that older definitions do not fit.
        effect: ``pure``, ``idempotent`` or ``unsafe`` (contract C7.8).
        effects: By parameter and value, another effect than that: ``{"mode": {"append": "unsafe"}}``. A value that is
            an expression counts as the worst of them.
        run_on: Where it runs unless the node says otherwise (contract C14).
        ports: Success ports, without ``done`` and ``error``.
        ports_of: Computes the success ports from literal parameters instead.
        capabilities: Some of ``network files process code``, for the trust banner.
        container: Whether the node holds a body.
        own_item: Whether the body sees an ``item`` and ``index`` of this container, not those around it.
        raw_params: Parameters that reach the function unevaluated (``expr[item]``, templates). The text of one with
            ``widget("expression")`` is checked as an expression before a run, with or without braces.
        condition_params: Parameters that are evaluated to a bool, braces optional; ``rows[].when`` is the field
            ``when`` of every row of a list.
        round_params: Conditions of a container that are evaluated after each round of its body, which they see.
        names_param: The parameter whose keys are further names in raw parameters.
        output_schema: JSON Schema of the output, when the return annotation cannot say it.
        example: Parameters of a typical use.
        check: Finds what is wrong with several literal parameters together.
        migrate: By earlier version, a function from its parameters, as a definition holds them with their
            expressions, to those of the next version. Nodes without ``version`` were written for version 1.
        into: The registry that gets it; by default the global one.
        replace: Put it in the place of the action that has this id, be it built in, for this process.

    Raises:
        UsageError: A bad or taken id, an unknown word, or parameters that cannot be described.
    """
    if not isinstance(action_id, str) or _ID.fullmatch(action_id) is None:  # callable: written as a bare @action
        raise UsageError(
            f"'{getattr(action_id, '__name__', action_id)}' cannot be the id of an action.",
            'Write it as @action("namespace.name") in lower-case letters, digits, "-" and "_".',
        )

    def register(fn: F) -> F:
        spec = build_spec(
            fn,
            action_id,
            title=title,
            summary=summary,
            category=category,
            icon=icon,
            subtitle=subtitle,
            version=version,
            effect=effect,
            effects=effects,
            run_on=run_on,
            ports=ports,
            ports_of=ports_of,
            capabilities=capabilities,
            container=container,
            own_item=own_item,
            raw_params=raw_params,
            condition_params=condition_params,
            round_params=round_params,
            names_param=names_param,
            output_schema=output_schema,
            example=example,
            check=check,
            migrate=migrate,
        )
        (into if into is not None else registry).register(spec, replace=replace)
        fn.spec = spec  # type: ignore[attr-defined]
        return fn

    return register


__all__ = ["action", "spec_of"]
