from __future__ import annotations

from floworch.actions.context import Context, Host
from floworch.actions.identity import idempotency_key
from floworch.testing.actions import FakeHost


def test_the_fake_host_offers_what_a_context_asks() -> None:
    assert isinstance(FakeHost(), Host)


def test_a_context_passes_everything_on_to_its_host() -> None:
    host = FakeHost(secrets={"K": "v"}, inputs={"x": 2}, nodes={"a": 1}, now=9.0)
    ctx = Context(host, "run-1", "flow", "pay", scope=(2,), params={"a": 1}, item="i", index=2)
    ctx.log("line")
    ctx.log("bad", "error")
    ctx.progress()
    ctx.progress(1.0, "done")
    assert host.logs == [("info", "line"), ("error", "bad")]
    assert host.progressed == [(None, ""), (1.0, "done")]
    assert (ctx.secret("K"), ctx.evaluate("{{ inputs.x }}"), ctx.now(), ctx.upstream()) == ("v", 2, 9.0, {"a": 1})
    assert ctx.render("{{ inputs.x }}<{{ y }}", {"y": "&"}) == "2<&"
    assert ctx.cancelled is None
    assert ctx.idempotency_key == idempotency_key("run-1", "pay", (2,))


def test_data_is_made_once_and_kept_by_a_copy_with_other_parameters() -> None:  # (C15)
    host = FakeHost(data={"n": 1})
    ctx = host.context(attempt=3, scope=(1,), item="x", index=1, node="pay", params={"a": 1})
    ctx.data.set("n", 2)
    other = ctx.replace(params={"a": 2})
    assert other.data is ctx.data
    assert (other.params, ctx.params) == ({"a": 2}, {"a": 1})
    assert (other.attempt, other.scope, other.item, other.index, other.node) == (3, (1,), "x", 1, "pay")
    assert other.idempotency_key == ctx.idempotency_key


def test_contexts_that_were_replaced_share_data_that_none_of_them_had_asked_for_yet() -> None:  # (C15)
    ctx = FakeHost(data={"n": 1}).context(params={})
    inner = ctx.replace(params={"a": 1}).replace(params={"a": 2})
    assert ctx.written is None
    inner.data.set("n", 2)
    assert ctx.written is inner.data
    assert ctx.data.get("n") == 2
