"""Search: one box over organisations, projects, trials and calls, forgiving of typing errors, languages and acronyms.

Candidates come from the index (exact keys, words, near words, letter grams); the best of them are then compared name by
name, trials and calls also by what they are about. A hit's score is a likeness between 0 and 1, not a probability; in a
list of all types it is lowered by the words that a hit lacks (`openvalley.atlas.mixing`). One word that nothing holds
finds its close spellings, and nothing else.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import log1p
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query

from openvalley.atlas.compared import stemmer
from openvalley.atlas.index import FACETS, TYPES, register, schema
from openvalley.atlas.likeness import Likeness, Stems
from openvalley.atlas.mixing import Held, mixed
from openvalley.atlas.queries import Queries
from openvalley.atlas.spellings import written_apart
from openvalley.errors import BadInput
from openvalley.resolve.normalise import fold, likeness_words

METHOD = "names-1"
#: Longest query that is looked at, in characters; what stands behind is cut off.
LONGEST_QUERY = 300
#: Candidates that are compared name by name.
_CANDIDATES = 80
_MOST_WORDS = 24
#: Words that ask, in the languages of the platform; left out where this many others tell what is asked.
_ASKING = frozenset((  # noqa: SIM905 - a list of single words in quotes is harder to read
    "who can what which where how does do is are has have with by under near from about "
    "qui peut quel quelle quels quelles comment avec sous pres est sont a "
    "wie kan welke welk waar hoe heeft met onder bij is zijn "
    "wer kann welche welcher wo hat mit unter bei ist sind").split())
_TOLD = 2
#: Candidates that hold most of the query's telling words, wherever they hold them, beside those with the nearest names.
_COVERING = 40
#: The same of each type, where all are asked for.
_OF_EACH = 10
#: What a word counts that is a town, among the words of a query.
_TOWN = 2.0
#: Hits, best first, that are asked whether they hold every word.
_LOOKED_AT = 20
#: Rows of one page, and how deep a page may start: beyond that a list is exported, not read.
LARGEST_PAGE, DEEPEST = 1_000, 10_000
#: Documents kept as they were read, some four kilobytes each: what is found often is compared often.
_DOCUMENTS_KEPT = 5_000
#: Values listed of each facet.
_FACET_VALUES = 40


@dataclass(frozen=True)
class Hit:
    """One found thing: its public id, type, name, likeness (0 to 1), and what a list shows of it."""

    id: str
    type: str
    name: str
    score: float
    shown: Mapping[str, Any]


@dataclass(frozen=True)
class SearchAnswer:
    """What a search found: hits best first, how many match in all, and facet values with counts."""

    query: str
    items: Sequence[Hit]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]
    method: str
    atlas_version: str
    #: Whether one of the first hits holds every word of the query; when none does, the list says so.
    whole: bool = True
    #: How many words of the query tell what is asked: of one word that nothing holds another sentence is said.
    words: int = 0
    #: Of a list of all types, where asked for: how many match of each, and how many hold every word.
    types: Mapping[str, int] = field(default_factory=dict)
    holding: int = 0


@dataclass(frozen=True)
class SearchRequest:
    """What is asked: text, types (all when empty), facet filters (value by facet), how many, from which.

    ``facets`` and ``counted`` ask for the counts of `SearchAnswer`: each is worked out over all that match.
    """

    text: str
    types: Sequence[str] = ()
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    limit: int = 20
    offset: int = 0
    facets: bool = False
    counted: bool = False


class SearchIndex:
    """The search index of one atlas, opened for reading."""

    def __init__(self, path: Path, atlas_version: str) -> None:
        """Open the index of an atlas folder.

        Raises:
            ValueError: it cannot be read, or has other fields than this version of the program asks for.

        """
        self._schema = schema()
        self._index = register(tantivy.Index.open(str(path)))
        if self._index.schema != self._schema:
            raise ValueError("it was built by another version of the program.")
        self._searcher = self._index.searcher()
        self._version = atlas_version
        self._weights: dict[str, float] = {}
        endings = stemmer()
        self._ask = Queries(self._schema, endings, self._weight)
        self._stems = Stems(endings)
        self._document = lru_cache(_DOCUMENTS_KEPT)(_reading(self._searcher))

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer a request.

        Raises:
            BadInput: an unknown type or facet, or numbers out of range.

        """
        _check(request)
        text = request.text[:LONGEST_QUERY]
        words = _telling(likeness_words(text))[:_MOST_WORDS]
        if not any(words):
            return self._browse(request)
        alone = len(set(words)) == 1
        strange = alone and not self._holds(text, words[0], request)
        query = self._filtered(self._ask.matching(text, words), request)
        if alone and (strange or not request.types):
            query = self._narrowed(query, self._spelt(text, words[0], request, strange=strange))
        found = self._searcher.search(query, limit=max(_CANDIDATES, request.offset + request.limit))
        covering = [] if strange else self._best_covering(words, request)
        nearest = {_place(address): (score / found.hits[0][0], address) for score, address in found.hits[:_CANDIDATES]}
        candidates = {_place(address): (0.0, address) for _, address in covering} | nearest
        likeness = Likeness(text, words, self._weight, self._stems)
        compared = [self._compare(address, score, likeness) for score, address in candidates.values()]
        compared.sort(key=lambda hit: (-hit.score, hit.id))
        whole = any(likeness.holds_all(hit.shown) for hit in compared[:_LOOKED_AT])
        if not request.types and not alone:
            compared = mixed(compared, self._held(words, compared))
        rest = [self._hit(address, 0.0) for _, address in found.hits[_CANDIDATES:] if _place(address) not in candidates]
        page = [*compared, *rest][request.offset:request.offset + request.limit]
        return SearchAnswer(text, page, _total(found), self._facets(query, request), METHOD, self._version, whole,
                            len(set(words)), self._types(query, request, _total(found)),
                            self._holding(words, request) if request.counted else 0)

    def plain(self, text: str, limit: int) -> list[str]:
        """Return organisation ids by words alone, scored by BM25: the baseline of the evaluation."""
        clauses = [(Occur.Should, self._ask.term("words", word)) for word in likeness_words(text[:LONGEST_QUERY])]
        query = Query.boolean_query([(Occur.Must, Query.boolean_query(clauses)),
                                     (Occur.Must, self._ask.term("type", "organisation"))])
        return [str(self._searcher.doc(address).get_first("id"))
                for _, address in self._searcher.search(query, limit=limit).hits]

    def _browse(self, request: SearchRequest) -> SearchAnswer:
        """Answer a request without text: everything that passes the filters, in index order."""
        query = self._filtered(Query.all_query(), request)
        found = self._searcher.search(query, limit=request.limit, offset=request.offset)
        hits = [self._hit(address, 0.0) for _, address in found.hits]
        return SearchAnswer("", hits, _total(found), self._facets(query, request), METHOD, self._version)

    def _best_covering(self, words: Sequence[str], request: SearchRequest) -> list[tuple[float, tantivy.DocAddress]]:
        """Return the documents that hold most of the words; where all types are asked for, some of each."""
        covering = self._ask.covering(words)
        best = list(self._searcher.search(self._filtered(covering, request), limit=_COVERING).hits)
        for kind in () if request.types else TYPES:
            best += self._searcher.search(self._filtered(covering, replace(request, types=[kind])), limit=_OF_EACH).hits
        return best

    def _holds(self, text: str, word: str, request: SearchRequest) -> bool:
        """Whether anything that is asked for has a word, or is called so as a whole."""
        of_type = replace(request, filters={})  # a word does not become another where a list is narrowed
        return any(_total(self._searcher.search(self._filtered(query, of_type), limit=1))
                   for query in (self._ask.anywhere(word), self._ask.called(text)))

    def _narrowed(self, query: Query, among: Query) -> Query:
        """Match what another query does, in the order of a query."""
        return Query.boolean_query([(Occur.Must, among), (Occur.Should, query)])

    def _spelt(self, text: str, word: str, request: SearchRequest, *, strange: bool) -> Query:
        """Match close spellings of a word, names that hold it apart or together, and if not strange what holds it."""
        alike = self._searcher.search(self._filtered(self._ask.grams([word]), request), limit=_CANDIDATES)
        hits = [self._hit(address, 0.0) for _, address in alike.hits]
        apart = [hit.id for hit in hits if written_apart(fold(text), hit.shown["names"], hit.shown["places"])]
        ways = [self._ask.close(word), Query.term_set_query(self._schema, "id", apart)]
        held = [] if strange else [self._ask.anywhere(word), self._ask.called(text)]
        return self._filtered(Query.boolean_query([(Occur.Should, way) for way in (*ways, *held)]), request)

    def _held(self, words: Sequence[str], hits: Sequence[Hit]) -> Held:
        """Return which share of the words each hit holds; a town counts as two, as who names one looks there."""
        among = Query.term_set_query(self._schema, "id", [hit.id for hit in hits])
        weights = {word: _TOWN if self._searcher.doc_freq("places", word) else 1.0 for word in words}
        shares = dict.fromkeys((hit.id for hit in hits), 0.0)
        for word, weight in weights.items():
            both = Query.boolean_query([(Occur.Must, among), (Occur.Must, self._ask.nearly(word))])
            for _, address in self._searcher.search(both, limit=max(1, len(hits))).hits:
                shares[self._document(*_place(address))[0]] += weight / sum(weights.values())
        return Held(shares)

    def _holding(self, words: Sequence[str], request: SearchRequest) -> int:
        """Return how many documents hold every word, as written or without its ending; 0 where types are asked for."""
        if request.types:
            return 0
        return _total(self._searcher.search(self._filtered(self._ask.every(words), request), limit=1))

    def _types(self, query: Query, request: SearchRequest, total: int) -> dict[str, int]:
        """Return how many documents match of each type, where that is asked for."""
        if not total or request.types or not request.counted:
            return {}
        counted = self._searcher.aggregate(query, {"type": {"terms": {"field": "type", "size": len(TYPES)}}})
        found = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in counted["type"]["buckets"]}
        return {kind: found[kind] for kind in TYPES if kind in found}

    def _filtered(self, query: Query, request: SearchRequest) -> Query:
        wanted = dict(request.filters)
        if request.types:
            wanted["type"] = list(request.types)
        clauses = [(Occur.Must, query)]
        clauses += [(Occur.Must, self._among(facet, values)) for facet, values in wanted.items() if values]
        return Query.boolean_query(clauses)

    def _among(self, facet: str, values: Sequence[str]) -> Query:
        """Match what has one of these values; a set of values is gone through whole before the query is, one is not."""
        if len(values) == 1:
            return Query.const_score_query(self._ask.term(facet, values[0]), 1.0)
        return Query.term_set_query(self._schema, facet, list(values))

    def _hit(self, address: tantivy.DocAddress, score: float) -> Hit:
        known, shown = self._document(*_place(address))
        return Hit(known, shown["type"], shown["name"], score, shown)

    def _compare(self, address: tantivy.DocAddress, found: float, query: Likeness) -> Hit:
        hit = self._hit(address, 0.0)
        return Hit(hit.id, hit.type, hit.name, round(query.to(hit.shown, found), 4), hit.shown)

    def _weight(self, word: str) -> float:
        """Return how telling a word is: its inverse document frequency over all names (Robertson 2004)."""
        if word not in self._weights:
            holders = self._searcher.doc_freq("words", word)
            self._weights[word] = log1p(self._searcher.num_docs / (holders + 1))
        return self._weights[word]

    def _facets(self, query: Query, request: SearchRequest) -> dict[str, list[tuple[str, int]]]:
        if not request.facets:
            return {}
        asked = {facet: {"terms": {"field": facet, "size": _FACET_VALUES}} for facet in FACETS}
        answer = self._searcher.aggregate(query, asked)
        return {
            facet: [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in answer[facet]["buckets"]]
            for facet in FACETS
        }


