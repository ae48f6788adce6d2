"""Which step of n8n becomes what."""

from __future__ import annotations

from typing import Any

import pytest
from n8n_kit import one

from floworch.exchange.foreign import Step
from floworch.exchange.n8n_nodes import port_of, trigger_of


@pytest.mark.parametrize(
    ("kind", "parameters", "action", "params"),
    [
        ("set", {"values": {"string": [{"name": "a", "value": "=x{{ $json.b }}"}]}, "keepOnlySet": True}, "data.set",
         {"fields": {"a": "x{{ inputs.b }}"}}),
        ("set", {"mode": "raw", "jsonOutput": '{"a": 1}'}, "data.set", {"fields": {"a": 1}}),
        ("if", {"conditions": {"string": [{"value1": "={{$json.a}}", "operation": "contains", "value2": "x"}]}},
         "flow.if",
         {"condition": '{{ "x" in inputs.a }}'}),
        ("if", {"conditions": {"number": [{"value1": "={{$json.a}}", "operation": "larger", "value2": 3},
                                          {"value1": 1, "operation": "equal", "value2": 1}]}, "combineOperation": "any"},  # noqa: E501
         "flow.if", {"condition": "{{ (inputs.a > 3) or (1 == 1) }}"}),
        ("limit", {"maxItems": 5}, "data.sort_limit", {"items": "{{ [inputs] }}", "limit": 5}),
        ("sort", {"sortFieldsUi": {"sortField": [{"fieldName": "n", "order": "descending"}]}}, "data.sort_limit",
         {"items": "{{ [inputs] }}", "by": [{"key": "n", "desc": True}]}),
        ("wait", {"amount": 3, "unit": "minutes"}, "flow.wait", {"for": "3m"}),
        ("stopAndError", {"errorMessage": "No"}, "flow.fail", {"message": "No"}),
        ("rssFeedRead", {"url": "https://x.example/feed"}, "http.rss", {"url": "https://x.example/feed"}),
        ("code", {"language": "python", "pythonCode": "return 1"}, "python.code",
         {"code": "return 1", "inputs": {"items": "{{ [inputs] }}"}}),
        ("readWriteFile", {"operation": "read", "fileSelector": "/a"}, "file.read", {"path": "/a", "as": "bytes"}),
        ("filter", {"conditions": {"conditions": [{"leftValue": "={{ $json.n }}", "rightValue": 2,
                                                   "operator": {"operation": "gte"}}]}}, "data.filter",
         {"items": "{{ [inputs] }}", "where": "{{ item.n >= 2 }}"}),
    ],
)  # fmt: skip
def test_steps(kind: str, parameters: dict[str, Any], action: str, params: dict[str, Any]) -> None:
    node = one(kind, parameters).workflow.nodes["step"]
    assert (node.action, node.params) == (action, params)


@pytest.mark.parametrize(
    ("rule", "cron"),
    [
        ({"field": "cronExpression", "expression": "0 30 9 * * 1"}, "30 9 * * 1"),
        ({"field": "minutes", "minutesInterval": 5}, "*/5 * * * *"),
        ({"field": "hours", "triggerAtMinute": 15}, "15 * * * *"),
        ({"triggerAtHour": 7}, "0 7 * * *"),
        ({"field": "weeks", "triggerAtDay": [1, 3], "triggerAtHour": 8}, "0 8 * * 1,3"),
        ({"field": "months", "triggerAtDayOfMonth": 2}, "0 0 2 * *"),
    ],
)
def test_schedules(rule: dict[str, Any], cron: str) -> None:
    step = Step("s", "s", "scheduleTrigger", {"rule": {"interval": [rule]}}, (0, 0), {})
    assert trigger_of(step) == ("trigger.schedule", {"cron": cron})


def test_ports_have_the_names_of_cases() -> None:
    rules = {"rules": {"values": [{"outputKey": "Big one"}, {"outputKey": "error"}, {}]}}
    step = Step("s", "s", "switch", rules, (0, 0), {})
    assert [port_of(step, place) for place in range(4)] == ["big_one", "error_case", "case_2", "other"]
