"""A secret goes through everything that writes something down; then every byte is searched (C6.5)."""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from zygote import zygote

SECRET = "tr0ub4dor&3/+ §x"
_BASE64 = [
    base64.b64encode(bytes(before) + SECRET.encode()).decode()[4 * (before > 0) : -4] for before in range(3)
]  # fmt: skip
#: What must not be found: the value in every form the workflow gives it.
FORMS = [SECRET, quote(SECRET), quote(SECRET, safe=""), quote_plus(SECRET), json.dumps(SECRET)[1:-1], *_BASE64,
         "tr0ub4dor", "dHIwdWI0ZG9y"]  # fmt: skip

_ENCODE = "base64.b64encode(('a' * {n} + s).encode()).decode()"
CODE = f"""
import base64, json, sys, urllib.parse
print("printed", s)
print("to stderr", base64.b64encode(s.encode()).decode(), file=sys.stderr)
progress(0.5, "at " + s)
result = {{"plain": s, "key " + s: 1, "url": urllib.parse.quote(s, safe=""), "plus": urllib.parse.quote_plus(s),
          "json": json.dumps({{"a": s}}), "bytes": s.encode(), "lines": s[:8] + "\\n" + s[8:],
          "base64": [{", ".join(_ENCODE.format(n=n) for n in range(3))}]}}
"""
RAISE = """
import urllib.parse
try:
    raise KeyError(s)
except KeyError as error:
    raise RuntimeError("x" * 9990 + s + urllib.parse.quote(s) + "y" * 9990) from error
"""


def _node(action: str, after: str = "", **params: Any) -> dict[str, Any]:
    return {"action": action, "params": params, "on_error": "continue", "effect": "idempotent"}


FLOW: dict[str, Any] = {
    "id": "sweep",
    "inputs": {"folder": {"type": "string", "required": True}},
    "outputs": {"again": "{{ secrets['the-key'] }}", "code": "{{ nodes.code.output }}"},
    "middleware": [{"use": "logging"}, {"use": "metrics"}],
    "nodes": {
        "code": _node("python.code", code=CODE, inputs={"s": "{{ secrets['the-key'] }}"}),
        "raise": _node("python.code", code=RAISE, inputs={"s": "{{ secrets['the-key'] }}"}),
        "shell": _node("shell.run", command="echo \"$FLOWORCH_SECRET_THE_KEY\"; printf %s \"$S\" | base64 >&2; exit 3",
                       env={"S": "x{{ secrets['the-key'] }}"}),
        "argv": _node("shell.run", command=["/nowhere/{{ secrets['the-key'] }}"]),
        "misfit": _node("util.hash", value="x", algorithm="{{ secrets['the-key'] }}"),
        "get": _node("http.request", url="http://127.0.0.1:9/?t={{ secrets['the-key'] }}",
                     headers={"Authorization": "Bearer {{ secrets['the-key'] }}"}),
        "large": _node("python.code", code="'x' * 70_000 + s + 'y' * 70_000", inputs={"s": "{{ secrets['the-key'] }}"}),
        "call": _node("flow.call", workflow="child.flow.json", inputs={"token": "{{ secrets['the-key'] }}"}),
        "by-env": _node("util.log", message="{{ 'FLOWORCH_SECRET_THE_KEY' | env }}"),
        "undefined": _node("util.log", message="{{ secrets['the-key'].nothing.at_all }}"),
        "data": _node("data.set", target="data", fields={"kept": "{{ secrets['the-key'] }}"}),
        "each": _node("flow.foreach", items=["{{ secrets['the-key'] }}", 1], on_item_error="collect"),
        "item": {**_node("flow.fail", message="{{ item }} and {{ secrets['the-key'] }}"), "parent": "each"},
        "letter": {**_node("flow.fail", message="no {{ secrets['the-key'] }}"), "middleware": [
            {"use": "dead_letter", "with": {"path": "{{ inputs.folder }}/letters.jsonl"}}]},
        "once": {**_node("data.set", fields={"kept": "{{ secrets['the-key'] }}"}), "middleware": [
            {"use": "idempotency", "with": {"key": "{{ secrets['the-key'] }}"}}]},
        "cached": {**_node("data.set", fields={"kept": "{{ secrets['the-key'] }}"}), "middleware": [
            {"use": "cache", "with": {"scope": "store"}}]},
        "again": {**_node("flow.fail", message="no {{ secrets['the-key'] }}", kind="connection_error"),
                  "retry": {"max_attempts": 2, "delay": 0.01}},
        "ask": {"action": "human.approve", "params": {"message": "Send {{ secrets['the-key'] }}?"}},
    },
}  # fmt: skip


