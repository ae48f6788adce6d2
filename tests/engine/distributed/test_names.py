"""Keys of attempts: one per run, node, item and attempt (C14)."""

from __future__ import annotations

from dataclasses import replace

from floworch.distributed.names import name_of
from floworch.executor.clusters import ClusterJob

JOB = ClusterJob("", "order-1", 1.5, "pay", (), 1, "http.request", 1, "m:f", {"token": "hunter2"}, {"item": "hunter2"})


def test_a_key_names_run_node_item_and_attempt() -> None:
    name = name_of(JOB)
    assert name.startswith("floworch/order-1/")
    assert name.endswith("/pay/-/1")
    assert name_of(replace(JOB, scope=(3, 0))).endswith("/pay/3.0/1")
    assert name_of(JOB, attempt=4).endswith("/pay/-/4")


def test_keys_differ_by_whatever_makes_another_attempt() -> None:
    others = [
        replace(JOB, run_id="order-2"), replace(JOB, born=2.5), replace(JOB, node="ship"), replace(JOB, scope=(1,)),
        replace(JOB, attempt=2),
    ]  # fmt: skip
    assert len({name_of(JOB), name_of(JOB, call=2), *map(name_of, others)}) == 7


def test_neither_key_nor_job_shows_parameters() -> None:
    """C6.5"""
    assert "hunter2" not in name_of(JOB) + repr(JOB)
