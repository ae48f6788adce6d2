"""The definition as frozen values: what the file says, nothing more.

A ``Workflow`` is never changed in place; editing makes a new value that shares what did not change
(architecture decision 2). ``params`` and other nested dictionaries are plain JSON and must be treated as
frozen too. Durations keep the author's spelling (``"30s"`` or seconds); ``floworch.model.durations`` reads them.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
)
from pydantic_core import PydanticKnownError

from floworch.model.durations import seconds

if TYPE_CHECKING:
    from typing import Self


def _whole(value: Any) -> Any:
    """``3.0`` is the whole number 3, as JSON Schema has it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):  # which Python takes for 1
        raise PydanticKnownError("literal_error", {"expected": "1"})
    return value


Duration = StrictInt | StrictFloat | StrictStr
Whole = Annotated[int, Strict(), BeforeValidator(_whole)]
Count = Annotated[int, Strict(), Field(ge=1), BeforeValidator(_whole)]
Json = Any


class Value(BaseModel):
    """Base of every frozen definition value; unknown keys are kept (interfaces.md section 1)."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True, arbitrary_types_allowed=False)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with these fields changed (not validated again).

        A field that was not written and is given its default stays unwritten, so that edits leave no noise in files.
        """
        copy = self.model_copy(update=changes)
        for name in changes.keys() - self.model_fields_set:
            field = type(self).model_fields.get(name)
            if field is None or field.is_required():
                continue
            if _same(changes[name], field.get_default(call_default_factory=True)):
                copy.model_fields_set.discard(name)
        return copy

    def without(self, *fields: str) -> Self:
        """Return a copy in which these fields are unset: they have their defaults and are not written to the file.

        Names of unknown keys that were kept are removed likewise; other names are ignored.

        Raises:
            ValueError: The field has no default, such as a node's action.
        """
        copy = self.model_copy()
        values: dict[str, Any] = vars(copy)
        for name in fields:
            field = type(self).model_fields.get(name)
            if field is None:
                (copy.model_extra or {}).pop(name, None)
                copy.model_fields_set.discard(name)
                continue
            if field.is_required():
                raise ValueError(f"{name!r} cannot be unset: it has no default")
            values[name] = field.get_default(call_default_factory=True)
            copy.model_fields_set.discard(name)
        return copy


def _same(value: Any, default: Any) -> bool:
    """Whether a value is a field's default and would be written alike."""
    if type(value) is not type(default) or value != default:
        return False
    return not isinstance(value, Value) or value.model_fields_set == default.model_fields_set


class RetryPolicy(Value):
    """When and how often a failed attempt is tried again (C4.4)."""

    max_attempts: Count = Field(default=3, title="Attempts", description="Attempts altogether.")
    delay: Duration = Field(
        default=1.0, title="First delay", description="Before the first retry: seconds, or 250ms, 30s, 5m."
    )
    backoff: Annotated[float, Strict(), Field(ge=1.0)] = Field(
        default=2.0, title="Factor between delays", description="Factor from one delay to the next."
    )
    max_delay: Duration = Field(default=60.0, title="Longest delay", description="Longest delay.")
    jitter: Annotated[float, Strict(), Field(ge=0.0, le=1.0)] = Field(
        default=0.1,
        title="Random spread (0 to 1)",
        description="Share of the delay by which it is spread both ways, 0 to 1.",
    )
    on: tuple[str, ...] = Field(
        default=("all",),
        title="Kinds of error",
        description="Kinds of errors to retry; transient and all stand for several.",
    )
    give_up_on: tuple[str, ...] = Field(default=(), title="Never on", description="Kinds of errors never to retry.")

    def __new__(cls, **given: Any) -> Self:
        """Check what a program gives at once; what a file holds is made without this, and its faults are Problems.

        Raises:
            WrongArgument: An argument is unknown, of another type, or out of its range.
        """
        if given:
            importlib.import_module("floworch.model.policies").check_policy(given)  # by name: it stands on this module
        return super().__new__(cls)

    def delay_before(self, attempt: int, random: float = 0.5) -> float:
        """Seconds to wait before attempt number ``attempt`` (2 = first retry).

        Exponential back-off, ``delay * backoff ** (attempt - 2)`` capped at ``max_delay``, then spread by
        ``jitter`` as a share of itself both ways; ``random`` in [0, 1) places it in that spread.
        """
        try:
            growth = float(self.backoff) ** max(0, attempt - 2)
        except OverflowError:  # far beyond any cap
            growth = math.inf
        first = seconds(self.delay)
        base = min(first * growth, seconds(self.max_delay)) if first else 0.0
        return max(0.0, base * (1.0 + self.jitter * (2.0 * random - 1.0)))


class Layer(Value):
    """One middleware entry: ``{use, with, when?}`` (C5.1)."""

    use: str
    options: dict[str, Json] = Field(default_factory=dict, alias="with")
    when: StrictStr | StrictBool | None = None


