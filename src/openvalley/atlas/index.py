"""The search index: one document an organisation and a project, over all names and languages.

Reads the atlas's database, writes a tantivy index beside it. Text is brought into its compared form here, with the
same functions that `openvalley.atlas.search` brings the query into.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import tantivy

from openvalley.resolve import normalise
from openvalley.resolve.normalise import fold, likeness_words, name_key
from openvalley.settings import Settings
from openvalley.vocabulary.terms import Vocabulary, terms

#: Types of document; the values of `search --type`.
TYPES = ("organisation", "project")
#: Names of an organisation that are indexed: more are noise (a few ROR records list fifty).
_MOST_NAMES = 40
#: Memory of the index writer, in bytes.
_HEAP = 256_000_000
_ROWS_AT_A_TIME = 5_000
_READABLE = 0o644
GRAMS = "grams"
STEMS = "stems"
#: Longer words of texts are noise (sequences, addresses).
_LONGEST_WORD = 40
#: Characters of a gram: three tell typing errors of one letter from other words well enough at this size.
GRAM = 3
#: Facets: a value is kept as it is and can be counted.
FACETS = ("type", "kind", "country", "city", "state", "stage", "platform", "sector", "scope", "region", "programme")


def schema() -> tantivy.Schema:
    """Return the index's fields."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("stored", stored=True, tokenizer_name="raw")
    for facet in FACETS:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw")
    builder.add_text_field("key", tokenizer_name="raw")
    builder.add_text_field("words", tokenizer_name="whitespace")
    builder.add_text_field("places", tokenizer_name="whitespace")
    builder.add_text_field("tags", tokenizer_name="whitespace")
    builder.add_text_field(GRAMS, tokenizer_name=GRAMS)
    builder.add_text_field("text", tokenizer_name=STEMS)
    return builder.build()


def code_fingerprint() -> str:
    """Return eight hex digits that change when the code that fills the index changes: an atlas's name carries them."""
    code = hashlib.sha256(Path(__file__).read_bytes())
    for path in (*sorted(Path(normalise.__file__).parent.glob("*.toml")), Path(normalise.__file__)):
        code.update(path.read_bytes())
    return code.hexdigest()[:8]


def stemmer() -> tantivy.TextAnalyzer:
    """Return the analyser of longer texts: words in lower-case ASCII, by their English stems."""
    return (tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.remove_long(_LONGEST_WORD))
            .filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
            .filter(tantivy.Filter.stemmer("english")).build())


def register(index: tantivy.Index) -> tantivy.Index:
    """Give an opened index the tokenizer that is not built in."""
    index.register_tokenizer(STEMS, stemmer())
    index.register_tokenizer(
        GRAMS, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(GRAM, GRAM, prefix_only=False)).build())
    return index


def write_index(database: Path, target: Path, settings: Settings,
                report: Callable[[str, int, int | None], None]) -> dict[str, int]:
    """Index an atlas's database; return the number of documents by type."""
    target.mkdir()
    index = register(tantivy.Index(schema(), path=str(target)))
    writer = index.writer(_HEAP, num_threads=max(1, settings.threads))
    counts = dict.fromkeys(TYPES, 0)
    with duckdb.connect(str(database), read_only=True) as connection:
        total = sum(_count(connection, kind) for kind in TYPES)
        for kind, documents in (("organisation", _organisations(connection)), ("project", _projects(connection))):
            for document in documents:
                writer.add_document(document)
                counts[kind] += 1
                if counts[kind] % _ROWS_AT_A_TIME == 0:
                    report("indexing for search", sum(counts.values()), total)
    writer.commit()
    writer.wait_merging_threads()
    for path in target.iterdir():
        path.chmod(_READABLE)  # the index's own files come readable by their owner alone, whoever serves the atlas
    return counts


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return row[0] if row else 0


