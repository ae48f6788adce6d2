"""Lines of a crontab as ``trigger.schedule`` and ``shell.run``."""

from __future__ import annotations

import re
from typing import Any

from floworch.errors import UsageError
from floworch.exchange.imported import Imported, Skeleton, known, literal_text

_MACROS = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip
_FIELD = re.compile(r"[\w*?/,#-]+", re.ASCII)
_SET = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_LINE = re.compile(r"\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(.+)", re.DOTALL)
TRIGGER = "trigger.schedule"


def from_crontab(text: str) -> Imported:
    """Return a workflow with a schedule and a command for each line.

    Raises:
        UsageError: A line is no crontab line, or there is none.
    """
    skeleton = Skeleton("Crontab")
    env: dict[str, str] = {}
    zone, comment = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            comment = stripped.lstrip("# ").strip()
            continue
        setting = _SET.fullmatch(line)
        if setting and not _LINE.fullmatch(_spelled(stripped)):
            zone = _set(skeleton, env, zone, setting[1], setting[2].strip().strip("\"'"))
            continue
        _add(skeleton, stripped, number, dict(env), zone, comment)
        comment = ""
    commands = [node["title"] for node in skeleton.nodes.values() if node["action"] == "shell.run"]
    if len(commands) == 1:
        skeleton.name = commands[0]
    return skeleton.finish()


def _spelled(line: str) -> str:
    """The line with a macro such as ``@daily`` as the five fields it stands for."""
    word, _, rest = line.partition(" ")
    return f"{_MACROS[word.lower()]} {rest}" if word.lower() in _MACROS else line


def _set(skeleton: Skeleton, env: dict[str, str], zone: str, name: str, value: str) -> str:
    """Take a variable; return the time zone that holds from here on."""
    if name == "CRON_TZ":
        return value
    if name == "MAILTO":
        if value:
            skeleton.tell("not_converted", "MAILTO", f"Output is not mailed to {value}: it is kept with the run.")
    elif name != "SHELL":
        env[name] = literal_text(value)
    elif value.rpartition("/")[2] not in ("sh", "bash"):
        skeleton.tell("partly", "SHELL", f"Commands run in the system's shell, not in {value}.")
    return zone


def _add(skeleton: Skeleton, line: str, number: int, env: dict[str, str], zone: str, comment: str) -> None:
    reboot = line.lower().startswith("@reboot")
    match = _LINE.fullmatch(f"0 0 * * * {line[7:].strip()}" if reboot else _spelled(line))
    if match is None or not all(_FIELD.fullmatch(each) for each in match.groups()[:5]):
        raise UsageError(
            f"Line {number} is no crontab line: {line[:60]}", "It has five fields for the time, then the command."
        )
    cron, command = " ".join(match.groups()[:5]), match[6].strip()
    if command.startswith("root ") and len(command.split()) > 1:
        command = command[5:].strip()
        skeleton.tell(
            "partly", f"line {number}", "The user root was left out: commands run as whoever runs the workflow."
        )
    command, stdin = _input(command)
    title = comment or _title(command)
    y = 80.0 + 160.0 * sum(node["action"] == "shell.run" for node in skeleton.nodes.values())
    params: dict[str, Any] = {"command": literal_text(command)}
    params |= {"env": env} if env else {}
    params |= {"stdin": literal_text(stdin)} if stdin else {}
    schedule = {"cron": cron, **({"tz": zone} if zone else {})}
    trigger = None
    if reboot:
        skeleton.tell("not_converted", title, "There is no start of the machine to wait for: run it from your system.")
    elif known(TRIGGER):
        trigger = skeleton.add(f"at {title}", TRIGGER, schedule, (40.0, y), title=f"At {cron}")
    else:
        skeleton.tell(
            "not_converted", title, f"This version has no {TRIGGER}: keep '{cron} floworch run FILE' in cron."
        )
    notes = "" if trigger else f"Schedule: {'@reboot' if reboot else cron}{f' ({zone})' if zone else ''}"
    node = skeleton.add(title, "shell.run", params, (340.0, y), title=title, notes=notes)
    if trigger is not None:
        skeleton.edge(trigger, node)


def _input(command: str) -> tuple[str, str]:
    """The command and its input: cron ends the command at the first ``%`` and makes lines of the others."""
    parts = re.split(r"(?<!\\)%", command)
    text = [part.replace("\\%", "%") for part in parts]
    return text[0].strip(), "\n".join(text[1:]) + ("\n" if len(text) > 1 else "")


def _title(command: str) -> str:
    """A few words for a command: the program that it runs, without its folder."""
    words = [word for word in command.split() if "=" not in word and word not in ("cd", "&&", ";", "exec", "nice")]
    return (words[0].rpartition("/")[2] or words[0])[:40] if words else "command"
