"""Deadlines of an answer as iCalendar (RFC 5545), for the calendars of others."""

from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from openvalley.insight.answer import Answer

_PRODUCT = "-//OpenValley//Fund//EN"


def as_calendar(answer: Answer, language: str) -> bytes:
    """Return the deadlines of an answer's items as a calendar; the same answer gives the same bytes.

    Without a deadline the calendar holds the zone UTC alone, which calendars show as an empty one.

    Args:
        answer: what `openvalley.insight.fund.fund` gave.
        language: in which events are named, where the item has a name in it.

    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    stamp = datetime.combine(date.fromisoformat(str(answer.asked["as_of"])), time(), UTC)
    for item in answer.items:
        day: date | None = item.values.get("deadline")
        if day is None:
            continue
        event = Event()
        event.add("uid", f"{item.id}/{day.isoformat()}")
        event.add("dtstamp", stamp)
        event.add("dtstart", day)
        event.add("summary", item.name_in(language))
        if item.values.get("page"):
            event.add("url", str(item.values["page"]))
        calendar.add_component(event)
    if not calendar.subcomponents:
        calendar.add_component(_universal_time())
    return bytes(calendar.to_ical())


def _universal_time() -> Timezone:
    """Return the component of a calendar without deadlines: one at least is demanded (RFC 5545, 3.6)."""
    zone, always = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    always.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - a zone tells of its onset in local time (3.6.5)
    always.add("tzoffsetfrom", timedelta())
    always.add("tzoffsetto", timedelta())
    zone.add_component(always)
    return zone
