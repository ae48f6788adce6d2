"""What the engine finds in a definition, and its errors, in the language of the window.

The engine writes English with names and values in it. ``scripts/translations.py`` lists its sentences as templates in
``floworch_resources/translations/findings.json``; one that fits a sentence is said in the other language, with the same
values. Where none fits a text, its parts are looked at one by one: sentences, what stands on either side of a colon or
a semicolon. What none fits, such as a sentence of a package's own action, stays as it is.
"""

from __future__ import annotations

import json
import re
import string
from collections import Counter
from functools import cache, cached_property, lru_cache
from itertools import islice
from typing import Final

from PySide6.QtCore import QCoreApplication

from floworch.errors import FlowError
from floworch.run.status import RunStatus
from floworch_designer.settings.words import CONTEXT, catalogue, foreign, spoken, tr

#: Several names in one value: ``a, b and c``.
_SEVERAL: Final = re.compile(r"([^\s,]+(?:, [^\s,]+)*) (and|or) ([^\s,]+)")
#: How deep sentences stand in sentences.
_DEEPEST: Final = 5
#: Longer texts, such as what a program printed, stay as they are: looking for a template would hold the window up.
_LONGEST: Final = 2000
#: Longer texts are not taken apart at colons and the like.
_LONGEST_SENTENCE: Final = 600
#: So many colons of a text are looked at.
_MOST: Final = 4
#: Words of an English sentence. Where they stand untranslated in the place of a name, a template does not fit.
_PROSE: Final = re.compile(
    r"\b(?i:the|a|this|that|of|to|were|are|there|it|no|must|cannot|be|has|does|is|not|which) [a-z]"
)
#: How a sentence begins that holds none of these words.
_BEGUN: Final = re.compile(r"[A-Z][a-z]+ [a-z]")
_PRONOUNS: Final = frozenset({"it", "them", "this", "that"})
#: What is a name whatever it holds.
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
#: What stands before a value that may be any words, such as those of a server.
_OPENS: Final = re.compile(r"(?:[:;(]| …) ?$")
#: What a run is said to be.
_STATES: Final = frozenset(map(str, RunStatus))
#: A word of a sentence.
_TOKEN: Final = re.compile(r"[A-Za-z]{2,}")
#: Stands for a value while a template is taken apart.
_GAP: Final = "\0"
#: Between two sentences of the engine, such as a message and what to do, or between lines.
_SENTENCES: Final = re.compile(r"((?<=[.?!])\s+(?=[A-Z'\"])|\n+)")


def said(text: str) -> str:
    """A message or a fix of the engine in the language of the window."""
    return _said(text, spoken(), 0) if text and len(text) <= _LONGEST and foreign() else text


def told(error: FlowError) -> str:
    """What went wrong and what to do about it, in the language of the window."""
    return " ".join(filter(None, (said(error.message), said(error.hint))))


def kind_word(kind: str) -> str:
    """The kind of an error beside its message: as definitions write it, or in the language of the window."""
    return tr(kind.replace("_", " ").capitalize()) if foreign() else kind


@lru_cache(maxsize=4096)
def _said(text: str, language: str, depth: int) -> str:
    return _whole(text, language, depth) or _parted(text, language, depth) or text


def _whole(text: str, language: str, depth: int) -> str | None:
    """A text that one template fits, with a full stop or without and with a capital letter or a small one, or None."""
    small = text[:1].isupper() and text[1:2].islower()
    for form in (text, text[0].lower() + text[1:]) if small else (text,):
        with_stop = form.endswith(".")
        for other, stop in ((form, ""), (form[:-1] if with_stop else form + ".", "." if with_stop else "")):
            found = _fitting(other, language, depth)
            if found is not None:
                found = found + stop if with_stop or other == form else found.removesuffix(".")
                return found[0].upper() + found[1:] if form != text else found
    return None


def _fitting(text: str, language: str, depth: int) -> str | None:
    for known in _candidates(text):
        found = known.fitting(text)
        if found is None:
            continue
        values = [
            _value(value, language, depth, words) for value, words in zip(found.groups(), known.words, strict=False)
        ]
        if not all(map(known.takes, range(len(values)), found.groups(), values)):
            continue
        given = dict(zip(known.names, values, strict=True))
        numbered = [given[name] for name in known.names if name.isdigit()]
        return string.Formatter().vformat(QCoreApplication.translate(CONTEXT, known.template), numbered, given)
    return None


def _value(text: str, language: str, depth: int, before: str) -> str:
    """What stands in a template: words of the engine in the other language, names as they are."""
    if text in _STATES and before.endswith(" is "):
        return tr(text.replace("_", " "))
    several = _SEVERAL.fullmatch(text)
    if several is not None:
        return f"{several[1]} {tr('and') if several[2] == 'and' else tr('or')} {several[3]}"
    return _said(text, language, depth + 1) if " " in text and depth < _DEEPEST else text


