"""Every built-in layer in every situation: paused, stopped, cut off, retried from outside, in a loop, with a secret.

C5.3, C5.4, C6.5, C7. The crash of a real process inside each layer is in ``tests/proof/test_layers.py``.
"""

from __future__ import annotations

import asyncio
import json
import logging as python_logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from engine_kit import Kit, door, until
from layer_kit import foreach_with, letters
from layer_matrix import FORMS, LAYERS, SECRET, TRACES, entry, names, two_nodes
from run_dialogue import workflow

from floworch.actions.context import Context
from floworch.actions.outcome import Outcome
from floworch.middleware.builtin import BUILTIN_LAYERS
from floworch.middleware.metrics import default_metrics
from floworch.run.public import public_event
from floworch.store.journal.store import FlatBuffersStore

every_layer = pytest.mark.parametrize("name", names())
RETRY = {"use": "retry", "with": {"max_attempts": 5, "delay": 60, "jitter": 0}}


def test_the_matrix_has_all_thirteen_layers() -> None:
    """A layer that came later, or whose library is missing where all are installed, would go untested."""
    assert set(LAYERS) == {spec.id for spec in BUILTIN_LAYERS}
    assert names() == list(LAYERS)


@asynccontextmanager
async def soon() -> AsyncIterator[None]:
    """A layer that kept something would let the next execution wait for ever."""
    async with asyncio.timeout(30):
        yield


async def works_again(name: str, folder: Path) -> None:
    """The layer gave back what it held: another run in the same process gets through it."""

    async def act(text: str) -> str:
        return text

    async with soon():
        result = await Kit(act=act).run(two_nodes([entry(name, folder)]))
    assert result.outputs == {"a": "x"}


@every_layer
async def test_a_pause_lets_what_is_inside_the_layer_finish(name: str, tmp_path: Path) -> None:
    """(C7.1)"""
    it, act = door()
    kit = Kit()
    kit.add("act", _with_text(act))
    definition = two_nodes([entry(name, tmp_path)])
    async with soon(), kit.running(definition) as (_, run):
        await it.wait_for()
        await run.pause()
        assert run.state.status == "pausing"
        it.open()
        paused = await run.result()
        assert (paused.status, paused.nodes["a"].status, paused.nodes["b"].status) == ("paused", "completed", "pending")
    async with soon(), kit.engine() as engine:
        result = await (await engine.resume("r")).result()
    assert (result.outputs, it.entered, result.nodes["a"].attempts) == ({"a": "through"}, 1, 1)
    await works_again(name, tmp_path)


@every_layer
@pytest.mark.parametrize("how", ["pause now", "crash"])
async def test_what_is_stopped_inside_the_layer_runs_again_at_resume(name: str, how: str, tmp_path: Path) -> None:
    """(C7.1, C7.2) Neither counts as a failure: not in the layer, not in its letters, not for the retry."""
    it, act = door()
    kit = Kit()
    kit.add("act", _with_text(act))
    first = kit.engine()
    async with soon():
        run = await first.start(two_nodes([entry(name, tmp_path)]), run_id="r")
        await it.wait_for()
        if how == "crash":
            run.working("crash").log.abandon()
            run.working("crash").close()
            await run.stopped()
        else:
            await run.pause(now=True)
            assert (await run.result()).status == "paused"
            await first.close()
        it.open()
        async with kit.engine() as engine:
            result = await (await engine.resume("r")).result()
    assert (result.status, result.outputs, it.entered) == ("completed", {"a": "through"}, 2)
    assert kit.story().count("node_failed a") == kit.story().count("node_retrying a") == 0
    assert not (tmp_path / "letters.jsonl").exists()
    await works_again(name, tmp_path)


