"""Deadlines of an answer as an Atom feed (RFC 4287), for readers of feeds."""

from datetime import UTC, date, datetime, time
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from openvalley.insight.answer import Answer, Item, Statement
from openvalley.insight.sentences import said

_ATOM = "http://www.w3.org/2005/Atom"


def as_feed(answer: Answer, language: str) -> bytes:
    """Return the deadlines of an answer's items as a feed, the next one first; the same answer gives the same bytes.

    Args:
        answer: what `openvalley.questions.fund` gave.
        language: of titles and summaries.

    """
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": language})
    updated = datetime.combine(date.fromisoformat(str(answer.asked["as_of"])), time(), UTC).isoformat()
    asked = str(answer.asked.get("organisation") or answer.asked.get("need") or answer.asked.get("call") or "")
    _put(feed, "id", _id(f"fund/{asked}"))
    _put(feed, "title", said("fund.feed_title", {"asked": asked}, language))
    _put(feed, "updated", updated)
    _put(ET.SubElement(feed, f"{{{_ATOM}}}author"), "name", "OpenValley")
    _put(feed, "generator", "OpenValley")
    for item in sorted((item for item in answer.items if item.values.get("deadline")),
                       key=lambda item: (item.values["deadline"], item.id)):
        _entry(ET.SubElement(feed, f"{{{_ATOM}}}entry"), item, language, updated)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _entry(entry: ET.Element, item: Item, language: str, updated: str) -> None:
    deadline: date = item.values["deadline"]
    _put(entry, "id", _id(f"{item.id}/{deadline.isoformat()}"))
    _put(entry, "title", said("fund.feed_entry", {"deadline": deadline, "name": item.name_in(language)}, language))
    _put(entry, "updated", updated)
    if item.values.get("page"):
        ET.SubElement(entry, f"{{{_ATOM}}}link", {"rel": "alternate", "href": str(item.values["page"])})
    _put(entry, "content", "\n".join(_text(statement, language) for statement in item.evidence)).set("type", "text")


def _text(statement: Statement, language: str) -> str:
    return said(statement.code, statement.values, language)


def _put(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{_ATOM}}}{name}")
    element.text = "".join(letter for letter in text if letter.isprintable() or letter == "\n")
    return element


def _id(name: str) -> str:
    """Return an id that stays the same for ever: RFC 4287 wants an IRI that is never used for anything else."""
    return uuid5(NAMESPACE_URL, f"urn:openvalley:{name}").urn