def _parted(text: str, language: str, depth: int) -> str | None:
    """A text with those of its parts translated that are known, or None when none is."""
    if depth >= _DEEPEST:
        return None
    sentences = _SENTENCES.split(text)
    if len(sentences) > 1 and (made := [_said(each, language, depth + 1) for each in sentences]) != sentences:
        return "".join(made)
    parts = text.split("; ")
    if len(parts) > 1 and (made := _in_a_row(parts, language, depth)) != parts:
        return "; ".join(made)
    return _divided(text, language, depth) if len(text) <= _LONGEST_SENTENCE else None


def _in_a_row(pieces: list[str], language: str, depth: int) -> list[str]:
    """What stands between semicolons, each in the other language; a sentence may hold a semicolon itself."""
    made, left = [], [*pieces]
    while left:
        two = _whole("; ".join(left[:2]), language, depth + 1) if len(left) > 1 else None
        made.append(two if two is not None else _said(left[0], language, depth + 1))
        del left[: 1 if two is None else 2]
    return made


def _divided(text: str, language: str, depth: int) -> str | None:
    """What stands before a colon and behind it, each in the other language; or what went wrong in which expression."""
    best: tuple[int, str] = (0, "")
    for place in islice(re.finditer(": ", text), _MOST):
        sides = text[: place.start()], text[place.end() :]
        made = [_said(side, language, depth + 1) if side else side for side in sides]
        worth = 2 * (made[1] != sides[1]) + (made[0] != sides[0] or not _prose(sides[0]))
        if made != [*sides]:
            best = max(best, (worth, ": ".join(made)), key=lambda each: each[0])
    if best[0]:
        return best[1]
    for place in islice(re.finditer(" in ", text), _MOST):
        made_of = _whole(text[: place.start()], language, depth + 1)
        if made_of is not None:
            return made_of + text[place.start() :]
    return None


def _prose(text: str) -> bool:
    return _PROSE.search(_QUOTED.sub("", text)) is not None


class _Template:
    """A sentence of the engine; its pattern is made when a text is the first that might fit it."""

    def __init__(self, template: str) -> None:
        parts = list(string.Formatter().parse(template))  # braces that stand for themselves begin a part, too
        self.template = template
        self.names = [name for _, name, _, _ in parts if name is not None]
        gaps = "".join(words.replace(_GAP, "") + (_GAP if name is not None else "") for words, name, _, _ in parts)
        self.words = gaps.split(_GAP)
        self.own = sum(map(len, self.words))

    def tokens(self) -> set[str]:
        """Words of its own that stand whole in every text that fits."""
        last = len(self.words) - 1
        return {
            each[0].lower()
            for number, words in enumerate(self.words)
            for each in _TOKEN.finditer(words)
            if (each.start() or not number) and (each.end() < len(words) or number == last)
        }

    def fitting(self, text: str) -> re.Match[str] | None:
        """The match of a text; most are told by their ends, which costs a thousandth of a pattern."""
        if text.startswith(self.words[0]) and text.endswith(self.words[-1]):
            return self._pattern.fullmatch(text)
        return None

    def takes(self, place: int, text: str, made: str) -> bool:
        """Whether a value may stand there: a name, something translated, or any words where they are quoted."""
        before, behind = self.words[place], self.words[place + 1]
        quoted, opens = before[-1:] in {"'", '"'} and behind[:1] == before[-1:], _OPENS.search(before) is not None
        if (
            "; " in text[2:] and not quoted
        ):  # what stands behind it is a sentence of its own, but for what a server says
            return opens and behind in {"", "."}
        if quoted or opens:
            return True
        return not _prose(made) and not (made == text and (_BEGUN.match(text) or text in _PRONOUNS))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("(.*?)".join(map(re.escape, self.words)), re.DOTALL)


def _candidates(text: str) -> list[_Template]:
    """The templates that have a word in common with a text, those with the most words of their own first."""
    listed, rest = _templates()
    found = [*rest]
    for token in {each[0].lower() for each in _TOKEN.finditer(text)}:
        found += listed.get(token, ())
    return sorted(found, key=lambda each: -each.own)


@cache
def _templates() -> tuple[dict[str, list[_Template]], list[_Template]]:
    """What the engine says, by the word that the fewest of its sentences have; and what has no word of its own."""
    path = catalogue("de").with_name("findings.json")
    all_ = [_Template(template) for template in json.loads(path.read_text(encoding="utf-8"))]
    usual = Counter(token for each in all_ for token in each.tokens())
    listed: dict[str, list[_Template]] = {}
    for each in all_:
        listed.setdefault(min(each.tokens(), key=lambda token: usual[token], default=""), []).append(each)
    return listed, listed.pop("", [])
