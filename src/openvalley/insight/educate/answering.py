"""Shortages and training as an answer: occupation groups, those that nobody trains for first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.insight.called import Called, called
from openvalley.insight.educate.request import EducateRequest
from openvalley.insight.educate.titles import group_of, stages_of
from openvalley.insight.places import Names, names_of
from openvalley.vocabulary.terms import LANGUAGES

METHOD = "educate-1"
#: Programmes that one occupation's evidence names; ``values`` lists all.
_NAMED = 4
#: Organisations that are named behind a programme which several give together.
_PROVIDERS = 2
#: Major groups of ISCO-08 that courses of some weeks or months train for: technicians, trades, operators of plants.
_BY_COURSE = "378"
#: The stage whose courses are for those who have a profession already.
_CARE = "care"
_UNIT_GROUP = "http://data.europa.eu/esco/isco/C"


@dataclass(frozen=True)
class Programme:
    """A programme of the pack: ``names`` by language with who gives it; ``occupations`` are the groups it names.

    ``training`` tells courses for people at work or in search of it from degrees and doctorates.
    """

    id: str
    names: Names
    occupations: Sequence[str]
    stages: Sequence[str]
    training: bool
    places: int | None
    source: str
    source_id: str


def educate(atlas: Atlas, request: EducateRequest) -> Answer:
    """Say which occupations of the value chain are in shortage, who trains for them, and where nobody does.

    Each item is an ISCO-08 unit group; its ``values`` are ``stages``, ``regions`` (whose list has it), ``year``,
    ``titles`` (how many of the lists' titles mean it), ``programmes``, ``near`` (for a gap of technicians, trades and
    operators: courses at one of its stages that name no occupation), ``seats`` (of those whose number is known; null
    where none is), ``vacancies`` and ``graduates`` (null: no open source gives them).

    Raises:
        BadInput: an unknown stage, or a region without a list.

    """
    rows = remembered(atlas, "educate.shortages", lambda: atlas.rows(
        "SELECT region, year, title, language, source FROM shortage ORDER BY region, title"))
    request.check(frozenset(row["region"] for row in rows))
    asked = {"stage": request.stage, "region": request.region}
    if not rows:
        return Answer("educate", asked, METHOD, atlas.version, cannot_tell=Statement("educate.no_lists"))
    meant = _meant([row for row in rows if not request.region or request.region.startswith(row["region"])])
    wanted = {group: found for group, found in meant.items() if not request.stage or request.stage in stages_of(group)}
    if not wanted:
        return Answer("educate", asked, METHOD, atlas.version, cannot_tell=Statement("educate.none_listed"))
    labels, programmes = remembered(atlas, "educate.labels", lambda: _labels(atlas)), _programmes(atlas, request.region)
    codes = sorted({row["region"] for found in wanted.values() for row in found})
    places = dict(zip(codes, names_of(atlas, codes), strict=True))
    items = [_item((group, labels.get(group, {})), found, programmes, places) for group, found in wanted.items()]
    items.sort(key=lambda item: (len(item.values["programmes"]) > 0, -len(item.values["regions"]), item.id))
    gaps = [item for item in items if not item.values["programmes"]]
    asked_of = [code for code in sorted({row["region"] for row in rows})
                if not request.region or request.region.startswith(code)]
    summary = [Statement("educate.count", {"occupations": len(items), "gaps": len(gaps), "regions": asked_of,
                                           "where": names_of(atlas, asked_of)})]
    return Answer("educate", asked, METHOD, atlas.version, items=items, total=len(items), summary=summary,
                  caveats=[Statement("educate.mapped_by_hand"), Statement("educate.not_exported"),
                           Statement("educate.no_numbers"), *_stem(atlas)],
                  figures={"stages": _by_stage(items)})


def _meant(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the rows of each occupation group that has a place in the value chain."""
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        group = group_of(row["title"], row["language"])
        if group is not None:
            found[group].append(row)
    return found


def _labels(atlas: Atlas) -> dict[str, dict[str, str]]:
    """Return what ESCO calls each unit group, by language."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in atlas.rows("""
            SELECT o.code, n.language, min(n.value) AS value FROM occupation AS o JOIN occupation_name AS n USING (id)
            WHERE o.kind = 'group' AND n.kind = 'label' AND length(o.code) = 4 GROUP BY ALL"""):
        found[row["code"]][row["language"]] = row["value"]
    return found


def _programmes(atlas: Atlas, region: str) -> list[Programme]:
    """Return the pack's programmes that train for a trade, those of a region alone where one is asked."""
    return [programme for nuts, programme in remembered(atlas, "educate.programmes", lambda: _placed_programmes(atlas))
            if nuts is None or nuts.startswith(region)]


