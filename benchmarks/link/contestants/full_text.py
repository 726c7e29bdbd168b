"""Text search: the first hit by BM25 among the organisations of the country, with tantivy."""

from collections import defaultdict
from collections.abc import Sequence
from importlib.metadata import version
from math import sqrt
from pathlib import Path

import tantivy
from competing import Name, Row, Said, compete, read_names

_NOWHERE = "zz"


class FullText:
    """Searches an index in memory: one document an organisation, with its names and its town."""

    version = f"tantivy {version('tantivy')}, BM25"

    def __init__(self, material: Path) -> None:
        """Index the organisations."""
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("id", stored=True, tokenizer_name="raw")
        schema.add_text_field("country", tokenizer_name="raw")
        schema.add_text_field("text")
        self._schema = schema.build()
        self._index = tantivy.Index(self._schema)
        organisations: dict[str, list[Name]] = defaultdict(list)
        for one in read_names(material):
            organisations[one.id].append(one)
        writer = self._index.writer(num_threads=1)
        for id_, names in organisations.items():
            text = " ".join([*(one.folded_name for one in names), names[0].folded_city])
            writer.add_document(tantivy.Document(id=id_, country=names[0].country or _NOWHERE, text=text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def get_ready(self, rows: Sequence[Row]) -> None:
        """Need nothing more."""

    def answer(self, rows: Sequence[Row]) -> list[Said]:
        """Search for the words of each row's name and town."""
        searcher = self._index.searcher()
        return [self._first(searcher, row) for row in rows]

    def _first(self, searcher: tantivy.Searcher, row: Row) -> Said:
        words = f"{row.folded_name} {row.folded_city}".split()
        if not words:
            return Said("", 0.0)
        wanted = tantivy.Query.boolean_query([
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "text", word)) for word in words])
        if row.country:
            here = tantivy.Query.const_score_query(
                tantivy.Query.term_query(self._schema, "country", row.country), 0.0)
            wanted = tantivy.Query.boolean_query([(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, here)])
        hits = searcher.search(wanted, 1).hits
        if not hits:
            return Said("", 0.0)
        score, address = hits[0]
        # BM25 is a sum over words: long rows would win over short ones. Of the powers of the length that were tried, 0,
        # one half and 1, this one has the best F1 on all three lists.
        return Said(searcher.doc(address)["id"][0], score / sqrt(len(words)))


if __name__ == "__main__":
    compete(lambda material, _home: FullText(material))
