"""Secrets that a definition names anywhere: in expressions and in parameters that hold the name of one."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from floworch.expr import is_template, references
from floworch.model.conditions import bare_conditions
from floworch.model.reads import texts

_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
#: Stands for a name that only the run knows: ``secrets[inputs.which]``.
ANY = "*"


def secrets_in(value: Any, bare: bool = False) -> set[str]:
    """Names of secrets in the expressions of a JSON value; ``bare``: its texts are expressions without braces."""
    found: set[str] = set()
    for text in texts(value):
        if is_template(text):
            found |= _names(" ".join(_CODE.findall(text)))
        elif bare:
            found |= _names(text)
    return found


def secrets_of_params(
    params: Mapping[str, Any], bare: Collection[str], conditions: Collection[str], named: Collection[str]
) -> set[str]:
    """Names of secrets in the parameters of an action.

    Args:
        params: The parameters.
        bare: Those that are expressions without braces.
        conditions: The action's ``condition_params``.
        named: Those that hold the name of a secret.
    """
    found: set[str] = set()
    for name, value in params.items():
        if name in named and isinstance(value, str) and value and not is_template(value):
            found.add(value)
            continue
        found |= secrets_in(value, name in bare or name in conditions)
        for _, text in bare_conditions(conditions, name, value):
            found |= _names(text)
    return found


def _names(code: str) -> set[str]:
    paths = references(code)
    return {path[1] if len(path) > 1 else ANY for path in paths if path[0] == "secrets"}
