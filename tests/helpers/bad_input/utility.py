"""Triggers, and small helpers, with parameters that do not fit."""

from __future__ import annotations

from bad_input.case import Case

CASES: list[Case] = [
    ("desktop.notify", {}, "validation_error", "'title' is missing.", "Give 'title' a value."),
    ("util.open", {}, "validation_error", "'target' is missing.", "Give 'target' a value."),
    (
        "util.open",
        {"target": "javascript:alert(1)"},
        "validation_error",
        "'javascript:alert(1)' is no address that is opened.",
        "Addresses begin with http://, https:// or mailto:.",
    ),
    ("util.clipboard", {"op": "cut"}, "validation_error", "'op' must be one of 'get' or 'set', not 'cut'.", ""),
    ("trigger.manual", {"inputs": []}, "validation_error", "'inputs' must be an object, not a list of 0.", ""),
    (
        "trigger.schedule",
        {"cron": "60 * * * *"},
        "validation_error",
        "'60 * * * *' is no schedule: bad minute.",
        "Write minute, hour, day, month and weekday, such as 0 9 * * 1-5, or @daily.",
    ),
    ("trigger.file", {}, "validation_error", "'path' is missing.", "Give 'path' a value."),
    (
        "trigger.webhook",
        {"path": "/a?b"},
        "validation_error",
        "'/a?b' is no path of an address.",
        "Write it like /orders/new.",
    ),
    ("util.log", {}, "validation_error", "'message' is missing.", "Give 'message' a value."),
    (
        "util.log",
        {"message": "x", "level": "loud"},
        "validation_error",
        "'level' must be one of 'debug', 'info', 'warning' or 'error', not 'loud'.",
        "",
    ),
    (
        "util.log",
        {"message": "x", "level": None},
        "validation_error",
        "'level' must be one of 'debug', 'info', 'warning' or 'error', not null.",
        "",
    ),
    (
        "util.log",
        {"message": "x", "lvl": "info"},
        "validation_error",
        "There is no parameter 'lvl'.",
        "Did you mean 'level'?",
    ),
    ("util.hash", {}, "validation_error", "'value' is missing.", "Give 'value' something to hash, or 'file' a path."),
    (
        "util.hash",
        {"value": 1, "file": "x"},
        "validation_error",
        "'value' and 'file' cannot both be given.",
        "Remove one of them.",
    ),
    ("util.hash", {"file": ""}, "validation_error", "'file' must be text that is not empty, not ''.", ""),
    (
        "util.hash",
        {"value": 1, "hmac_key": ""},
        "validation_error",
        "'hmac_key' must be text that is not empty, not ''.",
        "",
    ),
    (
        "util.hash",
        {"file": "no-such-file"},
        "not_found_error",
        "There is no file 'no-such-file'.",
        "Check the path, or set missing to null to go on without it.",
    ),
    ("util.hash", {"file": "/"}, "validation_error", "The file '/' cannot be read: it is a folder.", ""),
    (
        "util.hash",
        {"value": 1, "missing": "skip"},
        "validation_error",
        "'missing' must be one of 'fail' or 'null', not 'skip'.",
        "",
    ),
    (
        "util.hash",
        {"file": "/dev/zero"},
        "validation_error",
        "The file '/dev/zero' cannot be read: it is no regular file.",
        "",
    ),
    (
        "util.datetime",
        {"value": "soon"},
        "validation_error",
        "'value' is 'soon', which is no point in time.",
        "Write it like 2026-01-31T18:00:00Z",
    ),
    ("util.state", {"op": "set", "key": "k"}, "validation_error", "'value' is missing.", "Give 'value' what is to be"),
]
