"""A run is controlled from other processes, by signals and by killing: exit codes, statuses, nothing runs twice."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import psutil
import pytest

Event = dict[str, Any]


def held(go: Path, **more: Any) -> dict[str, Any]:
    """A workflow whose second step lasts until a file exists; each step leaves a line in a file as its effect."""
    effects = go.parent / "effects"
    last = "{{ nodes.hold.output.stdout | trim if nodes.hold.output else 'unknown' }}"
    return {
        "id": "held",
        "outputs": {"last": "{{ nodes.last.output.done }}"},
        "nodes": {
            "first": {"action": "shell.run", "params": {"command": f"echo first >> '{effects}'"}},
            "hold": {
                "action": "shell.run",
                "effect": "idempotent",
                "params": {
                    "command": f"echo hold >> '{effects}'; while [ ! -e '{go}' ]; do sleep 0.05; done; echo free"
                },
                **more,
            },
            "last": {"action": "data.set", "params": {"fields": {"done": last}}},
        },
        "edges": [{"from": "first", "to": "hold"}, {"from": "hold", "to": "last"}],
    }


def asking() -> dict[str, Any]:
    """A workflow that asks a person and then waits for a signal."""
    return {
        "id": "asking",
        "outputs": {"answer": "{{ nodes.ask.output.approved }}", "paid": "{{ nodes.paid.output }}"},
        "nodes": {
            "ask": {"action": "human.approve", "params": {"message": "Ship it?"}},
            "paid": {"action": "flow.signal", "params": {"name": "paid"}},
            "refused": {"action": "util.log", "params": {"message": "refused"}},
        },
        "edges": [{"from": "ask", "port": "approved", "to": "paid"},
                  {"from": "ask", "port": "rejected", "to": "refused"}],
    }  # fmt: skip


def started(node: str) -> Any:
    return lambda event: event["kind"] == "node_started" and event["node"] == node


def waiting(node: str) -> Any:
    return lambda event: event["kind"] == "node_waiting" and event["node"] == node


class Held:
    """A run in a process of its own that holds at its second step."""

    def __init__(self, cli: Any, folder: Path, **more: Any) -> None:
        self.cli, self.go, self.effects_file = cli, folder / "go", folder / "effects"
        self.file = cli.file(held(self.go, **more))

    def start(self, *more: object) -> Any:
        process = self.cli.start("run", self.file, "--run-id", "h", "--events", "jsonl", *more)
        process.until(started("hold"))
        self.until_effect("hold")
        return process

    def until_effect(self, name: str, count: int = 1) -> None:
        """Wait until a step has had its effect that often."""
        while self.effects()[name] < count:
            pass

    def effects(self) -> Counter[str]:
        return Counter(self.effects_file.read_text().split() if self.effects_file.exists() else [])


@pytest.fixture
def holding(cli: Any, tmp_path: Path) -> Held:
    return Held(cli, tmp_path)


# -- exit codes (interfaces.md section 3) ---------------------------------------------------------------------------


def test_exit_codes_of_runs_that_end_by_themselves(cli: Any) -> None:
    good = cli.file({"id": "good", "nodes": {"a": {"action": "util.log", "params": {"message": "m"}}}})
    bad = cli.file({"id": "bad", "nodes": {"a": {"action": "flow.fail", "params": {"message": "on purpose"}}}})
    cli("run", good, "--run-id", "g", code=0)
    said = cli("run", bad, "--run-id", "b", code=1).stderr
    assert "on purpose" in said
    assert "floworch retry b" in said
    cli("resume", "g", code=0)
    cli("resume", "b", code=1)
    assert {run["run_id"]: run["status"] for run in cli.json("runs", "--json")} == {"g": "completed", "b": "failed"}


def test_bad_usage_is_2_and_a_bad_store_4(cli: Any, tmp_path: Path) -> None:
    good = cli.file({"id": "good", "nodes": {"a": {"action": "util.log", "params": {"message": "m"}}}})
    cli("run", good, "--run-id", "g")
    assert "already" in cli("run", good, "--run-id", "g", code=2).stderr
    cli("run", good, "--set", "unknown=1", code=2)
    cli("run", good, "--no-such-option", code=2)
    (tmp_path / "file").write_text("")
    cli("run", good, "--store", tmp_path / "file", code=4)


def test_a_suspended_run_is_3_and_goes_on_after_the_answers(cli: Any) -> None:
    file = cli.file(asking())
    said = cli("run", file, "--run-id", "a", "--exit-when-suspended", code=3).stderr
    assert "floworch approve a ask" in said
    assert cli.status("a") == "suspended"
    cli("signal", "a", "paid", '{"sum": 12}')  # early: kept (C8.2)
    cli("approve", "a", "ask", "--comment", "fine")
    assert cli.json("resume", "a") == {"answer": True, "paid": {"sum": 12}}


# -- a second process controls a running one (C7) -------------------------------------------------------------------


def test_pause_lets_the_step_finish_and_resume_goes_on(cli: Any, holding: Held) -> None:
    """(C7.1)"""
    owner = holding.start()
    cli("pause", "h")
    owner.until(lambda event: event["kind"] == "run_pausing")
    assert cli.status("h") == "pausing"
    holding.go.touch()
    owner.wait(3)
    shown = cli.show("h")
    assert (shown["status"], shown["nodes"]["hold"]["status"]) == ("paused", "completed")
    assert shown["nodes"]["last"]["status"] == "pending"
    assert cli.json("resume", "h") == {"last": "free"}
    assert holding.effects() == {"first": 1, "hold": 1}


def test_pause_now_interrupts_and_the_step_runs_again(cli: Any, holding: Held) -> None:
    """(C7.1) The interrupted attempt does not count."""
    owner = holding.start()
    cli("pause", "h", "--now")
    owner.wait(3)
    assert cli.show("h")["nodes"]["hold"]["status"] == "pending"
    holding.go.touch()
    assert cli.json("resume", "h") == {"last": "free"}
    assert holding.effects() == {"first": 1, "hold": 2}


def test_resume_in_one_process_is_paused_from_another_again_and_again(cli: Any, holding: Held) -> None:
    owner = holding.start()
    for again in (2, 3):
        cli("pause", "h", "--now")
        owner.wait(3)
        owner = cli.start("resume", "h", "--events", "jsonl")
        owner.until(started("hold"))
        holding.until_effect("hold", again)
    holding.go.touch()
    owner.wait(0)
    assert holding.effects() == {"first": 1, "hold": 3}


def test_cancel_ends_the_owner_with_130_and_leaves_no_process(cli: Any, holding: Held) -> None:
    """(C7.3)"""
    owner = holding.start()
    children = psutil.Process(owner.pid).children(recursive=True)
    assert children
    cli("cancel", "h")
    owner.wait(130)
    assert cli.status("h") == "cancelled"
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive
    cli("resume", "h", code=130)
    assert "cancelled" in cli("pause", "h", code=2).stderr


def test_cancel_of_a_paused_run_is_done_at_once(cli: Any, holding: Held) -> None:
    """(C7.3)"""
    owner = holding.start()
    cli("pause", "h", "--now")
    owner.wait(3)
    cli("cancel", "h")
    assert cli.status("h") == "cancelled"


@pytest.mark.parametrize(("verb", "answer"), [("approve", True), ("reject", False)])
def test_an_answer_from_another_process(cli: Any, verb: str, answer: bool) -> None:
    owner = cli.start("run", cli.file(asking()), "--run-id", "a", "--events", "jsonl")
    owner.until(waiting("ask"))
    cli(verb, "a", "ask")
    if answer:
        owner.until(waiting("paid"))
        cli("signal", "a", "paid", "[1, 2]")
    owner.wait(0)
    nodes = cli.show("a")["nodes"]
    assert nodes["refused"]["status"] == ("bypassed" if answer else "completed")
    assert nodes["paid"]["output"] == ([1, 2] if answer else None)


def test_a_signal_is_consumed_once(cli: Any) -> None:
    """(C8.2)"""
    names = ("one", "two")
    nodes = {name: {"action": "flow.signal", "params": {"name": "token"}} for name in names}
    file = cli.file({"id": "tokens", "nodes": nodes, "edges": [{"from": "one", "to": "two"}]})
    owner = cli.start("run", file, "--run-id", "t", "--events", "jsonl")
    owner.until(waiting("one"))
    cli("signal", "t", "token", "1")
    owner.until(waiting("two"))
    cli("signal", "t", "token", "2")
    owner.wait(0)
    assert [cli.show("t")["nodes"][name]["output"] for name in names] == [1, 2]


def test_followers_see_every_event_once_and_end_with_the_run(cli: Any, holding: Held) -> None:
    owner = holding.start()
    follower = cli.start("events", "h", "--follow")
    follower.until(started("hold"))
    holding.go.touch()
    owner.wait(0)
    follower.wait(0)
    assert follower.events() == cli.events("h") == owner.events()


# -- signals and kills (C7.3, C15) ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_pauses_and_a_resume_goes_on(cli: Any, holding: Held, number: int) -> None:
    """(C15 Stopping)"""
    owner = holding.start()
    owner.send(number)
    owner.wait(3)
    assert "floworch resume h" in owner.stderr
    assert cli.status("h") == "paused"
    holding.go.touch()
    cli("resume", "h")
    assert holding.effects() == {"first": 1, "hold": 2}


def test_a_second_signal_is_a_crash_that_loses_nothing(cli: Any, tmp_path: Path) -> None:
    """(C7.3) The step ignores the polite request, so that the pause takes its grace time."""
    effects, go = tmp_path / "effects", tmp_path / "go"
    stubborn = f"trap '' TERM INT; echo hold >> '{effects}'; while [ ! -e '{go}' ]; do sleep 0.05; done; echo free"
    held_run = Held(cli, tmp_path, params={"command": stubborn})
    owner = held_run.start()
    owner.send(signal.SIGINT)
    owner.until_said("again")
    owner.send(signal.SIGINT)
    assert owner.wait() == -signal.SIGINT
    assert "Traceback" not in owner.stderr
    assert cli.status("h") in {"interrupted", "paused"}
    go.touch()
    assert cli.json("resume", "h") == {"last": "free"}
    assert held_run.effects()["first"] == 1


def test_a_killed_owner_leaves_an_interrupted_run(cli: Any, holding: Held) -> None:
    """(C7.2, C7.3)"""
    owner = holding.start()
    owner.kill()
    assert cli.status("h") == "interrupted"
    assert cli.json("runs", "--json", "--status", "interrupted")[0]["run_id"] == "h"
    assert "floworch resume h" in cli("show", "h").stderr
    holding.go.touch()
    cli("resume", "h")
    events = cli.events("h")
    assert [e["attempt"] for e in events if e["kind"] == "node_started" and e["node"] == "hold"] == [1, 2]
    assert holding.effects() == {"first": 1, "hold": 2}


def test_a_rollback_that_was_killed_is_taken_up(cli: Any, tmp_path: Path) -> None:
    """(C9): what is undone stays undone, what ran runs again whatever its effect, and nothing is left out."""
    ledger, go = tmp_path / "ledger", tmp_path / "go"

    def step(name: str, wait: str = "", **more: Any) -> dict[str, Any]:
        undo = f"echo undo-{name} >> '{ledger}'; {wait}"
        return {"action": "shell.run", "params": {"command": f"echo {name} >> '{ledger}'"},
                "compensate": {"action": "shell.run", "params": {"command": undo}}, **more}  # fmt: skip

    nodes = {
        "first": step("first"),
        "each": {"action": "flow.foreach", "params": {"items": [1, 2], "concurrency": 1}},
        "item": step("item", f"while [ ! -e '{go}' ]; do sleep 0.05; done", parent="each"),
        "last": step("last"),
        "end": {"action": "flow.fail", "params": {"message": "on purpose"}},
    }
    links = [{"from": a, "to": b} for a, b in (("first", "each"), ("each", "last"), ("last", "end"))]
    file = cli.file({"id": "saga", "nodes": nodes, "edges": links})
    owner = cli.start("run", file, "--run-id", "s", "--events", "jsonl")
    owner.until(lambda event: event["kind"] == "node_compensating" and event["node"] == "item")
    while not ledger.exists() or "undo-item" not in ledger.read_text():
        pass
    owner.kill()
    assert cli.status("s") == "interrupted"
    go.touch()
    cli("resume", "s", code=1)
    shown = cli.show("s")
    assert shown["status"] == "failed"
    undone = ["last", "item[1]", "item[0]", "first"]
    assert shown["compensation"] == {"compensated": undone, "failed": [], "not_needed": []}
    assert Counter(ledger.read_text().split()) == {
        "first": 1, "item": 2, "last": 1, "undo-last": 1, "undo-item": 3, "undo-first": 1,
    }  # fmt: skip
    cli("retry", "s", code=2)


@pytest.mark.parametrize(("choice", "runs", "code"), [("rerun", 2, 0), ("done", 1, 0), ("fail", 1, 1)])
def test_an_unsafe_step_is_in_doubt_after_a_kill(cli: Any, tmp_path: Path, choice: str, runs: int, code: int) -> None:
    """(C7.8)"""
    holding = Held(cli, tmp_path, effect="unsafe")
    owner = holding.start()
    owner.kill()
    holding.go.touch()
    said = cli("resume", "h", code=3).stderr
    assert "hold" in said
    assert "--in-doubt" in said
    assert cli.show("h")["nodes"]["hold"]["status"] == "in_doubt"
    cli("resume", "h", "--in-doubt", choice, code=code)
    assert holding.effects()["hold"] == runs


def test_retry_runs_only_what_failed(cli: Any, tmp_path: Path) -> None:
    """(C7.9)"""
    flag, effects = tmp_path / "flag", tmp_path / "effects"
    file = cli.file(
        {
            "id": "again",
            "nodes": {
                "before": {"action": "shell.run", "params": {"command": f"echo before >> '{effects}'"}},
                "check": {"action": "shell.run", "params": {"command": f"test -e '{flag}'"}},
                "after": {"action": "shell.run", "params": {"command": f"echo after >> '{effects}'"}},
            },
            "edges": [{"from": "before", "to": "check"}, {"from": "check", "to": "after"}],
        }
    )
    cli("run", file, "--run-id", "r", code=1)
    flag.touch()
    cli("retry", "r", code=0)
    assert effects.read_text().split() == ["before", "after"]


# -- detached runs and the companion process ------------------------------------------------------------------------


def test_a_detached_run_is_followed_and_answered(cli: Any) -> None:
    done = cli("run", cli.file(asking()), "--run-id", "d", "--detach")
    assert done.stdout.strip() == "d"
    follower = cli.start("events", "d", "--follow")
    follower.until(waiting("ask"))
    cli("approve", "d", "ask")
    follower.until(waiting("paid"))
    cli("signal", "d", "paid", "true")
    follower.wait(0)
    assert follower.events()[-1]["kind"] == "run_completed"
    assert cli.json("resume", "d") == {"answer": True, "paid": True}


def test_a_killed_companion_leaves_interrupted_runs_that_resume(cli: Any, holding: Held) -> None:
    """(C7.3) Here, and detached again."""
    cli("run", holding.file, "--run-id", "h", "--detach")
    holding.until_effect("hold")
    follower = cli.start("events", "h", "--follow")
    follower.until(started("hold"))
    first = cli.companion()
    os.kill(first, signal.SIGKILL)
    follower.wait()
    assert "Traceback" not in follower.stderr
    assert cli.until_status("h", "interrupted")["status"] == "interrupted"
    # The store still takes new runs: another companion comes up.
    quick = cli.file({"id": "quick", "nodes": {"a": {"action": "util.log", "params": {"message": "m"}}}})
    cli("run", quick, "--run-id", "q", "--detach")
    cli.until_status("q", "completed")
    assert cli.companion() != first
    holding.go.touch()
    assert cli.json("resume", "h") == {"last": "free"}
    assert holding.effects() == {"first": 1, "hold": 2}


def test_sigterm_of_the_companion_pauses_its_runs(cli: Any, holding: Held) -> None:
    """(C7.3) A process that stops in order pauses its runs and releases its locks."""
    cli("run", holding.file, "--run-id", "h", "--detach")
    holding.until_effect("hold")
    os.kill(cli.companion(), signal.SIGTERM)
    cli.until_status("h", "paused")
    holding.go.touch()
    assert cli.json("resume", "h") == {"last": "free"}


def test_json_is_the_only_thing_on_standard_output(cli: Any) -> None:
    file = cli.file({"id": "good", "nodes": {"a": {"action": "util.log", "params": {"message": "m"}}}})
    shown = json.loads(cli("run", file, "--json").stdout)
    assert shown["status"] == "completed"
    lines = cli("run", file, "--events", "jsonl").stdout.splitlines()
    kinds = [json.loads(line)["kind"] for line in lines]
    assert (kinds[0], kinds[-1]) == ("run_created", "run_completed")
