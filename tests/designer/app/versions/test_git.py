"""What git knows of a file, read without running anything of the repository."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from floworch.errors import FlowError
from floworch_designer.app.versions import git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
WHO = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")


def run(folder, *words):
    subprocess.run(["git", *WHO, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    """Two commits of a file whose name would be a pattern."""
    folder = tmp_path / "repo"
    folder.mkdir()
    run(folder, "init", "-q")
    path = folder / "a[b] é.flow.json"
    for number, text in enumerate(("one", "two")):
        path.write_text(text, encoding="utf-8")
        run(folder, "add", "-A")
        run(folder, "commit", "-q", "-m", f"Say {text}\n\nAnd why {number}")
    return path


def test_commits_are_listed_and_read(repository):
    found = git.commits(repository)
    assert [(commit.subject, commit.author) for commit in found] == [("Say two", "Ada"), ("Say one", "Ada")]
    assert git.content(repository) == b"two"
    assert git.content(repository, found[1].hash) == b"one"


def test_nothing_of_the_repositorys_settings_is_run(repository, tmp_path):
    folder, told = repository.parent, tmp_path / "told"
    bad = tmp_path / "bad.sh"
    bad.write_text(f"#!/bin/sh\necho ran >> {told}\ncat\n", encoding="utf-8")
    bad.chmod(0o755)
    (folder / ".gitattributes").write_text("* diff=bad filter=bad\n", encoding="utf-8")
    programs = (
        "core.fsmonitor core.pager core.sshCommand core.editor core.askPass gpg.program diff.external "
        "diff.bad.textconv diff.bad.command filter.bad.smudge filter.bad.clean"
    )
    for name in programs.split():
        run(folder, "config", name, str(bad))
    run(folder, "config", "log.showSignature", "true")
    for hook in ("post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman"):
        shutil.copy(bad, folder / ".git" / "hooks" / hook)
    assert len(git.commits(repository)) == 2
    assert git.content(repository) == b"two"
    assert not told.exists()
    run(folder, "status")
    assert told.exists(), "the trap works: other commands do run it"


def test_the_environment_points_git_nowhere_else(repository, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    assert git.content(repository) == b"two"


def test_what_is_missing_is_said(repository, tmp_path, monkeypatch):
    other = repository.with_name("new.flow.json")
    other.write_text("x", encoding="utf-8")
    assert git.commits(other) == []
    with pytest.raises(FlowError, match="is not in the last commit"):
        git.content(other)
    outside = tmp_path / "outside.flow.json"
    outside.write_text("x", encoding="utf-8")
    assert git.commits(outside) == []
    with pytest.raises(FlowError, match="not in a git repository"):
        git.content(outside)
    monkeypatch.setattr(git, "LARGEST", 1)
    with pytest.raises(FlowError, match="is larger than"):
        git.content(repository)


def test_without_git_there_are_no_commits(repository, monkeypatch):
    monkeypatch.setattr(git.shutil, "which", lambda _name: None)
    assert git.commits(repository) == []
    with pytest.raises(FlowError, match="git is not installed"):
        git.content(repository)


def test_a_program_beside_the_definition_is_not_gits(repository, monkeypatch):
    mine = repository.parent / "git"
    mine.write_text("#!/bin/sh\n", encoding="utf-8")
    monkeypatch.setattr(git.shutil, "which", lambda _name: str(mine))
    assert git.commits(repository) == []


def test_a_git_that_hangs_is_given_up(repository, monkeypatch):
    def hang(*_arguments, **_options):
        raise subprocess.TimeoutExpired("git", git.PATIENCE)

    monkeypatch.setattr(git.subprocess, "run", hang)
    with pytest.raises(FlowError, match="did not answer"):
        git.content(repository)
