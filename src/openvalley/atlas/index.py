"""The search index over all names and languages: its fields, its analysers, and how it is written.

Reads the documents of `openvalley.atlas.documents`, writes a tantivy index beside the atlas's database.
"""

import hashlib
from pathlib import Path

import duckdb
import tantivy

from openvalley.atlas import compared, documents, organisation_documents, places
from openvalley.atlas.compared import stemmer
from openvalley.atlas.documents import DOCUMENTS
from openvalley.progress import Report
from openvalley.resolve import normalise
from openvalley.vocabulary import terms

#: Types of document; the values of `search --type`.
TYPES = tuple(DOCUMENTS)
#: Memory of the index writer, in bytes.
_HEAP = 256_000_000
_ROWS_AT_A_TIME = 5_000
_READABLE = 0o644
GRAMS = "grams"
STEMS = "stems"
#: Characters of a gram: three tell typing errors of one letter from other words well enough at this size.
GRAM = 3
#: Facets: a value is kept as it is and can be counted.
FACETS = ("type", "kind", "country", "city", "state", "stage", "platform", "sector", "scope", "region", "programme",
          "phase", "status")


def schema() -> tantivy.Schema:
    """Return the index's fields."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("stored", stored=True)  # only read: indexed, each would be a term of its own
    for facet in FACETS:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    # No query asks what stands beside what, so positions are not kept.
    for field in ("words", "places", "tags"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(GRAMS, tokenizer_name=GRAMS, index_option="freq")
    builder.add_text_field("text", tokenizer_name=STEMS, index_option="freq")
    return builder.build()


def code_fingerprint() -> str:
    """Return eight hex digits that change when the code that fills the index changes: an atlas's name carries them."""
    code = hashlib.sha256()
    for path in _sources():
        code.update(path.read_bytes())
    return code.hexdigest()[:8]


def _sources() -> list[Path]:
    """Return the files that decide what a document holds: code, words that are folded away, and labels of terms."""
    filling = (compared, documents, organisation_documents, normalise, places, terms)
    modules = [Path(__file__), *(Path(module.__file__) for module in filling if module.__file__)]
    return [*modules, *(path for module in (normalise, terms) if module.__file__
                        for path in sorted(Path(module.__file__).parent.glob("*.toml")))]


def register(index: tantivy.Index) -> tantivy.Index:
    """Give an opened index the tokenizer that is not built in."""
    index.register_tokenizer(STEMS, stemmer())
    index.register_tokenizer(
        GRAMS, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(GRAM, GRAM, prefix_only=False)).build())
    return index


def write_index(database: Path, target: Path, report: Report) -> dict[str, int]:
    """Index an atlas's database; return the number of documents by type."""
    target.mkdir()
    index = register(tantivy.Index(schema(), path=str(target)))
    # One thread: it keeps up with what makes the documents, and the same documents always lie in the same order.
    writer = index.writer(_HEAP, num_threads=1)
    counts = dict.fromkeys(TYPES, 0)
    with duckdb.connect(str(database), read_only=True) as connection:
        total = sum(_count(connection, kind) for kind in TYPES)
        for kind, yielded in DOCUMENTS.items():
            for document in yielded(connection):
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
