"""Deadlines of an answer as iCalendar (RFC 5545), for the calendars of others."""

from datetime import UTC, date, datetime, time

from icalendar import Calendar, Event

from openvalley.insight.answer import Answer

_PRODUCT = "-//OpenValley//Fund//EN"


def as_calendar(answer: Answer, language: str) -> bytes:
    """Return the deadlines of an answer's items as a calendar; the same answer gives the same bytes.

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
    return bytes(calendar.to_ical())
