"""Held: trials with their sites, conditions, phases, interventions and sponsors as arrays, for the backtest.

What a trial is about is found as the verb finds it: by its conditions, keywords and title; it is asked for by its
conditions and title.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from openvalley.atlas.conditions import conditions_in
from openvalley.atlas.reader import Atlas
from openvalley.insight.test.treatments import Treatments, telling
from openvalley.insight.test.trials import CARING, UNIVERSITY_HOSPITAL
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms

COVID = "covid-19"
Days = NDArray[np.datetime64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Party:
    """Trials that sites lead or join, wherever they run: one entry a site and trial.

    Attributes:
        site: number of the site.
        start: first day of the trial.
        leads: whether as sponsor, else as collaborator.

    """

    site: Whole
    start: Days
    leads: NDArray[np.bool_]


@dataclass(frozen=True)
class Held:
    """Trials with a known start and a linked or unseen site, by number, their sites, and what is asked of them.

    Attributes:
        starts: first day of each trial.
        sites: trial x site, 1 where the trial has the site.
        unseen: trial x site, 1 where a place of care leads a trial in its country whose site there no register names:
            it is taken for its own, as in the verb.
        asked: trial x condition, 1 for what it would be asked for.
        about: trial x condition, 1 for what it counts as experience of.
        covid: whether it is about COVID-19.
        phases: phases of each trial.
        treated, treatments: what the interventions of each trial say of a treatment.
        sponsors: numbers of the sites that lead each trial.
        countries: country of each site.
        care, university: 1 for each site that cares for patients, and that is a university hospital, else 0.
        party: what sites lead and join.

    """

    starts: Days
    sites: sparse.csr_matrix
    unseen: sparse.csr_matrix
    asked: sparse.csr_matrix
    about: sparse.csr_matrix
    covid: NDArray[np.bool_]
    phases: Sequence[frozenset[str]]
    treated: Sequence[frozenset[str]]
    treatments: Treatments
    sponsors: Sequence[frozenset[int]]
    countries: NDArray[np.str_]
    care: NDArray[np.float64]
    university: NDArray[np.float64]
    party: Party


def held(atlas: Atlas) -> Held:
    """Read linked and unseen sites of trials with a known start."""
    rows = atlas.table("""
        SELECT t.id AS trial, t.start_date AS start, s.organisation_id AS site, o.country, o.kind
        FROM trial_site AS s JOIN trial AS t ON t.id = s.trial_id JOIN organisation AS o ON o.id = s.organisation_id
        WHERE t.start_date IS NOT NULL AND o.country IS NOT NULL GROUP BY ALL ORDER BY trial, site""").to_pydict()
    own = atlas.rows(_UNSEEN, [list(CARING)])
    every = [*rows["trial"], *(row["trial"] for row in own)]
    trials, trial_at = np.unique(np.array(every, dtype=object), return_inverse=True)
    sites, first, site_at = np.unique(np.array(rows["site"], dtype=object), return_index=True, return_inverse=True)
    starts = np.empty(len(trials), "datetime64[D]")
    starts[trial_at] = np.array([*rows["start"], *(row["start"] for row in own)], "datetime64[D]")
    number = {trial: place for place, trial in enumerate(trials.tolist())}
    place = {site: at for at, site in enumerate(sites.tolist())}
    asked, about = _conditions(atlas, number)
    names = {name: column for column, name in enumerate(sorted({name for found in about for name in found}))}
    phases = {row["id"]: frozenset(row["phases"] or ()) for row in atlas.rows("SELECT id, phases FROM trial")}
    named: defaultdict[str, set[str]] = defaultdict(set)
    for row in atlas.rows("SELECT trial_id, term FROM trial_term WHERE kind = 'intervention'"):
        named[row["trial_id"]].add(row["term"])
    treated = [telling(named[trial]) for trial in number]
    kinds = np.array(rows["kind"], dtype=object)[first].astype(str)
    parties = atlas.rows("""
        SELECT DISTINCT p.organisation_id AS site, p.role = 'sponsor' AS leads, t.id AS trial, t.start_date AS start
        FROM trial_party AS p JOIN trial AS t ON t.id = p.trial_id
        WHERE p.organisation_id IS NOT NULL AND t.start_date IS NOT NULL ORDER BY ALL""")
    parties = [row for row in parties if row["site"] in place]
    leading: defaultdict[str, set[int]] = defaultdict(set)
    for row in parties:
        if row["leads"]:
            leading[row["trial"]].add(place[row["site"]])
    unseen: list[set[str]] = [set() for _ in number]
    for row in own:
        unseen[number[row["trial"]]] |= {row["site"]} & place.keys()
    return Held(
        starts, sparse.csr_matrix((np.ones(len(site_at)), (trial_at[:len(site_at)], site_at)),
                                  shape=(len(trials), len(sites))), _matrix(unseen, place), _matrix(asked, names),
        _matrix(about, names), np.array([COVID in found for found in about]),
        [phases[trial] for trial in number], treated, Treatments(treated),
        [frozenset(leading[trial]) for trial in number], np.array(rows["country"], dtype=object)[first].astype(str),
        np.isin(kinds, CARING).astype(float), (kinds == UNIVERSITY_HOSPITAL).astype(float),
        Party(np.array([place[row["site"]] for row in parties], int),
              np.array([row["start"] for row in parties], "datetime64[D]"),
              np.array([row["leads"] for row in parties], bool)))


def started_before(known: Held, day: date) -> Whole:
    """Return the numbers of the trials that started before a day."""
    return np.flatnonzero(known.starts < np.datetime64(day))


def _matrix(found: Sequence[set[str]], names: dict[str, int]) -> sparse.csr_matrix:
    """Return a matrix with a row for each set and 1 for each name in it."""
    pairs = [(row, names[name]) for row, about in enumerate(found) for name in sorted(about)]
    return sparse.csr_matrix((np.ones(len(pairs)), ([row for row, _ in pairs], [at for _, at in pairs])),
                             shape=(len(found), len(names)))


def _conditions(atlas: Atlas, number: dict[str, int]) -> tuple[list[set[str]], list[set[str]]]:
    """Return what each trial is asked for and what it is about: codes of the vocabulary, and other terms as typed."""
    phrases = [(f" {phrase} ", code) for code, term in terms(Vocabulary.CONDITION).items()
               for phrase in {*(fold(term.labels[language]) for language in LANGUAGES), *term.attributes["also"]}]

    def codes(text: str) -> set[str]:
        return {code for phrase, code in phrases if phrase in f" {text} "}

    meant: dict[str, set[str]] = {}
    nearest: dict[str, set[str]] = {}
    asked: list[set[str]] = [set() for _ in number]
    about: list[set[str]] = [set() for _ in number]
    for row in atlas.rows("SELECT trial_id, kind, term FROM trial_term WHERE kind IN ('condition', 'keyword')"):
        if row["trial_id"] in number:
            text, trial = fold(row["term"]), number[row["trial_id"]]
            if text not in meant:
                meant[text] = codes(text) or {text}
            about[trial] |= meant[text]
            if row["kind"] == "condition":
                if text not in nearest:
                    nearest[text] = set(conditions_in(text)) or {text}
                asked[trial] |= nearest[text]
    for row in atlas.rows("SELECT id, title FROM trial WHERE title IS NOT NULL"):
        if row["id"] in number:
            asked[number[row["id"]]] |= set(conditions_in(row["title"]))
            about[number[row["id"]]] |= codes(fold(row["title"]))
    return asked, about


_UNSEEN = """
SELECT DISTINCT t.id AS trial, t.start_date AS start, p.organisation_id AS site
FROM trial AS t JOIN trial_party AS p ON p.trial_id = t.id AND p.role = 'sponsor'
JOIN organisation AS o ON o.id = p.organisation_id AND o.kind IN (SELECT unnest(?))
JOIN trial_site AS s ON s.trial_id = t.id AND s.country = o.country
WHERE t.start_date IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM trial_site AS n WHERE n.trial_id = t.id AND n.country = o.country AND n.organisation_id IS NOT NULL)
ORDER BY trial, site
"""
