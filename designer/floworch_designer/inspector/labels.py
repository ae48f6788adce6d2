"""Names of fields in the sentences of the engine, said by the labels that a form shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from floworch_designer.settings.findings import said
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.model.problem import Problem

#: A name as the engine quotes it; places below one, such as ``'cases[0].port'``, stay.
_NAME: Final = re.compile(r"'([a-z][a-z0-9_]*)'")
#: How the engine says that a value which must be given is not.
_MISSING: Final = re.compile(r"'([^']+)' is missing\.")


def in_labels(text: str, labels: Mapping[str, str], but: str = "") -> str:
    """A sentence in which the fields of a form are called as the form calls them.

    Args:
        text: The sentence, in the language of the window.
        labels: Name of each field and its label.
        but: The field whose help this is: what it quotes by its own name is something else.
    """
    if "'" not in text:
        return text
    return _NAME.sub(lambda found: _quoted(found, labels, but), text)


def problem_text(problem: Problem, labels: Mapping[str, str]) -> str:
    """What is wrong with a field and what to do about it, below that field."""
    missing = _MISSING.fullmatch(problem.message)
    if missing is not None and missing[1] in labels and problem.fix == f"Give '{missing[1]}' a value.":
        return tr("A value is needed.")
    return in_labels(" ".join(filter(None, (said(problem.message), said(problem.fix)))), labels)


def _quoted(found: re.Match[str], labels: Mapping[str, str], but: str) -> str:
    label = labels.get(found[1]) if found[1] != but else None
    return found[0] if label is None else tr("“{label}”", label=label)
