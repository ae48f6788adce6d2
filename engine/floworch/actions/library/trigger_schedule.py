"""``trigger.schedule``: times at which ``floworch serve`` starts a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.cron_times import check_cron, zone_of
from floworch.actions.library.trigger_event import moment, told
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue

_CRON_FIX = "Write minute, hour, day, month and weekday, such as 0 9 * * 1-5, or @daily."
_ZONE_FIX = "Write it like Europe/Berlin, UTC or local."


class Due(TypedDict):
    """When the run was due, and when it was started; ISO 8601 in UTC."""

    due: str
    fired: str


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    issues = []
    for name, look, fix in (("cron", check_cron, _CRON_FIX), ("tz", zone_of, _ZONE_FIX)):
        value = params.get(name)
        if not isinstance(value, str) or "{{" in value:
            continue
        try:
            look(value)
        except ValueError as error:
            issues.append(ParamIssue(name, str(error), fix))
    return issues


@action(
    "trigger.schedule",
    title="On a schedule",
    category="trigger",
    icon="clock",
    subtitle="cron",
    effect="pure",
    check=_check,
    example={"cron": "0 9 * * 1-5", "tz": "Europe/Berlin", "missed": "run_once"},
)
async def trigger_schedule(
    ctx: Context,
    cron: Annotated[str, Field(min_length=1, title="Schedule")] = "0 9 * * 1-5",
    tz: Annotated[str, Field(min_length=1, title="Time zone")] = "local",
    missed: Annotated[Literal["skip", "run_once"], Field(title="Times that were missed")] = "run_once",
    overlap: Annotated[Literal["skip", "queue"], Field(title="While a run is under way")] = "skip",
) -> Due:
    """Start a run at these times, while 'floworch serve' runs. Started by hand, the run is due now.

    Args:
        cron: Minute, hour, day, month and weekday as in cron: 0 9 * * 1-5 is nine on working days, */10 * * * * every
            ten minutes. Also @hourly, @daily, @weekly, @monthly, @yearly.
        tz: Time zone of these times, such as Europe/Berlin, UTC, or local. A time that the clock skips in spring is due
            right after the gap, one that it shows twice in autumn is due once.
        missed: What follows when nobody served at such times: one run for the last of them, or none.
        overlap: What follows when the run before is still under way: no run, or one after it.
    """
    for issue in _check({"cron": cron, "tz": tz}):
        raise ActionError(issue.message, ErrorKind.VALIDATION, hint=issue.fix)
    event = told(ctx)
    if event is None:
        now = moment(ctx.now())
        return Due(due=now, fired=now)
    return Due(due=str(event.get("due")), fired=str(event.get("fired")))