@every_layer
async def test_a_cancel_inside_the_layer_ends_it(name: str, tmp_path: Path) -> None:
    """(C7.3)"""
    it, act = door()
    kit = Kit()
    kit.add("act", _with_text(act))
    async with soon(), kit.running(two_nodes([entry(name, tmp_path)])) as (_, run):
        await it.wait_for()
        await run.cancel()
        result = await run.result()
    assert (result.status, result.nodes["a"].status, it.stopped) == ("cancelled", "cancelled", 1)
    await works_again(name, tmp_path)


@every_layer
@pytest.mark.parametrize("place", ["outside", "inside", "of the workflow", "field"])
async def test_a_retry_at_any_place_around_the_layer(name: str, place: str, tmp_path: Path) -> None:
    """(C5.4, C15)"""
    tried: list[int] = []

    async def act(ctx: Context, text: str) -> str:
        tried.append(ctx.attempt)
        if len(tried) < 4:
            raise ConnectionError("down")
        return text

    one = entry(name, tmp_path)
    kit = Kit(act=act)
    shapes: dict[str, Any] = {
        "outside": lambda: two_nodes([RETRY, one]),
        "inside": lambda: two_nodes([one, RETRY]),
        "of the workflow": lambda: two_nodes([one]).replace(middleware=two_nodes([RETRY]).nodes["a"].middleware),
        "field": lambda: two_nodes([one], retry=RETRY["with"]),
    }
    async with soon():
        result = await kit.run(shapes[place]())
    around = place in ("outside", "of the workflow")
    if name == "fallback" and around:  # a harmful order: the validator says so
        assert (result.outputs, tried) == ({"a": "instead"}, [1])
    elif name == "retry" and around:  # the innermost is effective: three attempts
        assert (result.status, tried) == ("failed", [1, 2, 3])
    else:
        assert (result.outputs, tried) == ({"a": "x"}, [1, 2, 3, 4])
        assert result.nodes["a"].attempts == 4
    if name == "dead_letter":
        assert (len(letters(tmp_path / "letters.jsonl")) if around else 0) == (3 if around else 0)
    await works_again(name, tmp_path)


@every_layer
@pytest.mark.parametrize("place", ["outside", "inside", "of the workflow"])
async def test_a_crash_in_the_back_off_resumes_the_back_off(name: str, place: str, tmp_path: Path) -> None:
    """(C4.4, C5.4)"""
    tried: list[int] = []

    async def act(ctx: Context, text: str) -> str:
        tried.append(ctx.attempt)
        if ctx.attempt == 1:
            raise ConnectionError("down")
        return text

    kit = Kit(act=act)

    class Stuck:
        now = staticmethod(kit.clock.now)

        async def sleep_until(self, at: float) -> None:
            await asyncio.Event().wait()

    if name == "fallback":
        place = "inside"
    one = entry(name, tmp_path)
    layers = [one] if place == "of the workflow" else [RETRY, one] if place == "outside" else [one, RETRY]
    definition = two_nodes(layers)
    if place == "of the workflow":
        definition = definition.replace(middleware=two_nodes([RETRY]).nodes["a"].middleware)
    first = kit.engine(clock=Stuck())
    async with soon():
        run = await first.start(definition, run_id="r")
        await until(lambda: run.state.status_of("a") == "retrying")
        due = run.state.node("a").retry_due
        run.working("crash").log.abandon()
        run.working("crash").close()
        await run.stopped()
        async with kit.engine() as second:
            again = await second.resume("r")
            assert again.state.node("a").retry_due == due
            result = await again.result()
    assert (result.outputs, tried, result.nodes["a"].attempts) == ({"a": "x"}, [1, 2], 2)
    started = [e.at for e in kit.store.events("r") if public_event(e, "r", ("a", "b"))["kind"] == "node_started"]
    assert due is not None
    assert started[1] >= due
    await works_again(name, tmp_path)


