"""A folder tree for the folder audit, and what the audit must find in it, computed without the product."""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

#: A name of characters that mean something to HTML, shells, Jinja and JSON.
ODD = "odd <b>&\"name' {{ x }} ü\n.txt"


@dataclass(frozen=True)
class Found:
    """What the database must hold of one file."""

    path: str
    extension: str
    size: int
    sha256: str | None


@dataclass
class Expected:
    """What an audit of a folder must find.

    Attributes:
        files: In the order of the listing.
        groups: Paths of files with the same content, empty files left out.
        wasted: Bytes of all copies but one of each group.
        by_type: Files and bytes per extension, files that could not be read left out.
    """

    files: list[Found]
    groups: list[list[str]] = field(default_factory=list)
    wasted: int = 0
    by_type: dict[str, tuple[int, int]] = field(default_factory=dict)


def plant(folder: Path, seed: int, files: int = 300) -> None:
    """Fill a folder with small files: duplicates, an empty one, odd names, links, a pipe, caches and one large file."""
    chance = random.Random(seed)
    copies = [chance.randbytes(chance.randrange(1, 4000)) for _ in range(12)]
    extensions = [".py", ".txt", ".JSON", ".so", "", ".tar.gz"]
    for number in range(files):
        where = folder / f"d{chance.randrange(9)}" / f"e{chance.randrange(3)}"
        where.mkdir(parents=True, exist_ok=True)
        content = chance.choice(copies) if chance.random() < 0.2 else chance.randbytes(chance.randrange(1, 9000))
        (where / f"f{number:05}{chance.choice(extensions)}").write_bytes(content)
    (folder / "libz.so.1.3").write_bytes(chance.randbytes(100))
    (folder / "libq.so.6").write_bytes(chance.randbytes(200))
    (folder / "empty").touch()
    (folder / "empty too.txt").touch()
    (folder / "large.bin").write_bytes(chance.randbytes(1_500_000))
    (folder / ODD).write_text("odd")
    (folder / ".hidden").write_text("hidden")
    for cache in (folder / "__pycache__", folder / "d1" / "__pycache__"):
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "never.pyc").write_text(f"{chance.random()}")
    (folder / "nowhere").symlink_to("does-not-exist")
    (folder / "circle").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    with open(os.fsencode(folder) + b"/not-unicode-\xff\xfe.bin", "wb") as file:
        file.write(b"bytes in a name")


def kind_of(suffix: str) -> str:
    """What the report calls a file's type: no version numbers, no hashes."""
    word = suffix[1:]
    if not suffix:
        return "(none)"
    return suffix if word.isascii() and word.isalnum() and word[:1].isalpha() and len(word) <= 8 else "other"


def expect(folder: Path) -> Expected:
    """Compute what an audit of the folder must find."""
    found: dict[str, Found] = {}
    for base, folders, names in os.walk(os.fsencode(folder)):
        folders[:] = [name for name in folders if name != b"__pycache__"]
        for name in names:
            path = os.path.join(base, name)
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            relative = os.path.relpath(path, os.fsencode(folder)).decode("utf-8", "backslashreplace")
            with open(path, "rb") as file:
                content = file.read()
            extension = kind_of(os.path.splitext(name.decode("utf-8", "backslashreplace"))[1].lower())
            found[relative] = Found(relative, extension, len(content), hashlib.sha256(content).hexdigest())
    expected = Expected([found[path] for path in sorted(found)])
    same: dict[str | None, list[Found]] = {}
    for row in expected.files:
        count, size = expected.by_type.get(row.extension, (0, 0))
        expected.by_type[row.extension] = (count + 1, size + row.size)
        if row.size:
            same.setdefault(row.sha256, []).append(row)
    for rows in same.values():
        if len(rows) > 1:
            expected.groups.append([row.path for row in rows])
            expected.wasted += rows[0].size * (len(rows) - 1)
    return expected


def database(path: Path) -> list[Found]:
    """What the audit's database holds, in the order of the listing."""
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute("SELECT path, extension, bytes, sha256 FROM files").fetchall()
    finally:
        connection.close()
    return sorted((Found(*row) for row in rows), key=lambda row: row.path)
