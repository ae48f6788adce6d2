"""Parameter sets: the inputs of a run under a name, in files beside the definition that ``--inputs`` takes too."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from floworch.errors import UsageError
from floworch.model.files import read_bytes, write_text
from floworch_designer.settings.words import tr

#: The set of ``NAME.inputs.json``, which ``floworch serve`` takes; others are ``NAME.SET.inputs.json``.
DEFAULT: Final = "default"
SUFFIX: Final = ".inputs.json"
_NAME = re.compile(r"\w[\w -]{0,63}")
#: Inputs with such names are never written into a set.
_SECRET = re.compile(r"pass(word|wd|phrase)|token|secret|api[_-]?key|credential|kennwort|passwort", re.IGNORECASE)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a run without those that look like secrets by their names."""
    return {name: value for name, value in values.items() if not _SECRET.search(name)}


def completed(kept: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a set with the secrets that a person gave otherwise."""
    return {**{name: value for name, value in given.items() if name not in plain(given)}, **kept}


class InputSets:
    """The parameter sets of one definition file. What cannot be read or written raises a FlowError."""

    def __init__(self, definition: Path) -> None:
        self._folder = definition.parent
        self._base = definition.name.removesuffix(".json").removesuffix(".flow")

    def path(self, name: str) -> Path:
        """The file of a set, which need not be there."""
        return self._folder / f"{self._base}{'' if name == DEFAULT else f'.{name}'}{SUFFIX}"

    def names(self) -> list[str]:
        """The sets there are, the default one first."""
        start = f"{self._base}."
        files = (each.name for each in self._folder.glob(f"*{SUFFIX}") if each.name.startswith(start))
        found = {name.removesuffix(SUFFIX)[len(start) :] or DEFAULT for name in files}
        of_others = {name for name in found if (self._folder / f"{self._base}.{name}.flow.json").exists()}
        return sorted(filter(_NAME.fullmatch, found - of_others), key=lambda name: (name != DEFAULT, name.casefold()))

    def read(self, name: str) -> dict[str, Any]:
        """The inputs of a set."""
        path = self.path(name)
        try:
            found = json.loads(read_bytes(path))
        except (ValueError, RecursionError) as error:
            found = error
        if not isinstance(found, dict):
            raise UsageError(
                tr("{path} is no parameter set.", path=path.name),
                tr("It must hold a JSON object with a value for each input."),
            )
        return found

    def write(self, name: str, values: Mapping[str, Any]) -> list[str]:
        """Write a set, or replace it; returns the inputs that were left out because they look like secrets."""
        if not _NAME.fullmatch(name):
            raise UsageError(
                tr("“{name}” cannot be the name of a parameter set.", name=name),
                tr("Use letters, digits, spaces, - and _."),
            )
        kept = plain(values)
        write_text(self.path(name), json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
        return [each for each in values if each not in kept]

    def rename(self, old: str, new: str) -> None:
        """Give a set another name, which no other set has."""
        if new in self.names():
            raise UsageError(
                tr("There is a parameter set “{name}” already.", name=new),
                tr("Choose another name, or delete it first."),
            )
        self.write(new, self.read(old))
        self.remove(old)

    def remove(self, name: str) -> None:
        """Delete a set; nothing happens when it is gone."""
        try:
            self.path(name).unlink(missing_ok=True)
        except OSError as error:
            raise UsageError(
                tr("{path} cannot be deleted.", path=self.path(name).name), error.strerror or str(error)
            ) from None
