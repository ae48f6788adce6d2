"""Lines that the product's own actions and middleware write into the log of a run, in the language of the window.

``scripts/translations.py`` lists them in ``floworch_resources/translations/lines.json``. What a workflow's author, a
program or another package's action wrote stays as it is, whatever it says.
"""

from __future__ import annotations

import json
import re
import string
from functools import cache, lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication

from floworch_designer.settings.findings import said
from floworch_designer.settings.words import CONTEXT, catalogue, foreign, local_number, spoken

#: Actions that write what somebody else says: of them, only what their middleware adds is the product's.
OTHERS: Final = frozenset(
    {"desktop.notify", "flow.end", "python.code", "python.script", "shell.run", "ssh.run", "util.log"}
)
#: Families of the product's own actions.
_FAMILIES: Final = frozenset(
    [
        "ai",
        "chat",
        "data",
        "db",
        "desktop",
        "file",
        "flow",
        "http",
        "human",
        "mail",
        "mqtt",
        "python",
        "shell",
        "ssh",
        "util",
    ]
)
_NUMBER: Final = re.compile(r"\d+(,\d{3})*(\.\d+)?")
#: Longer lines stay as they are.
_LONGEST: Final = 600


def line_said(text: str, action: str) -> str:
    """A line of the log, or a word about progress, of a node with this action in the language of the window."""
    if not foreign() or not text or len(text) > _LONGEST:
        return text
    own = action not in OTHERS and action.partition(".")[0] in _FAMILIES
    return _line(text, own, spoken())


@lru_cache(maxsize=4096)
def _line(text: str, own: bool, language: str) -> str:
    kinds = ("actions", "middleware") if own else ("middleware",)
    return next((made for kind in kinds for made in [_fitting(text, kind)] if made is not None), text)


def _fitting(text: str, kind: str) -> str | None:
    for begin, end, pattern, template in _templates()[kind]:
        if text.startswith(begin) and text.endswith(end) and (found := pattern.fullmatch(text)) is not None:
            values = [_fitting(value, "values") or _value(value) for value in found.groups()]
            return string.Formatter().vformat(QCoreApplication.translate(CONTEXT, template), values, {})
    return None


def _value(text: str) -> str:
    return local_number(text) if _NUMBER.fullmatch(text) else said(text) if " " in text else text


@cache
def _templates() -> dict[str, list[tuple[str, str, re.Pattern[str], str]]]:
    """How a line begins and ends, its pattern and its template; those with the most words of their own first."""
    listed = json.loads(catalogue("de").with_name("lines.json").read_text(encoding="utf-8"))
    return {kind: sorted(map(_prepared, texts), key=_own, reverse=True) for kind, texts in listed.items()}


def _prepared(template: str) -> tuple[str, str, re.Pattern[str], str]:
    words = re.split(r"\{\d+\}", template)
    return words[0], words[-1], re.compile("(.*?)".join(map(re.escape, words)), re.DOTALL), template


def _own(prepared: tuple[str, str, re.Pattern[str], str]) -> int:
    return len(re.sub(r"\{\d+\}", "", prepared[3]))
