"""``floworch run``: to the end, with inputs, outputs and exit codes of interfaces.md sections 3 and 4."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from floworch.cli.support import stores
from floworch.engine import Engine
from floworch.host.control_file import read_control


def test_a_completed_run_prints_its_outputs_and_exits_0(cli: Any, hello: Path) -> None:
    result = cli("run", hello, "--set", "name=World", "--run-id", "h-1")
    assert json.loads(result.stdout) == {"greeting": "Hello World"}
    assert "Run h-1 completed" in result.stderr
    assert "greet completed" in result.stderr


def test_json_prints_the_object_of_show(cli: Any, hello: Path) -> None:
    printed = cli.json("run", hello, "--set", "name=World", "--run-id", "h-1", "--json")
    assert printed == cli.json("show", "h-1", "--json")
    assert printed["status"] == "completed"
    assert printed["inputs"] == {"name": "World", "times": 1}


def test_events_are_one_json_object_a_line_from_seq_0(cli: Any, hello: Path) -> None:
    """(C12)"""
    result = cli("run", hello, "--set", "name=World", "--run-id", "h-1", "--events", "jsonl")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [event["seq"] for event in events] == list(range(len(events)))
    assert events[0]["kind"] == "run_created"
    assert events[-1]["kind"] == "run_completed"
    assert result.stdout == cli("events", "h-1").stdout


def test_the_default_run_id_names_the_workflow(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=x")
    (run,) = cli.json("runs", "--json")
    assert run["run_id"].startswith("hello-2")


def test_a_failed_run_exits_1_and_says_how_to_retry(cli: Any, failing: Path) -> None:
    result = cli("run", failing, "--set", "flag=/nowhere", "--run-id", "f-1", code=1)
    assert "check: " in result.stderr
    assert "floworch retry f-1" in result.stderr
    assert result.stdout == ""


def test_an_existing_run_id_exits_2_and_changes_nothing(cli: Any, hello: Path) -> None:
    cli("run", hello, "--set", "name=a", "--run-id", "h-1")
    before = cli("events", "h-1").stdout
    result = cli("run", hello, "--set", "name=b", "--run-id", "h-1", code=2)
    assert "h-1" in result.stderr
    assert cli("events", "h-1").stdout == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "needs the input 'name'"),
        (["--set", "name=a", "--set", "colour=red"], "no input 'colour'"),
        (["--set", "name=a", "--set", "times=many"], "must be an integer"),
        (["--set", "name"], "not of the form NAME=VALUE"),
        (["--inputs", "nowhere.json"], "no file nowhere.json"),
        (["--set", "name=a", "--events", "xml"], "--events xml"),
        (["--set", "name=a", "--events", "jsonl", "--json"], "both want standard output"),
        (["--set", "name=a", "--durability", "maybe"], "--durability maybe"),
        (["--set", "name=a", "--run-id", "a/b"], "a/b"),
        (["--set", "name=a", "--max-concurrency", "0"], "max-concurrency"),
        (["--colour"], "--colour"),
    ],
)
def test_bad_usage_exits_2_with_a_message_and_makes_no_run(
    cli: Any, hello: Path, arguments: list[str], says: str
) -> None:
    assert says in cli("run", hello, *arguments, code=2).stderr
    assert cli.json("runs", "--json") == []


def test_inputs_come_from_a_file_and_set_wins(cli: Any, hello: Path, tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    file.write_text('{"name": "File", "times": 3}')
    printed = cli.json("run", hello, "--inputs", file, "--set", "name=Set", "--json")
    assert printed["inputs"] == {"name": "Set", "times": 3}


def test_settings_come_from_the_command_line_before_the_environment(cli: Any, hello: Path) -> None:
    from floworch.store.journal.store import FlatBuffersStore

    cli.env.update(FLOWORCH_DURABILITY="none", FLOWORCH_MAX_CONCURRENCY="3")
    cli("run", hello, "--set", "name=a", "--run-id", "env")
    cli("run", hello, "--set", "name=a", "--run-id", "arg", "--durability", "process", "--max-concurrency", "5")
    store = FlatBuffersStore(cli.store)
    found = {name: store.header(name).options for name in ("env", "arg")}
    assert (found["env"]["durability"], found["env"]["max_concurrency"]) == ("none", 3)
    assert (found["arg"]["durability"], found["arg"]["max_concurrency"]) == ("process", 5)


def test_exit_when_suspended_exits_3_and_says_how_to_answer(cli: Any, gate: Path) -> None:
    """(C8.3, C15)"""
    result = cli("run", gate, "--run-id", "g-1", "--exit-when-suspended", code=3)
    assert "floworch approve g-1 ask" in result.stderr
    assert "Ship it?" in result.stderr
    assert cli.json("show", "g-1", "--json")["status"] == "suspended"


def test_everything_that_happened_is_printed_before_a_suspended_run_is_left(cli: Any, gate: Path) -> None:
    """(C12)"""
    printed = cli("run", gate, "--run-id", "g-1", "--exit-when-suspended", "--events", "jsonl", code=3).stdout
    assert printed == cli("events", "g-1").stdout
    assert json.loads(printed.splitlines()[-1])["kind"] == "run_suspended"


def test_the_store_option_is_repeated_in_what_to_do_next(cli: Any, gate: Path, tmp_path: Path) -> None:
    store = tmp_path / "other store"
    result = cli("run", gate, "--run-id", "g-1", "--store", store, "--exit-when-suspended", code=3)
    assert f"floworch resume g-1 --store '{store}'" in result.stderr


posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_pauses_and_exits_3(cli: Any, waiting: Path, tmp_path: Path, number: int) -> None:
    """(C15) First SIGINT or SIGTERM: pause now, print the resume line, exit 3."""
    process = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 3, said
    assert "floworch resume w-1" in said
    assert cli.json("show", "w-1", "--json")["status"] == "paused"
    assert not (cli.store / "runs" / "w-1" / "control").exists()
    (tmp_path / "go").touch()
    cli("resume", "w-1")
    shown = cli.json("show", "w-1", "--json")
    assert shown["status"] == "completed"
    assert shown["nodes"]["hold"]["attempts"] == 2


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_before_the_run_exists_begins_none_and_says_so(
    cli: Any, hello: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: int
) -> None:
    """C15: no run is cancelled by it, so the message tells this 130 from that of a cancelled run."""
    opened = stores.open_store

    def slowly(given: Path | None) -> Any:
        os.kill(os.getpid(), number)
        return opened(given)

    monkeypatch.setattr(stores, "open_store", slowly)
    said = cli("run", hello, "--set", "name=x", "--run-id", "h-1", code=code).stderr
    assert "Stopped before the run had begun: there is nothing to resume." in said
    monkeypatch.undo()
    cli("show", "h-1", code=2)


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_run_begins_pauses_it(
    cli: Any, waiting: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """(C15) From the moment that there is a run: pause, the resume line, exit 3."""
    start = Engine.start

    async def slowly(*args: Any, **options: Any) -> Any:
        os.kill(os.getpid(), number)
        return await start(*args, **options)

    monkeypatch.setattr(Engine, "start", slowly)
    said = cli("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1", code=3).stderr
    assert "floworch resume w-1" in said
    assert cli.json("show", "w-1", "--json")["status"] == "paused"


@posix
def test_ctrl_c_while_the_definition_is_read_says_that_no_run_had_begun(
    cli: Any, hello: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("floworch.model.validate.read_checked", interrupt)
    said = cli("run", hello, code=130).stderr
    assert said == "Stopped before the run had begun: there is nothing to resume.\n"


@posix
def test_a_killed_run_is_interrupted_and_resumes(cli: Any, waiting: Path, tmp_path: Path) -> None:
    """(C7.3, C7.4)"""
    process = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    process.kill()
    process.wait()
    # A command that was being started in that moment holds the lock until it has become another program.
    for _ in range(50):
        if cli.json("show", "w-1", "--json")["status"] == "interrupted":
            break
    assert cli.json("runs", "--json")[0]["status"] == "interrupted"
    (tmp_path / "go").touch()
    cli("resume", "w-1")
    assert cli.json("show", "w-1", "--json")["status"] == "completed"


@posix
def test_a_run_can_be_reached_while_it_runs(cli: Any, waiting: Path, tmp_path: Path) -> None:
    process = cli.running("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1")
    info = read_control(cli.store / "runs" / "w-1" / "control")
    assert info is not None
    assert info.pid == process.pid
    (tmp_path / "go").touch()
    process.communicate(timeout=30)
    assert process.returncode == 0


@posix
def test_events_of_a_run_that_is_handed_over_are_refused(cli: Any, hello: Path) -> None:
    said = cli("run", hello, "--set", "name=x", "--detach", "--events", "jsonl", code=2).stderr
    assert "--detach prints the id of the run only" in said
    assert "floworch events RUN --follow" in said


def test_detach_prints_the_id_and_the_run_goes_on_alone(cli: Any, waiting: Path, tmp_path: Path) -> None:
    result = cli("run", waiting, "--set", f"go={tmp_path / 'go'}", "--run-id", "w-1", "--detach")
    assert result.stdout == "w-1\n"
    companion = read_control(cli.store / "companion")
    assert companion is not None
    try:
        assert cli.json("runs", "--json")[0]["status"] == "running"
        (tmp_path / "go").touch()
        seen = cli("events", "w-1", "--follow").stdout.splitlines()
        assert json.loads(seen[-1])["kind"] == "run_completed"
    finally:
        os.kill(companion.pid, signal.SIGTERM)
    _gone(companion.pid)


def _gone(pid: int) -> None:
    from floworch.host import launch

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        launch._reap()
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    raise AssertionError("the companion did not end")


def test_a_definition_with_three_nodes_runs_without_the_heavy_libraries(cli: Any, hello: Path) -> None:
    """performance.md: the whole process takes at most 0.8 s; what it loads decides that."""
    code = (
        "import sys; from floworch.cli.app import run\n"
        f"code = run(['run', {str(hello)!r}, '--set', 'name=x'])\n"
        "heavy = {'PySide6', 'qasync', 'sqlalchemy', 'rich.markdown', 'rich.live', 'networkx', 'numpy'}\n"
        "sys.stdout.write(repr((code, sorted(heavy & set(sys.modules)))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **cli.env}, check=True
    )
    assert done.stdout.endswith("(0, [])"), done.stdout


def test_command_line_beats_environment_beats_file_beats_default(cli: Any) -> None:
    """(interfaces.md section 3) For every setting that the environment has."""
    failing = {"action": "flow.fail", "params": {"message": "no", "kind": "connection_error"}}
    flow = cli.file({
        "id": "f", "settings": {"max_concurrency": 3, "durability": "none"},
        "nodes": {"a": {**failing, "retry": {"max_attempts": 3, "delay": 0.01}, "middleware": [{"use": "logging"}]}},
    })  # fmt: skip
    store = cli.store

    def options(run_id: str) -> dict[str, Any]:
        from floworch.store.journal.store import FlatBuffersStore

        found = FlatBuffersStore(store).header(run_id).options
        return {name: found[name] for name in ("max_concurrency", "durability")}

    cli("run", flow, "--run-id", "file", code=1)
    assert options("file") == {"max_concurrency": 3, "durability": "none"}
    assert cli.json("show", "file", "--json")["nodes"]["a"]["attempts"] == 3
    cli.env |= {
        "FLOWORCH_MAX_CONCURRENCY": "5", "FLOWORCH_DURABILITY": "process", "FLOWORCH_RETRY_COUNT": "1",
        "FLOWORCH_RETRY_DELAY": "1ms", "FLOWORCH_LOG_LEVEL": "info",
    }  # fmt: skip
    shown = cli("run", flow, "--run-id", "environment", code=1)
    assert options("environment") == {"max_concurrency": 5, "durability": "process"}
    assert cli.json("show", "environment", "--json")["nodes"]["a"]["attempts"] == 2
    assert "INFO floworch.node: environment/a attempt 1 started" in shown.stderr
    cli("run", flow, "--run-id", "line", "--max-concurrency", "7", "--durability", "power", code=1)
    assert options("line") == {"max_concurrency": 7, "durability": "power"}
    other = cli.folder / "other"
    cli("run", flow, "--run-id", "there", "--store", other, code=1)
    assert [run["run_id"] for run in cli.json("runs", "--json", "--store", other)] == ["there"]


@pytest.mark.parametrize("variable", ["MAX_CONCURRENCY", "DURABILITY", "RETRY_COUNT", "RETRY_DELAY", "LOG_LEVEL"])
def test_a_senseless_variable_is_2_and_is_named(cli: Any, hello: Path, variable: str) -> None:
    cli.env[f"FLOWORCH_{variable}"] = "nonsense"
    said = cli("run", hello, "--set", "name=x", code=2).stderr
    assert "nonsense" in said or f"FLOWORCH_{variable}" in said
