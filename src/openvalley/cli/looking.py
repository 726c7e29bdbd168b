"""search and link: what is there."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.markup import escape

from openvalley.atlas.clinical import trial_name
from openvalley.atlas.funding import standing
from openvalley.atlas.items import item
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.atlas.search import Hit, SearchAnswer
from openvalley.atlas.unread import lacking
from openvalley.cli.edge import Edge
from openvalley.vocabulary.terms import Vocabulary, label

#: States of which nothing need be said.
_LIVING = (None, "", "active")


def search(edge: Edge, text: str, kind: str | None, limit: int) -> None:
    """Print the hits of a search, best first."""
    atlas = open_atlas(edge.settings.home)
    answer = atlas.search(text, types=[kind] if kind else (), limit=limit, counted=True)
    today = datetime.now(UTC).date()
    if edge.as_json:
        edge.print_json({"query": answer.query, "total": answer.total, "types": answer.types, "whole": answer.whole,
                         "holding": answer.holding, "method": answer.method, "atlas_version": answer.atlas_version,
                         "items": _items(atlas, answer.items, today)})
        return
    if not answer.items:
        edge.console.print(lacking(kind or "", atlas.counts())
                           or f"Nothing is called anything like {escape(repr(text))}.", soft_wrap=True)
    else:
        edge.console.print(_counted(answer))
    for hit in answer.items:
        edge.console.print(f"{hit.score:.2f}  [bold]{escape(_name(hit))}[/]  {escape(_in_short(hit, today))}\n"
                           f"      {escape(hit.id)}")


def _counted(answer: SearchAnswer) -> str:
    """Return how many were found, of each type where all were asked for, and whether anything holds every word."""
    types = [_number(number, kind) for kind, number in answer.types.items()]
    found = f"{answer.total:,} found" + (f": {', '.join(types)}" if types else "") + "."
    if answer.whole:
        return f"{found} {answer.holding:,} of them hold{'s' * (answer.holding == 1)} every word." if (
            answer.holding and answer.words > 1) else found
    if answer.words == 1:
        return f"{found}\nNothing holds this word. What follows fits its meaning, or is spelt much like it."
    return f"{found}\nNothing holds all of these words. What follows holds some of them."


def _number(number: int, kind: str) -> str:
    return f"{number:,} {kind}{'s' * (number != 1)}"


def _items(atlas: Atlas, hits: Sequence[Hit], today: date) -> list[dict[str, Any]]:
    """Return hits as items of a list, each with its score; of calls the index knows neither standing nor cluster."""
    calls = [hit.id for hit in hits if hit.type == "call"]
    clusters = {row["id"]: row["cluster"] for row in atlas.rows(
        "SELECT id, cluster FROM call WHERE id IN (SELECT unnest(?))", [calls])} if calls else {}
    found = []
    for hit in hits:
        of_call = {"standing": _standing(hit, today), "cluster": clusters[hit.id]} if hit.type == "call" else {}
        found.append({**item(hit.type, hit.id, _name(hit), {**hit.shown, **of_call}), "score": hit.score})
    return found


def _name(hit: Hit) -> str:
    return trial_name(hit.shown["acronym"], hit.name) if hit.type == "trial" else hit.name


def _in_short(hit: Hit, today: date) -> str:
    """Return what a hit is, in a line: a trial's phases, state and sites; where a call stands and its last deadline."""
    shown = hit.shown
    if hit.type == "trial":
        phases = [label(Vocabulary.TRIAL_PHASE, code, "en") for code in shown["phases"]]
        state = [label(Vocabulary.TRIAL_STATE, shown["state"], "en")] if shown["state"] else []
        sites = [f"{shown['sites']} site{'s' * (shown['sites'] != 1)}"] if shown["sites"] else []
        return ", ".join(["trial", *phases, *state, *sites])
    if hit.type == "call":
        last = [f"last deadline {shown['deadlines'][-1]}"] if shown["deadlines"] else []
        return ", ".join(["call", _standing(hit, today), *last])
    where = ", ".join(part for part in (shown.get("city"), shown.get("country")) if part)
    what = label(Vocabulary.KIND, shown["kind"], "en") if shown.get("kind") else hit.type
    mark = " (unverified)" if shown.get("verified") is False else ""
    ended = f", {label(Vocabulary.STATE, shown['state'], 'en').lower()}" if shown.get("state") not in _LIVING else ""
    return f"{what}{' - ' + where if where else ''}{ended}{mark}"


def _standing(hit: Hit, today: date) -> str:
    opens = date.fromisoformat(hit.shown["opens"]) if hit.shown["opens"] else None
    return standing(opens, [date.fromisoformat(text) for text in hit.shown["deadlines"]], today).value


def link(edge: Edge, source: Path, output: Path, *, raw: bool) -> None:
    """Link a list, or raw affiliations, and say how many rows were a match, for review, and none."""
    from openvalley.atlas.linking import link_file  # noqa: PLC0415 - loads the compute libraries
    from openvalley.atlas.raw_linking import link_raw_file  # noqa: PLC0415 - same

    atlas = open_atlas(edge.settings.home)
    counts = (link_raw_file if raw else link_file)(source, output, atlas)
    answer = {"rows": counts.total(), **{decision: counts[decision] for decision in ("match", "review", "none")}}
    if edge.as_json:
        edge.print_json({**answer, "output": str(output), "atlas_version": atlas.version})
    else:
        edge.console.print(f"{answer['rows']:,} rows: {answer['match']:,} match, {answer['review']:,} for review, "
                           f"{answer['none']:,} none. Written to {output}")
