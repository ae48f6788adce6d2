"""What keys and pasted texts do to the braces around an expression: they come in pairs, and once; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_AHEAD = re.compile(r" *\}")
_BEGUN = re.compile(r"(?<!\{)\{\{ $")
_LEFT = re.compile(r"(?<!\{)\{\{ ?$")
_RIGHT = re.compile(r" ?\}\}")
#: An expression without anything in it, and the first brace of one that is typed although it is there.
_EMPTY_BEFORE = re.compile(r"(?<!\{)\{\{ *\}\}\{$")
_EMPTY_AROUND = re.compile(r"(?<!\{)\{\{ *\{$")
_CLOSED = re.compile(r" *\}\}")
#: An expression with nothing in it behind or around the cursor, and a text that is one expression.
_EMPTY_BEHIND = re.compile(r"(?<!\{)\{\{ *\}\}$")
_OPENED = re.compile(r"(?<!\{)\{\{ *$")
_WHOLE = re.compile(r"\s*\{\{((?:(?!\{\{|\}\}).)*)\}\}\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is done in the place of the key.

    Attributes:
        left: Characters that are taken away before the cursor.
        right: Characters that are taken away behind it.
        insert: What is written there.
        move: How far the cursor goes then.
    """

    left: int = 0
    right: int = 0
    insert: str = ""
    move: int = 0


def answer(before: str, after: str, key: str) -> Answer | None:
    r"""What a typed character, or ``"\b"`` for Backspace, does; None when it does what it always does.

    Args:
        before: The text before the cursor.
        after: The rest of the line behind it.
        key: The character.
    """
    if key == "{":
        return _close(before, after)
    if key == "}":
        return _step_over(before, after)
    if key == " ":  # the one behind the braces is there
        return Answer() if _BEGUN.search(before) and after.startswith(" }}") else None
    if key == "\b":
        left, right = _LEFT.search(before), _RIGHT.match(after)
        if left is not None and right is not None:
            return Answer(len(left[0]), len(right[0]))
    return None


def pasted(before: str, after: str, text: str) -> Answer | None:
    """What a pasted text that brings braces does where some are there already; None when it does what it always does.

    Args:
        before: The text before the cursor, or before what is selected.
        after: The rest of the line behind it.
        text: What is pasted.
    """
    if "{{" not in text:
        return None
    opened, closed = _OPENED.search(before), _CLOSED.match(after)
    if opened is not None and closed is not None:  # those that a field begins with are the ones that it brings
        return Answer(len(opened[0]), len(closed[0]), text)
    empty = _EMPTY_BEHIND.search(before)
    if empty is not None and not after.strip():
        return Answer(len(empty[0]), 0, text)
    whole = _WHOLE.fullmatch(text)
    return Answer(insert=whole[1].strip()) if whole is not None and _inside(before) is not None else None


def _close(before: str, after: str) -> Answer | None:
    """The second brace brings the closing ones, unless something follows, or an expression is open already.

    Where an empty expression stands before or around them, as when a field turns to expressions, it is the one meant.
    """
    empty = _EMPTY_BEFORE.search(before)
    if empty is not None and not after.strip():
        return Answer(left=len(empty[0]), insert="{{  }}", move=-3)
    if _EMPTY_AROUND.search(before) and _CLOSED.match(after):
        return Answer(left=1)
    opened = before.endswith("{") and not before.endswith("{{") and _inside(before[:-1]) is None
    return Answer(insert="{  }}", move=-3) if opened and not after.strip() else None


def _step_over(before: str, after: str) -> Answer | None:
    """A closing brace goes over the one that is there, unless it closes an object within the expression."""
    inside, ahead = _inside(before), _AHEAD.match(after)
    if inside is None or ahead is None or inside.count("{") > inside.count("}"):
        return None
    doubled = before.endswith(" ") and ahead[0].startswith(" ")  # one was typed beside the one that was there
    return Answer(left=int(doubled), move=len(ahead[0]))


def _inside(before: str) -> str | None:
    """What stands before the cursor of the expression that is open there; None outside of one."""
    start = before.rfind("{{")
    while start > 0 and before[start - 1] == "{":
        start -= 1
    if start < 0:
        return None
    inside = before[start + 2 :]
    return inside if "}}" not in inside or (inside.count("{") > 0 and inside.count("{") >= inside.count("}")) else None
