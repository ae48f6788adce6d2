"""Which step of n8n becomes which action, and its parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from floworch.exchange.foreign import Handler, Step, Values, entries, mapping, number, texts
from floworch.exchange.imported import escaped, identifier
from floworch.exchange.n8n_conditions import condition, one_case

#: Steps that only begin a run; here a run begins by itself.
STARTS = frozenset({
    "manualTrigger", "start", "scheduleTrigger", "cron", "interval", "webhook", "formTrigger", "chatTrigger",
    "errorTrigger", "executeWorkflowTrigger", "emailReadImap", "localFileTrigger", "rssFeedReadTrigger",
    "telegramTrigger", "slackTrigger", "gmailTrigger", "githubTrigger", "manualChatTrigger", "sseTrigger",
})  # fmt: skip
NOTES = frozenset({"stickyNote"})
LOOPS = frozenset({"splitInBatches"})
#: Steps that pass on what they got.
THROUGH = frozenset({"if", "switch", "noOp", "wait", "merge", "limit", "filter", "sort", "removeDuplicates"})
_PREFIXES = {
    "httpRequest": ".body", "readBinaryFile": ".content", "readWriteFile": ".content", "code": "", "set": "",
    "rssFeedRead": ".items[0]", "postgres": ".rows[0]", "mySql": ".rows[0]", "sqlite": ".rows[0]",
    "microsoftSql": ".rows[0]", "openAi": ".text", "splitInBatches": "[0]",
}  # fmt: skip


def prefix_of(step: Step, every: bool = False) -> str:
    """Where in the output of a step its data lies; with ``every`` that of all its items."""
    return _PREFIXES.get(step.type, "").removesuffix("[0]" if every else "\0")


def trigger_of(step: Step) -> tuple[str, dict[str, Any]] | None:
    """The action and parameters of a trigger that has a counterpart."""
    if step.type in ("scheduleTrigger", "cron", "interval"):
        rules = entries(mapping(step.params.get("rule")).get("interval")) or [{}]
        return "trigger.schedule", {"cron": _cron(rules[0])}
    if step.type == "webhook":
        method = texts(step.params.get("httpMethod")).upper() or "GET"
        params: dict[str, Any] = {"path": f"/{texts(step.params.get('path')).lstrip('/')}", "method": method}
        waits = step.params.get("responseMode") in ("responseNode", "lastNode")
        return "trigger.webhook", params | ({"respond": "end"} if waits else {})
    return None


def _cron(rule: Mapping[str, Any]) -> str:
    """The line of a crontab for one interval of a schedule."""
    unit, text = texts(rule.get("field")) or "days", texts(rule.get("expression")).strip()
    if unit == "cronExpression" and text:
        return " ".join(text.split()[-5:])
    minute, hour = int(number(rule.get("triggerAtMinute"))) % 60, int(number(rule.get("triggerAtHour"))) % 24
    every = max(1, int(number(rule.get(f"{unit}Interval")) or 1))
    step = "*" if every == 1 else f"*/{every}"
    days = [int(number(day)) % 7 for day in rule.get("triggerAtDay", ())] if isinstance(
        rule.get("triggerAtDay"), list
    ) else []  # fmt: skip
    return {
        "seconds": "* * * * *", "minutes": f"{step} * * * *", "hours": f"{minute} {step} * * *",
        "weeks": f"{minute} {hour} * * {','.join(map(str, days)) or '1'}",
        "months": f"{minute} {hour} {int(number(rule.get('triggerAtDayOfMonth')) or 1)} {step} *",
    }.get(unit, f"{minute} {hour} {step} * *")  # fmt: skip


def port_of(step: Step, place: int) -> str:
    """The port of an output of n8n by its number."""
    if step.type == "if":
        return ("true", "false")[min(place, 1)]
    if step.type == "switch":
        return _ports(step)[place] if place < len(_ports(step)) else "other"
    if step.type == "filter":
        return ("kept", "dropped")[min(place, 1)]
    return "out"


def value_of(values: Values, value: Any) -> Any:
    """A parameter of n8n: a text that begins with ``=`` holds expressions, everything else is literal."""
    if isinstance(value, str) and value.startswith("="):
        return values.template(value[1:])
    if isinstance(value, Mapping):
        return {str(key): value_of(values, item) for key, item in value.items()}
    return [value_of(values, item) for item in value] if isinstance(value, list) else escaped(value)


def _pairs(values: Values, found: Any, name: str = "name", value: str = "value") -> dict[str, Any]:
    """A list of ``{name, value}`` as an object."""
    return {texts(each.get(name)): value_of(values, each.get(value)) for each in entries(found) if each.get(name)}


def _set(values: Values) -> tuple[str, dict[str, Any]]:
    params = values.step.params
    fields = _pairs(values, mapping(params.get("assignments")).get("assignments"))
    for each in entries(mapping(params.get("fields")).get("values")):
        value = next((each[key] for key in each if key.endswith("Value")), "")
        fields[texts(each.get("name"))] = value_of(values, value)
    for group in mapping(params.get("values")).values():
        fields |= _pairs(values, group)
    if params.get("mode") == "raw":
        return "data.set", {"fields": _json(values, params.get("jsonOutput"))}
    keep = params.get("includeOtherFields") is True or ("values" in params and params.get("keepOnlySet") is not True)
    made: dict[str, Any] = {"fields": fields}
    if keep:
        made |= {"keep": "all", "value": f"{{{{ {values.resolve('$json', ())[0]} }}}}"}  # type: ignore[index]
    if any("." in name for name in fields):
        values.partly("Fields with dots in their names make no nested objects here.")
    return "data.set", made


def _json(values: Values, text: Any) -> Any:
    """A JSON text with expressions in it, as a value."""
    import json

    source = texts(text)
    converted = value_of(values, source)
    try:
        found = json.loads(converted) if isinstance(converted, str) else converted
    except (ValueError, RecursionError):
        return converted if isinstance(converted, str) and converted.startswith("{{") else f"{converted}"
    return found


def _http(values: Values) -> tuple[str, dict[str, Any]]:
    params = values.step.params
    method = texts(params.get("method") or params.get("requestMethod") or "GET").upper()
    made: dict[str, Any] = {
        "method": method if method.isalpha() else "GET",
        "url": value_of(values, params.get("url", "")),
    }
    query = _pairs(values, mapping(params.get("queryParameters")).get("parameters"))
    headers = _pairs(values, mapping(params.get("headerParameters")).get("parameters"))
    if params.get("specifyHeaders") == "json" and isinstance(found := _json(values, params.get("jsonHeaders")), dict):
        headers |= found
    made |= {key: value for key, value in (("query", query), ("headers", headers)) if value}
    if params.get("sendBody") is True or "jsonBody" in params or "bodyParametersJson" in params:
        made |= _http_body(values, params)
    options = mapping(params.get("options"))
    if options.get("allowUnauthorizedCerts") is True:
        made["verify"] = False
    if options.get("pagination"):
        values.lost("Its pagination was not converted: ask page by page in a flow.repeat.")
    if params.get("authentication") not in (None, "none"):
        values.partly(
            "Its authentication was not taken over: add a header such as Authorization: Bearer {{ secrets.TOKEN }}."
        )
    return "http.request", made


def _http_body(values: Values, params: Mapping[str, Any]) -> dict[str, Any]:
    fields = _pairs(values, mapping(params.get("bodyParameters")).get("parameters"))
    kind = params.get("contentType", "json")
    if kind in ("form-urlencoded", "multipart-form-data"):
        if kind.startswith("multipart"):
            values.partly("The form is sent URL-encoded, not as multipart/form-data.")
        return {"form": fields}
    if kind == "raw":
        return {"body": value_of(values, texts(params.get("body")))}
    text = params.get("jsonBody", params.get("bodyParametersJson"))
    return {"json": _json(values, text) if text is not None else fields}


def _if(values: Values) -> tuple[str, dict[str, Any]]:
    return "flow.if", {"condition": condition(values, value_of, values.step.params)}


def _filter(values: Values) -> tuple[str, dict[str, Any]]:
    inner = Values(values.skeleton, values.step, _item_resolver(values))
    where = condition(inner, value_of, values.step.params)
    return "data.filter", {"items": _all(values), "where": where}


def _item_resolver(values: Values) -> Callable[..., Any]:
    def resolve(name: str, path: Any) -> Any:
        return ("item", path) if name == "$json" else values.resolve(name, path)

    return resolve


def _all(values: Values) -> str:
    """Everything that the step gets, as a list."""
    from floworch.exchange.js_expression import Step as PathStep

    found = values.resolve("$input", (PathStep("name", "all"), PathStep("call")))
    return f"{{{{ {found[0]} }}}}" if found else "{{ [] }}"


def _ports(step: Step) -> list[str]:
    rules = mapping(step.params.get("rules"))
    cases = entries(rules.get("values")) or entries(rules.get("rules"))
    return [_port(case, place) for place, case in enumerate(cases)]


def _port(case: Mapping[str, Any], place: int) -> str:
    name = identifier(texts(case.get("outputKey")) or f"case_{place}", "case")
    return f"{name}_case" if name in ("error", "done") else name


def _switch(values: Values) -> tuple[str, dict[str, Any]] | None:
    params = values.step.params
    rules = mapping(params.get("rules"))
    found = entries(rules.get("values")) or entries(rules.get("rules"))
    if not found:
        return None
    cases = [
        {"when": one_case(values, value_of, params, case), "port": port}
        for case, port in zip(found, _ports(values.step), strict=True)
    ]
    return "flow.switch", {"cases": cases, "default": "other"}


def _code(values: Values) -> tuple[str, dict[str, Any]] | None:
    params = values.step.params
    if params.get("language") not in ("python", "pythonNative"):
        return None
    code = texts(params.get("pythonCode"))
    values.partly(
        "Its Python code was taken over; what n8n calls _input and items is not there: use the variable items."
    )
    return "python.code", {"code": escaped(code), "inputs": {"items": _all(values)}}


def _wait(values: Values) -> tuple[str, dict[str, Any]] | None:
    params = values.step.params
    if params.get("resume", "timeInterval") != "timeInterval":
        return ("flow.signal", {"name": values.step.node}) if params.get("resume") == "webhook" else None
    unit = {"seconds": "s", "minutes": "m", "hours": "h", "days": "d"}.get(texts(params.get("unit")) or "hours", "h")
    return "flow.wait", {"for": f"{number(params.get('amount', 1)) or 1:g}{unit}"}


def _loop(values: Values) -> tuple[str, dict[str, Any]]:
    values.partly("The loop became a flow.foreach: it runs its body for each item, several at a time.")
    return "flow.foreach", {"items": _all(values), "concurrency": 1}


def _call(values: Values) -> tuple[str, dict[str, Any]]:
    target = values.step.params.get("workflowId")
    name = texts(mapping(target).get("cachedResultName") or mapping(target).get("value") or target)
    values.partly(f"It calls the workflow {name}: import that one, too, and name its file.")
    return "flow.call", {"workflow": f"{identifier(name, 'workflow').replace('_', '-')}.flow.json"}


def _sql(values: Values) -> tuple[str, dict[str, Any]] | None:
    params = values.step.params
    if params.get("operation", "executeQuery") != "executeQuery" or not params.get("query"):
        return None
    query = value_of(values, params["query"])
    reads = re.match(r"\s*(?:select|with|show)\b", query, re.IGNORECASE) is not None
    if "{{" in query:
        values.partly("Values are pasted into the SQL text: write :name and give them as params instead.")
    values.partly("Its connection was not taken over.")
    return ("db.query" if reads else "db.execute"), {"connection": "{{ secrets.DATABASE_URL }}", "sql": query}


def _mail(values: Values) -> tuple[str, dict[str, Any]]:
    params = values.step.params
    html = params.get("emailFormat") in ("html", "both") or "html" in params
    body = params.get("html") if html else params.get("text")
    values.partly("The server of its credentials was not taken over: set host, user and password.")
    return "mail.send", {
        "host": "localhost", "from": value_of(values, texts(params.get("fromEmail")) or "me@example.org"),
        "to": value_of(values, texts(params.get("toEmail") or params.get("sendTo")) or "you@example.org"),
        "subject": value_of(values, texts(params.get("subject"))),
        "body": value_of(values, texts(body or params.get("message"))), "format": "html" if html else "text",
    }  # fmt: skip


def _chat(service: str) -> Handler:
    def handler(values: Values) -> tuple[str, dict[str, Any]] | None:
        text = values.step.params.get("text") or values.step.params.get("content")
        if values.step.params.get("operation", "post") not in ("post", "sendMessage", "send", "create") or not text:
            return None
        secret = f"{service.upper()}_WEBHOOK"
        values.partly(f"It writes over a webhook whose address is the secret {secret}.")
        return "chat.send", {"service": service, "webhook": secret, "text": value_of(values, text)}

    return handler


def _file(values: Values) -> tuple[str, dict[str, Any]]:
    params = values.step.params
    path = value_of(values, texts(params.get("fileName") or params.get("filePath") or params.get("fileSelector")))
    if values.step.type == "writeBinaryFile" or params.get("operation") == "write":
        content = values.resolve("$json", ())
        return "file.write", {"path": path, "content": f"{{{{ {content[0] if content else 'none'} }}}}"}
    return "file.read", {"path": path, "as": "bytes"}


def _sort(values: Values) -> tuple[str, dict[str, Any]]:
    fields = entries(mapping(values.step.params.get("sortFieldsUi")).get("sortField"))
    by = [{"key": texts(each.get("fieldName")), "desc": each.get("order") == "descending"} for each in fields]
    return "data.sort_limit", {"items": _all(values), "by": [each for each in by if each["key"]]}


def _limit(values: Values) -> tuple[str, dict[str, Any]]:
    return "data.sort_limit", {"items": _all(values), "limit": int(number(values.step.params.get("maxItems")) or 1)}


def _dedupe(values: Values) -> tuple[str, dict[str, Any]]:
    names = texts(values.step.params.get("fieldsToCompare"))
    return "data.dedupe", {"items": _all(values), "keys": [name.strip() for name in names.split(",") if name.strip()]}


def _simple(action: str, **names: str) -> Handler:
    """An action whose parameters are single parameters of n8n, by name; those that are not given are left out."""

    def handler(values: Values) -> tuple[str, dict[str, Any]]:
        params = values.step.params
        return action, {here: value_of(values, params[there]) for here, there in names.items() if there in params}

    return handler


def _noop(values: Values) -> tuple[str, dict[str, Any]]:
    return "util.log", {"message": escaped(values.step.title), "level": "debug"}


def _fail(values: Values) -> tuple[str, dict[str, Any]]:
    return "flow.fail", {"message": value_of(values, texts(values.step.params.get("errorMessage")) or "Stopped.")}


def _respond(values: Values) -> tuple[str, dict[str, Any]]:
    params = values.step.params
    options, given = mapping(params.get("options")), texts(params.get("respondWith")) or "firstIncomingItem"
    made: dict[str, Any] = {}
    if code := int(number(options.get("responseCode"))):
        made["status"] = code
    if given in ("json", "text"):
        made["body"] = value_of(values, params.get("responseBody"))
    elif given in ("firstIncomingItem", "allIncomingItems"):
        made["body"] = f"{{{{ {values.expression('$json')} }}}}"
    elif given != "noData":
        values.partly(f"What it answers ({given}) was not converted.")
    headers = {texts(each.get("name")): value_of(values, each.get("value"))
               for each in entries(mapping(options.get("responseHeaders")).get("entries"))}  # fmt: skip
    return "http.respond", made | ({"headers": headers} if headers else {})


def _merge(values: Values) -> tuple[str, dict[str, Any]]:
    if values.step.params.get("mode") not in (None, "append", "passThrough", "chooseBranch"):
        values.partly("Its way of combining was not converted: see flow.join and data.join.")
    return "flow.join", {"combine": "list"}


HANDLERS: dict[str, Handler] = {
    "set": _set, "httpRequest": _http, "if": _if, "filter": _filter, "switch": _switch, "code": _code,
    "wait": _wait, "splitInBatches": _loop, "executeWorkflow": _call, "postgres": _sql, "mySql": _sql,
    "microsoftSql": _sql, "emailSend": _mail, "gmail": _mail, "slack": _chat("slack"), "discord": _chat("discord"),
    "telegram": _chat("telegram"), "mattermost": _chat("mattermost"), "microsoftTeams": _chat("teams"),
    "readBinaryFile": _file, "readWriteFile": _file, "writeBinaryFile": _file, "sort": _sort, "limit": _limit,
    "removeDuplicates": _dedupe, "noOp": _noop, "stopAndError": _fail, "merge": _merge,
    "respondToWebhook": _respond,
    "executeCommand": _simple("shell.run", command="command"), "rssFeedRead": _simple("http.rss", url="url"),
}  # fmt: skip
