"""Names of files for a person: short, and told apart where several files have one name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path


def told_apart(paths: Sequence[Path]) -> list[str]:
    """The name of each file; of those that share one also the folder: ``main.flow.json – billing``.

    Of folders of one name as many of their parents as differ: ``main.flow.json – a/flows``.
    """
    deep = [1] * len(paths)
    for _ in range(max((len(path.parts) for path in paths), default=0)):
        names = [_name(path, parts) for path, parts in zip(paths, deep, strict=True)]
        count = Counter(names)
        alike = [
            count[name] > 1 and parts < len(path.parts) for name, path, parts in zip(names, paths, deep, strict=True)
        ]
        if not any(alike):
            break
        deep = [parts + more for parts, more in zip(deep, alike, strict=True)]
    return [_name(path, parts) for path, parts in zip(paths, deep, strict=True)]


def _name(path: Path, parts: int) -> str:
    folders = Path(*path.parts[-parts:-1]) if parts > 1 else ""
    return f"{path.name} – {folders}" if folders else path.name
