"""The organisations of the search index: their names, where they are, what they are, do and give."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb
import tantivy
from babel import Locale

from openvalley.atlas.compared import about_words, add_facets, rows, shown, stemmer
from openvalley.atlas.places import fold_place
from openvalley.resolve.normalise import fold, likeness_words, name_key
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms

#: Names of an organisation that are indexed: more are noise (a few ROR records list fifty).
_MOST_NAMES = 40

#: What an organisation gives or runs, by the names that people look for, and what the pack says of it.
_GIVEN = " UNION ALL ".join((
    *(f"SELECT id, unnest(names).value AS text, true AS named FROM {table}"
      for table in ("instrument", "programme", "event")),
    *(f"SELECT id, {column}, {named} FROM {table} WHERE {column} IS NOT NULL" for table, column, named in (
        ("site", "name", "true"), ("instrument", "about", "false"), ("programme", "about", "false"),
        ("event", "about", "false"), ("capability", "note", "false"))),
))

_ORGANISATIONS = f"""
SELECT o.id, o.name, o.kind, o.country, o.city, o.state, o.in_scope, o.in_region, o.projects, o.verified,
    n.keys, n.words, n.acronyms, coalesce(p.places, [o.folded_city]) AS places, t.stage, t.platform, t.sector,
    i.numbers, c.activities, c.modalities, c.standards, coalesce(c.cities, []) || coalesce(w.cities, []) AS cities,
    g.offers, g.told, v.investment_stages, w.roles
FROM organisation AS o
LEFT JOIN (SELECT id, list(DISTINCT key) AS keys, list(DISTINCT words ORDER BY words)[:{_MOST_NAMES}] AS words,
                  list(DISTINCT key) FILTER (kind = 'acronym') AS acronyms FROM organisation_name GROUP BY id) AS n
    USING (id)
LEFT JOIN (SELECT a.country, a.city, list(DISTINCT b.place ORDER BY b.place) AS places
           FROM (SELECT DISTINCT country, city, folded_city FROM organisation WHERE in_region) AS a
           JOIN town AS t ON t.country = a.country AND t.place = a.folded_city
           JOIN town AS b ON b.country = t.country AND b.gazetteer_name = t.gazetteer_name GROUP BY ALL) AS p
    ON p.country = o.country AND p.city = o.city
LEFT JOIN (SELECT id, list(code) FILTER (vocabulary = 'stage') AS stage,
                  list(code) FILTER (vocabulary = 'platform') AS platform,
                  list(code) FILTER (vocabulary = 'sector') AS sector FROM organisation_tag GROUP BY id) AS t USING (id)
LEFT JOIN (SELECT id, list(value) AS numbers FROM organisation_identifier
           WHERE scheme IN ('pic', 'vat', 'kbo') GROUP BY id) AS i USING (id)
LEFT JOIN (SELECT p.organisation_id AS id, list(DISTINCT activity) AS activities, list(DISTINCT modality) AS modalities,
                  flatten(list(DISTINCT standards)) AS standards, list(DISTINCT city) AS cities
           FROM curated_party AS p JOIN capability ON capability.id = p.row_id GROUP BY ALL) AS c USING (id)
LEFT JOIN (SELECT p.organisation_id AS id, list(DISTINCT r.text ORDER BY r.text) FILTER (r.named) AS offers,
                  list(DISTINCT r.text ORDER BY r.text) FILTER (NOT r.named) AS told
           FROM curated_party AS p JOIN ({_GIVEN}) AS r ON r.id = p.row_id GROUP BY ALL) AS g USING (id)
LEFT JOIN (SELECT p.organisation_id AS id, flatten(list(DISTINCT i.investment_stages)) AS investment_stages
           FROM curated_party AS p JOIN investor AS i ON i.id = p.row_id GROUP BY ALL) AS v USING (id)