class Compensation(Value):
    """What undoes a completed node (C9)."""

    action: str
    version: Whole | None = None
    params: dict[str, Json] = Field(default_factory=dict)
    retry: RetryPolicy | None = None
    timeout: Duration | None = None


class Node(Value):
    """One step of the workflow. Field order here is the order in the file."""

    action: str
    version: Whole | None = None
    title: str = ""
    params: dict[str, Json] = Field(default_factory=dict)
    retry: RetryPolicy | None = None
    timeout: Duration | None = None
    middleware: tuple[Layer, ...] = ()
    join: Literal["all", "any", "first"] = "all"
    on_error: Literal["fail", "continue"] = "fail"
    effect: Literal["pure", "idempotent", "unsafe"] | None = None
    compensate: Compensation | None = None
    run_on: Literal["loop", "thread", "process", "cluster"] | None = None
    tags: tuple[str, ...] = ()
    disabled: StrictBool = False
    cache: Json = None
    breakpoint: StrictBool | StrictStr = False
    pin: Json = None
    parent: str | None = None
    notes: str = ""


class Edge(Value):
    """From one node's port to another node."""

    source: str = Field(alias="from")
    port: str = "out"
    target: str = Field(alias="to")


class Input(Value):
    """One declared input of the workflow."""

    type: Literal["string", "integer", "number", "boolean", "object", "array", "any"] = "any"
    title: str = ""
    description: str = ""
    required: StrictBool = False
    default: Json = None


class Settings(Value):
    """Settings of a run of this workflow."""

    max_concurrency: Count = 16
    fail_fast: StrictBool = True
    timeout: Duration | None = None
    durability: Literal["power", "process", "none"] = "power"
    max_crashes: Count = 3


class Workflow(Value):
    """A whole definition. Field order here is the order in the file."""

    schema_: str = Field("floworch:workflow/1", alias="$schema")
    format: Annotated[Literal[1], BeforeValidator(_no_bool)] = 1
    id: str
    name: str = ""
    description: str = ""
    inputs: dict[str, Input] = Field(default_factory=dict)
    outputs: dict[str, Json] = Field(default_factory=dict)
    settings: Settings = Settings()
    middleware: tuple[Layer, ...] = ()
    nodes: dict[str, Node] = Field(default_factory=dict)
    edges: tuple[Edge, ...] = ()
    view: dict[str, Json] = Field(default_factory=dict)

    @property
    def source(self) -> Path | None:
        """The file this definition was read from, which paths in it are relative to; None when it lies in no file.

        It is no part of the value: equality, hash and the file's text do not know of it. ``replace`` keeps it.
        """
        return vars(self).get("_source")

    @property
    def attached(self) -> Mapping[str, Workflow]:
        """Workflows that ``flow.call`` finds by their id before it looks for files; see ``attach``."""
        return vars(self).get("_attached") or {}

    def at(self, source: Path | str | None) -> Self:
        """Return this definition as it lies in this file (made absolute), or in none."""
        place = None if source is None else Path(source).absolute()
        if place == self.source:
            return self
        copy = self.model_copy()
        vars(copy)["_source"] = place
        return copy

    def placed_as(self, other: Workflow) -> Self:
        """Return a copy with the file and the attached workflows of another one: of what this was made from."""
        copy = self.model_copy()
        vars(copy).update({name: vars(other)[name] for name in ("_source", "_attached") if name in vars(other)})
        return copy

    def attach(self, *called: Workflow, named: Mapping[str, Workflow] | None = None) -> Self:
        """Return a copy that carries other workflows for its ``flow.call`` nodes to name by id, or as in ``named``.

        They travel with its runs, which can be resumed anywhere, and are not written to files: ``save`` refuses a
        definition that calls one.
        """
        copy = self.model_copy()
        vars(copy)["_attached"] = {**self.attached, **{workflow.id: workflow for workflow in called}, **(named or {})}
        return copy

    def detached(self) -> Self:
        """Return a copy that carries no other workflows."""
        copy = self.model_copy()
        vars(copy).pop("_attached", None)
        return copy

    def run(self, inputs: dict[str, Any] | None = None, **options: Any) -> Any:
        """Run to the end in this thread and return a RunResult; MemoryStore unless ``store=`` is given."""
        return _runner("run")(self, inputs, **options)

    async def arun(self, inputs: dict[str, Any] | None = None, **options: Any) -> Any:
        """Run to the end on the running loop and return a RunResult; MemoryStore unless ``store=`` is given."""
        return await _runner("arun")(self, inputs, **options)


_RUNNERS: dict[str, Callable[..., Any]] = {}


def register_runner(**runners: Callable[..., Any]) -> None:
    """Install what ``Workflow.run`` and ``arun`` call; ``floworch/__init__`` does, so that the model stays pure."""
    _RUNNERS.update(runners)


def _runner(name: str) -> Callable[..., Any]:
    if name not in _RUNNERS:
        importlib.import_module("floworch").wire_runner()  # by name: the engine stands floors above
    return _RUNNERS[name]
