"""The formats that journals are written in, by name and by the suffix of their files."""

from __future__ import annotations

from floworch.store.journal.binary import BinaryFormat
from floworch.store.journal.format import Format
from floworch.store.journal.json_lines import JsonFormat

BINARY: Format = BinaryFormat()
JSON: Format = JsonFormat()
#: Every format by the suffix of its segment files.
BY_SUFFIX: dict[str, Format] = {each.suffix: each for each in (BINARY, JSON)}
#: Every format by its name.
BY_NAME: dict[str, Format] = {each.name: each for each in (BINARY, JSON)}
