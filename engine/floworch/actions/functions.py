"""Plain functions as actions: their ids ``py:module:qualname``, and the way back from an id to the function.

Looking an id up imports nothing: a definition that was merely opened must run nothing. Only ``import_function`` does,
which a run calls (``Registry.resolve``), or the stand-in of ``find_function`` when it is called as an action.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import secrets
import sys
import weakref
from collections.abc import Callable, Collection
from typing import Any

from floworch.actions.build import build_spec
from floworch.actions.context import Context
from floworch.actions.fingerprint import fingerprint
from floworch.actions.spec import ActionSpec
from floworch.actions.threads import in_thread
from floworch.errors import UsageError
from floworch.model.python_names import NAME, OF_A_SCRIPT, PREFIX, is_of_script

#: Every function this process knows as an action, by id. Shared by all registries: a function is what it is.
FUNCTIONS: dict[str, ActionSpec] = {}
#: Functions that no name leads back to and that are kept although nothing else holds them: a program that builds a
#: workflow for every order makes one each time, of 24 KB. The one that was not used for longest is let go.
MOST_LOCAL = 4_000
#: Ids of those with the functions, the latest used last; and those let go that a workflow or a run still holds.
_LOCAL: dict[str, Callable[..., Any]] = {}
_HELD: weakref.WeakValueDictionary[str, ActionSpec] = weakref.WeakValueDictionary()
_NUMBERS = itertools.count(1)
#: Tells the functions of this process from those of any other.
_PROCESS = secrets.token_hex(4)
_BY_FUNCTION: dict[Callable[..., Any], ActionSpec] = {}


def spec_of(function: Callable[..., Any]) -> ActionSpec:
    """Return the ActionSpec of a function: its own when it is decorated, else one made from its signature.

    A plain function gets the id ``py:module:qualname``, effect ``idempotent``, and runs in a thread unless it is
    ``async def``. Asking again gives the same spec. A lambda, a local function, a bound method or a partial gets an
    id that works in this process only (see ``is_portable``).

    Raises:
        UsageError: It is not callable, or its parameters cannot be described.
    """
    own = getattr(function, "spec", None)
    if isinstance(own, ActionSpec):
        return own
    if not callable(function):
        raise UsageError(f"An action must be a function or an action id, not {type(function).__name__}.")
    try:
        known = _BY_FUNCTION.get(function)
    except TypeError:  # an object that cannot be a key: it gets a new spec each time
        known = None
        function = functools.partial(function)
    if known is None:
        known = build_spec(function, new_id(function, FUNCTIONS))
        _BY_FUNCTION[function] = FUNCTIONS[known.id] = known
        if "#" in known.id:
            _LOCAL[known.id] = function
            _let_go()
    else:
        _use(known.id)
    return known


def _use(action_id: str) -> None:
    """Note that a function is used, if it is one that may be let go."""
    function = _LOCAL.pop(action_id, None)
    if function is not None:
        _LOCAL[action_id] = function


def _let_go() -> None:
    while len(_LOCAL) > MOST_LOCAL:
        oldest = next(iter(_LOCAL))
        _BY_FUNCTION.pop(_LOCAL.pop(oldest), None)
        if (spec := FUNCTIONS.pop(oldest, None)) is not None:
            _HELD[oldest] = spec


def is_portable(action_id: str) -> bool:
    """Whether another process can find the action of this id: false of lambdas and other local functions."""
    return not action_id.startswith(PREFIX) or NAME.fullmatch(action_id) is not None


def new_id(function: Callable[..., Any], taken: Collection[str]) -> str:
    """``py:module:qualname`` of a function or layer; one that works in this process only where that leads elsewhere.

    ``taken`` are the ids that others have: only a local one can be among them.
    """
    module = getattr(function, "__module__", None) or type(function).__module__
    qualname = getattr(function, "__qualname__", None) or f"<{type(function).__name__}>"
    action_id = f"{PREFIX}{module}:{qualname}"
    if NAME.fullmatch(action_id) is None or not _leads_back(module, qualname, function):
        return _local_id(action_id, function, taken)
    return action_id


def _local_id(action_id: str, function: Callable[..., Any], taken: Collection[str]) -> str:
    """The id of a function that no name leads back to.

    It is worked out from what the function is made of and not from how many there were before: another process that
    resumes the run finds a function made of the same or none, never another one (C7.5). One that holds what cannot be
    told is found by its own process only.
    """
    digits, whole = fingerprint(function)
    if not whole:  # numbered for good: another one under its id would do something else
        return f"{action_id}#{digits}.{_PROCESS}-{next(_NUMBERS)}"
    action_id = f"{action_id}#{digits}"
    number = 2
    found = action_id
    while found in taken:
        found, number = f"{action_id}-{number}", number + 1
    return found


def _leads_back(module: str, qualname: str, function: Callable[..., Any]) -> bool:
    found: Any = sys.modules.get(module)
    for name in qualname.split("."):
        if not hasattr(found, name):
            return getattr(function, "__self__", None) is None  # still being defined
        found = getattr(found, name)
    return found is function


def _met(action_id: str) -> ActionSpec | None:
    """The action of an id that this process has, or one of a local function made of the same.

    A program that builds a workflow for every order has many such functions, ``#4c2f-2`` and so on; after its restart
    it has fewer, and each of them does what the others do.
    """
    known = FUNCTIONS.get(action_id)
    if "#" not in action_id:
        return known
    if known is not None:
        _use(action_id)
        return known
    known = _HELD.get(action_id)
    base, dash, number = action_id.rpartition("-")
    first = base if dash and number.isdecimal() else action_id
    if known is None and "." not in first.partition("#")[2]:
        same = (FUNCTIONS.get(each) for each in list(_LOCAL) if each == first or each.startswith(f"{first}-"))
        known = next(same, None)
    return known


def find_function(action_id: str) -> ActionSpec | None:
    """Return the spec of a function id without importing anything, or None when it is no function id.

    A function that this process has not met is described by a stand-in that takes any parameters, knows nothing of
    its output, and imports the function at its first call.
    """
    known = _met(action_id)
    if known is not None:
        return known
    match = NAME.fullmatch(action_id)
    if match is None or not in_this_program(action_id):
        return None

    async def call_imported(ctx: Context, **params: Any) -> Any:
        spec = import_function(action_id)
        kwargs = spec.prepare(params)
        positional = (ctx,) if spec.takes_context else ()
        if spec.is_async:
            return await spec.fn(*positional, **kwargs)
        return await in_thread(spec.fn, *positional, **kwargs)

    name = match[2].rpartition(".")[2]
    return build_spec(
        call_imported,
        action_id,
        title=name.replace("_", " ").strip().capitalize() or name,
        summary=f"The function {match[2]} of the module {match[1]}.",
        icon="code",
        capabilities=("code",),
    )


def in_this_program(name: str) -> bool:
    """Whether a name does not lead into the script that another program was started with."""
    if not is_of_script(name):
        return True
    found: Any = sys.modules.get("__main__")
    for word in name.split(":")[2].split("."):
        found = getattr(found, word, None)
    return found is not None


def import_function(action_id: str) -> ActionSpec:
    """Import the function of an id and return its spec. This runs the module's code.

    Raises:
        UsageError: The id has another form, the module cannot be imported, or it has no such function.
    """
    known = _met(action_id)
    if known is not None:
        return known
    found = import_named(action_id)
    if not callable(found):
        _, module, word = action_id.split(":")
        raise UsageError(f"{action_id}: '{word}' of the module '{module}' is not a function.")
    own = getattr(found, "spec", None)
    spec = own if isinstance(own, ActionSpec) else build_spec(found, action_id)
    FUNCTIONS[action_id] = spec
    return spec


def import_named(action_id: str) -> Any:
    """What a name ``py:module:qualname`` leads to. This runs the module's code.

    Raises:
        UsageError: The name has another form, the module cannot be imported, or there is nothing of that name in it.
    """
    match = NAME.fullmatch(action_id)
    if match is None:
        local = action_id.startswith(PREFIX)
        raise UsageError(
            f"'{action_id}' is a lambda or a local function of another process, or a function wrapped in layers there."
            if local
            else f"'{action_id}' is not the id of a function.",
            "Let the program that builds it resume the run; or define it at the top level of a module, and give layers "
            'as middleware=[{"use": "retry", "with": {...}}].'
            if local
            else "Write py:package.module:function.",
        )
    return _import(match[1], match[2], action_id)


def _import(module: str, qualname: str, action_id: str) -> Any:
    try:
        found: Any = importlib.import_module(module)
    except Exception as error:  # a module's own code may raise anything
        raise UsageError(
            f"{action_id}: the module '{module}' cannot be imported: {type(error).__name__}: {error}",
            "Install it, or name its folder in the environment variable PYTHONPATH.",
        ) from error
    for name in qualname.split("."):
        if not hasattr(found, name):
            raise UsageError(
                f"{action_id}: the module '{module}' has no function '{qualname}'.",
                OF_A_SCRIPT if module == "__main__" else "Was it renamed or moved?",
            )
        found = getattr(found, name)
    return found
