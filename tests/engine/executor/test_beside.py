"""Actions beside a definition run once the user trusts them, as they were then; before, nothing of them is run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from floworch import Engine, MemoryStore, Workflow
from floworch.actions.listing import list_layers
from floworch.actions.registry import Registry, registry
from floworch.cli.support.trusting import with_own_actions
from floworch.errors import DefinitionError, NotTrusted
from floworch.executor.beside import local_actions
from floworch.executor.prepare import validate
from floworch.model.codec import load
from floworch.trust import TrustStore, inspect

OWN = '''
from pathlib import Path
from floworch import action
Path({mark!r}).touch()

@action("own.greet", ports=("hello", "bye"))
def greet(ctx, name: str = "you") -> dict:
    """Greet."""
    from floworch.actions.outcome import Outcome
    return Outcome({{"text": "{word} " + name}}, "hello")

@action("own.undo")
def undo(ctx):
    """Undo."""
'''


class Place:
    def __init__(self, folder: Path) -> None:
        self.folder, self.mark = folder, folder / "mark"
        (folder / "actions").mkdir(parents=True)
        self.own()

    def own(self, word: str = "Hello", name: str = "own.py") -> None:
        (self.folder / "actions" / name).write_text(OWN.format(mark=str(self.mark), word=word))

    def flow(self, **more: Any) -> Workflow:
        nodes = {"a": {"action": "own.greet", "params": {"name": "Ada"}, **more},
                 "b": {"action": "human.approve", "params": {"message": "?"}}}  # fmt: skip
        edges = [{"from": "a", "port": "hello", "to": "b"}]
        path = self.folder / "f.flow.json"
        path.write_text(json.dumps({"id": "f", "nodes": nodes, "edges": edges}))
        return load(path)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path / "config"))
    return Place(tmp_path / "beside")


async def begin(store: MemoryStore, workflow: Workflow) -> Any:
    async with Engine(store) as engine:
        result = await (await engine.start(workflow, run_id="r")).result()
    return result.nodes["a"].output


async def go_on(store: MemoryStore) -> str:
    """Resume in another engine, as another process would, approve and end."""
    async with Engine(store) as engine:
        handle = await engine.resume("r")
        await handle.approve("b")
        return str((await handle.result()).status)


async def test_nothing_of_it_runs_before_it_is_trusted_and_then_it_does(place: Place) -> None:
    workflow = place.flow()
    assert list(local_actions(workflow, registry)) == ["own.greet"]
    for attempt in (workflow, place.flow(compensate={"action": "own.undo"})):
        with pytest.raises(NotTrusted, match=r"is not trusted: .*own\.py") as caught:
            await begin(MemoryStore(), attempt)
        assert caught.value.exit_code == 5
    assert not place.mark.exists()
    TrustStore().trust(workflow)
    assert await begin(MemoryStore(), workflow) == {"text": "Hello Ada"}
    assert place.mark.exists()


async def test_they_belong_to_runs_of_that_definition_alone(place: Place, tmp_path: Path) -> None:
    TrustStore().trust(workflow := place.flow())
    await begin(MemoryStore(), workflow)
    assert registry.find_action("own.greet") is None
    other = Place(tmp_path / "other")
    other.own("Bye")
    with pytest.raises(NotTrusted):
        await begin(MemoryStore(), other.flow())
    TrustStore().trust(other.flow())
    assert await begin(MemoryStore(), other.flow()) == {"text": "Bye Ada"}
    bare = Workflow.model_validate({"id": "f", "nodes": {"a": {"action": "own.greet"}}})
    with pytest.raises(DefinitionError, match=r"no action 'own\.greet'"):
        await begin(MemoryStore(), bare)


async def test_a_changed_file_needs_trust_again_and_is_then_imported_anew(place: Place) -> None:
    TrustStore().trust(place.flow())
    assert await begin(MemoryStore(), place.flow()) == {"text": "Hello Ada"}
    place.own("Good day")
    with pytest.raises(NotTrusted, match="was changed"):
        await begin(MemoryStore(), place.flow())
    TrustStore().trust(place.flow())
    assert await begin(MemoryStore(), place.flow()) == {"text": "Good day Ada"}


async def test_a_run_goes_on_with_what_it_began_with_or_what_is_trusted_now(place: Place) -> None:
    TrustStore().trust(place.flow())
    store = MemoryStore()
    await begin(store, place.flow())
    TrustStore().untrust(place.folder / "f.flow.json")
    place.own(name="more.py")
    with pytest.raises(NotTrusted, match="a file beside it"):
        await go_on(store)
    (place.folder / "actions" / "more.py").unlink()
    assert await go_on(store) == "completed", "its files are those of its beginning"


async def test_a_run_goes_on_with_files_that_are_trusted_as_they_are_now(place: Place) -> None:
    TrustStore().trust(place.flow())
    store = MemoryStore()
    await begin(store, place.flow())
    place.own("Good day")
    TrustStore().trust(place.flow())
    assert await go_on(store) == "completed"


async def test_what_a_trusted_definition_calls_brings_its_own(place: Place, tmp_path: Path) -> None:
    """C10.3: consent to the caller is consent to what it calls by a plain text, as it is then."""
    place.flow()
    path = tmp_path / "caller.flow.json"
    call = {"action": "flow.call", "params": {"workflow": "beside/f.flow.json"}, "retry": {"max_attempts": 1}}
    path.write_text(json.dumps({"id": "caller", "nodes": {"call": call}}))
    store = MemoryStore()
    async with Engine(store) as engine:
        with pytest.raises(NotTrusted, match="caller"):
            await engine.start(load(path))
        assert not place.mark.exists()
        TrustStore().trust(load(path))
        handle = await engine.start(load(path), run_id="r")
        await handle.result()
        (child,) = [each.run_id for each in store.list() if each.run_id != "r"]
        assert store.load(child).output[0] == {"text": "Hello Ada"}
    async with Engine(store) as engine:  # another process
        handle = await engine.resume("r")
        await (await engine.resume(child)).approve("b")
        assert (await handle.result()).status == "completed"
        place.own("Good day")
        with pytest.raises(NotTrusted):
            await engine.start(load(path))


async def test_a_definition_that_only_the_run_names_brings_its_own(place: Place, tmp_path: Path) -> None:
    TrustStore().trust(place.flow())
    caller = tmp_path / "caller.flow.json"
    call = {"action": "flow.call", "params": {"workflow": "{{ 'beside/f.flow.json' }}"}, "retry": {"max_attempts": 1}}
    caller.write_text(json.dumps({"id": "caller", "nodes": {"call": call}}))

    async def child() -> Any:
        store = MemoryStore()
        async with Engine(store) as engine:
            result = await (await engine.start(load(caller), run_id="r")).result()
        return result, [store.load(each.run_id) for each in store.list() if each.run_id != "r"]

    _, (state,) = await child()
    assert state.output[state.index["a"]] == {"text": "Hello Ada"}
    place.own("Good day")
    result, states = await child()
    assert (result.error["kind"], states) == ("permission_error", [])


def test_what_is_built_in_cannot_be_taken_over(place: Place) -> None:
    hostile = "from floworch import action\n\n@action('util.log')\ndef log(ctx):\n    pass\n"
    (place.folder / "actions" / "own.py").write_text(hostile)
    found = Registry().with_folder(place.folder / "actions")
    assert found.find_action("util.log") is registry.find_action("util.log")


LAYER = """
from pathlib import Path
from floworch import middleware
Path({mark!r}).touch()

