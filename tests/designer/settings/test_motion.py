"""The system's wish for less motion reaches the settings without anybody waiting; no answer is full motion."""

from __future__ import annotations

import ctypes
import sys
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QProcess, Qt

from floworch_designer.settings import motion
from floworch_designer.settings.motion import SystemMotion, windows_is_still
from floworch_designer.settings.settings import Settings


@pytest.fixture
def settings(qapp, tmp_path):
    return Settings(tmp_path / "designer.ini")


def asked(settings, *code, less="false"):
    return SystemMotion(settings, ((sys.executable, "-S", "-c", *code), less))


def answered(system, qtbot):
    qtbot.waitUntil(lambda: system._process.state() is QProcess.ProcessState.NotRunning, timeout=10_000)


def test_what_the_system_says_reaches_the_settings_later(settings, qtbot):
    told = []
    settings.changed.connect(told.append)
    system = asked(settings, "print('false')")
    system.ask()
    assert not settings.still, "nobody waits for the answer"
    answered(system, qtbot)
    assert settings.still
    assert told == ["appearance/motion"]
    system.stop()


@pytest.mark.parametrize("code", ["print('true')", "print('No such schema')", "raise SystemExit(1)"])
def test_another_answer_is_full_motion(settings, qtbot, code):
    settings.set_system_still(True)
    system = asked(settings, code)
    system.ask()
    answered(system, qtbot)
    assert not settings.still
    system.stop()


def test_a_system_that_has_no_such_program_has_full_motion(settings):
    settings.set_system_still(True)
    system = SystemMotion(settings, (("no-such-program-anywhere",), "false"))
    system.ask()
    assert not settings.still


def test_it_is_asked_again_when_the_application_comes_to_the_front_until_it_is_stopped(settings, qapp, monkeypatch):
    times = []
    monkeypatch.setattr(SystemMotion, "ask", lambda _system: times.append("asked"))
    system = asked(settings, "")
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert times == []
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert times == ["asked"]
    system.stop()
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert times == ["asked"]


def test_a_program_that_says_nothing_is_given_up_and_ended_with_the_application(settings, qtbot, monkeypatch):
    monkeypatch.setattr(motion, "PATIENCE", 1)
    silent = asked(settings, "import time; time.sleep(60)")
    silent.ask()
    answered(silent, qtbot)
    assert not settings.still
    monkeypatch.undo()
    silent = asked(settings, "import time; time.sleep(60)")
    silent.ask()
    silent.ask()
    silent.stop()
    assert silent._process.state() is QProcess.ProcessState.NotRunning


@pytest.mark.parametrize(("platform", "program"), [("darwin", "/usr/bin/defaults"), ("linux", "gsettings")])
def test_each_system_has_its_program(settings, monkeypatch, platform, program):
    monkeypatch.setattr(sys, "platform", platform)
    looked = []
    monkeypatch.setattr(motion.shutil, "which", looked.append)
    SystemMotion(settings).ask()
    assert looked == [program]


@pytest.mark.parametrize("moves", [0, 1])
def test_windows_is_asked_directly(settings, monkeypatch, moves):
    def answer(what, _size, into, _save):
        assert what == 0x1042
        into._obj.value = moves

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(
        ctypes, "windll", SimpleNamespace(user32=SimpleNamespace(SystemParametersInfoW=answer)), raising=False
    )
    SystemMotion(settings).ask()
    assert settings.still is (moves == 0) is windows_is_still()


def test_other_systems_are_not_windows():
    assert sys.platform == "win32" or not windows_is_still()
