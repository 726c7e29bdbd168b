"""search and link: what is there."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.markup import escape

from openvalley.atlas.clinical import trial_name
from openvalley.atlas.funding import standing
from openvalley.atlas.reader import open_atlas
from openvalley.atlas.search import Hit
from openvalley.cli.edge import Edge
from openvalley.vocabulary.terms import Vocabulary, terms

#: What --json gives of every hit, null where its type knows no such thing, and of hits of one type beside.
_OF_ALL = ("kind", "country", "city", "state", "projects", "in_scope")
_OF_TYPE = {
    "project": ("programme", "year", "participants"),
    "trial": ("source", "phases", "sponsor", "sites", "year"),
    "call": ("programme", "action_type", "opens", "deadlines"),
}


def search(edge: Edge, text: str, kind: str | None, limit: int) -> None:
    """Print the hits of a search, best first."""
    answer = open_atlas(edge.settings.home).search(text, types=[kind] if kind else (), limit=limit)
    today = datetime.now(UTC).date()
    if edge.as_json:
        edge.print_json({"query": answer.query, "total": answer.total, "method": answer.method,
                         "atlas_version": answer.atlas_version,
                         "items": [_item(hit, today) for hit in answer.items]})
        return
    if not answer.items:
        edge.console.print(f"Nothing is called anything like {escape(repr(text))}.")
    for hit in answer.items:
        edge.console.print(f"{hit.score:.2f}  [bold]{escape(_name(hit))}[/]  {escape(_in_short(hit, today))}\n"
                           f"      {escape(hit.id)}")


def _item(hit: Hit, today: date) -> dict[str, Any]:
    """Return a hit for JSON: what every type has, then what its own type shows."""
    item = {"id": hit.id, "type": hit.type, "name": _name(hit), "score": hit.score,
            **{name: hit.shown.get(name) for name in (*_OF_ALL, *_OF_TYPE.get(hit.type, ()))}}
    return item | ({"standing": _standing(hit, today)} if hit.type == "call" else {})


def _name(hit: Hit) -> str:
    return trial_name(hit.shown["acronym"], hit.name) if hit.type == "trial" else hit.name


def _in_short(hit: Hit, today: date) -> str:
    """Return what a hit is, in a line: a trial's phases, state and sites; where a call stands and its last deadline."""
    shown = hit.shown
    if hit.type == "trial":
        phases = [terms(Vocabulary.TRIAL_PHASE)[code].label("en") for code in shown["phases"]]
        state = [terms(Vocabulary.TRIAL_STATE)[shown["state"]].label("en")] if shown["state"] else []
        sites = [f"{shown['sites']} site{'s' * (shown['sites'] != 1)}"] if shown["sites"] else []
        return ", ".join(["trial", *phases, *state, *sites])
    if hit.type == "call":
        last = [f"last deadline {shown['deadlines'][-1]}"] if shown["deadlines"] else []
        return ", ".join(["call", _standing(hit, today), *last])
    where = ", ".join(part for part in (shown.get("city"), shown.get("country")) if part)
    what = terms(Vocabulary.KIND)[shown["kind"]].label("en") if shown.get("kind") else hit.type
    return f"{what}{' - ' + where if where else ''}"


def _standing(hit: Hit, today: date) -> str:
    opens = date.fromisoformat(hit.shown["opens"]) if hit.shown["opens"] else None
    return standing(opens, [date.fromisoformat(text) for text in hit.shown["deadlines"]], today).value


def link(edge: Edge, source: Path, output: Path) -> None:
    """Link a list and say how many rows were a match, for review, and none."""
    from openvalley.atlas.linking import link_file  # noqa: PLC0415 - loads the compute libraries

    atlas = open_atlas(edge.settings.home)
    counts = link_file(source, output, atlas)
    answer = {"rows": counts.total(), **{decision: counts[decision] for decision in ("match", "review", "none")}}
    if edge.as_json:
        edge.print_json({**answer, "output": str(output), "atlas_version": atlas.version})
    else:
        edge.console.print(f"{answer['rows']:,} rows: {answer['match']:,} match, {answer['review']:,} for review, "
                           f"{answer['none']:,} none. Written to {output}")