@middleware("t_beside_slow")
async def slow(call_next, ctx, *, label: str = "slow"):
    "Marks what comes out."
    return {{label: await call_next(ctx)}}
"""


def layered(place: Place, use: str = "t_beside_slow") -> Workflow:
    (place.folder / "actions" / "own.py").unlink(missing_ok=True)
    entry = {"use": use, "with": {"label": "x"}}
    nodes = {"a": {"action": "data.set", "params": {"fields": {"n": 1}}, "middleware": [entry]}}
    path = place.folder / "layered.flow.json"
    path.write_text(json.dumps({"id": "layered", "nodes": nodes}))
    return load(path)


async def test_a_layer_beside_the_definition_is_known_once_it_is_trusted(place: Place) -> None:
    """(C5.4) validate, the report and a run agree, though no action of the folder is used."""
    workflow = layered(place)
    file = place.folder / "actions" / "layers.py"
    file.write_text(LAYER.format(mark=str(place.mark)))
    problems = validate(workflow)
    assert [each.code for each in problems] == ["unknown_layer"]
    (softened,) = with_own_actions(workflow, registry, problems)
    assert (softened.severity, "floworch trust" in softened.fix) == ("warning", True)
    assert inspect(workflow, registry).local_files == [str(file)]
    async with Engine(MemoryStore()) as engine:
        with pytest.raises(NotTrusted, match=r"layers\.py"):
            await engine.start(workflow)
        assert not place.mark.exists()
        TrustStore().trust(workflow)
        assert with_own_actions(workflow, registry, problems) == []
        result = await (await engine.start(workflow)).result()
    assert result.nodes["a"].output == {"x": {"n": 1}}
    assert registry.find_layer("t_beside_slow") is None, "known to that definition only"


async def test_a_layer_of_the_users_folder_is_known_to_all(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """(C5.4) Listed by its text, imported when a workflow uses it."""
    workflow = layered(place, "t_user_slow")
    folder = place.folder / "mine"
    folder.mkdir()
    (folder / "layers.py").write_text(LAYER.format(mark=str(place.mark)).replace("t_beside_slow", "t_user_slow"))
    monkeypatch.setenv("FLOWORCH_ACTIONS", str(folder))
    monkeypatch.setattr(registry, "_layers", dict(registry._layers))
    mine = Registry()
    listed = {each.id: each for each in list_layers(mine)}
    assert listed["t_user_slow"].summary == "Marks what comes out."
    assert "t_user_slow" in [each.id for each in mine.all_layers()]
    assert not place.mark.exists()
    assert validate(workflow, mine) == []
    async with Engine(MemoryStore(), actions=mine) as engine:
        result = await (await engine.start(workflow)).result()
    assert result.nodes["a"].output == {"x": {"n": 1}}
