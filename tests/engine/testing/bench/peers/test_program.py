"""The program that runs inside the environment of another engine."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from floworch.testing.bench.peers import program


def test_it_uses_nothing_but_python_and_the_engine() -> None:
    tree = ast.parse(Path(program.__file__).read_text(encoding="utf-8"))
    imported = {
        name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    imported |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(("shape", "graph"), [("chain", [[], [0], [1]]), ("fan-out", [[], [0], [0]])])
def test_graphs(shape: str, graph: program.Graph) -> None:
    assert program.graph_of(shape, 3) == graph


@pytest.mark.parametrize("shape", ["chain", "fan-out"])
def test_the_floor_is_measured_in_this_process(shape: str) -> None:
    found = program.measure("asyncio", shape, 10, 2)
    assert 0 < found["best"] <= found["median"]
    assert (found["nodes"], found["shape"]) == (10, shape)


def test_its_last_line_is_json() -> None:
    words = [sys.executable, program.__file__, "asyncio", "chain", "5", "1"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.strip().splitlines()[-1])["name"] == "asyncio"
