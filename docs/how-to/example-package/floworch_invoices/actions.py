"""The actions of the package."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from floworch import ActionError, Context, Outcome, action
from floworch.actions.widgets import Table, show_if


class Total(TypedDict):
    """The sum of an invoice, exact, and how many lines it has."""

    net: Decimal
    tax: Decimal
    gross: Decimal
    lines: int


@action(
    "invoice.total",
    title="Total of an invoice",
    category="invoices",
    icon="sum",
    subtitle="rate",
    effect="pure",
    example={"lines": [{"amount": 2, "price": "9.95"}, {"amount": 1, "price": "100"}], "rate": 19},
)
def total(ctx: Context, lines: Table, rate: Annotated[float, Field(ge=0, le=100)] = 19.0) -> Total:
    """Add up the lines of an invoice.

    Args:
        lines: Objects with the fields amount and price; a price is a number or text such as "9.95".
        rate: Tax in percent.
    """
    net = sum((_product(number, line) for number, line in enumerate(lines)), Decimal(0))
    tax = (net * Decimal(str(rate)) / 100).quantize(Decimal("0.01"))
    ctx.log(f"{len(lines)} lines, {net} net")
    return Total(net=net, tax=tax, gross=net + tax, lines=len(lines))


def _product(number: int, line: Any) -> Decimal:
    try:
        return Decimal(str(line["amount"])) * Decimal(str(line["price"]))
    except (KeyError, TypeError, InvalidOperation):
        raise ActionError(
            f"lines[{number}] has no amount and price that are numbers: {line!r}.",
            kind="validation_error",
            hint="Give every line the fields amount and price.",
        ) from None


def _in_days(params: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew weeks only. Parameters are those of the file: a number, or the text of an expression."""
    weeks = params.pop("weeks", 2)
    params["days"] = weeks * 7 if isinstance(weeks, int) else f"{{{{ ({str(weeks).strip('{} ')}) * 7 }}}}"
    return params


@action(
    "invoice.due",
    title="When it is due",
    category="invoices",
    icon="calendar",
    subtitle="issued",
    effect="pure",
    ports=("out", "overdue"),
    version=2,
    migrate={1: _in_days},
    example={"issued": "2026-01-31", "days": 14, "today": "2026-02-01"},
)
async def due(
    issued: str,
    today: str,
    terms: Literal["days", "end_of_month"] = "days",
    days: Annotated[int, Field(ge=0, le=365), show_if(terms="days")] = 14,
) -> Outcome:
    """Work out when an invoice must be paid; fires 'overdue' when that day has passed.

    Args:
        issued: The day of the invoice, such as 2026-01-31.
        today: The day to compare with.
        terms: From when the days count, or the end of the month after.
        days: How many days there are to pay.
    """
    first, now = _day("issued", issued), _day("today", today)
    if terms == "days":
        last = first + timedelta(days=days)
    else:
        after = (first.replace(day=1) + timedelta(days=63)).replace(day=1)
        last = after - timedelta(days=1)
    late = (now - last).days
    return Outcome({"due": last.isoformat(), "late": max(0, late)}, "overdue" if late > 0 else "out")


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ActionError(
            f"'{name}' is no day: {text!r}.", kind="validation_error", hint="Write it like 2026-01-31."
        ) from None
