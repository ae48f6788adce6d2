"""The language of the window: one helper for every text that a person reads, and the catalogue behind it.

English is written in the code. ``scripts/translations.py`` collects it into ``floworch_resources/translations/*.ts``,
which Qt Linguist opens, and compiles those into the ``.qm`` files that are read here.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QDateTime, QLibraryInfo, QLocale, QTranslator

#: Every text stands in this one context of the catalogue.
CONTEXT: Final = "floworch"
#: Languages there are, by their code: English needs no catalogue.
LANGUAGES: Final = {"en": "English", "de": "Deutsch"}

#: Languages that write a comma where English has the point in numbers, and the other way round.
_COMMA: Final = frozenset({"de"})
_SWAPPED: Final = str.maketrans(",.", ".,")

_installed: list[QTranslator] = []
_spoken = ["en"]


def tr(text: str, /, **values: Any) -> str:
    """A text in the language of the window; ``{name}`` in it stands for the value of that name."""
    if not _installed:
        return text.format(**values) if values else text
    found = QCoreApplication.translate(CONTEXT, text)
    return found.format(**{name: _Local(value) for name, value in values.items()}) if values else found


def counted(number: int, one: str, many: str, /, **values: Any) -> str:
    """``one`` for exactly one thing, else ``many``, in the language of the window.

    ``{n}`` stands for the number, ``{name}`` for the value of that name.
    """
    return tr(one if number == 1 else many, n=local_number(f"{number:,}"), **values)


def local_number(text: str) -> str:
    """A text with numbers as Python formats them, in the way the language of the window writes them.

    ``1,234.5 s`` is ``1.234,5 s`` in German.
    """
    return text.translate(_SWAPPED) if _installed and _spoken[-1] in _COMMA else text


class _Local:
    """A value in a translated text: what it formats as a number is written as the language does."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __format__(self, spec: str) -> str:
        shown = format(self._value, spec)
        return local_number(shown) if spec and isinstance(self._value, int | float) else shown


def spoken() -> str:
    """The code of the language that the window speaks."""
    return _spoken[-1]


def foreign() -> bool:
    """Whether the window speaks another language than that of the code."""
    return bool(_installed)


def local_date(moment: datetime, year: bool) -> str:
    """Day and time as the language of the window writes them, such as ``Mo. 24. Nov., 10:04``."""
    pattern = "d. MMM yyyy, HH:mm" if year else "ddd d. MMM, HH:mm"
    day = QDateTime(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    return QLocale(_spoken[-1]).toString(day, pattern)


def mark(text: str) -> str:
    """Say that a text is translated where it is used, such as one of a table that is made at import; returns it."""
    return text


def language_of(chosen: str, system: str | None = None) -> str:
    """The code of the language to speak: ``chosen`` when there is a catalogue for it, else the system's, else English.

    Args:
        chosen: Code from the settings; empty to follow the system.
        system: Name of the system's locale such as ``de_AT``; asked from Qt when None.
    """
    for name in (chosen, system if system is not None else QLocale.system().name()):
        if (code := name.replace("-", "_").split("_")[0].lower()) in LANGUAGES:
            return code
    return "en"


def catalogue(language: str) -> Path:
    """The compiled catalogue of a language."""
    import floworch_resources

    return Path(floworch_resources.__file__).parent / "translations" / f"floworch_{language}.qm"


def speak(language: str) -> None:
    """Turn the application to a language, Qt's own words included; what is already on screen keeps its texts."""
    for translator in _installed:
        QCoreApplication.removeTranslator(translator)
    _installed.clear()
    _spoken[:] = [language]
    if language == "en":
        return
    own = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for path in (Path(own) / f"qtbase_{language}.qm", catalogue(language)):
        translator = QTranslator()
        if translator.load(str(path)):
            QCoreApplication.installTranslator(translator)
            _installed.append(translator)
