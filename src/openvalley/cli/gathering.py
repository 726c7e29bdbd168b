"""catalogue harvest, feeds, search, show, holders and export: what was gathered."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.markup import escape

from openvalley.atlas.reader import open_atlas
from openvalley.cli.edge import Edge
from openvalley.errors import BadInput, OpenValleyError
from openvalley.healthdata.catalogue import feeds as gathered
from openvalley.healthdata.catalogue import finding, harvesting, leaving
from openvalley.healthdata.catalogue.datasets import Dataset, preferred
from openvalley.healthdata.catalogue.feeds import Feed, Harvest
from openvalley.healthdata.catalogue.holders import held_by
from openvalley.storage import storage_errors

#: Changes, and values of a facet, that the terminal shows; --json has all.
_CHANGES, _VALUES = 15, 6


def harvest(edge: Edge, name: str | None, origin: str | None, profile: str | None) -> None:
    """Bring one feed or all up to date; one that fails leaves the others alone.

    Raises:
        BadInput: nothing can be harvested yet, or what came is no description.
        SourceUnavailable: the only feed's address cannot be reached.

    """
    wanted = [_wanted(edge, name, origin, profile)] if name else gathered.feeds(edge.settings)
    if not wanted:
        raise BadInput("There is no feed yet.", hint="Add one with: openvalley catalogue harvest NAME FILE-OR-ADDRESS")
    told: list[dict[str, object]] = []
    for one in wanted:
        try:
            with edge.progress() as report:
                came = harvesting.harvest(edge.settings, one, report)
        except OpenValleyError as problem:
            if name:
                raise
            told.append({"feed": one.name, "problem": problem.message, "hint": problem.hint})
        else:
            told.append({"feed": one.name, "unchanged": came is None, **(asdict(came) if came else {})})
            if not edge.as_json:
                _print_harvest(edge, one, came)
    if edge.as_json:
        edge.print_json({"feeds": told})
    for entry in told if not edge.as_json else ():
        if "problem" in entry:
            edge.console.print(f"{entry['feed']}: {escape(str(entry['problem']))} What was there stays in use.")


def _wanted(edge: Edge, name: str, origin: str | None, profile: str | None) -> Feed:
    if origin is None:
        known = gathered.feed(edge.settings, name)
        return Feed(name, known.origin, known.profile if profile is None else profile)
    there = origin if "://" in origin else str(Path(origin).resolve())
    return Feed(name, there, profile or "")


def _print_harvest(edge: Edge, one: Feed, came: Harvest | None) -> None:
    if came is None:
        edge.console.print(f"{one.name}: as it was.")
        return
    checked = "" if came.errors is None else f", {came.errors} errors by {one.profile}"
    edge.console.print(f"{one.name}: {came.datasets} data sets{checked}; {came.withheld} statements that reach or name "
                       f"persons were not kept.")
    for change in came.changes[:_CHANGES]:
        facts = f" ({', '.join(change.facts)})" if change.facts else ""
        edge.console.print(f"  {change.kind}: {escape(change.title)}{facts}")
    if len(came.changes) > _CHANGES:
        edge.console.print(f"  ... and {len(came.changes) - _CHANGES} more")


def feeds(edge: Edge) -> None:
    """List the feeds."""
    there = [(one, gathered.last(edge.settings, one.name)) for one in gathered.feeds(edge.settings)]
    if edge.as_json:
        edge.print_json({"feeds": [{**asdict(one), "last": asdict(last) if last else None} for one, last in there]})
        return
    if not there:
        edge.console.print("No feed yet. Add one with: openvalley catalogue harvest NAME FILE-OR-ADDRESS")
    for one, last in there:
        state = "nothing gathered yet" if last is None else (
            f"{last.datasets} data sets, {last.at[:10]}" + ("" if last.errors is None else f", {last.errors} errors"))
        edge.console.print(f"[bold]{one.name}[/]: {state}\n    {escape(one.origin)}")


def search(edge: Edge, text: str, by: Sequence[str], limit: int) -> None:
    """Print the data sets that are found."""
    there = finding.entries(edge.settings)
    found = finding.find(there, text, _filters(by), limit)
    if edge.as_json:
        edge.print_json({"query": text, "total": found.total, "facets": dict(found.facets), "items": [
            {"score": score, "feed": entry.feed, **asdict(entry.dataset)} for score, entry in found.items]})
        return
    if not there:
        edge.console.print("No catalogue of health data has been gathered yet. Gather one with: "
                           "openvalley catalogue harvest NAME FILE-OR-ADDRESS", soft_wrap=True)
        return
    for score, entry in found.items:
        one = entry.dataset
        held = f" - {escape(one.holder.name)}" if one.holder else ""
        edge.console.print(f"{score:.2f}  [bold]{escape(one.title)}[/]{held}\n      {escape(one.id)}")
    edge.console.print(f"{len(found.items)} of {found.total} data sets.")
    for name, values in found.facets.items():
        if values:
            edge.console.print(f"  {name}: " + escape(", ".join(f"{value} ({n})" for value, n in values[:_VALUES])))


def _filters(by: Sequence[str]) -> Mapping[str, str]:
    pairs = [part.partition("=") for part in by]
    wrong = next((name for name, sign, value in pairs if not (sign and value)), None)
    if wrong is not None:
        raise BadInput(f"{wrong[:60]!r} is no facet with a value.", hint="Write for example: --by access=NON_PUBLIC")
    return {name: value for name, _, value in pairs}


def show(edge: Edge, address: str) -> None:
    """Print everything about a data set."""
    entry = finding.one(finding.entries(edge.settings), address)
    if edge.as_json:
        edge.print_json({"feed": entry.feed, **asdict(entry.dataset)})
        return
    edge.console.print(f"[bold]{escape(entry.dataset.title)}[/]  {escape(entry.dataset.id)}")
    for name, value in _facts(entry.dataset):
        if value:
            edge.console.print(f"  {name}: {escape(value)}")
    edge.console.print(f"  from the feed {entry.feed}")


def _facts(one: Dataset) -> list[tuple[str, str]]:
    low, high = one.ages
    return [
        ("what", preferred(one.descriptions)), ("held by", one.holder.name if one.holder else ""),
        ("access", one.access or ""), ("categories", ", ".join(one.categories)),
        ("countries", ", ".join(one.countries)),
        ("records", f"{one.records:,}" if one.records is not None else ""),
        ("persons", f"{one.people:,}" if one.people is not None else ""),
        ("ages", f"{'?' if low is None else low} to {'?' if high is None else high}" if (low, high) != (None, None)
         else ""),
        ("covers", one.population or ""), ("time", f"{one.first_day or '?'} to {one.last_day or '?'}"
                                           if one.first_day or one.last_day else ""),
        ("renewed", one.frequency or ""), ("codes", ", ".join(one.codes)), ("keywords", ", ".join(one.keywords)),
        ("permits from", one.access_body or ""), ("page", one.landing_page or ""), ("changed on", one.modified or ""),
    ]


def holders(edge: Edge) -> None:
    """List who holds data sets."""
    there = held_by(open_atlas(edge.settings.home), finding.entries(edge.settings))
    if edge.as_json:
        edge.print_json({"holders": [asdict(one) for one in there]})
        return
    for one in there:
        is_one = f"{one.decision}: {one.name} {one.id} ({one.why})" if one.id else f"{one.decision} ({one.why})"
        edge.console.print(f"{one.datasets:>4}  [bold]{escape(one.holder)}[/]\n      {escape(is_one)}")


def export(edge: Edge, output: Path, profile: str, form: str, address: str) -> None:
    """Write all data sets as one catalogue."""
    graph = leaving.catalogue(edge.settings, profile, address)
    text = leaving.written(graph, form)
    with storage_errors(output):
        output.write_text(text, encoding="utf-8")
    if edge.as_json:
        edge.print_json({"written": str(output), "profile": profile, "statements": len(graph)})
    else:
        edge.console.print(f"{len(graph):,} statements written to {escape(str(output))} ({profile}).")
