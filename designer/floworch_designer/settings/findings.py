"""What the engine finds in a definition, and its errors, in the language of the window.

The engine writes English with names and values in it. ``scripts/translations.py`` lists its sentences as templates in
``floworch_resources/translations/findings.json``; one that fits a sentence is said in the other language, with the same
values. A sentence that none fits, such as one of a package's own action, stays as it is.
"""

from __future__ import annotations

import json
import re
import string
from functools import cache, lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication

from floworch_designer.settings.words import CONTEXT, catalogue, foreign, spoken, tr

#: Several names in one value: ``a, b and c``.
_SEVERAL: Final = re.compile(r"([^\s,]+(?:, [^\s,]+)*) and ([^\s,]+)")
#: How deep sentences stand in sentences.
_DEEPEST: Final = 3
#: Longer texts, such as what a program printed, stay as they are: looking for a template would hold the window up.
_LONGEST: Final = 2000
#: How a sentence of the engine begins; where it stands untranslated, a template that begins with a name does not fit.
_PROSE: Final = re.compile(r"(The|A|An|There|This|It|No|Node|Run|Workflow|Cannot) ")


def said(text: str) -> str:
    """A message or a fix of the engine in the language of the window."""
    return _said(text, spoken(), 0) if text and len(text) <= _LONGEST and foreign() else text


@lru_cache(maxsize=4096)
def _said(text: str, language: str, depth: int) -> str:
    for pattern, template, names in _templates():
        found = pattern.fullmatch(text)
        if found is not None:
            values = [_value(value, language, depth) for value in found.groups()]
            if template.startswith("{") and _PROSE.match(values[0]):
                continue
            given = dict(zip(names, values, strict=True))
            numbered = [given[name] for name in names if name.isdigit()]
            other = QCoreApplication.translate(CONTEXT, template)
            return string.Formatter().vformat(other, numbered, given)
    return text


def _value(text: str, language: str, depth: int) -> str:
    """What stands in a template: words of the engine in the other language, names as they are."""
    several = _SEVERAL.fullmatch(text)
    if several is not None:
        return f"{several[1]} {tr('and')} {several[2]}"
    return _said(text, language, depth + 1) if " " in text and depth < _DEEPEST else text


@cache
def _templates() -> list[tuple[re.Pattern[str], str, list[str]]]:
    """A pattern, its template and the names in it, those with the most words of their own first."""
    path = catalogue("de").with_name("findings.json")
    found = []
    for template in json.loads(path.read_text(encoding="utf-8")):
        parts = list(string.Formatter().parse(template))
        names = [name for _, name, _, _ in parts if name is not None]
        pattern = "".join(re.escape(words) + ("(.*?)" if name is not None else "") for words, name, _, _ in parts)
        found.append((sum(len(words) for words, *_ in parts), re.compile(pattern, re.DOTALL), template, names))
    found.sort(key=lambda entry: -entry[0])
    return [entry[1:] for entry in found]
