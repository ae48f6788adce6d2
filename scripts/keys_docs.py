"""Write the reference page of every keyboard shortcut from the designer's table of actions.

Usage: ``python scripts/keys_docs.py [--check]``. Writes ``docs/reference/keyboard.md``; with ``--check`` it writes
nothing and exits 1 when the page is out of date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from floworch_designer.app.commands.actions import BY_ID, GESTURES, ROWS
from floworch_designer.app.commands.cheat_sheet import group_title
from floworch_designer.app.commands.key_presets import PRESETS
from floworch_designer.app.commands.keys_dialog import PRESET_TITLES

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "keyboard.md"
HEAD = """# Keyboard shortcuts

<!-- Made by scripts/keys_docs.py from the designer's table of actions; change it there. -->

`F1` shows this list in the window, `?` too while the canvas has the focus. Keys that write a character, such as `D`,
work on the canvas only. On macOS `Ctrl` is the command key. Every action also stands in the command palette (`Ctrl+K`).
`Alt` alone goes to the menu bar; there, and in every menu, the first letter of an entry takes it.

*Help › Change keyboard shortcuts…* gives any action other keys. It says which action loses a key before it takes it; a
change counts at once and is kept with the settings of the user. A keymap is exported and imported as JSON,
`{"preset": "default", "keys": {"view.theme": ["F12"]}}` with the ids below; one that gives a key to two actions, or
names an action or key that does not exist, changes nothing and says why. What you chose wins over the preset, and the
preset over the defaults. The arrows, `Space`, `Esc`, `+` and `-` belong to the canvas.
"""


def code(keys: tuple[str, ...]) -> str:
    """Return keys for a table cell."""
    fences = ("`` {} ``" if "`" in key else "`{}`" for key in keys)
    return ", ".join(fence.format(key) for fence, key in zip(fences, keys, strict=True)).replace("|", "\\|") or "none"


def page() -> str:
    """Return the whole page."""
    lines = [HEAD]
    group = ""
    for row in ROWS:
        if row.id.split(".")[0] != group:
            group = row.id.split(".")[0]
            if f"## {group_title(group)}" in lines:
                continue
            rows = [each for each in ROWS if each.id.split(".")[0] == group]
            lines += [f"## {group_title(group)}", "", "| Action | Keys | Id |", "|---|---|---|"]
            lines += [f"| {each.text.rstrip('…')} | {code(each.keys)} | `{each.id}` |" for each in rows] + [""]
    lines += ["## Gestures and keys of the canvas", "", "| What | How |", "|---|---|"]
    lines += [f"| {text} | {keys} |" for text, keys in GESTURES]
    lines += [
        "",
        "## Presets",
        "",
        "An action that is not listed keeps its default unless the preset took its key.",
        "",
    ]
    for name, keys in PRESETS.items():
        if keys:
            lines += [f"### {PRESET_TITLES[name]} (`{name}`)", "", "| Action | Keys |", "|---|---|"]
            lines += [f"| {BY_ID[row].text.rstrip('…')} | {code(given)} |" for row, given in keys.items()] + [""]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Write or check the page; 0 when all is well."""
    parser = argparse.ArgumentParser(description="Write the reference page of the keyboard shortcuts.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is out of date")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page is")
    options = parser.parse_args(arguments)
    made = page()
    if not options.check:
        options.page.write_text(made, encoding="utf-8")
        return 0
    if options.page.is_file() and options.page.read_text(encoding="utf-8") == made:
        return 0
    print(f"{options.page.name} is out of date: run python scripts/keys_docs.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
