"""Which node of Node-RED becomes which action, and its parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from floworch.exchange.foreign import Handler, Step, Values, entries, number, texts
from floworch.exchange.imported import escaped, literal_text

STARTS = frozenset({"inject", "http in", "mqtt in", "watch", "catch", "status", "complete", "websocket in", "tcp in",
                    "udp in", "e-mail in", "ui_button", "ui_form"})  # fmt: skip
LINKS = frozenset({"link in", "link out", "junction"})
NOTES = frozenset({"comment"})
#: Nodes that pass their message on.
THROUGH = frozenset({"switch", "delay", "debug", "rbe", "http response", "trigger"})
#: Where in the output of the action the payload lies.
OUTPUTS = {"http request": ".body", "file in": ".content", "exec": ".stdout", "change": ".payload"}


def trigger_of(step: Step) -> tuple[str, dict[str, Any]] | None:
    """The action and parameters of a start that has a counterpart; None for one that a person presses."""
    params = step.params
    cron, repeat = texts(params.get("crontab")).strip(), texts(params.get("repeat")).strip()
    if step.type == "inject" and (cron or repeat):
        seconds = number(float(repeat)) if re.fullmatch(r"\d+(\.\d+)?", repeat) else 60.0
        minutes = max(1, min(59, round(seconds / 60)))
        return "trigger.schedule", {"cron": cron or ("* * * * *" if minutes == 1 else f"*/{minutes} * * * *")}
    if step.type == "http in":
        method = texts(params.get("method")).upper() or "GET"
        return "trigger.webhook", {"path": texts(params.get("url")), "method": method, "respond": "end"}
    return None


def port_of(step: Step, place: int) -> str:
    """The port of an output by its number."""
    if step.type == "switch":
        return f"case_{place}"
    return "out"


def typed(values: Values, value: Any, kind: Any) -> Any:
    """A value with its type word: ``str num bool json msg flow global date env jsonata re bin``."""
    text = texts(value)
    if kind in (None, "str"):
        return literal_text(text)
    if kind == "msg":
        found = values.expression(f"msg.{text}")
        return f"{{{{ {found} }}}}" if found is not None else f"[not converted: msg.{text}]"
    if kind in ("num", "json", "bool"):
        try:
            return escaped(json.loads(text))
        except (ValueError, RecursionError):
            return literal_text(text)
    if kind == "env":
        return f"{{{{ {json.dumps(text)} | env }}}}"
    values.lost(f"The value {text[:60] or kind} of type {kind} was not converted.")
    return f"[not converted: {literal_text(text)}]" if "{" not in text else "[not converted]"


def _inner(value: Any) -> str:
    """A value as part of an expression."""
    if isinstance(value, str) and value.startswith("{{"):
        return f"({value[2:-2].strip()})"
    return json.dumps(value, ensure_ascii=False)


def _http(values: Values) -> tuple[str, dict[str, Any]]:
    params = values.step.params
    method = texts(params.get("method")).upper()
    if method in ("USE", ""):
        values.partly("Its method comes from the message; GET stands for it.")
        method = "GET"
    made: dict[str, Any] = {"method": method, "url": _mustache(values, texts(params.get("url")))}
    headers = {texts(each.get("keyValue") or each.get("keyType")): texts(each.get("valueValue"))
               for each in entries(params.get("headers"))}  # fmt: skip
    made |= {"headers": escaped(headers)} if headers else {}
    if method in ("POST", "PUT", "PATCH"):
        made["json"] = typed(values, "payload", "msg")
    if params.get("authType"):
        values.partly(
            "Its authentication was not taken over: add a header such as Authorization: Bearer {{ secrets.TOKEN }}."
        )
    if params.get("ret") in ("txt", "bin"):
        made["parse"] = {"txt": "text", "bin": "bytes"}[str(params["ret"])]
    return "http.request", made


def _mustache(values: Values, text: str) -> str:
    """A text with names in double or triple braces."""

    def one(match: re.Match[str]) -> str:
        name = match[1].strip().lstrip("&{ ").rstrip("} ")
        found = values.expression(name if name.startswith(("payload", "msg")) else f"msg.{name}")
        return f"{{{{ {found} }}}}" if found is not None else f"[not converted: {name}]"

    if re.search(r"\{\{\s*[#^/!>]", text):
        values.partly("Sections of its template were not converted: write {% for %} and {% if %}.")
        text = re.sub(r"\{\{\s*[#^/!>].*?\}\}", "", text)
    return re.sub(r"\{\{(\{?[^{}]*\}?)\}\}", one, text.replace("{%", "{ %"))


def _template(values: Values) -> tuple[str, dict[str, Any]]:
    text = texts(values.step.params.get("template"))
    plain = values.step.params.get("syntax") == "plain"
    kind = "html" if values.step.params.get("format") == "html" else "text"
    return "data.template", {"template": literal_text(text) if plain else _mustache(values, text), "format": kind}


def _change(values: Values) -> tuple[str, dict[str, Any]] | None:
    fields: dict[str, Any] = {}
    for rule in entries(values.step.params.get("rules")):
        name, kind = texts(rule.get("p")), rule.get("t")
        if kind != "set" or rule.get("pt", "msg") != "msg":
            values.lost(f"The rule '{kind} {name}' was not converted.")
            continue
        value = typed(values, rule.get("to"), rule.get("tot"))
        _place(fields, name.split("."), value)
    if not fields:
        return None
    if "payload" not in fields:
        fields["payload"] = typed(values, "payload", "msg")
    return "data.set", {"fields": fields}


def _place(fields: dict[str, Any], path: list[str], value: Any) -> None:
    """Put a value at a path of nested objects."""
    for step in path[:-1]:
        inner = fields.get(step)
        if not isinstance(inner, dict):
            inner = fields[step] = {}
        fields = inner
    fields[path[-1]] = value


_RULES = {
    "eq": "{0} == {1}", "neq": "{0} != {1}", "lt": "{0} < {1}", "lte": "{0} <= {1}", "gt": "{0} > {1}",
    "gte": "{0} >= {1}", "cont": "{1} in {0}", "true": "{0} == true", "false": "{0} == false", "null": "{0} is none",
    "nnull": "{0} is not none", "empty": "({0} | length) == 0", "nempty": "({0} | length) > 0", "else": "true",
    "regex": "{0} | regex_match({1})", "btwn": "{1} <= {0} and {0} <= {2}", "hask": "{1} in {0}",
}  # fmt: skip


def _switch(values: Values) -> tuple[str, dict[str, Any]] | None:
    params = values.step.params
    rules = entries(params.get("rules"))
    if not rules:
        return None
    left = _inner(typed(values, params.get("property", "payload"), params.get("propertyType", "msg")))
    cases = []
    for place, rule in enumerate(rules):
        form = _RULES.get(texts(rule.get("t")))
        if form is None or "[not converted" in left:
            values.lost(f"The rule '{rule.get('t')}' was not converted; it is false now.")
            cases.append({"when": "{{ false }}", "port": f"case_{place}"})
            continue
        right = _inner(typed(values, rule.get("v"), rule.get("vt"))) if "{1}" in form else ""
        more = _inner(typed(values, rule.get("v2"), rule.get("v2t"))) if "{2}" in form else ""
        when = re.sub(r"\{([012])\}", lambda match: (left, right, more)[int(match[1])], form)  # noqa: B023
        cases.append({"when": f"{{{{ {when} }}}}", "port": f"case_{place}"})
    if texts(params.get("checkall")) == "true" and len(cases) > 1:
        values.partly("Node-RED looked at every rule; flow.switch takes the first that holds.")
    return "flow.switch", {"cases": cases}


def _delay(values: Values) -> tuple[str, dict[str, Any]] | None:
    params = values.step.params
    if texts(params.get("pauseType")) not in ("delay", ""):
        return None
    unit = {"milliseconds": "ms", "seconds": "s", "minutes": "m", "hours": "h", "days": "d"}.get(
        texts(params.get("timeoutUnits")), "s"
    )
    amount = texts(params.get("timeout")) or "1"
    return "flow.wait", {"for": f"{amount if re.fullmatch(r'[0-9]+([.][0-9]+)?', amount) else '1'}{unit}"}


def _debug(values: Values) -> tuple[str, dict[str, Any]]:
    whole = texts(values.step.params.get("complete")) in ("true", "full")
    name = "payload" if whole else texts(values.step.params.get("complete")) or "payload"
    found = values.expression(f"msg.{'payload' if name == 'false' else name}")
    return "util.log", {"message": f"{{{{ {found} }}}}" if found is not None else escaped(values.step.title)}


def _exec(values: Values) -> tuple[str, dict[str, Any]]:
    params = values.step.params
    command = " ".join(each for each in (texts(params.get("command")), texts(params.get("append"))) if each)
    if params.get("addpay") not in (False, "", None):
        values.partly("The payload is not added to the command: write it as {{ ... }} where it belongs.")
    return "shell.run", {"command": literal_text(command)}


def _file(values: Values) -> tuple[str, dict[str, Any]]:
    params = values.step.params
    path = typed(values, params.get("filename"), params.get("filenameType") or "str")
    if values.step.type == "file in":
        return "file.read", {"path": path, "as": "bytes" if params.get("format") == "stream" else "text"}
    mode = "replace" if texts(params.get("overwriteFile")) == "true" else "append"
    return "file.write", {"path": path, "content": typed(values, "payload", "msg"), "mode": mode}


def _parser(kind: str) -> Handler:
    def handler(values: Values) -> tuple[str, dict[str, Any]]:
        if kind == "json":
            values.partly("It makes a value of a text here; Node-RED's node goes both ways.")
        return "data.parse", {
            "text": typed(values, values.step.params.get("property") or "payload", "msg"),
            "format": kind,
        }

    return handler


def _mail(values: Values) -> tuple[str, dict[str, Any]]:
    params: Mapping[str, Any] = values.step.params
    values.partly("User and password were not taken over.")
    return "mail.send", {
        "host": literal_text(texts(params.get("server")) or "localhost"), "from": "me@example.org",
        "to": literal_text(texts(params.get("name")) or "you@example.org"), "body": typed(values, "payload", "msg"),
    }  # fmt: skip


def _join(values: Values) -> tuple[str, dict[str, Any]]:
    values.partly("It joins the outputs of the steps before it; counts and time-outs were left out.")
    return "flow.join", {"combine": "list"}


def _respond(values: Values) -> tuple[str, dict[str, Any]]:
    params = values.step.params
    made: dict[str, Any] = {"body": f"{{{{ {values.expression('msg.payload')} }}}}"}
    code = str(params.get("statusCode") or "").strip()
    if code.isdecimal():
        made["status"] = int(code)
    headers = params.get("headers")
    return "http.respond", made | (
        {"headers": escaped(dict(headers))} if isinstance(headers, Mapping) and headers else {}
    )


HANDLERS: dict[str, Handler] = {
    "http request": _http, "template": _template, "change": _change, "switch": _switch, "delay": _delay,
    "debug": _debug, "exec": _exec, "file": _file, "file in": _file, "json": _parser("json"), "xml": _parser("xml"),
    "yaml": _parser("yaml"), "csv": _parser("csv"), "html": _parser("html"), "e-mail": _mail, "join": _join,
    "http response": _respond,
}  # fmt: skip
