"""The table of the thirteen layers: options with which each is tested in every situation."""

from __future__ import annotations

import base64
import importlib.util
from pathlib import Path
from typing import Any
from urllib.parse import quote

from run_dialogue import workflow

#: Layer -> its options; ``FOLDER`` stands for a folder of the test's own.
LAYERS: dict[str, dict[str, Any]] = {
    "logging": {"prefix": "[matrix]", "level": "debug"},
    "retry": {"max_attempts": 3, "delay": 1, "jitter": 0},
    "timeout": {"after": "1h"},
    "metrics": {"prefix": "matrix"},
    "circuit_breaker": {"name": "matrix", "threshold": 90},
    "rate_limit": {"name": "matrix", "limit": 1000, "per": "1s"},
    "concurrency": {"name": "matrix-FOLDER", "limit": 1},
    "validation": {"input": {"type": "object"}, "output": {"not": {"type": "number"}}},
    "tracing": {"span": "matrix"},
    "cache": {"key": "{{ params.text }}"},
    "fallback": {"value": "instead"},
    "dead_letter": {"path": "FOLDER/letters.jsonl"},
    "idempotency": {"key": "{{ params.text }}"},
}
#: Options with a secret in them, where options may hold an expression.
SECRET_OPTIONS: dict[str, dict[str, Any]] = {
    "validation": {"rules": [{"field": "text", "check": "value == secrets.KEY and not params.fails"}]},
    "tracing": {"span": "matrix {{ secrets.KEY }}"},
    "cache": {"key": "{{ secrets.KEY }}", "scope": "store"},
    "fallback": {"value": {"was": "{{ error.message }}", "key": "{{ secrets.KEY }}"}},
    "dead_letter": {"path": "FOLDER/{{ secrets.KEY | length }}.jsonl"},
    "idempotency": {"key": "{{ secrets.KEY }} {{ run.id }}"},
}
SECRET = "s3cr3t/+value & more"
#: The secret plain, in base64 at its three alignments, and URL-encoded.
FORMS = (
    SECRET, quote(SECRET, safe=""), quote(SECRET),
    *(base64.b64encode(b"x" * before + SECRET.encode() + b"yyy").decode() for before in range(3)),
)  # fmt: skip
#: What must not be found anywhere: the forms, and parts of them that no accident makes.
TRACES = (SECRET, "s3cr3t", *FORMS, "czNjcjN0L", "zM2NyM3QvK", "NjcjN0Lyt2Y")


def names() -> list[str]:
    """Every layer that can be used here."""
    without = {"tracing"} if importlib.util.find_spec("opentelemetry") is None else set[str]()
    return [name for name in LAYERS if name not in without]


def entry(name: str, folder: Path, *, secret: bool = False) -> dict[str, Any]:
    """A layer's entry in a list."""
    options = SECRET_OPTIONS.get(name, LAYERS[name]) if secret else LAYERS[name]
    filled = {key: value.replace("FOLDER", str(folder)) if isinstance(value, str) else value
              for key, value in options.items()}  # fmt: skip
    return {"use": name, "with": filled}


def two_nodes(layers: list[dict[str, Any]], **fields: Any) -> Any:
    """``a`` with these layers, then ``b``."""
    act = {"action": "t.act", "params": {"text": "x"}, "middleware": layers, **fields}
    return workflow({"a": act, "b": {"action": "t.any"}}, "a>b", outputs={"a": "{{ nodes.a.output }}"})
