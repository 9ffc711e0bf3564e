"""Calendars, schedules and members that the tests of settlement share."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from remit.kernel.clock import MINUTE
from remit.settlement.model import Member
from remit.settlement.schedule import Calendar, Cutoffs, Edition, Schedule

HOLIDAYS = ("2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25", "2027-01-01")
BRUSSELS = "Europe/Brussels"
EUROPE = Calendar.named("TARGET", first="2025-12-01", last="2027-12-31", closed=HOLIDAYS)
ALWAYS = Calendar.named("ALWAYS", first="2025-12-01", last="2027-12-31", closed=(), weekend=())


def instant(text: str, zone: str = "UTC") -> int:
    """`2026-03-29T02:30` in a zone, as milliseconds."""
    at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return (at - datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))) // timedelta(milliseconds=1)


def cutoffs(*times, zone=BRUSSELS, grace=MINUTE, name="table"):
    """A table with cut-offs at local `times`, named by them."""
    return Cutoffs.named(name, zone=zone, cutoffs=[(at, at) for at in times], grace=grace)


def edition(*times, since="2026-01-01T00:00", calendar=EUROPE, zone=BRUSSELS, grace=MINUTE):
    """The tables in force from a local time on."""
    return Edition(
        since=instant(since, zone),
        calendar=calendar,
        cutoffs=cutoffs(*times, zone=zone, grace=grace),
    )


def schedule(*editions, rail="sct_inst", currency="EUR"):
    """A schedule of these editions; of one with a cut-off at 17:00 when there are none."""
    return Schedule(rail=rail, currency=currency, editions=editions or (edition("17:00"),))


def member(name, payer="ours", payee="bank_b", amount=100, at="2026-03-10T10:00", **more):
    """A member of the window that lies at `at` in Brussels."""
    return Member(
        id=name,
        rail=more.pop("rail", "sct_inst"),
        currency=more.pop("currency", "EUR"),
        payer=payer,
        payee=payee,
        amount=amount,
        counted_at=at if isinstance(at, int) else instant(at, BRUSSELS),
        **more,
    )


def days(first, count):
    """ISO days from `first` on."""
    start = date.fromisoformat(first)
    return [(start + timedelta(days=number)).isoformat() for number in range(count)]
