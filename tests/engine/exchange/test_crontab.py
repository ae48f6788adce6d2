"""Lines of crontabs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch import UsageError
from floworch.exchange import crontab
from floworch.exchange.crontab import from_crontab
from floworch.exchange.imported import Imported

TABLE = """# Nightly backup
PATH=/usr/bin
MAILTO=me@example.org
CRON_TZ=Europe/Vienna
15 3 * * 1-5 /usr/local/bin/backup --all >/dev/null 2>&1

@hourly echo 50\\% done%line one%{{ line }}
*/5 9-17 * jan,jul mon root /usr/bin/poll
"""


@pytest.fixture
def scheduled(monkeypatch: pytest.MonkeyPatch) -> Imported:
    """The table in an installation that has schedules."""
    monkeypatch.setattr(crontab, "known", lambda action: True)
    return from_crontab(TABLE)


def test_every_line_is_a_schedule_and_a_command(scheduled: Imported) -> None:
    nodes = scheduled.workflow.nodes
    backup, echo, poll = nodes["nightly_backup"], nodes["echo"], nodes["poll"]
    assert backup.params == {"command": "/usr/local/bin/backup --all >/dev/null 2>&1", "env": {"PATH": "/usr/bin"}}
    assert echo.params["command"] == "echo 50% done"
    assert echo.params["stdin"] == '{{ "line one\\n{{ line }}\\n" }}'
    assert poll.params["command"] == "/usr/bin/poll"
    links = {edge.target: nodes[edge.source].params for edge in scheduled.workflow.edges}
    assert links["nightly_backup"] == {"cron": "15 3 * * 1-5", "tz": "Europe/Vienna"}
    assert links["echo"]["cron"] == "0 * * * *"
    assert links["poll"]["cron"] == "*/5 9-17 * jan,jul mon"
    assert "me@example.org" in scheduled.findings[0].message


def test_without_schedules_the_line_for_cron_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crontab, "known", lambda action: False)
    imported = from_crontab("0 9 * * * make report")
    assert imported.workflow.nodes["make"].notes == "Schedule: 0 9 * * *"
    assert "0 9 * * * floworch run FILE" in imported.findings[0].message
    assert imported.workflow.name == "make"


def test_the_start_of_the_machine_has_no_counterpart() -> None:
    imported = from_crontab("@reboot /opt/start")
    assert imported.workflow.nodes["start"].notes == "Schedule: @reboot"
    assert imported.findings[0].level == "not_converted"


@pytest.mark.parametrize("text", ["", "# only words", "hello", "1 2 3 4 command", "a=b", "1 2 3 4 (5) x"])
def test_what_is_no_crontab_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        from_crontab(text)


@given(st.text(alphabet=st.sampled_from("*/0159 -,@%\\=#\nab{}'"), max_size=40))
def test_nothing_makes_it_fail_in_another_way(text: str) -> None:
    try:
        from_crontab(text)
    except UsageError:
        return
