"""file.read: text, bytes or JSON, within a limit."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("data", "params", "content"),
    [
        ("é\n".encode(), {}, "é\n"),
        (b"\xef\xbb\xbfabc", {}, "abc"),
        (b"\xe9", {"encoding": "latin-1"}, "é"),
        (b"\x00\xff", {"as": "bytes"}, b"\x00\xff"),
        (b'{"a": [1, 12345678901234567890123456789]}', {"as": "json"}, {"a": [1, 12345678901234567890123456789]}),
        (b'{"$type": "bytes", "value": "eA=="}', {"as": "json"}, b"x"),
    ],
)
async def test_reads(act: Any, tmp_path: Path, data: bytes, params: dict[str, Any], content: Any) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    output = await act("file.read", path=str(path), **params)
    assert output == {"path": str(path), "bytes": len(data), "content": content}


@pytest.mark.parametrize(
    ("path", "params", "kind", "message"),
    [
        ("none", {}, "not_found_error", "The file 'none' does not exist."),
        (".", {}, "validation_error", "'.' is a folder, not a file."),
        ("bin", {}, "validation_error", "'bin' is not utf-8 text: byte 0xff at position 1."),
        ("bin", {"as": "json", "encoding": "latin-1"}, "validation_error", "'bin' is not a JSON file: Expecting value"),
        ("nan", {"as": "json"}, "validation_error", "NaN is not a JSON value"),
        ("bin", {"max_mb": 0.000001}, "validation_error", "over the limit of 1e-06 MiB"),
        ("bin", {"encoding": "klingon"}, "validation_error", "There is no encoding named 'klingon'."),
        ("bin", {"max_mb": 0}, "validation_error", "max_mb"),
    ],
)
async def test_bad_input(
    act: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    params: dict[str, Any],
    kind: str,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bin").write_bytes(b"a\xffb")
    (tmp_path / "nan").write_text("[NaN]")
    error = await act.error("file.read", path=path, **params)
    assert error.kind == kind
    assert message in str(error)


@pytest.mark.skipif(not os.path.exists("/dev/zero") or sys.platform == "win32", reason="needs /dev/zero")
async def test_a_device_without_an_end_is_refused(act: Any) -> None:
    assert "over the limit of 1 MiB" in str(await act.error("file.read", path="/dev/zero", max_mb=1))


async def test_it_stops_when_it_is_asked_to(act: Any, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("x")
    act.reason = "timeout"
    assert (await act.error("file.read", path=str(tmp_path / "f"))).kind == "cancelled"
