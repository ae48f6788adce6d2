"""Dialogs open where a person is working."""

from __future__ import annotations


def test_the_first_folder_is_the_one_the_program_was_started_in(window, tmp_path, monkeypatch):
    from floworch_designer.app.files import folders

    monkeypatch.chdir(tmp_path)
    window.session.settings.set("files/directory", str(tmp_path / "elsewhere"))
    assert window.files.folders.first() == str(tmp_path)
    (tmp_path / "used").mkdir()
    window.files.folders.remember(tmp_path / "used" / "a.flow.json")
    assert window.files.folders.first() == str(tmp_path / "used")
    monkeypatch.setattr(folders.os, "access", lambda *_: False)
    assert folders.start_folder() == folders.own_folder()
