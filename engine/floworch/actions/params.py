"""Parameters: from a typed signature to a pydantic model, and values checked against it, early and late."""

from __future__ import annotations

import inspect
import keyword
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from enum import Enum
from functools import lru_cache
from pathlib import PurePath
from typing import Annotated, Any, Literal, Protocol, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError
from pydantic_core import PydanticKnownError

from floworch.actions.complaints import holds_expression, issues_of, joined
from floworch.actions.docstrings import argument_help
from floworch.errors import ActionError, ErrorKind, UsageError
from floworch.model.catalog import ParamIssue
from floworch.model.values import with_guests

_CONTEXT_NAMES = frozenset({"ctx", "context"})


class _Unset:
    """The type of UNSET."""

    def __repr__(self) -> str:
        return "UNSET"


#: Default of a parameter that may be left out where null is a value of its own; it is not part of the schema.
UNSET: Any = _Unset()


class Described(Protocol):
    """What checking parameters needs of an ActionSpec."""

    @property
    def params(self) -> type[BaseModel]: ...
    @property
    def condition_params(self) -> frozenset[str]: ...
    @property
    def check(self) -> Callable[[Mapping[str, Any]], Sequence[ParamIssue]] | None: ...


class Optioned(Protocol):
    """What checking options needs of a LayerSpec."""

    @property
    def options(self) -> type[BaseModel]: ...
    @property
    def expressions(self) -> frozenset[str] | None: ...


class Parameters(BaseModel):
    """Base of every parameter model: unknown names refused, finite floats only.

    Numbers are taken where text is wanted, and text that spells a number, or true or false, where that is.
    """

    model_config = ConfigDict(
        extra="forbid", coerce_numbers_to_str=True, allow_inf_nan=False, protected_namespaces=(), frozen=False
    )


class NoParameters(Parameters):
    """The model of an action without parameters."""


def takes_context(fn: Callable[..., Any]) -> bool:
    """Whether the first parameter is the Context: named ``ctx`` or ``context``, or annotated with that class."""
    for parameter in inspect.signature(fn).parameters.values():
        return parameter.name in _CONTEXT_NAMES or _is_context(parameter)
    return False


def _is_context(parameter: inspect.Parameter) -> bool:
    note = parameter.annotation
    word = note if isinstance(note, str) else getattr(note, "__name__", "")
    return str(word).rpartition(".")[2] == "Context"


def params_model(
    fn: Callable[..., Any],
    name: str,
    *,
    raw: Iterable[str] = (),
    conditions: Iterable[str] = (),
) -> type[BaseModel]:
    """Make the parameter model of a function from its signature and docstring.

    A parameter whose name ends in ``_`` after a Python keyword (``for_``, ``as_``) is called by the keyword.
    A ``**rest`` parameter lets unknown names through; ``*args`` is left alone.

    Args:
        fn: The action function.
        name: Its id, for messages.
        raw: Names of parameters that reach the function unevaluated (shown in the schema as ``evaluation: raw``).
        conditions: Names of conditions (``evaluation: condition``).

    Raises:
        UsageError: A parameter has no name a definition could use, or an annotation that cannot come from JSON.
    """
    parameters = list(inspect.signature(fn).parameters.values())[1 if takes_context(fn) else 0 :]
    helps = argument_help(inspect.getdoc(fn))
    fields: dict[str, Any] = {}
    open_ended = False
    for parameter in parameters:
        if parameter.kind is parameter.VAR_KEYWORD:
            open_ended = True
        elif parameter.kind is not parameter.VAR_POSITIONAL:
            _check_name(parameter, name)
            if _is_context(parameter) or (parameter.name == "ctx" and parameter.default is parameter.empty):
                raise UsageError(
                    f"{name}: '{parameter.name}' is the context, which is given as the first parameter.",
                    f"Write def {getattr(fn, '__name__', 'action')}({parameter.name}: Context, ...).",
                )
            fields[parameter.name] = _field(fn, parameter, name, helps.get(parameter.name, ""))
    if not fields and not open_ended:
        return NoParameters
    return _create(name, fields, open_ended, frozenset(raw), frozenset(conditions))


def _check_name(parameter: inspect.Parameter, action: str) -> None:
    if parameter.kind is parameter.POSITIONAL_ONLY or parameter.name.startswith("_"):
        raise UsageError(
            f"{action}: parameter '{parameter.name}' cannot be given by name.",
            "Rename it without a leading underscore and without '/', so that a definition can name it.",
        )