@every_layer
async def test_in_the_body_of_a_loop_every_item_has_its_own_execution(name: str, tmp_path: Path) -> None:
    """(C10.1)"""

    async def act(ctx: Context, text: str) -> str:
        if ctx.item == 2:
            raise RuntimeError("two is bad")
        return f"{text}!"

    kit = Kit(act=act)
    layer = entry(name, tmp_path)
    async with soon():
        result = await kit.run(foreach_with([layer], [1, 2, 3], params={"text": "{{ item }}"}))
    second = "instead" if name == "fallback" else None
    assert result.nodes["loop"].output == ["1!", second, "3!"]
    if name == "dead_letter":
        assert [letter["params"] for letter in letters(tmp_path / "letters.jsonl")] == [{"text": "2"}]
    await works_again(name, tmp_path)


@every_layer
async def test_no_byte_shows_a_secret_of_the_layer_the_parameters_or_the_error(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    """(C6.5) Plain, in base64 and URL-encoded: in journal, events, logs, tracebacks and files beside."""
    monkeypatch.setattr("floworch.actions.secret_sources.keyring_get", {"KEY": SECRET}.get)
    caplog.set_level(python_logging.DEBUG)
    spans = _spans(monkeypatch) if name == "tracing" else []

    async def act(ctx: Context, text: str, fails: bool) -> Any:
        assert text == SECRET
        for form in FORMS:
            ctx.log(f"working with {form}")
            ctx.progress(0.5, form)
        ctx.data.set("kept", list(FORMS))
        if not fails:
            return Outcome({"forms": list(FORMS), SECRET: SECRET.encode()})
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise RuntimeError(f"cannot send {' '.join(FORMS)}") from error

    kit = Kit(act=act)
    kit.store = store = FlatBuffersStore(tmp_path / "store")  # type: ignore[assignment]
    layer = {**entry(name, tmp_path / "store", secret=True), "when": "{{ secrets.KEY != 'x' }}"}
    node = {"action": "t.act", "middleware": [layer], "on_error": "continue", "retry": {"max_attempts": 2, "delay": 1}}
    definition = workflow(
        {
            "bad": {**node, "params": {"text": "{{ secrets.KEY }}", "fails": True}},
            "good": {**node, "params": {"text": "{{ secrets.KEY }}", "fails": False}},
        },
        outputs={"bad": "{{ nodes.bad.error }}", "good": "{{ nodes.good.output }}", "own": "{{ secrets.KEY }}"},
    )
    async with soon():
        result = await kit.run(definition)
    ids = store.header("r").node_ids
    events = [public_event(event, "r", ids) for event in store.events("r")]
    written = {str(path): path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()}
    printed = capfd.readouterr()
    texts = {
        "events": json.dumps(events, ensure_ascii=False, default=str), "result": repr(result),
        "Python's log": caplog.text,
        "stdout": printed.out, "stderr": printed.err, "metrics": json.dumps(default_metrics.snapshot()),
        "data": repr(result.state.data), "errors": repr(result.state.errors), "spans": repr(spans),
        **{file: data.decode("latin-1") for file, data in written.items()},
    }  # fmt: skip
    assert texts["events"].count("•••") > 10
    assert result.outputs["own"] == "•••"
    assert any(file.endswith(".fbj") for file in written)
    for where, text in texts.items():
        for trace in TRACES:
            at = text.find(trace)
            assert at < 0, f"{trace!r} is in {where}: {text[max(0, at - 100) : at + 100]!r}"


def _with_text(act: Any) -> Any:
    async def through(ctx: Context, text: str) -> str:
        found: str = await act(ctx)
        return found

    return through


def _spans(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What an exporter would be given: name, attributes, events and status of every span."""
    from opentelemetry import trace
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

    found: list[Any] = []

    class Keeping(SpanProcessor):
        def on_end(self, span: Any) -> None:
            found.append(span.to_json())

    provider = TracerProvider()
    provider.add_span_processor(Keeping())
    monkeypatch.setattr(trace, "get_tracer", lambda *_, **__: provider.get_tracer("matrix"))
    return found
