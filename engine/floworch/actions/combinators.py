"""Functions that make one action of others: one after the other, one per item, or as a check."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from floworch.actions.context import Context
from floworch.actions.functions import spec_of
from floworch.actions.layer_entries import layers_of
from floworch.actions.outcome import Expand, Outcome, Rounds, Wait
from floworch.actions.params import annotation_of, takes_context
from floworch.actions.registry import registry
from floworch.actions.spec import ActionSpec
from floworch.actions.threads import in_thread
from floworch.errors import ActionError, ErrorKind, FlowError, UsageError, classify, text_of

ActionFunction = Callable[..., Any]
PREVIOUS = "previous"
_CTX = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Context)


def composite(actions: Iterable[ActionFunction | str]) -> ActionFunction:
    """Return one action that runs several in order and gives the last one's output.

    It has the parameters of all of them; a name that several use is given to each. A parameter called ``previous``
    receives the output of the action before it. The first failure ends it; it is one node and one attempt, so after
    a crash it starts from its first action again.

    Args:
        actions: Functions, decorated or plain, or action ids.

    Raises:
        UsageError: The list is empty, or an action is unknown.
    """
    if isinstance(actions, str) or not isinstance(actions, Iterable):
        raise UsageError(f"composite takes a list of actions, not {actions!r}.", "Write composite([first, second]).")
    steps = [registry.resolve(step) if isinstance(step, str) else spec_of(step) for step in actions]
    if not steps:
        raise UsageError("composite needs at least one action.", "Write composite([first, second]).")

    async def run_in_order(ctx: Context, **params: Any) -> Any:
        result: Any = None
        for number, step in enumerate(steps):
            names = step.params.model_fields
            given = {name: params[name] for name in names if name in params}
            if PREVIOUS in names and number:
                given[PREVIOUS] = result
            result = await call(step, ctx, step.prepare(_public(step, given)))
            if number < len(steps) - 1:
                result = _plain_output(step, result)
        return result

    _describe(run_in_order, "composite", " → ".join(step.title for step in steps), _shared_parameters(steps))
    return run_in_order


def _public(step: ActionSpec, given: dict[str, Any]) -> dict[str, Any]:
    return {step.params.model_fields[name].alias or name: value for name, value in given.items()}


def _shared_parameters(steps: Sequence[ActionSpec]) -> list[inspect.Parameter]:
    found: dict[str, inspect.Parameter] = {}
    for number, step in enumerate(steps):
        for parameter in _own_parameters(step):
            if parameter.name == PREVIOUS and number:
                continue
            known = found.get(parameter.name)
            if known is None or parameter.default is parameter.empty:  # required by one is required
                found[parameter.name] = parameter
    return list(found.values())


def _own_parameters(step: ActionSpec) -> list[inspect.Parameter]:
    parameters = list(inspect.signature(step.fn).parameters.values())[1 if step.takes_context else 0 :]
    return [
        parameter.replace(
            kind=inspect.Parameter.KEYWORD_ONLY,
            annotation=annotation_of(step.fn, parameter.name, parameter.annotation, step.id),
        )
        for parameter in parameters
        if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
    ]


def _plain_output(step: ActionSpec, result: Any) -> Any:
    if isinstance(result, (Wait, Expand, Rounds)):
        raise ActionError(
            f"'{step.title}' waits or has a body, so it cannot be part of a composite action.",
            ErrorKind.VALIDATION,
            hint="Make it a node of its own.",
        )
    return result.output if isinstance(result, Outcome) else result


def map_items(fn: ActionFunction, concurrency: int = 4) -> ActionFunction:
    """Return an action with the parameter ``items`` that calls ``fn`` once per item and gives the results in order.

    ``fn`` receives the item as its first parameter after the context; its other parameters become parameters of the
    action. The first failure ends it and names the item. It is one node and one attempt: for progress, retry and
    resume per item use a ``flow.foreach`` container.

    Args:
        fn: A function, plain or ``async``.
        concurrency: How many calls run at a time, at least 1.

    Raises:
        UsageError: ``fn`` has no parameter for the item or a retry around it, or ``concurrency`` is below 1.
    """
    step = spec_of(fn)
    own = _own_parameters(step)
    if not own:
        raise UsageError(f"map_items: {step.title} has no parameter for the item.", "Write def f(item): ...")
    if any(getattr(layer, "name", "") == "retry" for layer in layers_of(fn)[0]):
        raise UsageError(
            "map_items: the items share one attempt, so that a retry around their function has none of its own.",
            "Put the retry around map_items, or give each item attempts of its own with flow.foreach.",
        )
    if concurrency < 1:
        raise UsageError(f"map_items: concurrency must be at least 1, not {concurrency}.")
    first, *others = own

    async def run_per_item(ctx: Context, items: list[Any], **params: Any) -> list[Any]:
        results: list[Any] = [None] * len(items)
        todo = iter(enumerate(items))

        async def work() -> None:
            for index, item in todo:
                try:
                    kwargs = step.prepare(_public(step, {**params, first.name: item}))
                    results[index] = _plain_output(step, await call(step, ctx, kwargs))
                except Exception as error:
                    told = (
                        error.message if isinstance(error, FlowError) else f"{type(error).__name__}: {text_of(error)}"
                    )
                    wait, hint = getattr(error, "retry_after", None), getattr(error, "hint", "")
                    raise ActionError(f"items[{index}]: {told}", classify(error), wait, hint) from error
                ctx.progress((index + 1) / len(items))

        await _all_of(work() for _ in range(min(concurrency, len(items))))
        return results

    items = inspect.Parameter("items", inspect.Parameter.KEYWORD_ONLY, annotation=list[Any])
    _describe(run_per_item, "map_items", f"{step.title} for each item", [items, *others])
    return run_per_item


async def _all_of(jobs: Iterable[Any]) -> None:
    """Await all; the first failure cancels the rest and is raised itself, not in a group."""
    try:
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(job)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from failures.exceptions[0].__cause__


def validate_with(fn: ActionFunction) -> ActionFunction:
    """Return an action with the parameter ``value`` that lets a value through when ``fn`` finds it valid.

    ``fn`` receives the value as its first parameter after the context. Returning None or True means valid; False, a
    text or a list of texts means invalid, and the texts say why; so does raising ValueError. An invalid value fails
    the node with validation_error. The action's output is the value. A function of the context alone checks the
    run's data and needs no ``value``.
    """
    step = spec_of(fn)
    own = _own_parameters(step)
    first, others = (own[0], own[1:]) if own else (None, [])

    async def run_check(ctx: Context, **params: Any) -> Any:
        value = params.pop("value", None)
        if first is not None:
            params[first.name] = value
        findings = _findings(await call(step, ctx, step.prepare(_public(step, params))), step.title)
        if findings:
            raise ActionError(" ".join(findings), ErrorKind.VALIDATION)
        return value

    parameters = others if first is None else [first.replace(name="value", default=inspect.Parameter.empty), *others]
    _describe(run_check, "validate_with", step.title, parameters)
    return run_check


def _findings(answer: Any, title: str) -> list[str]:
    if answer is None or answer is True:
        return []
    if answer is False:
        return [f"The value does not pass '{title}'." if title != "Lambda" else "The value does not pass the check."]
    if isinstance(answer, str):
        return [answer] if answer else []
    if isinstance(answer, (list, tuple)) and all(isinstance(finding, str) for finding in answer):
        return list(answer)
    raise ActionError(
        f"'{title}' must return None, true, false, a text or a list of texts, not {type(answer).__name__}."
    )


async def call(step: ActionSpec, ctx: Context, kwargs: dict[str, Any]) -> Any:
    """Call an action's function with prepared parameters: a coroutine on the loop, anything else in a thread."""
    positional = (ctx,) if step.takes_context else ()
    if step.is_async:
        return await step.fn(*positional, **kwargs)
    return await in_thread(step.fn, *positional, **kwargs)


def _describe(fn: Any, name: str, summary: str, parameters: list[inspect.Parameter]) -> None:
    """Give a combined function the signature and words that its parameters, form and palette entry come from."""
    required = [part for part in parameters if part.default is part.empty]
    optional = [part for part in parameters if part.default is not part.empty]
    fn.__signature__ = inspect.Signature([_CTX, *required, *optional])
    fn.__name__ = name
    fn.__doc__ = f"{summary}."
    assert takes_context(fn)
