"""Trials: those of an atlas with their sites and parties as arrays, read once; a condition is only counted.

Trials and sites go by numbers in the order of their ids. What takes long in a query - joining all sites with all trials
and with who leads them - does not depend on what is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.subjects import DEAD
from openvalley.insight.test.treatments import Treatments, telling

#: Kinds of organisation that care for patients.
UNIVERSITY_HOSPITAL = "university-hospital"
CARING = ("care-provider", "general-hospital", UNIVERSITY_HOSPITAL)
#: Sponsors that registers call industry.
INDUSTRY = ("INDUSTRY", "Pharmaceutical company")
#: A text as `fold` makes it, near enough for matching: small letters without accents, anything else a space.
FOLDED = "trim(regexp_replace(strip_accents(lower({0})), '[^a-z0-9]+', ' ', 'g'))"

Which = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Pairs of somebody (or some country) and a trial, by number, and the rows that say who the first ones are."""

    rows: Sequence[Mapping[str, Any]]
    who: Whole
    trial: Whole

    def count(self, which: Which) -> Whole:
        """Return how many trials of some each has."""
        return np.bincount(self.who[which[self.trial]], minlength=len(self.rows))

    def total(self, share: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the sum of what each trial counts, over the trials of each."""
        found: npt.NDArray[np.float64] = np.bincount(self.who, share[self.trial], len(self.rows)).astype(float)
        return found


@dataclass(frozen=True)
class Trials:
    """Trials by number, who is their site, and who stands behind them.

    Attributes:
        ids, named: id of each trial; its source and number there.
        phases: phases of the register; ``phased`` is trial x phase.
        industry: whether the sponsor is industry.
        recruiting: whether patients are, or will soon be, looked for.
        enrolment: participants; nan where unknown.
        start: first day, an ordinal of `datetime.date`; 0 where unknown.
        alone: whether it has one linked site.
        held: sites that are linked, living and named, and those who only sponsored (`unseen`): the rows have id, name,
            kind, country, city, nuts, and how many trials each leads (sponsored) and joins wherever they run.
        unseen: trials that places of care lead in their country, whose site there no register names.
        sponsors: trials with a site in the country of a living sponsor that is neither industry nor a place of care.
        unnamed: trials of each country whose site there no register names, or none could link.
        texts: trial of each text that says what it is about, the text's place among the different ones, and these.
        treatments: the same of interventions.
        treated: what the interventions say of a treatment, by their words.

    """

    ids: Sequence[str]
    named: Sequence[tuple[str, str]]
    phases: Sequence[str]
    phased: npt.NDArray[np.bool_]
    industry: Which
    recruiting: Which
    enrolment: npt.NDArray[np.float64]
    start: Whole
    alone: Which
    held: Pairs
    unseen: Pairs
    sponsors: Pairs
    unnamed: Pairs
    texts: tuple[Whole, Whole, pa.Array]
    treatments: tuple[Whole, Whole, pa.Array]
    treated: Treatments

    def about(self, pattern: str) -> Which:
        """Say of each trial whether its conditions, keywords or title hold a pattern (RE2) in a folded text."""
        return self._with(self.texts, pc.match_substring_regex(self.texts[2], pattern))

    def treated_with(self, phrase: str) -> Which:
        """Say of each trial whether an intervention holds a folded phrase; of none where there is no phrase."""
        if not phrase:
            return np.zeros(len(self.ids), bool)
        return self._with(self.treatments, pc.match_substring(self.treatments[2], phrase))

    def of_phase(self, phases: Sequence[str]) -> Which:
        """Say of each trial whether it is of one of some phases."""
        asked = [at for at, phase in enumerate(self.phases) if phase in phases]
        found: Which = np.asarray(self.phased[:, asked].any(axis=1))
        return found

    def _with(self, texts: tuple[Whole, Whole, pa.Array], fits: pa.Array) -> Which:
        trial, place, _ = texts
        found = np.zeros(len(self.ids), bool)
        found[trial[fits.to_numpy(zero_copy_only=False)[place]]] = True
        return found


def trials(atlas: Atlas) -> Trials:
    """Return the trials of an atlas, read once."""
    return remembered(atlas, "test.trials", lambda: _read(atlas))


def _read(atlas: Atlas) -> Trials:
    rows = atlas.rows(_TRIALS, [list(INDUSTRY)])
    ids = [row["id"] for row in rows]
    number = {known: at for at, known in enumerate(ids)}
    phases = sorted({phase for row in rows for phase in row["phases"] or ()})
    phased = np.zeros((len(rows), len(phases)), bool)
    for at, row in enumerate(rows):
        phased[at, [phases.index(phase) for phase in row["phases"] or ()]] = True
    sites = atlas.rows(_SITES, [list(CARING), list(DEAD)])
    held = _pairs(atlas, number, (_HELD, []), sites)
    alone = np.zeros(len(rows), bool)
    alone[[number[row["trial"]] for row in atlas.rows(_ALONE)]] = True
    named = _texts(atlas, number, _TREATMENTS)
    return Trials(
        ids, [(row["source"], row["source_id"]) for row in rows], phases, phased,
        np.array([row["industry"] for row in rows], bool), np.array([row["recruiting"] for row in rows], bool),
        np.array([row["enrolment"] for row in rows], float),
        np.array([row["start"].toordinal() if row["start"] else 0 for row in rows], np.int64), alone,
        held, _pairs(atlas, number, (_UNSEEN, [list(CARING)]), sites),
        _pairs(atlas, number, (_SPONSORED, [list(INDUSTRY), list(DEAD), list(CARING)]), atlas.rows(
            "SELECT DISTINCT o.id, o.name, o.country, o.nuts FROM organisation AS o "
            "JOIN trial_party AS p ON p.organisation_id = o.id WHERE p.role = 'sponsor' ORDER BY o.id")),
        _pairs(atlas, number, (_UNNAMED, []), atlas.rows(
            "SELECT DISTINCT country AS id FROM trial_site WHERE country IS NOT NULL ORDER BY id")),
        _texts(atlas, number, _ABOUT), named, _treated(len(rows), named))


def _treated(trials: int, named: tuple[Whole, Whole, pa.Array]) -> Treatments:
    """Return what the interventions of each trial say of a treatment; each different text is taken apart once."""
    trial, place, texts = named
    told = [telling([text]) for text in texts.to_pylist()]
    held: list[set[str]] = [set() for _ in range(trials)]
    for at, text in zip(trial.tolist(), place.tolist(), strict=True):
        held[at] |= told[text]
    return Treatments(held)


def _pairs(atlas: Atlas, number: Mapping[str, int], asked: tuple[str, Sequence[object]],
           rows: Sequence[Mapping[str, Any]]) -> Pairs:
    """Return the pairs that a query gives of those in ``rows``; others are left out."""
    place = {row["id"]: at for at, row in enumerate(rows)}
    found = [(place[row["id"]], number[row["trial"]]) for row in atlas.rows(*asked) if row["id"] in place]
    who, trial = np.array(found, np.int64).reshape(-1, 2).T
    return Pairs(rows, who, trial)


def _texts(atlas: Atlas, number: Mapping[str, int], query: str) -> tuple[Whole, Whole, pa.Array]:
    read = atlas.table(query).combine_chunks()
    told = read["text"].combine_chunks().dictionary_encode()
    trial = np.array([number[known] for known in read["id"].to_pylist()], np.int64)
    return trial, told.indices.to_numpy(zero_copy_only=False).astype(np.int64), told.dictionary


def first_day(ordinal: int) -> date | None:
    """Return the day of an ordinal; None for 0."""
    return date.fromordinal(ordinal) if ordinal else None


_TRIALS = """
SELECT id, source, source_id, phases, coalesce(sponsor_class IN (SELECT unnest(?)), false) AS industry,
    coalesce(state IN ('recruiting', 'not-yet-recruiting'), false) AS recruiting, enrolment, start_date AS start
FROM trial ORDER BY id
"""
_HELD = "SELECT DISTINCT organisation_id AS id, trial_id AS trial FROM trial_site WHERE organisation_id IS NOT NULL"
_ALONE = ("SELECT trial_id AS trial FROM trial_site WHERE organisation_id IS NOT NULL "
          "GROUP BY trial_id HAVING count(DISTINCT organisation_id) = 1")
_UNSEEN = """
SELECT DISTINCT p.organisation_id AS id, p.trial_id AS trial FROM trial_party AS p
JOIN organisation AS o ON o.id = p.organisation_id AND o.kind IN (SELECT unnest(?))
JOIN trial_site AS s ON s.trial_id = p.trial_id AND s.country = o.country
WHERE p.role = 'sponsor' AND NOT EXISTS (
    SELECT 1 FROM trial_site AS n
    WHERE n.trial_id = p.trial_id AND n.country = o.country AND n.organisation_id IS NOT NULL)
"""
_SITES = f"""
WITH party AS (
    SELECT organisation_id AS id, count(DISTINCT trial_id) FILTER (role = 'sponsor') AS sponsored,
        count(DISTINCT trial_id) FILTER (role = 'collaborator') AS joined
    FROM trial_party WHERE organisation_id IS NOT NULL GROUP BY organisation_id
)
SELECT o.id, o.name, o.kind, o.country, o.city, o.nuts, coalesce(p.sponsored, 0) AS sponsored,
    coalesce(p.joined, 0) AS joined
FROM (SELECT id FROM ({_HELD}) UNION SELECT id FROM ({_UNSEEN})) JOIN organisation AS o USING (id)
LEFT JOIN party AS p USING (id) WHERE o.named AND o.state NOT IN (SELECT unnest(?)) ORDER BY o.id
"""
_SPONSORED = """
SELECT DISTINCT o.id, t.id AS trial
FROM trial AS t JOIN trial_party AS p ON p.trial_id = t.id AND p.role = 'sponsor'
JOIN organisation AS o ON o.id = p.organisation_id JOIN trial_site AS s ON s.trial_id = t.id AND s.country = o.country
WHERE coalesce(t.sponsor_class, '') NOT IN (SELECT unnest(?)) AND o.named AND o.state NOT IN (SELECT unnest(?))
    AND o.kind NOT IN (SELECT unnest(?))
    AND o.kind NOT IN ('company', 'spin-off', 'cro', 'cmo', 'cdmo', 'service-provider')
"""
_UNNAMED = """
SELECT country AS id, trial_id AS trial FROM trial_site WHERE country IS NOT NULL
GROUP BY ALL HAVING count(organisation_id) = 0
"""
_ABOUT = f"""
SELECT trial_id AS id, {FOLDED.format('term')} AS text FROM trial_term WHERE kind IN ('condition', 'keyword')
UNION ALL SELECT id, {FOLDED.format('title')} FROM trial WHERE title IS NOT NULL
"""
_TREATMENTS = f"SELECT trial_id AS id, {FOLDED.format('term')} AS text FROM trial_term WHERE kind = 'intervention'"