LEFT JOIN (SELECT p.organisation_id AS id, flatten(list(DISTINCT s.roles)) AS roles, list(DISTINCT s.city) AS cities
           FROM curated_party AS p JOIN site AS s ON s.id = p.row_id GROUP BY ALL) AS w USING (id)
WHERE o.named ORDER BY o.id
"""



def organisations(connection: duckdb.DuckDBPyConnection) -> Iterator[tantivy.Document]:
    """Yield the organisations that have a name, each with what it is, does and gives."""
    for row in rows(connection, _ORGANISATIONS):
        names = row["words"] or [" ".join(likeness_words(row["name"]))]
        towns = [*row["places"], *(fold_place(city) for city in row["cities"] or () if city)]
        home = _country_words(row["country"]) if row["in_region"] else frozenset()
        places = sorted({word for place in towns if place for word in place.split()} | home)
        offers = [" ".join(likeness_words(offer)) for offer in row["offers"] or ()]
        told = [*(row["offers"] or ()), *(row["told"] or ())]
        joined = " ".join(names)
        tags = _label_words(row)
        document = tantivy.Document(
            id=[row["id"]], type=["organisation"], kind=[row["kind"]],
            key=[*(row["keys"] or ()), *map(name_key, row["numbers"] or ())],
            words=[" ".join((joined, *offers))], grams=[joined], places=[" ".join(places)],
            tags=[" ".join([*tags, *_stems(tuple(tags))])],
            text=[" ".join(told)],
            scope=["in" if row["in_scope"] else "out"], region=["in" if row["in_region"] else "out"],
            stored=[shown({
                "type": "organisation", "name": row["name"], "names": names, "acronyms": row["acronyms"] or [],
                "places": places, "tags": tags, "offers": offers, **({"about": about_words(told)} if told else {}),
                "kind": row["kind"], "country": row["country"], "city": row["city"], "state": row["state"],
                "projects": row["projects"], "in_scope": row["in_scope"], "in_region": row["in_region"],
                "verified": row["verified"],
            })],
        )
        add_facets(document, {facet: [row[facet]] for facet in ("country", "city", "state") if row[facet]})
        add_facets(document, {facet: row[facet] for facet in ("stage", "platform", "sector")})
        yield document


def _label_words(row: dict[str, Any]) -> list[str]:
    """Return the words of what an organisation is and does (kind, stages, capabilities, standards, roles of sites)."""
    tagged = [(Vocabulary.KIND, [row["kind"]]), (Vocabulary.STAGE, row["stage"]),
              (Vocabulary.PLATFORM, row["platform"]), (Vocabulary.SECTOR, row["sector"]),
              (Vocabulary.ACTIVITY, row["activities"]), (Vocabulary.PLATFORM, row["modalities"]),
              (Vocabulary.SITE_ROLE, row["roles"]), (Vocabulary.INVESTMENT_STAGE, row["investment_stages"])]
    standards = {fold(standard) for standard in row["standards"] or ()}
    return sorted(standards.union(*(_words_of_labels(vocabulary, code) for vocabulary, codes in tagged
                                    for code in codes or () if code)))


@cache
def _stems(words: tuple[str, ...]) -> list[str]:
    """Return the stems of words that are none of them; most organisations have the same few tags."""
    analyser = stemmer()
    return sorted({stem for word in words for stem in analyser.analyze(word)} - set(words))


@cache
def _words_of_labels(vocabulary: Vocabulary, code: str) -> frozenset[str]:
    term = terms(vocabulary).get(code)
    labels = [*term.labels.values(), code] if term else [code]
    return frozenset(word for label in labels for word in fold(label).split()) | frozenset(
        word for label in labels for word in likeness_words(label))


@cache
def _country_words(country: str) -> frozenset[str]:
    """Return the words of a country's name in all languages of the platform (source: Unicode CLDR, by Babel)."""
    names = (Locale.parse(language).territories.get(country, "") for language in LANGUAGES)
    return frozenset(word for name in names for word in fold(name).split())
