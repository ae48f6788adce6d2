"""From a function to an ActionSpec: parameters from its signature, output schema from its return annotation."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import UnionType
from typing import Any, NoReturn, Union, get_args, get_origin, get_type_hints, is_typeddict

from floworch.actions.docstrings import summary_of
from floworch.actions.outcome import Expand, Outcome, Rounds, Wait
from floworch.actions.params import annotation_of, params_model, takes_context, widget_names
from floworch.actions.spec import ActionSpec
from floworch.actions.suggest import did_you_mean
from floworch.errors import UsageError
from floworch.model.catalog import ParamIssue

_CONTROL = (Outcome, Wait, Expand, Rounds)
_CHOICES: dict[str, tuple[str, ...]] = {
    "effect": ("pure", "idempotent", "unsafe"),
    "run_on": ("loop", "thread", "process", "cluster"),
}
_CAPABILITIES = ("network", "files", "process", "code")
_PORT = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def is_async(fn: Callable[..., Any]) -> bool:
    """Whether calling ``fn`` gives a coroutine; also true of objects and partials around a coroutine function."""
    return inspect.iscoroutinefunction(fn) or inspect.iscoroutinefunction(getattr(fn, "__call__", None))  # noqa: B004


def build_spec(
    fn: Callable[..., Any],
    action_id: str,
    *,
    title: str = "",
    summary: str = "",
    category: str = "python",
    icon: str = "",
    subtitle: str = "",
    version: int = 1,
    effect: str = "idempotent",
    effects: Mapping[str, Mapping[Any, str]] | None = None,
    run_on: str | None = None,
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
) -> ActionSpec:
    """Describe a function as an action; the keyword arguments are the fields of ActionSpec.

    ``run_on`` None means the loop for coroutine functions and a thread for others. Parameters typed ``Secret``
    are added to ``raw_params``: their text is a name, never a value. So are ``round_params``.

    Raises:
        UsageError: An unknown effect, ``run_on``, capability or parameter name, a bad port name, a migration from a
            version that is not an earlier one, or parameters that cannot be described.
    """
    try:
        inspect.signature(fn)
    except (TypeError, ValueError):
        raise UsageError(
            f"{action_id}: its parameters cannot be read from it.",
            "Wrap it in a function of your own: def call(value: str): ...",
        ) from None
    asynchronous = is_async(fn)
    chosen: Any = {"effect": effect, "run_on": run_on or ("loop" if asynchronous else "thread")}
    by_value: Any = {name: dict(each) for name, each in (effects or {}).items()}
    _check_words(action_id, chosen, capabilities, ports)
    for each in by_value.values():
        for word in each.values():
            _check_words(action_id, {"effect": word}, (), ())
    _check_versions(action_id, version, migrate or {})
    rounds, conditions = frozenset(round_params), frozenset(condition_params)
    raw = frozenset(raw_params) | rounds
    model = params_model(fn, action_id, raw=raw, conditions=conditions)
    names = {field.alias or name for name, field in model.model_fields.items()}
    for wanted in (*raw, *conditions, *by_value, subtitle, names_param):
        if wanted and wanted.partition("[")[0] not in names:
            hint = did_you_mean(wanted, names, "Parameters")
            raise UsageError(f"{action_id}: there is no parameter '{wanted}'.", hint)
    name = getattr(fn, "__name__", type(fn).__name__)
    secret = widget_names(model, "secret") if model.model_fields else frozenset[str]()
    single = widget_names(model, "expression") & (raw - rounds - secret) if raw - rounds else frozenset[str]()
    return ActionSpec(
        id=action_id,
        fn=fn,
        is_async=asynchronous,
        params=model,
        takes_context=takes_context(fn),
        title=title or name.strip("_<>").replace("_", " ").capitalize() or action_id,
        summary=summary or summary_of(fn.__doc__ if inspect.isroutine(fn) else None),
        category=category,
        icon=icon,
        subtitle=subtitle,
        version=version,
        output_schema=output_schema if output_schema is not None else output_schema_of(fn, action_id),
        ports=tuple(ports),
        ports_of=ports_of,
        capabilities=frozenset(capabilities),
        effects=by_value,
        container=container,
        own_item=own_item,
        raw_params=raw | secret,
        secret_params=secret,
        condition_params=conditions,
        round_params=rounds,
        expression_params=single,
        names_param=names_param,
        example=dict(example or {}),
        check=check,
        migrate=dict(migrate or {}),
        **chosen,
    )


def _check_words(action: str, chosen: Mapping[str, str], capabilities: Iterable[str], ports: Sequence[str]) -> None:
    for field, word in chosen.items():
        if word not in _CHOICES[field]:
            raise UsageError(f"{action}: {field} cannot be {word!r}.", f"Use one of {', '.join(_CHOICES[field])}.")
    for word in capabilities:
        if word not in _CAPABILITIES:
            raise UsageError(f"{action}: unknown capability {word!r}.", f"Use some of {', '.join(_CAPABILITIES)}.")
    for port in ports:
        if not _PORT.fullmatch(port) or port in {"done", "error"}:
            raise UsageError(
                f"{action}: {port!r} cannot be a success port.",
                "Use lower-case letters, digits, '-' and '_'; every action has 'done' and 'error' already.",
            )


def _check_versions(action: str, version: int, migrate: Mapping[int, Any]) -> None:
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise UsageError(f"{action}: {version!r} cannot be a version.", "Count from 1.")
    for number in migrate:
        if number not in range(1, version):
            raise UsageError(
                f"{action}: there is nothing to migrate from version {number!r} to {version}.",
                "Name each earlier version with the function that makes its parameters those of the next one.",
            )


def output_schema_of(fn: Callable[..., Any], action: str) -> dict[str, Any] | None:
    """Return the JSON Schema of what a function returns, or None when its annotation does not say.

    Outcome, Wait and Expand say nothing about the output and are left out of a union.
    """
    try:
        note = inspect.signature(fn).return_annotation
        hint = annotation_of(fn, "return", note, action)
    except UsageError:
        return None
    if get_origin(hint) in (Union, UnionType):
        kept = tuple(part for part in get_args(hint) if part not in _CONTROL)
        hint = Union[kept] if kept else Any  # noqa: UP007 - built from a tuple
    if hint is Any or hint is NoReturn or hint in _CONTROL:
        return None
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticUserError

    try:
        return TypeAdapter(_modern(hint)).json_schema(mode="serialization")
    except (PydanticUserError, TypeError):
        return None


def _modern(hint: Any) -> Any:
    """The same type with ``typing.TypedDict`` replaced by its backport, which pydantic needs before Python 3.12."""
    if is_typeddict(hint):
        from typing_extensions import TypedDict

        fields = {name: _modern(part) for name, part in get_type_hints(hint, include_extras=True).items()}
        return TypedDict(hint.__name__, fields, total=hint.__total__)  # type: ignore[operator]
    if get_origin(hint) in (list, dict) and get_args(hint):
        return get_origin(hint)[tuple(map(_modern, get_args(hint)))]
    return hint