#: What is called, and what is undone: a child run's inputs and error, a compensation's parameters and error.
CHILD: dict[str, Any] = {
    "id": "child", "inputs": {"token": {"type": "string"}}, "outputs": {"token": "{{ secrets['the-key'] }}"},
    "nodes": {"say": _node("flow.fail", message="{{ inputs.token }} and {{ secrets['the-key'] }}")},
}  # fmt: skip
SAGA: dict[str, Any] = {
    "id": "saga",
    "nodes": {
        "pay": {"action": "data.set", "params": {"fields": {"kept": "{{ secrets['the-key'] }}"}}, "compensate": {
            "action": "flow.fail", "params": {"message": "cannot undo {{ output.kept }} {{ secrets['the-key'] }}"}}},
        "fail": {"action": "flow.fail", "params": {"message": "no {{ secrets['the-key'] }}"}},
    },
    "edges": [{"from": "pay", "to": "fail"}],
}  # fmt: skip


def _unpacked(path: Path) -> bytes:
    """What a file holds; large values are kept compressed."""
    data = path.read_bytes()
    at = data.find(b"\x28\xb5\x2f\xfd")
    if at < 0:
        return data
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return data + zstd.ZstdDecompressor().decompress(data[at:])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("debug", "store"), [("0", "flatbuffers"), pytest.param("1", "json", marks=[pytest.mark.proof])]
)
def test_no_byte_that_a_run_writes_shows_a_secret(tmp_path: Path, debug: str, store: str) -> None:
    """(C6.5)"""
    flow, child, saga = (tmp_path / f"{name}.flow.json" for name in ("sweep", "child", "saga"))
    for path, definition in ((flow, FLOW), (child, CHILD), (saga, SAGA)):
        path.write_text(json.dumps(definition))
    env = {
        **os.environ, "FLOWORCH_SECRET_THE_KEY": SECRET, "FLOWORCH_STORE": str(tmp_path / "store"), "NO_COLOR": "1",
        "FLOWORCH_CONFIG_DIR": str(tmp_path / "config"), "FLOWORCH_DEBUG": debug, "FLOWORCH_LOG_LEVEL": "DEBUG",
        "XDG_CACHE_HOME": str(tmp_path / "cache"), "FLOWORCH_STORE_FORMAT": store,
    }  # fmt: skip

    def floworch(*arguments: str, codes: tuple[int, ...] = (0,)) -> str:
        done = zygote().run(arguments, env)
        assert done.code in codes, done.stderr
        printed.append((done.stdout + done.stderr).decode())
        return done.stdout.decode()

    printed: list[str] = []
    folder = f"folder={tmp_path}"
    floworch("run", str(flow), "--set", folder, "--run-id", "r", "--exit-when-suspended", codes=(3,))
    floworch("approve", "r", "ask")
    floworch("resume", "r", "--events", "jsonl")
    floworch(
        "run", str(flow), "--set", folder, "--run-id", "s", "--events", "jsonl", "--exit-when-suspended", codes=(3,)
    )
    shown = json.loads(floworch("show", "r", "--json"))
    floworch("run", str(saga), "--run-id", "t", "--json", codes=(1,))
    for run in ("r", "t", *(entry["run_id"] for entry in json.loads(floworch("runs", "--json")))):
        for verb in ("show", "logs", "events"):
            floworch(verb, run)
    floworch("validate", str(flow), "--json")

    nodes = shown["nodes"]
    assert shown["status"] == "completed"
    assert all(nodes[name]["error"] for name in ("raise", "shell", "argv", "misfit", "get", "undefined", "letter"))
    assert json.dumps(shown, ensure_ascii=False).count("•••") > 25
    assert nodes["code"]["output"]["bytes"] == {"$type": "bytes", "value": base64.b64encode("•••".encode()).decode()}
    assert (tmp_path / "letters.jsonl").read_text().count("•••") >= 2
    assert nodes["call"]["output"] == {"token": "•••"}
    assert len(nodes["large"]["output"]) > 70_000
    written = {path: _unpacked(path) for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".json"}
    written |= {path: path.read_bytes() for path in (tmp_path / "store").rglob("*.json")}
    assert any(data.count(b"x" * 70_000) for data in written.values()), "the large value was not looked into"
    assert len(written) > 5
    for form in FORMS:
        for text in printed:
            assert form not in text, f"{form!r} was printed: {text[max(0, text.find(form) - 200) :][:400]}"
        for path, data in written.items():
            for needle in (form.encode(), form.encode("utf-16-le")):
                at = data.find(needle)
                assert at < 0, f"{form!r} is in {path}: {data[max(0, at - 100) : at + 100]!r}"
