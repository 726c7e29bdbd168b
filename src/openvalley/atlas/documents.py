"""The documents of the search index: one an organisation, project, trial and call, with what a list shows of it.

Reads the atlas's database; `openvalley.atlas.index` writes what these functions yield. Text is brought into its
compared form here, with the same functions that `openvalley.atlas.search` brings the query into.
"""

from collections.abc import Callable, Iterator, Mapping

import duckdb
import tantivy

from openvalley.atlas.compared import about_words, add_facets, rows, shown
from openvalley.atlas.organisation_documents import organisations
from openvalley.atlas.places import fold_place
from openvalley.resolve.normalise import fold, likeness_words, name_key

_PROJECTS = """
SELECT p.id, p.source_id, p.acronym, p.title, left(p.objective, 4000) AS objective, p.programme, p.participants,
    year(p.start_date) AS year, l.project_id IS NOT NULL AS in_scope, c.titles, o.countries, o.in_region
FROM project AS p LEFT JOIN life_science_project AS l ON l.project_id = p.id
LEFT JOIN (SELECT project_id, string_agg(DISTINCT title, ' ' ORDER BY title) AS titles FROM project_code
           WHERE scheme <> 'legal_basis' GROUP BY project_id) AS c ON c.project_id = p.id
LEFT JOIN (SELECT project_id, list(DISTINCT country) AS countries, bool_or(in_region) AS in_region FROM participation
           JOIN organisation ON organisation.id = organisation_id GROUP BY project_id) AS o ON o.project_id = p.id
WHERE coalesce(p.acronym, p.title) IS NOT NULL ORDER BY p.id
"""


def _projects(connection: duckdb.DuckDBPyConnection) -> Iterator[tantivy.Document]:
    for row in rows(connection, _PROJECTS):
        likened = [" ".join(likeness_words(text)) for text in (row["acronym"], row["title"]) if text]
        document = tantivy.Document(
            id=[row["id"]], type=["project"],
            key=[name_key(row["acronym"] or row["title"]), row["source_id"]],
            words=[" ".join(likened)], grams=[" ".join(likened)],
            text=[" ".join(text for text in (row["title"], row["objective"], row["titles"]) if text)],
            scope=["in" if row["in_scope"] else "out"], region=["in" if row["in_region"] else "out"],
            stored=[shown({
                "type": "project", "name": row["acronym"] or row["title"], "title": row["title"],
                "names": likened, "acronyms": [], "places": [], "tags": [],
                "programme": row["programme"], "year": row["year"],
                "participants": row["participants"], "in_scope": row["in_scope"], "projects": 0,
            })],
        )
        if row["programme"]:
            document.add_text("programme", row["programme"])
        for country in row["countries"] or ():
            document.add_text("country", country)
        yield document


_TRIALS = """
SELECT t.id, t.source, t.source_id, t.title, t.official_title, t.acronym, t.state, t.phases, t.sites, t.sponsor,
    t.in_region, year(t.start_date) AS year, left(t.summary, 2000) AS summary, a.about, c.countries, n.numbers, p.cities
FROM trial AS t
LEFT JOIN (SELECT trial_id, list(DISTINCT term ORDER BY term) AS about FROM trial_term WHERE kind <> 'country'
           GROUP BY trial_id) AS a ON a.trial_id = t.id
LEFT JOIN (SELECT trial_id, list(DISTINCT term ORDER BY term) AS countries FROM trial_term WHERE kind = 'country'
           GROUP BY trial_id) AS c ON c.trial_id = t.id
LEFT JOIN (SELECT trial_id, list(DISTINCT value ORDER BY value) AS numbers FROM trial_identifier
           GROUP BY trial_id) AS n ON n.trial_id = t.id
LEFT JOIN (SELECT trial_id, list(DISTINCT {'country': country, 'city': city}) AS cities FROM trial_site
           WHERE city IS NOT NULL GROUP BY trial_id) AS p ON p.trial_id = t.id
ORDER BY t.id
"""

