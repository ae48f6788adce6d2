"""The definition files that are served: looked at again when they change, the old one kept where a new one is bad."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from floworch.errors import FlowError

if TYPE_CHECKING:
    from floworch.serve.runs import Say
    from floworch.serve.served import Served

SUFFIX = ".flow.json"


@dataclass(frozen=True, slots=True)
class Source:
    """A definition file. ``listed``: It was found in a folder; else somebody named it."""

    file: Path
    listed: bool

    @property
    def inputs(self) -> Path:
        """The file with its inputs, which need not be there."""
        return Path(f"{str(self.file).removesuffix(SUFFIX)}.inputs.json")


class Definitions:
    """What is served of a set of files.

    Args:
        sources: Lists the files.
        plan: Reads, checks and admits one; None for one that starts nothing by itself.
        say: Told of a definition that is bad, once.

    Raises:
        FlowError: From ``first``: whatever is wrong with one that was named, or with one of a folder when nothing else
            is there to be served.
    """

    def __init__(
        self, sources: Callable[[], Iterable[Source]], plan: Callable[[Source], Served | None], say: Say
    ) -> None:
        self._sources = sources
        self._plan = plan
        self._say = say
        self._known: dict[Path, tuple[bytes, Served | None]] = {}
        self._bad: dict[Path, str] = {}

    @property
    def folders(self) -> list[str]:
        """The folders in which something may change."""
        return sorted({str(file.absolute().parent) for file in self._known})

    def others(self, file: Path) -> list[Served]:
        """What is served of the other files, as far as they are read."""
        return [served for known, (_, served) in self._known.items() if served is not None and known != file]

    def first(self) -> list[Served]:
        """Read all of them. A bad one of a folder is reported and waits to be mended; one that was named is raised."""
        bad: list[tuple[Source, FlowError]] = []
        for source in self._sources():
            mark = _mark(source)
            try:
                served = self._plan(source)
            except FlowError as error:
                if not source.listed:
                    raise
                bad.append((source, error))
                served = None
            self._known[source.file] = (mark, served)
        if bad and not self._served():
            raise bad[0][1]
        for source, wrong in bad:
            self._report(source, wrong, False)
        return self._served()

    def look(self) -> list[Served] | None:
        """Read what has changed; None when that makes no difference. A bad one is reported and the old one stays."""
        changed = False
        listed = list(self._sources())
        for file in set(self._known) - {source.file for source in listed}:
            changed = self._known.pop(file)[1] is not None or changed
            self._bad.pop(file, None)
        for source in listed:
            mark, known = _mark(source), self._known.get(source.file)
            if known is not None and known[0] == mark and source.file not in self._bad:
                continue
            try:
                served = self._plan(source)
            except FlowError as error:
                self._report(source, error, known is not None and known[1] is not None)
                continue
            self._bad.pop(source.file, None)
            self._known[source.file] = (mark, served)
            changed = True
        return self._served() if changed else None

    def _served(self) -> list[Served]:
        return [served for _, served in self._known.values() if served is not None]

    def _report(self, source: Source, error: FlowError, kept: bool) -> None:
        if self._bad.get(source.file) == error.message:
            return
        self._bad[source.file] = error.message
        more = "It is served as it was before." if kept else "It is not served until then."
        self._say("error", path=str(source.file), message=" ".join(filter(None, (error.message, error.hint, more))))


def _mark(source: Source) -> bytes:
    """What a definition, its inputs and the actions beside it are like now."""
    found = hashlib.sha256()
    beside = sorted((source.file.parent / "actions").glob("*.py"))
    for file in (source.file, source.inputs, *beside):
        try:
            found.update(hashlib.sha256(file.read_bytes()).digest())
        except OSError:
            found.update(b"-")
    return found.digest()
