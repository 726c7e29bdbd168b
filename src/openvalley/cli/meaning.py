"""show: which organisation a register's text means, and why, in the terminal."""

from rich.markup import escape

from openvalley.atlas.joined import joined
from openvalley.atlas.meant import Link, Written, probably, probably_of, written
from openvalley.atlas.reader import Atlas
from openvalley.cli.edge import Edge

#: Texts that the terminal shows; --json has more.
_LISTED = 15


def said_of(organisation: str | None, link: Link | None, *, why: bool) -> str:
    """Return what a text of a trial means, as one line: sure, probable or nobody; with ``why`` how that was told."""
    if link is None:
        return organisation or "not linked to an organisation"
    meant = link.id if link.sure else f"probably {link.id} ({escape(link.name or '?')}), {link.score:.0%} likely"
    return f"{meant} ({escape(link.why)})" if why else meant


def print_meant(edge: Edge, atlas: Atlas, known: str, *, claims: bool) -> None:
    """Print what probably means an organisation; with ``claims`` also what surely does, each with its reasons.

    Args:
        edge: where it is printed.
        atlas: the atlas.
        known: a public id as the atlas has it.
        claims: whether sources and reasons are listed.

    """
    for one in joined(atlas, known) if claims else ():
        pair = f"{_row(one.record, one.text)} with {_row(one.other, one.other_text)}"
        edge.console.print(f"  joined by likeness: {pair}, {one.link.score:.0%} likely: {escape(one.link.why)}")
    for entry in probably_of(atlas, known, _LISTED):
        edge.console.print(f"  probably the same as {entry.link.id} ({escape(entry.link.name or '?')}), "
                           f"{entry.link.score:.0%} likely: {escape(entry.link.why)}")
    for entry in probably(atlas, known, _LISTED):
        edge.console.print(f"  probably meant by {_words(entry)}, {entry.link.score:.0%} likely: "
                           f"{escape(entry.link.why)}")
    for entry in written(atlas, known, _LISTED) if claims else ():
        edge.console.print(f"  linked: {_words(entry)}, {entry.link.score:.0%} likely: {escape(entry.link.why)}")


def _row(record: str, text: str | None) -> str:
    return f"{escape(record)} ({escape(text or '?')})"


def _words(entry: Written) -> str:
    place = ", ".join(part for part in (entry.town, entry.country) if part)
    what = "trials" if entry.trial else "participations"
    return f"{escape(entry.text)}{' (' + escape(place) + ')' if place else ''} in {entry.uses:,} {what}"
