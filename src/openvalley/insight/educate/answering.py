"""Shortages and training as an answer: occupation groups, those that nobody trains for first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.insight.educate.request import EducateRequest
from openvalley.insight.educate.titles import group_of, stages_of
from openvalley.vocabulary.terms import LANGUAGES

METHOD = "educate-1"
#: Programmes that one occupation's evidence names; ``values`` lists all.
_NAMED = 4
_UNIT_GROUP = "http://data.europa.eu/esco/isco/C"


@dataclass(frozen=True)
class Programme:
    """A programme of the pack that trains for an occupation group."""

    id: str
    name: str
    kind: str
    level: str | None
    nuts: str | None
    places: int | None
    source: str
    source_id: str


def educate(atlas: Atlas, request: EducateRequest) -> Answer:
    """Say which occupations of the value chain are in shortage, who trains for them, and where nobody does.

    Each item is an ISCO-08 unit group; its ``values`` are ``stages``, ``regions`` (whose list has it), ``year``,
    ``titles`` (how many of the lists' titles mean it), ``programmes``, ``seats`` (of those whose number is known; null
    where none is), ``vacancies`` and ``graduates`` (null: no open source gives them).

    Raises:
        BadInput: an unknown stage, or a region without a list.

    """
    rows = atlas.rows("SELECT region, year, title, language, source FROM shortage ORDER BY region, title")
    request.check(frozenset(row["region"] for row in rows))
    asked = {"stage": request.stage, "region": request.region}
    if not rows:
        return Answer("educate", asked, METHOD, atlas.version, cannot_tell=Statement("educate.no_lists"))
    meant = _meant([row for row in rows if not request.region or request.region.startswith(row["region"])])
    wanted = {group: found for group, found in meant.items() if not request.stage or request.stage in stages_of(group)}
    if not wanted:
        return Answer("educate", asked, METHOD, atlas.version, cannot_tell=Statement("educate.none_listed"))
    labels, programmes = _labels(atlas), _programmes(atlas, request.region)
    items = [_item(group, found, labels.get(group, {}), programmes.get(group, ())) for group, found in wanted.items()]
    items.sort(key=lambda item: (len(item.values["programmes"]) > 0, -len(item.values["regions"]), item.id))
    gaps = [item for item in items if not item.values["programmes"]]
    summary = [Statement("educate.count", {"occupations": len(items), "gaps": len(gaps),
                                           "regions": sorted({row["region"] for row in rows
                                                              if request.region.startswith(row["region"])
                                                              or not request.region})})]
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


def _programmes(atlas: Atlas, region: str) -> dict[str, list[Programme]]:
    """Return the pack's programmes by the groups that they train for, those of a region alone where one is asked."""
    found: dict[str, list[Programme]] = defaultdict(list)
    for row in atlas.rows("""
            SELECT id, coalesce(list_filter(names, x -> x.language = 'en')[1].value, names[1].value) AS name, kind,
                level, nuts, places, source, source_id, occupations FROM programme
            WHERE ? = '' OR nuts IS NULL OR starts_with(nuts, ?) ORDER BY name, id""", [region, region]):
        for group in row.pop("occupations"):
            found[group].append(Programme(**row))
    return found


def _item(group: str, rows: Sequence[Mapping[str, Any]], labels: Mapping[str, str],
          programmes: Sequence[Programme]) -> Item:
    regions = sorted({row["region"] for row in rows})
    year = max(row["year"] for row in rows)
    known = [programme.places for programme in programmes if programme.places is not None]
    evidence = [Statement("educate.listed", {"regions": regions, "year": str(year), "stages": list(stages_of(group))},
                          [Citation(f"nuts:{region}", rows[0]["source"]) for region in regions])]
    if programmes:
        evidence.append(Statement("educate.trained", {
            "programmes": len(programmes), "names": [programme.name for programme in programmes[:_NAMED]]},
            [Citation(programme.id, programme.source, programme.source_id) for programme in programmes[:_NAMED]]))
    else:
        evidence.append(Statement("educate.gap"))
    if known:
        evidence.append(Statement("educate.seats", {"seats": sum(known), "of": len(known)}))
    return Item(
        _UNIT_GROUP + group, "occupation", labels.get("en", f"ISCO {group}"), None, evidence,
        {"isco": group, "stages": list(stages_of(group)), "regions": regions, "year": year, "titles": len(rows),
         "programmes": [programme.id for programme in programmes], "seats": sum(known) if known else None,
         "vacancies": None, "graduates": None},
        {language: labels[language] for language in LANGUAGES if language in labels})


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