_CALLS = """
SELECT c.id, c.source_id, c.title, c.call_id, c.call_title, c.destination, c.cluster, c.programme, c.action_type,
    left(c.description, 4000) AS description, c.opens::VARCHAR AS opens, d.deadlines
FROM call AS c LEFT JOIN (SELECT call_id, list(deadline::VARCHAR ORDER BY deadline) AS deadlines FROM call_deadline
                          GROUP BY call_id) AS d ON d.call_id = c.id
ORDER BY c.id
"""


def _trials(connection: duckdb.DuckDBPyConnection) -> Iterator[tantivy.Document]:
    """Yield trials. A register that gives no titles is searched by number and sponsor."""
    spellings = _spellings(connection)
    for row in rows(connection, _TRIALS):
        named = [" ".join(likeness_words(text)) for text in (row["acronym"], row["title"]) if text]
        told = [text for text in (row["title"], row["official_title"], row["acronym"], row["sponsor"],
                                  *(row["about"] or ())) if text]
        towns = [(site["country"], fold_place(site["city"])) for site in row["cities"] or ()]
        places = sorted({word for town in towns for place in spellings.get(town, {town[1]}) for word in place.split()})
        document = tantivy.Document(
            id=[row["id"]], type=["trial"], scope=["in"], region=["in" if row["in_region"] else "out"],
            key=[fold(text) for text in (row["source_id"], row["acronym"], *(row["numbers"] or ())) if text],
            words=[" ".join(named)], grams=[" ".join(named)], places=[" ".join(places)],
            text=[" ".join([*told, row["summary"] or ""])],
            stored=[shown({
                "type": "trial", "name": row["title"] or row["source_id"], "names": named, "tags": [], "places": places,
                "acronyms": [fold(text) for text in (row["acronym"], *(row["numbers"] or ())) if text],
                "about": about_words(told), "acronym": row["acronym"], "source": row["source"],
                "sponsor": row["sponsor"],
                "source_id": row["source_id"],
                "state": row["state"], "phases": row["phases"] or [], "sites": row["sites"], "year": row["year"],
                "in_region": row["in_region"], "in_scope": True, "projects": 0,
            })],
        )
        add_facets(document, {"country": row["countries"], "phase": row["phases"],
                        "status": [row["state"]] if row["state"] else ()})
        yield document


def _calls(connection: duckdb.DuckDBPyConnection) -> Iterator[tantivy.Document]:
    for row in rows(connection, _CALLS):
        named = [" ".join(likeness_words(row["title"] or row["source_id"]))]
        told = [text for text in (row["title"], row["call_title"], row["destination"], row["cluster"]) if text]
        document = tantivy.Document(
            id=[row["id"]], type=["call"], key=[fold(text) for text in (row["source_id"], row["call_id"]) if text],
            words=[" ".join(named)], grams=[" ".join(named)], text=[" ".join([*told, row["description"] or ""])],
            stored=[shown({
                "type": "call", "name": row["title"] or row["source_id"], "names": named, "acronyms": [], "places": [],
                "tags": [], "about": about_words([*told, row["description"] or ""]),
                "programme": row["programme"],
                "source_id": row["source_id"], "action_type": row["action_type"], "opens": row["opens"],
                "deadlines": row["deadlines"] or [], "in_scope": None, "projects": 0,
            })],
        )
        add_facets(document, {"programme": [row["programme"]] if row["programme"] else ()})
        yield document


def _spellings(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], set[str]]:
    """Return all names of the region's towns, by country and any one of them."""
    rows = connection.execute("""
        SELECT a.country, a.place, list(DISTINCT b.place) FROM town AS a JOIN town AS b
            ON b.country = a.country AND b.gazetteer_name = a.gazetteer_name GROUP BY ALL
    """).fetchall()
    return {(country, place): set(others) for country, place, others in rows}


#: Yields the documents of one type from an atlas's database.
Documents = Callable[[duckdb.DuckDBPyConnection], Iterator[tantivy.Document]]

#: The types of document, the values of ``search --type``, each with what yields its documents.
DOCUMENTS: Mapping[str, Documents] = {
    "organisation": organisations, "project": _projects, "trial": _trials, "call": _calls,
}
