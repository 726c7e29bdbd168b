"""Queries: the ways in which the index is asked for words, and how candidates are weighed before they are compared."""

from collections.abc import Callable, Sequence

import tantivy
from tantivy import Occur, Query

from openvalley.atlas.index import GRAM, GRAMS
from openvalley.atlas.likeness import joined
from openvalley.atlas.spellings import letters_off
from openvalley.resolve.normalise import fold, name_key

#: Words of a query that are looked up with one typing error allowed: shorter ones match too much.
_FUZZY_FROM = 5
#: What a word counts that is held with one typing error.
_NEARLY = 0.7
#: What each word that a candidate holds counts among those with the nearest names, and what being of the region counts
#: among those that hold the words: less than any word.
_HELD, _HOME = 6.0, 0.1


class Queries:
    """Makes the queries of one index."""

    def __init__(self, schema: tantivy.Schema, stemmer: tantivy.TextAnalyzer, weight: Callable[[str], float]) -> None:
        """Take the index's fields, the analyser of its longer texts, and what tells how telling a word is."""
        self._schema, self._stemmer, self._weight = schema, stemmer, weight

    def matching(self, text: str, words: Sequence[str]) -> Query:
        """Any way in which a name can match; the weights only order candidates."""
        clauses = [
            (Occur.Should, Query.boost_query(Query.const_score_query(self.term("key", form), 1.0), 60.0))
            for form in dict.fromkeys((name_key(text), fold(text)))
        ]
        for word in dict.fromkeys([*words, *filter(None, [joined(words)])]):
            clauses.append((Occur.Should, Query.boost_query(self.term("words", word), 2.0)))
            clauses.append((Occur.Should, Query.boost_query(self.term("places", word), 2.0)))
            clauses.append((Occur.Should, Query.boost_query(self.term("tags", word), 2.0)))
            if len(word) >= _FUZZY_FROM:
                near = Query.fuzzy_term_query(self._schema, "words", word, distance=1)
                clauses.append((Occur.Should, Query.boost_query(Query.const_score_query(near, 1.0), 3.0)))
            found = Query.const_score_query(self.anywhere(word), 1.0)
            clauses.append((Occur.Should, Query.boost_query(found, _HELD)))
        clauses += [(Occur.Should, self.term(name, stem)) for stem in dict.fromkeys(self._stemmer.analyze(text))
                    for name in ("text", "tags")]
        written = " ".join(words)
        if len(written) >= GRAM:
            clauses.append((Occur.Should, Query.boost_query(self.grams(words), 0.4)))
        return Query.boolean_query(clauses)

    def grams(self, words: Sequence[str]) -> Query:
        """Match names that have two in five of the letter grams of some words."""
        written = " ".join(words)
        grams = dict.fromkeys(written[at:at + GRAM] for at in range(len(written) - GRAM + 1))
        if not grams:
            return Query.empty_query()
        return Query.boolean_query([(Occur.Should, self.term(GRAMS, gram)) for gram in grams],
                                   minimum_number_should_match=max(1, len(grams) * 2 // 5))

    def covering(self, words: Sequence[str]) -> Query:
        """Order by how telling the words are that a document holds; what repeats one of them gains nothing."""
        held = []
        for word in dict.fromkeys([*words, *filter(None, [joined(words)])]):
            ways = [(1.0, self.anywhere(word))]
            if len(word) >= _FUZZY_FROM:
                ways.append((_NEARLY, Query.fuzzy_term_query(self._schema, "words", word, distance=1)))
            held.append((Occur.Should, Query.disjunction_max_query([
                Query.boost_query(Query.const_score_query(query, 1.0), share * self._weight(word))
                for share, query in ways])))
        home = Query.boost_query(Query.const_score_query(self.term("region", "in"), 1.0), _HOME)
        return Query.boolean_query([(Occur.Must, Query.boolean_query(held)), (Occur.Should, home)])

    def nearly(self, word: str) -> Query:
        """Match what holds a word anywhere, or in its name with one typing error."""
        if len(word) < _FUZZY_FROM:
            return self.anywhere(word)
        near = Query.fuzzy_term_query(self._schema, "words", word, distance=1)
        return Query.boolean_query([(Occur.Should, self.anywhere(word)), (Occur.Should, near)])

    def anywhere(self, word: str) -> Query:
        """Match what has the word in its name, its place, what it does, or what it is about."""
        named = [self.term(name, word) for name in ("words", "places", "tags")]
        told = [self.term(name, stem) for stem in self._stemmer.analyze(word) for name in ("text", "tags")]
        return Query.boolean_query([(Occur.Should, query) for query in (*named, *told)])

    def term(self, name: str, value: str) -> Query:
        """Match what has a value in a field."""
        return Query.term_query(self._schema, name, value)

    def called(self, text: str) -> Query:
        """Match what is called so as a whole."""
        return Query.boolean_query([(Occur.Should, self.term("key", form))
                                    for form in dict.fromkeys((name_key(text), fold(text)))])

    def every(self, words: Sequence[str]) -> Query:
        """Match what has every word, as written or without its ending."""
        return Query.boolean_query([(Occur.Must, self.anywhere(word)) for word in dict.fromkeys(words)])

    def close(self, word: str) -> Query:
        """Match what has a close spelling of a word in its name, its town, or what it is about; short words have none.

        A letter more, less, other, or changed with its neighbour is one letter off.
        """
        sought = [("words", word), ("places", word), *(("text", stem) for stem in self._stemmer.analyze(word))]
        ways = [Query.fuzzy_term_query(self._schema, field, form, distance=letters_off(form))
                for field, form in sought if letters_off(form)]
        return Query.boolean_query([(Occur.Should, Query.const_score_query(way, 1.0)) for way in ways])
