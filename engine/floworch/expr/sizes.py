"""How large the result of an expression may be (contract C13)."""

from __future__ import annotations

import re
from typing import Any

#: An expression's result, and what ``to_json`` writes, may have this many bytes, as text or, by estimate, as JSON.
MAX_OUTPUT = 16 * 1024 * 1024

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', re.DOTALL)
#: Walks a result inside the template engine, which counts its steps and has not yet made Python objects of it.
PROBE = (
    "{%% for x in [(%s)] recursive %%}{%% if x is mapping %%}{{ loop(x | items) }}"
    "{%% elif x is string %%}{{ x | length }},{%% elif x is iterable %%}{{ loop(x) }}{%% endif %%}{%% endfor %%}"
)


def repeats(source: str) -> bool:
    """Whether an expression multiplies: ``[1] * n`` is small inside the template engine and endless outside of it."""
    return "*" in source and "*" in _STRING.sub("", source)


def probed(text: str) -> int:
    """How many characters the texts in a result have, by what ``PROBE`` printed."""
    return sum(map(int, text.split(",")[:-1]))


def too_large(value: Any) -> bool:
    """Whether the JSON of a list or an object is longer than ``MAX_OUTPUT``, estimated without walking further."""
    left = MAX_OUTPUT
    stack = [value]
    while stack and left >= 0:
        item = stack.pop()
        if isinstance(item, (str, bytes)):
            left -= len(item)
        elif isinstance(item, dict):
            left -= 4 * len(item) + sum(map(len, filter(None, map(_text, dict.__iter__(item)))))
            stack.extend(dict.values(item))
        elif isinstance(item, list):
            left -= 2 * len(item)
            if left >= 0:
                stack.extend(list.__iter__(item))
    return left < 0


def _text(key: Any) -> str:
    return key if isinstance(key, str) else ""