_ORGANISATIONS = f"""
SELECT o.id, o.name, o.kind, o.country, o.city, o.state, o.in_scope, o.in_region, o.projects, o.verified,
    n.keys, n.words, n.acronyms, coalesce(p.places, [o.folded_city]) AS places, t.stage, t.platform, t.sector, i.numbers
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
WHERE o.named ORDER BY o.id
"""

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


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[dict[str, Any]]:
    """Yield rows batch by batch: the index takes documents one at a time."""
    for batch in connection.execute(query).to_arrow_reader(_ROWS_AT_A_TIME):
        yield from batch.to_pylist()


def _organisations(connection: duckdb.DuckDBPyConnection) -> Iterator[tantivy.Document]:
    for row in _rows(connection, _ORGANISATIONS):
        names = row["words"] or [" ".join(likeness_words(row["name"]))]
        places = sorted({word for place in row["places"] if place for word in place.split()})
        joined = " ".join(names)
        tags = _label_words(row)
        document = tantivy.Document(
            id=[row["id"]], type=["organisation"], kind=[row["kind"]],
            key=[*(row["keys"] or ()), *map(name_key, row["numbers"] or ())],
            words=[joined], grams=[joined], places=[" ".join(places)], tags=[" ".join(tags)],
            scope=["in" if row["in_scope"] else "out"], region=["in" if row["in_region"] else "out"],
            stored=[json.dumps({
                "type": "organisation", "name": row["name"], "names": names, "acronyms": row["acronyms"] or [],
                "places": places, "tags": tags,
                "kind": row["kind"], "country": row["country"], "city": row["city"], "state": row["state"],
                "projects": row["projects"], "in_scope": row["in_scope"], "in_region": row["in_region"],
                "verified": row["verified"],
            }, ensure_ascii=False)],
        )
        for facet in ("country", "city", "state"):
            if row[facet]:
                document.add_text(facet, row[facet])
        for facet in ("stage", "platform", "sector"):
            for code in row[facet] or ():
                document.add_text(facet, code)
        yield document


def _label_words(row: dict[str, Any]) -> list[str]:
    """Return the words of what an organisation is and does (kind, stages, platforms, sectors) in all languages."""
    tagged = [(Vocabulary.KIND, [row["kind"]]), (Vocabulary.STAGE, row["stage"]),
              (Vocabulary.PLATFORM, row["platform"]), (Vocabulary.SECTOR, row["sector"])]
    return sorted({word for vocabulary, codes in tagged for code in codes or ()
                   for word in _words_of_labels(vocabulary, code)})


@cache
def _words_of_labels(vocabulary: Vocabulary, code: str) -> frozenset[str]:
    term = terms(vocabulary).get(code)
    labels = [*term.labels.values(), code] if term else [code]
    return frozenset(word for label in labels for word in fold(label).split()) | frozenset(
        word for label in labels for word in likeness_words(label))


def _projects(connection: duckdb.DuckDBPyConnection) -> Iterator[tantivy.Document]:
    for row in _rows(connection, _PROJECTS):
        likened = [" ".join(likeness_words(text)) for text in (row["acronym"], row["title"]) if text]
        document = tantivy.Document(
            id=[row["id"]], type=["project"],
            key=[name_key(row["acronym"] or row["title"]), row["source_id"]],
            words=[" ".join(likened)], grams=[" ".join(likened)],
            text=[" ".join(text for text in (row["title"], row["objective"], row["titles"]) if text)],
            scope=["in" if row["in_scope"] else "out"], region=["in" if row["in_region"] else "out"],
            stored=[json.dumps({
                "type": "project", "name": row["acronym"] or row["title"], "title": row["title"],
                "names": likened, "acronyms": [], "places": [], "tags": [],
                "programme": row["programme"], "year": row["year"],
                "participants": row["participants"], "in_scope": row["in_scope"], "projects": 0,
            }, ensure_ascii=False)],
        )
        if row["programme"]:
            document.add_text("programme", row["programme"])
        for country in row["countries"] or ():
            document.add_text("country", country)
        yield document