def _field(fn: Callable[..., Any], parameter: inspect.Parameter, action: str, help_text: str) -> tuple[Any, Any]:
    hint = annotation_of(fn, parameter.name, parameter.annotation, action)
    public = public_name(parameter.name)
    mine: dict[str, Any] = {"title": public.replace("_", " ").capitalize()}
    if help_text:
        mine["description"] = help_text
    if public != parameter.name:
        mine["alias"] = public
    base, *notes = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    if isinstance(parameter.default, str) and base is not str and get_origin(base) is not Literal:
        mine["validate_default"] = True  # written as in a file, such as "7d" for a duration
    numbers = [more for kind, more in _NUMBERS if base == kind]
    metadata = (Field(**mine), *notes, *numbers)  # the author's own Field comes later and wins
    factory = next((note.default_factory for note in notes if getattr(note, "default_factory", None)), None)
    if factory is not None:
        return Annotated[(base, *metadata)], Field(default_factory=factory)
    if parameter.default is UNSET:
        return Annotated[(base, *metadata)], Field(default_factory=lambda: UNSET)
    return Annotated[(base, *metadata)], (... if parameter.default is parameter.empty else parameter.default)


def _no_bool(kind: Literal["int_type", "float_type"]) -> BeforeValidator:
    """Refuse true and false where a number is wanted, which Python takes for 1 and 0."""

    def refuse(value: Any) -> Any:
        if value is True or value is False:
            raise PydanticKnownError(kind)
        return value

    return BeforeValidator(refuse)


#: Types of parameters, not all of which can be hashed, with what else they must pass.
_NUMBERS: tuple[tuple[Any, BeforeValidator], ...] = (
    (int, _no_bool("int_type")),
    (float, _no_bool("float_type")),
    (int | None, _no_bool("int_type")),
    (float | None, _no_bool("float_type")),
)


def public_name(name: str) -> str:
    """The name a definition uses for a Python parameter: ``for_`` is ``for``."""
    bare = name.removesuffix("_")
    return bare if keyword.iskeyword(bare) else name


def annotation_of(fn: Callable[..., Any], name: str, annotation: Any, action: str) -> Any:
    """Return an annotation as a type, evaluating the text that ``from __future__ import annotations`` leaves.

    Raises:
        UsageError: The text names something that cannot be found where the function was defined.
    """
    if annotation is inspect.Parameter.empty:
        return Any
    if not isinstance(annotation, str):
        return annotation
    inner: Any = inspect.unwrap(fn)
    inner = getattr(inner, "func", inner)  # a partial, or a method
    inner = getattr(inner, "__func__", inner)
    if not hasattr(inner, "__globals__"):  # an object with __call__
        inner = type(inner).__call__
    try:
        return eval(annotation, inner.__globals__, _cells(inner))  # the author's own source text
    except Exception as error:
        raise UsageError(
            f"{action}: the type of '{name}', {annotation!r}, cannot be read: {error}.",
            "Import the type at the top of the module, not only under TYPE_CHECKING or inside a function.",
        ) from error


def _cells(fn: Any) -> dict[str, Any]:
    """The variables of enclosing functions that a function uses."""
    cells = zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True)
    return {name: cell.cell_contents for name, cell in cells}


def _create(
    name: str, fields: dict[str, Any], open_ended: bool, raw: frozenset[str], conditions: frozenset[str]
) -> type[BaseModel]:
    def finish(schema: dict[str, Any]) -> None:
        for key, part in schema.get("properties", {}).items():
            _finish(part, "condition" if key in conditions else "raw" if key in raw else "")

    config = Parameters.model_config | {"json_schema_extra": finish, "extra": "allow" if open_ended else "forbid"}
    base = type("Parameters", (Parameters,), {"__module__": __name__, "model_config": config})
    try:
        with warnings.catch_warnings():  # a parameter may be called json, copy or schema: BaseModel's names are unused
            warnings.simplefilter("ignore", UserWarning)
            return create_model(name, __base__=base, **fields)
    except (PydanticSchemaGenerationError, PydanticUserError, TypeError) as error:
        raise UsageError(
            f"{name}: its parameters cannot be described: {str(error).splitlines()[0]}",
            "Use types that a JSON value can become: str, int, float, bool, list, dict, Literal, Path, datetime, "
            "TypedDict, dataclass or pydantic model.",
        ) from error


def _finish(part: dict[str, Any], evaluation: str) -> None:
    """Complete one property's schema: form hints of ``X | None`` move up, plain types get their field."""
    for branch in part.get("anyOf", ()):
        for key in ("widget", "language", "columns", "placeholder", "types", "show_if"):
            if key in branch and key not in part:
                part[key] = branch[key]
    if evaluation:
        part["evaluation"] = evaluation
    if evaluation == "condition":
        part.pop("type", None)
        part["anyOf"] = [{"type": "boolean"}, {"type": "string"}]
        part.setdefault("widget", "expression")
    kinds = {branch.get("type") for branch in part.get("anyOf", ())} | {part.get("type")}
    formats = {branch.get("format") for branch in part.get("anyOf", ())} | {part.get("format")}
    if "path" in formats or "file-path" in formats:
        part.setdefault("widget", "file")
    elif "directory-path" in formats:
        part.setdefault("widget", "folder")
    elif "array" in kinds:
        part.setdefault("widget", "list")
    elif "object" in kinds and "properties" not in part:
        part.setdefault("widget", "keyvalue")


