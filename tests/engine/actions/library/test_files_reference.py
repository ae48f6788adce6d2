"""File actions against the standard library's own opinion, and against disks that fail at every step."""

from __future__ import annotations

import errno
import fnmatch
import itertools
import json
import os
import stat
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch.actions.library import file_write
from floworch.actions.library.file_match import compile_pattern
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action

posix = pytest.mark.skipif(os.name == "nt", reason="uses POSIX file names and permissions")
NAMES = st.sampled_from(["a", "b", ".hidden", "x.txt", "y.TXT", "ä", "sp ace", "[1]", "z.tar.gz", "-", "{c}"])
TREES: st.SearchStrategy[Any] = st.recursive(
    st.binary(max_size=5), lambda inner: st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


def plant(folder: Path, tree: dict[str, Any]) -> None:
    """Make a folder tree: bytes are files, dictionaries folders."""
    folder.mkdir()
    for name, content in tree.items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        else:
            plant(folder / name, content)


def walked(folder: Path) -> list[tuple[str, str, int]]:
    """(relative path, type, size) of everything below a folder, as os.walk finds it."""
    found = []
    for top, folders, files in os.walk(folder):
        for name, kind in [(name, "dir") for name in folders] + [(name, "file") for name in files]:
            path = Path(top) / name
            size = path.stat().st_size if kind == "file" else 0
            found.append((path.relative_to(folder).as_posix(), kind, size))
    return sorted(found)


@settings(max_examples=60)
@given(tree=st.dictionaries(NAMES, TREES, max_size=5))
def test_a_random_tree_is_listed_as_the_standard_library_walks_it(
    tree: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("tree") / "root"
    plant(folder, tree)
    expected = walked(folder)
    for kind, kinds in (("any", {"dir", "file"}), ("file", {"file"}), ("dir", {"dir"})):
        output = run_action("file.list", folder=str(folder), type=kind)
        rows = [(row["relative"], row["type"], row["size"]) for row in output["files"]]
        assert rows == [row for row in expected if row[1] in kinds]
        assert output["count"] == len(rows)
        assert output["total_bytes"] == sum(size for _, _, size in rows)
        assert output["errors"] == []
    visible = run_action("file.list", folder=str(folder), type="any", hidden=False)["files"]
    wanted = [path for path, _, _ in expected if not any(part.startswith(".") for part in path.split("/"))]
    assert [row["relative"] for row in visible] == wanted
    by_size = run_action("file.list", folder=str(folder), sort="size")["files"]
    assert by_size == sorted(by_size, key=lambda row: (-row["size"], row["relative"]))


@settings(max_examples=60)
@given(tree=st.dictionaries(NAMES, TREES, max_size=5), excluded=st.lists(NAMES.filter(lambda n: n[0] not in "[{")))
def test_what_is_excluded_is_not_entered(
    tree: dict[str, Any], excluded: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("tree") / "root"
    plant(folder, tree)
    output = run_action("file.list", folder=str(folder), type="any", exclude=excluded)
    wanted = [path for path, _, _ in walked(folder) if not set(path.split("/")) & set(excluded)]
    assert [row["relative"] for row in output["files"]] == wanted


PATTERN_LETTERS = "ab*?[!-]."
PATHS = ["".join(letters) for size in range(1, 4) for letters in itertools.product("ab.-", repeat=size)]


@given(st.text(PATTERN_LETTERS, min_size=1, max_size=6).filter(lambda text: ".." not in text and "**" not in text))
def test_patterns_for_one_name_match_as_the_shell_does(pattern: str) -> None:
    """Names without ``/``: the standard library's fnmatch is the reference for all but odd ranges."""
    if "-" in pattern and "[" in pattern:
        return  # ranges: see the table below
    text = pattern.removeprefix("./")
    try:
        matches = compile_pattern(pattern)
    except ActionError:
        assert not text
        return
    assert [path for path in PATHS if matches(path)] == [path for path in PATHS if fnmatch.fnmatchcase(path, text)]


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("[a-c]x", ["ax", "bx", "cx"], ["dx", "-x", "x"]),
        ("[!a-c]x", ["dx", "-x"], ["ax", "bx", "x"]),
        ("[^a]x", ["bx"], ["ax"]),
        ("[a-]x", ["ax", "-x"], ["bx"]),
        ("[-a]x", ["ax", "-x"], ["bx"]),
        ("[&&a]x", ["&x", "ax"], ["bx"]),
        ("[a&&b]x", ["&x", "ax", "bx"], ["cx"]),
        ("[a||b]x", ["|x", "ax", "bx"], ["cx"]),
        ("[a~~b]x", ["~x", "ax", "bx"], ["cx"]),
        ("[+--]x", ["+x", "-x"], ["ax"]),
        ("[[]x", ["[x"], ["x", "ax"]),
        ("[]]x", ["]x"], ["x", "[x"]),
        ("[!]]x", ["ax", "[x"], ["]x"]),
        ("[ab", ["[ab"], ["a", "b"]),
        ("a]", ["a]"], ["a"]),
        ("{a,b}.txt", ["a.txt", "b.txt"], ["c.txt", "{a,b}.txt"]),
        ("{a,{b,c}}", ["a", "b", "c"], ["d"]),
        ("{a", ["{a"], ["a"]),
        ("a}", ["a}"], ["a"]),
        ("{,x}a", ["a", "xa"], ["xxa"]),
        ("{a/b,c}/d", ["a/b/d", "c/d"], ["a/d"]),
        ("**/x", ["x", "a/x", "a/b/x"], ["ax", "x/a"]),
        ("a/**", ["a/x", "a/b/c"], ["a", "b/x"]),
        ("a/**/x", ["a/x", "a/b/x", "a/b/c/x"], ["x", "a/bx"]),
        ("**", ["a", "a/b"], []),
        ("*/x", ["a/x"], ["x", "a/b/x"]),
        ("a?b", ["axb"], ["a/b", "ab"]),
        ("a[!x]b", ["ayb"], ["a/b", "axb"]),
        ("a.b", ["a.b"], ["axb"]),
        ("(a|b)+$", ["(a|b)+$"], ["a"]),
        ("ä*", ["ä", "äx"], ["a"]),
        ("\\*", ["/x"], ["*"]),
    ],
)
def test_what_a_pattern_means(pattern: str, matching: list[str], other: list[str]) -> None:
    if pattern == "\\*":  # a backslash is a separator, so this one begins with it
        with pytest.raises(ActionError):
            compile_pattern(pattern)
        return
    matches = compile_pattern(pattern)
    assert [path for path in matching if not matches(path)] == []
    assert [path for path in other if matches(path)] == []


@pytest.mark.parametrize("pattern", ["[z-a]", "[a--z]", "{a,{b}", "[b-a]x{c,d}"])
def test_patterns_that_make_no_sense_are_refused_in_words(pattern: str) -> None:
    with pytest.raises(ActionError, match="is not a pattern"):
        compile_pattern(pattern)


class Disk:
    """Stands in front of the system calls of one module and fails the chosen one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, call: str, error: int, after: int = 0) -> None:
        self.seen = 0
        real: Callable[..., Any] = getattr(os, call)

        def failing(*args: Any, **kwargs: Any) -> Any:
            self.seen += 1
            if self.seen > after:
                raise OSError(error, os.strerror(error))
            return real(*args, **kwargs)

        monkeypatch.setattr(file_write.os, call, failing)


KINDS = {
    errno.ENOSPC: (ErrorKind.PROCESSING, "The disk is full"),
    errno.EDQUOT: (ErrorKind.PROCESSING, "The disk is full"),
    errno.EIO: (ErrorKind.PROCESSING, "Cannot write"),
    errno.EACCES: (ErrorKind.PERMISSION, "There is no permission to write"),
    errno.EROFS: (ErrorKind.PERMISSION, "There is no permission to write"),
}


@posix
@pytest.mark.parametrize("error", KINDS)
@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace", "fchmod"])
def test_whatever_fails_the_old_file_stays_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int
) -> None:
    target = tmp_path / "report.txt"
    target.write_text("old", encoding="utf-8")
    kind, words = KINDS[error]
    with monkeypatch.context() as broken:
        disk = Disk(broken, call, error)
        with pytest.raises(ActionError) as caught:
            run_action("file.write", path=str(target), content="new" * 1000)
    assert disk.seen >= 1
    assert (caught.value.kind, caught.value.message.startswith(words)) == (kind, True)
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]
    assert target.read_text(encoding="utf-8") == "old"


@posix
@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_an_append_that_fails_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int
) -> None:
    target = tmp_path / "log.txt"
    target.write_text("first\n", encoding="utf-8")
    with monkeypatch.context() as broken:
        Disk(broken, call, error)
        with pytest.raises(ActionError):
            run_action("file.write", path=str(target), content="second\n", mode="append")
    assert target.read_text(encoding="utf-8") == "first\n"
    run_action("file.write", path=str(target), content="second\n", mode="append")
    assert target.read_text(encoding="utf-8") == "first\nsecond\n"


@posix
def test_a_write_that_fails_half_way_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "big.bin"
    with monkeypatch.context() as broken:
        Disk(broken, "write", errno.ENOSPC, after=2)
        with pytest.raises(ActionError, match="The disk is full"):
            run_action("file.write", path=str(target), content=b"x" * (4 << 20))
    assert list(tmp_path.iterdir()) == []


@posix
@pytest.mark.parametrize("call", ["link"])
def test_create_works_where_there_are_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    target = tmp_path / "new.txt"
    Disk(monkeypatch, call, errno.EPERM)
    run_action("file.write", path=str(target), content="x", mode="create")
    assert target.read_text(encoding="utf-8") == "x"
    with pytest.raises(ActionError, match="exists already"):
        run_action("file.write", path=str(target), content="y", mode="create")
    assert [path.name for path in tmp_path.iterdir()] == ["new.txt"]


@posix
def test_a_folder_that_cannot_be_synced_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Disk(monkeypatch, "fsync", errno.EINVAL, after=1)
    run_action("file.write", path=str(tmp_path / "a"), content="x")
    assert (tmp_path / "a").read_text(encoding="utf-8") == "x"


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o400])
def test_permissions_survive_a_replacement(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "script.sh"
    target.write_text("old", encoding="utf-8")
    target.chmod(mode)
    run_action("file.write", path=str(target), content="new")
    assert stat.S_IMODE(target.stat().st_mode) == mode
    assert target.read_text(encoding="utf-8") == "new"


TEXT = st.text(st.characters(exclude_characters="{", codec="utf-8"), max_size=5)  # a brace may begin an expression
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
    | st.binary(max_size=4) | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=60)
@given(value=st.lists(VALUES, max_size=3) | st.dictionaries(TEXT, VALUES, max_size=3))
def test_any_value_written_is_read_again(value: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """C6.2: guests and escaped keys come back as they went."""
    path = str(tmp_path_factory.mktemp("value") / "v.json")
    written = run_action("file.write", path=path, content=value)
    read = run_action("file.read", path=path, **{"as": "json"})
    assert (read["content"], read["bytes"]) == (value, written["bytes"])


@pytest.mark.parametrize("digits", [4299, 4300, 5000, 99_999])
@pytest.mark.parametrize("sign", [1, -1])
def test_integers_of_any_length_are_written_and_read(tmp_path: Path, digits: int, sign: int) -> None:
    """C6.2: integers keep every digit."""
    number = sign * 10**digits
    path = str(tmp_path / "n.json")
    run_action("file.write", path=path, content={"n": number, "list": [number]})
    assert run_action("file.read", path=path, **{"as": "json"})["content"] == {"n": number, "list": [number]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ("\ufeff[1]", [1]),
        (' "x" ', "x"),
        ("1.50", 1.5),
        ('{"$type": "decimal", "value": "1.50"}', Decimal("1.50")),
        ('{"$$type": 1}', {"$type": 1}),
        ("null", None),
    ],
)
def test_json_files_as_people_write_them(tmp_path: Path, text: str, value: Any) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    assert run_action("file.read", path=str(path), **{"as": "json"})["content"] == value


@pytest.mark.parametrize(
    "text", ["", "{", "[1,]", "NaN", "[Infinity]", "[-Infinity]", '{"$type": "odd", "value": ""}', "[" * 100_000, "1 2"]
)
def test_what_is_no_json_is_said_with_the_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ActionError, match="is not a JSON file") as caught:
        run_action("file.read", path=str(path), **{"as": "json"})
    assert caught.value.kind is ErrorKind.VALIDATION


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "latin-1", "cp1252", "utf-8-sig", "UTF8"])
def test_text_comes_back_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = str(tmp_path / "t.txt")
    run_action("file.write", path=path, content="Grüße\r\nx", encoding=encoding)
    assert run_action("file.read", path=path, encoding=encoding)["content"] == "Grüße\r\nx"


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_the_limit_is_exact(tmp_path: Path, limit: int) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"x" * limit)
    assert run_action("file.read", path=str(path), max_mb=limit / 1048576)["bytes"] == limit
    path.write_bytes(b"x" * (limit + 1))
    with pytest.raises(ActionError, match="over the limit"):
        run_action("file.read", path=str(path), max_mb=limit / 1048576)


def test_a_stop_during_a_write_leaves_nothing(tmp_path: Path) -> None:
    """C4.5"""
    host = FakeHost()
    host.cancel_reason = "the run was cancelled"
    for mode in ("replace", "create", "append"):
        with pytest.raises(ActionError, match="Stopped: the run was cancelled") as caught:
            run_action("file.write", host, path=str(tmp_path / "x"), content="x", mode=mode)
        assert caught.value.kind is ErrorKind.CANCELLED
    left = [path for path in tmp_path.iterdir() if path.stat().st_size]
    assert left == []


def test_json_is_written_for_people(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    run_action("file.write", path=str(path), content={"b": [1, "é"], "a": None})
    assert (
        path.read_text(encoding="utf-8") == json.dumps({"b": [1, "é"], "a": None}, indent=2, ensure_ascii=False) + "\n"
    )