def _reading(searcher: tantivy.Searcher) -> Callable[[int, int], tuple[str, Mapping[str, Any]]]:
    """Return what reads the document at a place: its public id, and what a list shows of it."""

    def read(segment: int, number: int) -> tuple[str, Mapping[str, Any]]:
        document = searcher.doc(tantivy.DocAddress(segment, number))
        return str(document.get_first("id")), json.loads(bytes(document["stored"][0]))

    return read


def _telling(words: list[str]) -> list[str]:
    """Return the words of a question without those that only ask; a short text may be a name and keeps all."""
    told = [word for word in words if word not in _ASKING]
    return told if len(told) >= _TOLD else words


def _place(address: tantivy.DocAddress) -> tuple[int, int]:
    return address.segment_ord, address.doc


def _total(found: tantivy.SearchResult) -> int:
    """Return how many documents match in all."""
    return int(getattr(found, "count", 0) or 0)  # the package's stubs do not know the attribute


def _check(request: SearchRequest) -> None:
    for kind in request.types:
        if kind not in TYPES:
            raise BadInput(f"There is nothing of the type {kind!r}.", hint=f"Types: {', '.join(TYPES)}.")
    for facet in request.filters:
        if facet not in FACETS:
            raise BadInput(f"There is no filter {facet!r}.", hint=f"Filters: {', '.join(FACETS)}.")
    if not 0 < request.limit <= LARGEST_PAGE or not 0 <= request.offset <= DEEPEST:
        raise BadInput(f"A page has 1 to {LARGEST_PAGE:,} rows and starts within the first {DEEPEST:,}.",
                       hint="Narrow the search.")