@lru_cache(maxsize=2048)  # a schema takes a millisecond; the report of a definition asks for every step
def widget_names(model: type[BaseModel], word: str) -> frozenset[str]:
    """Return the public names of the parameters that are shown with the form field ``word``."""
    properties = model.model_json_schema().get("properties", {})
    return frozenset(name for name, part in properties.items() if part.get("widget") == word)


def check_params(spec: Described, params: Mapping[str, Any]) -> Sequence[ParamIssue]:
    """Return every literal parameter that is wrong, unknown or missing.

    A value that holds ``{{`` is known only at run time and counts as fitting; so does the text of a condition.
    The action's own ``check`` adds what concerns several parameters together.
    """
    values = dict(params)
    issues: list[ParamIssue] = []
    for name in spec.condition_params & values.keys():
        if not isinstance(values[name], bool) and (not isinstance(values[name], str) or not values[name].strip()):
            issues.append(ParamIssue(name, f"'{name}' must be a condition.", "Write an expression such as data.x > 1."))
        values[name] = True
    issues += check_model(spec.params, values)
    if spec.check is not None:
        named = {issue.path for issue in issues}
        issues += [issue for issue in spec.check(params) if issue.path not in named]
    return issues


def check_model(model: type[BaseModel], values: Mapping[str, Any], *, literal: bool = True) -> list[ParamIssue]:
    """Return what is wrong with the values of a model.

    Args:
        model: Parameters of an action, or options of a middleware.
        values: What is checked.
        literal: Values that hold ``{{`` are evaluated later and count as fitting. Options are used as they are written.
    """
    try:
        model.__pydantic_validator__.validate_python(dict(values))
    except ValidationError as error:
        if (meant := with_guests(values)) is not values:
            return check_model(model, meant, literal=literal)
        return issues_of(error, values, model, literal=literal)
    return []


def check_options(layer: Optioned, options: Mapping[str, Any]) -> list[ParamIssue]:
    """Return what is wrong with the options of a middleware entry.

    They are used as they are written; an expression fits only where the layer evaluates it.
    """
    issues = check_model(layer.options, options, literal=False)
    found = {issue.path.partition(".")[0].partition("[")[0] for issue in issues}
    for name, value in options.items():
        if layer.expressions is not None and name not in layer.expressions | found and holds_expression(value):
            message = f"'{name}' takes no expression: it is used as it is written."
            issues.append(ParamIssue(name, message, "Write the value itself."))
    return issues


def prepare_params(spec: Described, params: Mapping[str, Any]) -> dict[str, Any]:
    """Validate evaluated parameters and fill defaults: the keyword arguments of the action function.

    Raises:
        ActionError: validation_error, naming every wrong parameter at once.
    """
    model = spec.params
    if not params and model is NoParameters:
        return {}
    try:
        value = model.__pydantic_validator__.validate_python(params if type(params) is dict else dict(params))
    except ValidationError as error:
        message, hint = joined(issues_of(error, params, model, literal=False))
        raise ActionError(message, ErrorKind.VALIDATION, hint=hint) from None
    kwargs: dict[str, Any] = value.__dict__
    extra = value.__pydantic_extra__
    return {**kwargs, **extra} if extra else kwargs


def portable_params(spec: Described, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return prepared keyword arguments as a definition would hold them, for a call in another process.

    Preparing the result again gives equal arguments. Paths become text, models and dataclasses objects; what was left
    out stays out.
    """
    fields = spec.params.model_fields
    found: dict[str, Any] = {}
    for name, value in kwargs.items():
        if value is not UNSET:
            field = fields.get(name)
            found[(field.alias if field is not None else None) or name] = _portable(value)
    return found


def _portable(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _portable(value.model_dump(by_alias=True, exclude_unset=True))
    if is_dataclass(value) and not isinstance(value, type):
        return _portable(asdict(value))
    if isinstance(value, Mapping):
        return {key: _portable(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_portable(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, PurePath) else value


__all__ = [
    "UNSET",
    "Described",
    "NoParameters",
    "Parameters",
    "annotation_of",
    "check_model",
    "check_params",
    "holds_expression",
    "params_model",
    "portable_params",
    "prepare_params",
    "public_name",
    "takes_context",
    "widget_names",
]
