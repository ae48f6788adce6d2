"""cURL commands."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch import RetryPolicy, UsageError
from floworch.actions.registry import registry
from floworch.exchange.curl import from_curl, looks_like_curl
from floworch.expr import compile_value
from floworch.model.validate import validate


def node_of(command: str) -> dict[str, Any]:
    imported = from_curl(command)
    assert not [problem for problem in validate(imported.workflow, registry) if problem.severity == "error"]
    (node,) = [node for node in imported.workflow.nodes.values() if node.action == "http.request"]
    return {**node.params, "timeout": node.timeout, "retry": node.retry}


def said(command: str) -> str:
    return "\n".join(finding.message for finding in from_curl(command).findings)


CHROME = r"""curl 'https://api.example.com/v1/orders?status=open&tag=a&tag=b' \
  -H 'accept: application/json' \
  -H 'content-type: application/json' \
  -H 'user-agent: Browser/1.0' \
  --data-raw $'{"name":"O\'Brien","note":"{{ braces }}"}' \
  --compressed"""
WINDOWS = 'curl ^"https://api.example.com/a?x=1^&y=2^" ^\n  -H ^"accept: */*^" ^\n  --data-raw ^"a=1^&b=2^"'


def test_what_a_browser_copies() -> None:
    node = node_of(CHROME)
    assert (node["method"], node["url"]) == ("POST", "https://api.example.com/v1/orders")
    assert node["query"] == {"status": "open", "tag": ["a", "b"]}
    assert node["headers"] == {"accept": "application/json", "user-agent": "Browser/1.0"}
    assert compile_value(node["json"]).evaluate({}) == {"name": "O'Brien", "note": "{{ braces }}"}


def test_json_that_a_browser_copies_for_windows() -> None:
    json = '^{^\\^"a^\\^":1,^\\^"b^\\^":^\\^"50^%^\\^"^}'
    line = f'curl ^"https://h.example/a^" -H ^"Content-Type: application/json^" --data-raw ^"{json}^"'
    assert node_of(line)["json"] == {"a": 1, "b": "50%"}


def test_what_a_browser_copies_for_windows() -> None:
    node = node_of(WINDOWS)
    assert (node["url"], node["query"]) == ("https://api.example.com/a", {"x": "1", "y": "2"})
    assert node["form"] == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", {"method": "GET", "follow_redirects": False}),
        ("-L", {"method": "GET"}),
        ("-sSfLXDELETE", {"method": "DELETE"}),
        ("-I", {"method": "HEAD"}),
        ("-G -d a=1 -d b=2", {"method": "GET", "query": {"a": "1", "b": "2"}}),
        ("-d 'a=1&a=2'", {"method": "POST", "form": {"a": ["1", "2"]}}),
        ("-d plain", {"method": "POST", "body": "plain"}),
        ("--json '{\"a\": [1]}'", {"method": "POST", "json": {"a": [1]}}),
        ("--data-urlencode 'q=a b&c'", {"form": {"q": "a b&c"}}),
        ("-F a=1 -F b=2", {"method": "POST", "form": {"a": "1", "b": "2"}}),
        ("-k --max-time 5 --retry 2", {"verify": False, "timeout": "5s"}),
        ("-A me -e http://r", {"headers": {"User-Agent": "me", "Referer": "http://r"}}),
        ("-X PUT -H 'Content-Type: text/plain' -d x", {"method": "PUT", "body": "x"}),
        ("-H 'X-Empty;'", {"headers": {"X-Empty": ""}}),
        ("--request=PATCH", {"method": "PATCH"}),
        ("-T big.iso", {"method": "PUT", "file": "big.iso"}),
        ("--data-binary @in.json -H 'content-type: application/json'", {"file": "in.json", "body": None}),
        ("-F 'doc=@a.pdf;type=application/pdf' -F n=1", {"files": {"doc": "a.pdf"}, "form": {"n": "1"}}),
        ("-F 'n=1;type=text/plain' --form-string 't=@x'", {"form": {"n": "1", "t": "@x"}, "files": None}),
        ("-H 'Accept: a' -H 'accept: b' -H 'Expect:'", {"headers": {"Accept": "a, b"}}),
        ("-G --data-urlencode 'q=a b' -d plain --url-query z=1", {"query": {"z": "1", "q": "a b", "plain": ""}}),
        ("-d a=1 -d @more", {"form": {"a": "1"}}),
        ("--retry 2 --retry-delay 4", {"retry": RetryPolicy(max_attempts=3, delay="4s", backoff=1, on=("transient",))}),
        ("-d '{\"a\":\"it'\\''s\"}' -H 'Content-Type: application/json'", {"json": {"a": "it's"}}),
        ("--json '{\"a\":' --json '1}'", {"json": {"a": 1}}),
    ],
)
def test_options(options: str, expected: dict[str, Any]) -> None:
    node = node_of(f"curl https://h.example/p {options}")
    assert {key: node.get(key) for key in expected} == expected


def test_secrets_are_not_kept() -> None:
    """A definition names secrets and never holds them."""
    word = base64.b64encode(b"me:hunter2").decode()
    for option, secret in (
        ("-H 'Authorization: Bearer hunter2'", "hunter2"), ("-u me:hunter2", word), ("-b sid=hunter2", "hunter2"),
        ("-H 'X-Api-Key: hunter2'", "hunter2"), ("--oauth2-bearer hunter2", "hunter2"),
    ):  # fmt: skip
        imported = from_curl(f"curl https://h.example {option}")
        assert secret not in str(imported.workflow.nodes) + str(imported.findings)
        (value,) = imported.workflow.nodes["h_example"].params["headers"].values()
        assert "{{ secrets.H_EXAMPLE_" in value
        assert "floworch secrets set H_EXAMPLE_" in imported.findings[0].message


def test_several_requests_and_files() -> None:
    imported = from_curl("curl -d @data.json https://a.example --next https://b.example/x https://c.example")
    nodes = imported.workflow.nodes
    assert [node.action for node in nodes.values()].count("http.request") == 3
    assert nodes["a_example"].params["file"] == "data.json"
    assert nodes["a_example"].params["headers"] == {"Content-Type": "application/x-www-form-urlencoded"}


def test_what_is_left_out_is_told() -> None:
    told = said("curl https://a.example --proxy http://p --cert c.pem -o out.html --aws-sigv4 x | jq .")
    for word in ("--proxy", "--cert", "http.download", "--aws-sigv4", "'|'"):
        assert word in told


def test_what_is_no_command_is_refused() -> None:
    for text in ("", "wget x", "curl", "curl 'x", "curl -H"):
        with pytest.raises(UsageError):
            from_curl(text)
    assert [looks_like_curl(text) for text in ("curl x", "$ curl -s x", "curling x", "x curl")] == [
        True,
        True,
        False,
        False,
    ]


@given(st.text(alphabet=st.sampled_from("-'\"\\$^%@{}= \nabXdHFu:/?&[]\0é"), max_size=40))
def test_nothing_makes_it_fail_in_another_way(text: str) -> None:
    try:
        imported = from_curl(f"curl {text}")
    except UsageError:
        return
    assert imported.workflow.nodes
