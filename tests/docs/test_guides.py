"""Every block of the guides does what the guide says.

A guide is played in an empty folder: files first (blocks with a name behind the language), then its ``python`` blocks
from top to bottom in one program, then its ``sh`` blocks in one shell. A ``text`` block holds what the block before it
prints.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "guides"
PAGES = sorted(page.name for page in GUIDES.glob("*.md"))
_BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "--- end of block ---"


def blocks(page: str) -> list[tuple[str, str, str]]:
    """The blocks of a guide in order: language, name, text."""
    text = (GUIDES / page).read_text(encoding="utf-8")
    return [(kind, name.strip(), body) for kind, name, body in _BLOCK.findall(text)]


def environment(folder: Path) -> dict[str, str]:
    """A user with nothing but this folder, in which ``floworch`` and ``python`` are the programs under test."""
    programs = folder / ".bin"
    programs.mkdir()
    for name, words in {"floworch": f"{sys.executable} -m floworch", "python": sys.executable}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        (programs / name).chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / ".data"),
        "FLOWORCH_CONFIG_DIR": str(folder / ".config"),
    }


def play(command: list[str], folder: Path, env: dict[str, str], page: str) -> str:
    """Run a program to its good end and return what it printed."""
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, f"{page}\n{done.stdout[-3000:]}\n{done.stderr[-5000:]}"
    return done.stdout


@pytest.mark.parametrize("page", PAGES)
def test_a_guide_does_what_it_says(page: str, tmp_path: Path) -> None:
    program: list[str] = []
    shell: list[str] = []
    expected: dict[int, str] = {}
    for kind, name, body in blocks(page):
        assert kind in {"python", "sh", "text", "json", "toml", "mermaid"}, f"{page}: a {kind} block is not checked"
        if name:
            (tmp_path / name).write_text(body, encoding="utf-8")
        elif kind == "python":
            program.append(body)
        elif kind == "sh":
            shell.append(body)
        elif kind == "text":
            expected[len(program) - 1] = body
    env = environment(tmp_path)
    (tmp_path / "guide.py").write_text(f"\nprint({_MARK!r})\n".join(program), encoding="utf-8")
    printed = play([sys.executable, "guide.py"], tmp_path, env, page)
    for number, part in enumerate(printed.split(_MARK + "\n")):
        assert part == expected.get(number, ""), f"{page}: block {number} prints\n{part}"
    if shell:
        play(["bash", "-euc", "\n".join(shell)], tmp_path, env, page)


def anchors(page: Path) -> set[str]:
    """What ``#...`` may name in a page, as renderers make it of headings."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", _BLOCK.sub("", page.read_text(encoding="utf-8")), re.MULTILINE):
        found.add(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-"))
    return found


def test_links_of_the_guides_lead_somewhere() -> None:
    for page in PAGES:
        text = _BLOCK.sub("", (GUIDES / page).read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if target.startswith(("http:", "https:")):
                continue
            path, _, anchor = target.partition("#")
            file = (GUIDES / path).resolve() if path else GUIDES / page
            assert file.exists(), f"{page}: {target}"
            assert not anchor or anchor in anchors(file), f"{page}: {target}"


@pytest.mark.parametrize(
    ("page", "anchor"),
    [
        ("performance-optimization.md", "memory-management"),
        ("performance-optimization.md", "concurrent-data-structures"),
        ("middleware.md", "creating-custom-middleware"),
        ("persistence.md", "creating-custom-storage"),
    ],
)
def test_anchors_that_others_link_to_stay(page: str, anchor: str) -> None:
    assert anchor in anchors(GUIDES / page)


def test_the_index_and_the_guides_readme_lead_to_every_guide() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    readme = (GUIDES / "README.md").read_text(encoding="utf-8")
    for page in PAGES:
        assert f"(guides/{page})" in index
        assert page == "README.md" or f"(./{page})" in readme
