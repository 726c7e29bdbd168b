"""Search by meaning, where words fail: who does what was asked for in other words, and what is about it.

A question that names no activity ("company that fills syringes") is asked again by the name of the activity that it
means (`openvalley.vocabulary.meanings`, a table written by hand), one that names a condition in another language than
the registers ("longkanker") by its English name. Nothing is downloaded, and nothing is learnt.
"""

from collections.abc import Sequence
from dataclasses import replace

from openvalley.atlas.conditions import conditions_in
from openvalley.atlas.search import METHOD, Hit, SearchAnswer, SearchIndex, SearchRequest
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.meanings import activities_hinted, activities_meant
from openvalley.vocabulary.terms import Vocabulary, terms

#: How far from a named thing one lies that is only meant: the share of its score.
_MEANT = 0.9
#: A first hit of this likeness is what was named, misspelt perhaps: nothing else is put before it.
_NAMED = 0.6
#: Where a hit holds every word, this is enough: a lesser one holds a spelling of them at most.
_HELD = 0.4
#: What is about a condition.
_ABOUT = ("trial", "project", "call")


def by_meaning(index: SearchIndex, request: SearchRequest, answer: SearchAnswer) -> SearchAnswer:
    """Return an answer with that first which was meant; the same answer where nothing is meant.

    Only the first page is asked again: deeper ones are of the words alone.
    """
    if request.offset or (answer.items and answer.items[0].score >= (_HELD if answer.whole else _NAMED)):
        return answer
    hinted = activities_hinted(fold(request.text).strip()) if answer.words == 1 and not answer.whole else ()
    found = [*_doing(index, request, hinted), *_about(index, request)]
    found.sort(key=lambda hit: hit.score)
    best = {hit.id: replace(hit, score=round(hit.score * _MEANT, 4)) for hit in found}
    meant = sorted(best.values(), key=lambda hit: (-hit.score, hit.id))
    if not meant:
        return answer
    items = [*meant, *(hit for hit in answer.items if hit.id not in best)][:request.limit]
    return replace(answer, items=items, total=max(answer.total, len(items)), method=f"{METHOD}, meanings-1")


def _doing(index: SearchIndex, request: SearchRequest, hinted: Sequence[str]) -> Sequence[Hit]:
    """Return the organisations that do what a question means or hints at, by the names of those activities."""
    if request.types and "organisation" not in request.types:
        return []
    found: list[Hit] = []
    for code in activities_meant(fold(request.text)) or hinted:
        name = terms(Vocabulary.ACTIVITY)[code].labels["en"]
        held = set(fold(name).split())
        found += [hit for hit in index.search(replace(request, text=name, facets=False)).items
                  if hit.type == "organisation" and held <= set(hit.shown["tags"])]
    return found


def _about(index: SearchIndex, request: SearchRequest) -> Sequence[Hit]:
    """Return trials, projects and calls about the conditions that a question names, by the English names of those."""
    types = [kind for kind in _ABOUT if not request.types or kind in request.types]
    found: list[Hit] = []
    for code in conditions_in(request.text) if types else ():
        name = terms(Vocabulary.CONDITION)[code].labels["en"]
        again = index.search(replace(request, text=name, types=types, facets=False))
        found += [hit for hit in again.items if hit.score >= _NAMED]
    return found