def _placed_programmes(atlas: Atlas) -> list[tuple[str | None, Programme]]:
    """Return all of them, each with its region (None: everywhere)."""
    rows = atlas.rows("""
        SELECT g.nuts, g.id, g.names, g.occupations, g.stages, g.places, g.source, g.source_id,
            g.kind = 'training' AND g.level IN ('vocational', 'continuing') AS training,
            list(DISTINCT {'name': o.name, 'id': o.id} ORDER BY {'name': o.name, 'id': o.id}) FILTER (o.named)
                AS providers
        FROM programme AS g LEFT JOIN curated_party AS p ON p.record_type = 'programme' AND p.row_id = g.id
            LEFT JOIN organisation AS o ON o.id = p.organisation_id
        WHERE g.kind <> 'stem' GROUP BY ALL
        """)
    found = [(row.pop("nuts"), Programme(names=_told_of(row.pop("names"), [
        called(atlas, one["id"], one["name"]) for one in row.pop("providers") or ()]), **row)) for row in rows]
    return sorted(found, key=lambda pair: (pair[1].names["en"], pair[1].id))


def _told_of(names: Sequence[Mapping[str, str]], providers: Sequence[Called]) -> Names:
    """Return a programme's name in each language with who gives it; where that is its own name, the name alone."""
    own = {name["language"]: name["value"] for name in names}
    first = own.get("en") or names[0]["value"]
    others = [provider for provider in providers if provider not in own.values()]
    more = ", …" if len(others) > _PROVIDERS else ""
    behind = {language: ", ".join(one.in_language(language) for one in others[:_PROVIDERS]) for language in LANGUAGES}
    return {language: own.get(language, first) + (f" ({behind[language]}{more})" if others else "")
            for language in LANGUAGES}


def _item(occupation: tuple[str, Mapping[str, str]], rows: Sequence[Mapping[str, Any]], known: Sequence[Programme],
          places: Mapping[str, Names]) -> Item:
    group, labels = occupation
    regions = sorted({row["region"] for row in rows})
    year, stages = max(row["year"] for row in rows), list(stages_of(group))
    programmes = [one for one in known if group in one.occupations]
    near = [] if programmes or group[0] not in _BY_COURSE else [
        one for one in known
        if one.training and not one.occupations and set(one.stages) & (set(stages) - {_CARE})]
    seats = [one.places for one in programmes if one.places is not None]
    evidence = [Statement("educate.listed", {"regions": regions, "where": [places[code] for code in regions],
                                             "year": str(year), "stages": stages},
                          [Citation(f"nuts:{code}", rows[0]["source"]) for code in regions])]
    if programmes:
        evidence.append(_named("educate.trained", programmes))
    else:
        evidence.append(Statement("educate.gap"))
    if near:
        evidence.append(_named("educate.near", near))
    if seats:
        evidence.append(Statement("educate.seats", {"seats": sum(seats), "of": len(seats)}))
    return Item(
        _UNIT_GROUP + group, "occupation", labels.get("en", f"ISCO {group}"), None, evidence,
        {"isco": group, "stages": stages, "regions": regions, "year": year, "titles": len(rows),
         "programmes": [one.id for one in programmes], "near": [one.id for one in near],
         "seats": sum(seats) if seats else None, "vacancies": None, "graduates": None},
        {language: labels[language] for language in LANGUAGES if language in labels})


def _named(code: str, programmes: Sequence[Programme]) -> Statement:
    """Say how many programmes there are, and name the first of them."""
    shown = programmes[:_NAMED]
    return Statement(code, {"programmes": len(programmes), "names": [one.names for one in shown]},
                     [Citation(one.id, one.source, one.source_id) for one in shown])


def _by_stage(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Return for each stage how many groups are in shortage, and how many of them nobody trains for."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for item in items:
        for stage in item.values["stages"]:
            counted[stage][0] += 1
            counted[stage][1] += not item.values["programmes"]
    return [{"stage": stage, "occupations": shortages, "without_programme": gaps}
            for stage, (shortages, gaps) in counted.items()]


def _stem(atlas: Atlas) -> list[Statement]:
    """Say how many STEM initiatives the pack knows: they train for no occupation, and reach the young."""
    (row,) = atlas.rows("SELECT count(*) AS n FROM programme WHERE kind = 'stem'")
    return [Statement("educate.stem", {"initiatives": row["n"]})] if row["n"] else []
