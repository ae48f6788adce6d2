"""The built-in actions: which module defines which id. Importing this table imports none of them."""

from __future__ import annotations

_HERE = "floworch.actions.library"

#: Action id -> module whose import registers it in the global registry.
BUILTIN_ACTIONS: dict[str, str] = {
    # triggers
    "trigger.file": f"{_HERE}.trigger_file",
    "trigger.manual": f"{_HERE}.trigger_manual",
    "trigger.schedule": f"{_HERE}.trigger_schedule",
    "trigger.webhook": f"{_HERE}.trigger_webhook",
    # data
    "data.dedupe": f"{_HERE}.data_dedupe",
    "data.filter": f"{_HERE}.data_filter",
    "data.group": f"{_HERE}.data_group",
    "data.join": f"{_HERE}.data_join",
    "data.parse": f"{_HERE}.data_parse",
    "data.read_table": f"{_HERE}.data_read_table",
    "data.set": f"{_HERE}.data_set",
    "data.sort_limit": f"{_HERE}.data_sort_limit",
    "data.sql": f"{_HERE}.data_sql",
    "data.template": f"{_HERE}.data_template",
    "data.validate": f"{_HERE}.data_validate",
    "data.write_table": f"{_HERE}.data_write_table",
    # files, databases
    "db.execute": f"{_HERE}.db_execute",
    "db.load": f"{_HERE}.db_load",
    "db.query": f"{_HERE}.db_query",
    "db.wait": f"{_HERE}.db_wait",
    "file.archive": f"{_HERE}.file_archive",
    "file.copy_move": f"{_HERE}.file_copy_move",
    "file.delete": f"{_HERE}.file_delete",
    "file.list": f"{_HERE}.file_list",
    "file.object": f"{_HERE}.file_object",
    "file.read": f"{_HERE}.file_read",
    "file.sftp": f"{_HERE}.file_sftp",
    "file.wait": f"{_HERE}.file_wait",
    "file.write": f"{_HERE}.file_write",
    # network
    "http.download": f"{_HERE}.http_download",
    "http.request": f"{_HERE}.http_request",
    "http.respond": f"{_HERE}.http_respond",
    "http.rss": f"{_HERE}.http_rss",
    # language models
    "ai.chat": f"{_HERE}.ai_chat",
    "ai.classify": f"{_HERE}.ai_classify",
    "ai.extract": f"{_HERE}.ai_extract",
    # messages
    "chat.send": f"{_HERE}.chat_send",
    "desktop.notify": f"{_HERE}.desktop_notify",
    "mail.read": f"{_HERE}.mail_read",
    "mail.send": f"{_HERE}.mail_send",
    "mqtt.publish": f"{_HERE}.mqtt",
    "mqtt.wait": f"{_HERE}.mqtt",
    # code
    "python.code": f"{_HERE}.python_code",
    "python.script": f"{_HERE}.python_script",
    "shell.run": f"{_HERE}.shell_run",
    "ssh.run": f"{_HERE}.ssh_run",
    # flow
    "flow.call": f"{_HERE}.flow_call",
    "flow.end": f"{_HERE}.flow_end",
    "flow.fail": f"{_HERE}.flow_fail",
    "flow.foreach": f"{_HERE}.flow_foreach",
    "flow.if": f"{_HERE}.flow_choice",
    "flow.join": f"{_HERE}.flow_join",
    "flow.repeat": f"{_HERE}.flow_repeat",
    "flow.signal": f"{_HERE}.flow_wait",
    "flow.switch": f"{_HERE}.flow_choice",
    "flow.try": f"{_HERE}.flow_try",
    "flow.wait": f"{_HERE}.flow_wait",
    # people
    "human.approve": f"{_HERE}.human_approve",
    "human.choose": f"{_HERE}.human_form",
    "human.form": f"{_HERE}.human_form",
    # utilities
    "util.clipboard": f"{_HERE}.util_clipboard",
    "util.datetime": f"{_HERE}.util_datetime",
    "util.hash": f"{_HERE}.util_hash",
    "util.log": f"{_HERE}.util_log",
    "util.open": f"{_HERE}.util_open",
    "util.state": f"{_HERE}.util_state",
}
