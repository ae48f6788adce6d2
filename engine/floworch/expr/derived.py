"""What an expression makes of a secret: a slice, a calculation, another spelling (contract C6.5).

Whoever gives secrets to expressions may be told such texts, to hide them as the secrets themselves. They are found by
evaluating the expression once more with other secrets of the same shape: what then differs was made of the secret. An
expression that mentions no secret pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, cast, runtime_checkable

from floworch.errors import ExpressionError

#: Letters and digits stand for others of their kind, so that what parses, counts or changes case still does.
_OTHERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM5678901234",
)


@runtime_checkable
class Telling(Protocol):
    """Secrets whose owner wants to know what is made of them."""

    def disguised(self) -> Mapping[str, str]:
        """The same names with other values of the same shape."""
        ...

    def hide(self, text: str) -> None:
        """Hide a text from now on."""
        ...


def disguise(value: str) -> str:
    """Another text of the same shape: each letter and digit is another one of its kind."""
    return value.translate(_OTHERS)


def tell_derived(source: str, context: Mapping[str, Any], result: Any, again: Callable[[dict[str, Any]], Any]) -> None:
    """Tell the secrets in a context what an expression made of them; they may not want to know.

    Args:
        source: The expression. What stands in it literally is no secret.
        context: What it was evaluated in.
        result: What it gave.
        again: Evaluates it in another context.
    """
    secrets = context.get("secrets")
    if not isinstance(secrets, Telling):
        return
    try:
        other = again({**context, "secrets": secrets.disguised()})
    except ExpressionError:  # the shape is not enough: anything in the result may be made of the secret
        other = None
    for text in _differences(result, other):
        if text not in source:
            secrets.hide(text)


def _differences(one: Any, other: Any) -> Iterator[str]:
    """Those parts of the texts and numbers of ``one`` that are others in ``other``; keys are names, no secrets."""
    if isinstance(one, Mapping):
        twin = cast("Mapping[str, Any]", other if isinstance(other, Mapping) else {})
        for key, value in one.items():
            yield from _differences(value, twin.get(key))
    elif isinstance(one, (list, tuple)):
        twins: Any = other if isinstance(other, (list, tuple)) and len(other) == len(one) else [None] * len(one)
        for value, twin_value in zip(one, twins, strict=True):
            yield from _differences(value, twin_value)
    elif isinstance(one, str):
        if one != other:
            yield _middle(one, other) if isinstance(other, str) else one
    elif isinstance(one, (int, float)) and not isinstance(one, bool) and one != other:
        yield str(one)


def _middle(one: str, other: str) -> str:
    """``one`` without what both begin and end with."""
    least, start, end = min(len(one), len(other)), 0, 0
    while start < least and one[start] == other[start]:
        start += 1
    while end < least - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end]
