"""The examples of the gallery: all there, with what each one needs and does."""

from __future__ import annotations

from importlib.resources import files

import pytest

from floworch.actions.registry import registry
from floworch.model.codec import load
from floworch_designer.app.examples import FIRST, examples, write_called


@pytest.fixture(scope="module")
def found():
    return {example.name: example for example in examples()}


def test_every_example_but_the_called_ones_is_there_and_says_what_it_is_about(found):
    shipped = {path.name for path in files("floworch_resources").joinpath("examples").iterdir()}
    called = {f"{name}.flow.json" for example in found.values() for name in example.calls}
    assert {f"{name}.flow.json" for name in found} | called == shipped
    assert len(found) == 12
    assert next(iter(found)) == FIRST
    assert all(example.title and example.workflow.description for example in found.values())


@pytest.mark.parametrize(
    ("name", "needs", "does"),
    [
        ("api-polling", "asks for: Address of the API", "reach"),
        ("approval-chain", "waits for your answer", ""),
        ("sub-workflows", "count-lines.flow.json is put beside it", "run Python code"),
        ("csv-to-sqlite", "", "run Python code and read or write files"),
    ],
)
def test_it_says_what_must_be_there_and_what_would_happen(found, name, needs, does):
    said = found[name].needs()
    assert needs in " ".join(said)
    assert bool(said) is bool(needs)
    what = found[name].does(registry)
    assert does in what
    assert bool(what) is bool(does)


def test_what_an_example_calls_is_put_beside_it_once(found, tmp_path):
    target = tmp_path / "mine.flow.json"
    (written,) = write_called(found["sub-workflows"].calls, target)
    assert load(written).id == "count-lines"
    written.write_text("mine", encoding="utf-8")
    assert write_called(found["sub-workflows"].calls, target) == []
    assert written.read_text(encoding="utf-8") == "mine"
